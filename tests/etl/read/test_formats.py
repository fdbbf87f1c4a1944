"""Pages, Parquet, and what is refused by name of what it is."""

from __future__ import annotations

import datetime as dt
import decimal
import os
import zipfile

import polars as pl
import pytest
import xlwt

from etl.errors import Problem
from etl.loading.load import load
from etl.loading.report import report_json
from etl.snapshots.snapshot import current

# --- HTML pages under an Excel name

PAGE = """<html xmlns:x="urn:schemas-microsoft-com:office:excel"><head><meta charset="{charset}">
<style>td {{color: red}}</style></head><body><script>var a = "<table><tr><td>1</td></tr></table>";</script>
<table border=1><thead><tr><th rowspan=2>姓名<th colspan=2>通话</tr><tr><th>次数</th><th>秒数</th></tr></thead>
<tr><td rowspan="2">张&nbsp;三</td><td style="mso-number-format:'\\@'">007</td><td>等待 &lt;5 秒<br>好</td></tr>
<tr><td> 8 </td><td><b>9</b>0</td>
{end}"""


@pytest.mark.parametrize("charset", ["utf-8", "gb18030"])
def test_a_page_with_one_table_is_a_sheet(tmp_path, look, charset):
    path = tmp_path / "export.xls"
    path.write_bytes(PAGE.format(charset=charset, end="</table></body></html>").encode(charset))
    found = look(path, header_row=2)[None]
    assert found == [
        (1, ("姓名", "通话", "通话"), None),
        (2, ("姓名", "次数", "秒数"), None),
        (3, ("张 三", "007", "等待 <5 秒\n好"), None),
        (4, ("张 三", "8", "90"), None),
    ]
    assert look.said[None] == ["1 cells have the value of the merged range they are in, the first is A4."]


def test_a_page_that_ends_early_keeps_its_whole_rows(tmp_path, look):
    path = tmp_path / "export.xls"
    path.write_text(PAGE.format(charset="utf-8", end=""), encoding="utf-8")
    assert [row.fault for row in look(path)[None]] == [None, None, None, "cut_off"]
    assert look.said[None][-1] == "The file is cut off: rows after its end are missing."


@pytest.mark.parametrize(
    "body",
    [
        "<p>Please log in</p>",
        "<table><tr><td>1</td><td>2</td></tr><tr><td>3</td><td>4</td></tr></table>" * 2,
        "<table><tr><td>a</td><td><table><tr><td>1</td><td>2</td></tr></table></td></tr><tr><td>b</td></tr></table>",
        "<table><tr><td>one column</td></tr><tr><td>of layout</td></tr></table>",
    ],
)
def test_other_pages_are_refused(tmp_path, look, body):
    path = tmp_path / "export.xls"
    path.write_text(f"<!DOCTYPE html>\n<html><body>{body}</body></html>", encoding="utf-8")
    with pytest.raises(Problem, match=r"This is an HTML page, whatever its name says, and not one table"):
        look(path)


# --- Parquet


def test_a_parquet_file_as_text(tmp_path, look):
    moment = dt.datetime(2026, 10, 1, 9, 0)
    frame = pl.DataFrame(
        {
            "whole": [1, None],
            "float": [12.0, 0.5],
            "money": [decimal.Decimal("12.50"), None],
            "naive": [moment, moment + dt.timedelta(milliseconds=500)],
            "zoned": pl.Series([moment, None]).dt.replace_time_zone("Asia/Shanghai"),
            "nano": pl.Series([moment, None]).cast(pl.Datetime("ns")),
            "day": [moment.date(), None],
            "clock": [moment.time(), None],
            "length": [dt.timedelta(hours=26, seconds=1), None],
            "flag": [True, None],
            "agent": [{"id": 7, "team": {"name": "甲"}}, None],
            "tags": [["a", "b"], []],
            "steps": [[{"n": decimal.Decimal("1.50")}], None],
            "raw": [" 张 ".encode(), b"\xff"],
            "kind": pl.Series(["x", None], dtype=pl.Categorical),
            "id": pl.Series([2**63, None], dtype=pl.UInt64),
        }
    )
    frame.write_parquet(tmp_path / "a.dat")
    found = look(tmp_path / "a.dat")[None]
    assert look.heads[None][0] == (
        0,
        (*frame.columns[:10], "agent.id", "agent.team.name", *frame.columns[11:]),
        None,
    )
    assert found == [
        (
            1,
            (
                "1", "12", "12.50", "2026-10-01 09:00:00", "2026-10-01T09:00:00+08:00", "2026-10-01 09:00:00",
                "2026-10-01", "09:00:00", "26:00:01", "true", "7", "甲", "a, b", '[{"n": 1.50}]', "张", "x",
                str(2**63),
            ),
            None,
        ),
        (2, ("", "0.5", "", "2026-10-01 09:00:00.500", *[""] * 10, "\\xff", "", ""), None),
    ]  # fmt: skip


def test_a_parquet_export_loads(tmp_path, home):
    frame = pl.DataFrame(
        {
            "通话编号": ["C1", "C2"],
            "来电时间": [dt.datetime(2026, 10, 1, 9), dt.datetime(2026, 10, 1, 10)],
            "是否接通": [True, False],
            "等待秒数": [12.0, 3.5],
        }
    )
    frame.write_parquet(tmp_path / "a.parquet")
    (file,) = report_json(load(home, [tmp_path / "a.parquet"]))["files"]
    assert (file["loaded"], file["rejected"]) == (2, 0)
    assert current(home).query("SELECT sum(wait_s) FROM calls").item() == 15.5


def test_a_text_of_a_parquet_file_that_is_none_is_a_sentence(tmp_path, look):
    path = tmp_path / "a.parquet"
    pl.DataFrame({"a": ["text"] * 100}).write_parquet(path, compression="uncompressed", use_pyarrow=False)
    path.write_bytes(path.read_bytes().replace(b"text", b"t\xb5xt"))
    with pytest.raises(Problem, match="The Parquet file cannot be read"):
        look(path)


def test_a_damaged_parquet_file_is_a_sentence(tmp_path, look):
    path = tmp_path / "a.parquet"
    pl.DataFrame({"a": ["text"] * 100}).write_parquet(path)
    whole = path.read_bytes()
    path.write_bytes(whole[:-10])
    with pytest.raises(Problem, match="The Parquet file is cut off"):
        look(path)
    path.write_bytes(whole[:40] + b"\xff" * 40 + whole[80:])
    with pytest.raises(Problem, match="The Parquet file cannot be read"):
        look(path)
    path.write_bytes(whole[:-60] + b"\xff" * 52 + whole[-8:])
    with pytest.raises(Problem, match="The Parquet file cannot be read"):
        look(path)


# --- what is no table at all


@pytest.mark.parametrize(
    ("start", "thing"),
    [
        (b"version https://git-lfs.github.com/spec/v1\noid sha256:1\nsize 5\n", "a Git LFS pointer"),
        (b"%PDF-1.7\n", "a PDF"),
        (b"{\\rtf1\\ansi", "a Word document"),
        (b"SQLite format 3\x00\x10\x00", "a database"),
        (b"\x00\x00\x00\x00\x00\x00\x00\x00DUCK@\x00", "a database"),
        (b"7z\xbc\xaf\x27\x1c\x00\x04", "an archive of a kind that is not read"),
        (b"Rar!\x1a\x07\x01\x00", "an archive of a kind that is not read"),
        (b"BZh91AY&SY\x00\x00", "an archive of a kind that is not read"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "a picture"),
        (b"\xff\xd8\xff\xe0\x00\x10JFIF", "a picture"),
        (b"RIFF\x24\x00\x00\x00WAVEfmt ", "a sound or film recording"),
        (b"MZ\x90\x00\x03\x00", "a program"),
        (b"\x7fELF\x02\x01\x01\x00", "a program"),
        (b"ARROW1\x00\x00", "an Arrow, ORC or Avro file"),
        (b"PARE\x00\x00PARE", "an encrypted Parquet file"),
        (b"\xef\xbb\xbf<?xml version='1.0'?>\n<?mso-application progid='Excel.Sheet'?>\n<Workbook "
         b"xmlns='urn:schemas-microsoft-com:office:spreadsheet'/>", "an XML workbook of 2003"),
        (b"<?xml version='1.0'?><a/>", "an XML document"),
    ],
)  # fmt: skip
def test_other_files_are_refused_by_name(tmp_path, look, start, thing):
    for name in ("calls.csv", "calls.xlsx"):
        (tmp_path / name).write_bytes(start)
        with pytest.raises(Problem, match=rf"{name}: This is {thing}"):
            look(tmp_path / name)


@pytest.mark.parametrize(
    "text",
    [
        "BM,编号\n1,2\n",
        "MZ,x\n1,2\n",
        "ID3,x\n1,2\n",
        "GIF89,x\n1,2\n",
        "BZh,x\n1,2\n",
        "[x],y\n1,2\n",
        "{x},y\n1,2\n",
    ],
)
def test_a_text_that_begins_like_something_else_is_a_text(tmp_path, look, text):
    (tmp_path / "a.csv").write_text(text, encoding="utf-8")
    look(tmp_path / "a.csv")
    assert look.content.kind == "text"


@pytest.mark.parametrize(
    ("names", "thing"),
    [
        (["[Content_Types].xml", "word/document.xml"], "a Word document"),
        (["[Content_Types].xml", "ppt/presentation.xml"], "a PowerPoint presentation"),
        (["[Content_Types].xml", "xl/workbook.bin"], "a binary workbook"),
        (["mimetype", "content.xml"], "an OpenDocument file"),
        (["Index/Document.iwa", "preview.jpg"], "an Apple Numbers table"),
        (["META-INF/MANIFEST.MF", "A.class"], "a program"),
    ],
)
def test_packages_are_refused_by_name(tmp_path, look, names, thing):
    with zipfile.ZipFile(tmp_path / "a.xlsx", "w") as archive:
        for name in names:
            archive.writestr(name, "x")
    with pytest.raises(Problem, match=f"This is {thing}"):
        look(tmp_path / "a.xlsx")


@pytest.mark.parametrize(
    ("stream", "thing"),
    [
        ("EncryptedPackage", "an encrypted Office file"),
        ("WordDocument", "a Word document"),
        ("PowerPoint Document", "a PowerPoint presentation"),
        ("VisioDocument", "a file of an old Office program, but no workbook"),
    ],
)
def test_old_office_files_are_told_apart(tmp_path, look, stream, thing):
    workbook = xlwt.Workbook()
    workbook.add_sheet("a").write(0, 0, "x")
    path = tmp_path / "a.xls"
    workbook.save(str(path))
    entry = "Workbook".encode("utf-16-le").ljust(64, b"\x00") + bytes([18, 0])
    name = (stream + "\x00").encode("utf-16-le")
    data = path.read_bytes()
    assert data.count(entry) == 1
    path.write_bytes(data.replace(entry, name.ljust(64, b"\x00")[:64] + bytes([len(name), 0])))
    with pytest.raises(Problem, match=f"This is {thing}"):
        look(path)
    path.write_bytes(data[:700])
    with pytest.raises(Problem, match="damaged or cut off"):
        look(path)


def test_a_workbook_with_a_password_of_the_old_kind(tmp_path, look):
    workbook = xlwt.Workbook()
    workbook.add_sheet("a").write(0, 0, "x")
    path = tmp_path / "a.xls"
    workbook.save(str(path))
    data = path.read_bytes()
    at = data.index(bytes.fromhex("42000200"))  # the record that names the code page
    locked = bytes.fromhex("2f000200") + data[at + 4 : at + 6]
    path.write_bytes(data[:at] + locked + data[at + 6 :])
    with pytest.raises(Problem, match="an encrypted Office file"):
        look(path)


@pytest.mark.parametrize("data", [b"", b" \r\n\t\n", b"\xef\xbb\xbf\n", b"\x00" * 5000, b"\n" * 70_000])
def test_an_empty_file_is_a_sentence(tmp_path, look, data):
    (tmp_path / "a.csv").write_bytes(data)
    with pytest.raises(Problem, match="The file is empty"):
        look(tmp_path / "a.csv")


def test_what_is_no_file_is_a_sentence(tmp_path, look):
    with pytest.raises(Problem, match="This is a folder"):
        look(tmp_path)
    with pytest.raises(Problem, match="No such file"):
        look(tmp_path / "missing.csv")
    if not hasattr(os, "mkfifo"):
        return
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(Problem, match="This is no file"):
        look(tmp_path / "pipe")
