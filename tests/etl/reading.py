"""What tests of reading share."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import xlsxwriter

from etl.errors import Problem
from etl.read import Row, contents, grids, rows

CALLS = ["通话编号", "来电时间", "是否接通", "接听工号", "等待秒数", "通话秒数", "客户号码"]


def cells(found: list[Row]) -> list[tuple[str, ...]]:
    """The cells of rows."""
    return [row.cells for row in found]


def numbers(found: list[Row]) -> list[int]:
    """The numbers of rows."""
    return [row.number for row in found]


def raw_book(
    tmp_path, sheet_rows, styles="", texts="", prefix="", around="", sheet_name="xl/worksheets/s.xml"
):
    """A workbook from its XML, for what no program that writes workbooks gets wrong."""
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006/relationships"
    p, ns = (f"{prefix}:", f":{prefix}") if prefix else ("", "")
    parts = {
        "[Content_Types].xml": "<Types/>",
        "_rels/.rels": f'<Relationships xmlns="{package}"><Relationship Id="r" Type="{office}/officeDocument"'
        ' Target="/xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{main}" xmlns:r="{office}"><sheets>'
        '<sheet name="甲" sheetId="1" r:id="r1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{package}">'
        f'<Relationship Id="r1" Type="{office}/worksheet" Target="worksheets/S.xml"/>'
        f'<Relationship Id="r2" Type="{office}/styles" Target="styles.xml"/>'
        f'<Relationship Id="r3" Type="{office}/sharedStrings" Target="sharedStrings.xml"/></Relationships>',
        "xl/styles.xml": f'<styleSheet xmlns="{main}">{styles}</styleSheet>',
        "xl/sharedStrings.xml": f'<sst xmlns="{main}">{texts}</sst>',
        sheet_name: f'<{p}worksheet xmlns{ns}="{main}"><{p}sheetData>{sheet_rows}</{p}sheetData>{around}'
        f"</{p}worksheet>",
    }
    path = tmp_path / "raw.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        for name, text in parts.items():
            archive.writestr(name, text)
    return path


def read(path: Path, room: Path, skipped: list[str] | None = None) -> dict[str, object]:
    """What is in an archive: part → rows, or the sentence that says why not."""
    found = {}
    for content in contents(path, room, skipped):
        if isinstance(content, Problem):
            found[content.where] = str(content)
        else:
            assert content.file.parent == room
            assert content.size == content.file.stat().st_size
            grid = next(grids(content))
            found[content.part] = [row.cells for row in rows(content, grid)]
    return found


def workbook_bytes() -> bytes:
    """A small workbook."""
    stream = io.BytesIO()
    workbook = xlsxwriter.Workbook(stream)
    workbook.add_worksheet().write_row(0, 0, ["a", "b"])
    workbook.close()
    return stream.getvalue()
