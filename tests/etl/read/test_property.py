"""Generated text files: every row written comes back cell for cell, or is set aside; no other row changes."""

from __future__ import annotations

import os
import re
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from etl.read import Grid, Row, grids, rows
from etl.read.content import open_file

DELIMITERS = [",", "\t", ";", "|", "^", "\x01", "\uff0c"]
LINE_BREAK = r"\r\n|\r|\n"
LINE_ENDS = ["\n", "\r\n", "\r"]
HAN = ["客户电话", "是否接通", "等待", "满意", "投诉,说明", "张伟", "“退货”", "已处理。"]
# What breaks readers, and what is in every table. Left out is what the reader takes for its own marks,
# and "#", which begins the row ids: a cell that imitates whole rows cannot be told from them.
TEXT = st.lists(
    st.one_of(
        st.sampled_from(['"', '""', "'", "\\", '\\"', "\n", "\r", "\r\n", "\n\n", " ", "\u3000", "\x0b", "\u2028"]),
        st.sampled_from([*DELIMITERS, "2026-10-01 09:00", "0", "12.5", "a", "é", "=", *HAN]),
        st.characters(exclude_categories=["Cc", "Cs"], exclude_characters="#\ufeff", max_codepoint=0x10FDFF),
    ),
    max_size=7,
).map("".join)  # fmt: skip
PLAIN = st.text(alphabet="ab 09:,客户'é.-", max_size=6)
FEW = settings(
    max_examples=int(os.environ.get("KPI_EXAMPLES", "60")),
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
    derandomize=True,  # the same examples every time; KPI_EXAMPLES=2000 looks further
)


@dataclass(frozen=True)
class Written:
    """A table as it stands in a file: the text of each record, and what ought to be read from it."""

    delimiter: str
    line_end: str
    records: tuple[str, ...]
    cells: tuple[tuple[str, ...], ...]

    @property
    def expected(self) -> list[Row]:
        """The rows with the number of the line on which each begins."""
        found, number = [], 1
        for record, cells in zip(self.records, self.cells, strict=True):
            found.append(Row(number, cells))
            number += len(re.findall(LINE_BREAK, record)) + 1
        return found

    @property
    def text(self) -> str:
        return "".join(record + self.line_end for record in self.records)


def as_read(cell: str) -> str:
    return re.sub(r"\r\n|\r", "\n", cell).strip()


def in_quotes(cell: str, quote: str = '"') -> str:
    return quote + cell.replace(quote, 2 * quote) + quote


def field(cell: str, delimiter: str, *, always: bool) -> str:
    special = any(mark in cell for mark in (delimiter, '"', "\n", "\r"))
    return in_quotes(cell) if always or special else cell


def record(cells: list[str], delimiter: str, always: bool) -> str:
    return delimiter.join(field(cell, delimiter, always=always) for cell in cells)


@st.composite
def tables(
    draw: st.DrawFn, cell: st.SearchStrategy[str] = TEXT, *, fewest: int = 3, ragged: bool = False
) -> Written:
    """A header and some rows, each with an id of its own in the first column."""
    delimiter, line_end = draw(st.sampled_from(DELIMITERS)), draw(st.sampled_from(LINE_ENDS))
    width, always = draw(st.integers(2, 6)), draw(st.booleans())
    # Cells in single quotes all over are read as quoted, ="…" is what Excel writes for …
    cells = cell.filter(lambda text: not re.match(r"""\s*(?:'|=")""", text))
    table = [["#id#", *(f"column {place}" for place in range(2, width + 1))]]
    for number in range(draw(st.integers(fewest, fewest + 4))):
        more = draw(st.sampled_from([0, 0, 0, 1, -1])) if ragged and number else 0
        table.append([f"#{number}#", *(draw(cells) for _ in range(width - 1 + more))])
    return Written(
        delimiter,
        line_end,
        tuple(record(one, delimiter, always) for one in table),
        tuple(tuple(map(as_read, one)) for one in table),
    )


def read(data: bytes, delimiter: str | None = None) -> list[Row]:
    """The rows of a file that holds `data`; without `delimiter` under its likeliest grid."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "file.csv"
        path.write_bytes(data)
        content = open_file(path)
        grid = Grid(None, delimiter, ()) if delimiter else next(iter(grids(content)))
        return list(rows(content, grid))


@FEW
@given(tables(), st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "gb18030"]))
def test_a_table_comes_back_cell_for_cell(table, encoding):
    # By evidence alone GB18030 takes Chinese, see the next test; here its mark says what it is.
    mark = "\ufeff" if encoding == "gb18030" else ""
    assert read((mark + table.text).encode(encoding), table.delimiter) == table.expected


@FEW
@given(tables(st.lists(st.sampled_from([*HAN, "A", " ", "12", "\n", ",", '"']), max_size=6).map("".join)))
def test_chinese_comes_back_from_gb18030(table):
    assume(len(re.findall("[\u4e00-\u9fff]", table.text)) > 3)
    assert read(table.text.encode("gb18030"), table.delimiter) == table.expected


@FEW
@given(tables(PLAIN))
def test_the_delimiter_is_found(table):
    assert read(table.text.encode()) == table.expected


@FEW
@given(tables(ragged=True))
def test_rows_with_other_numbers_of_cells_are_kept_as_they_are(table):
    assert read(table.text.encode(), table.delimiter) == table.expected


def lines_of(table: Written, index: int) -> range:
    """The lines on which a record stands."""
    first = table.expected[index].number
    return range(first, first + len(re.findall(LINE_BREAK, table.records[index])) + 1)


def only_these_changed(table: Written, data: bytes, damaged: set[int]) -> list[Row]:
    """Check that every other row came through, and that every damaged one is accounted for; what became of those."""
    got = read(data, table.delimiter)
    for index, row in enumerate(table.expected):
        if index not in damaged:
            assert got.count(row) == 1, row
            got.remove(row)
    for index in damaged:
        assert any(row.number == table.expected[index].number for row in got), table.records[index]
    assert {row.number for row in got} <= {line for index in damaged for line in lines_of(table, index)}
    return got


def without_quote(draw: st.DataObject, table: Written, damaged: set[int]) -> Written:
    """`table` with one of the quotes lost in each damaged record, or one too many."""
    records = list(table.records)
    for index in damaged:
        text = records[index]
        places = [found.start() for found in re.finditer('"', text)] or [text.index("#", 1) + 1]
        place = draw.draw(st.sampled_from(places))
        change = "" if text[place] == '"' else table.delimiter + '"'
        records[index] = text[:place] + change + text[place + 1 :]
    return replace(table, records=tuple(records))


@FEW
@given(tables(fewest=8), st.data())
def test_lost_quotes_harm_no_other_row(table, data):
    damaged = data.draw(st.sets(st.integers(1, len(table.records) - 1), min_size=1, max_size=2))
    broken = without_quote(data, table, damaged)
    assume(not any(one.endswith("\r") for one in broken.records))  # it would join the line end
    only_these_changed(broken, broken.text.encode(), damaged)


@FEW
@given(tables(fewest=8, ragged=True), st.data())
def test_a_file_cut_off_loads_its_whole_rows(table, data):
    # Of what comes before the cut there must be enough to tell rows from text.
    text = table.text.removesuffix(table.line_end).encode()
    begin = len("".join(one + table.line_end for one in table.records[:6]).encode())
    cut = data.draw(st.integers(begin, len(text) - 1))
    got = read(text[:cut], table.delimiter)
    whole, size = 0, 0
    for one in table.records:
        size += len((one + table.line_end).encode())
        whole += size <= cut
    assert got[:whole] == table.expected[:whole]
    rest = got[whole:]
    assert len(rest) <= 1 or not any(
        row.fault is None and len(row.cells) == len(table.cells[0]) for row in rest
    )


@FEW
@given(tables(), st.data(), st.sampled_from([b"\xff", b"\xe5\xbc", b"\xe9", b"\x80", b"\x00"]))
def test_a_stray_byte_harms_no_other_row(table, data, stray):
    index = data.draw(st.integers(1, len(table.records) - 1))
    records = [(one + table.line_end).encode() for one in table.records]
    place = data.draw(st.integers(1, len(table.records[index].encode()) - 1))
    text = table.records[index].encode()
    assume(b"\r" not in text[place - 1 : place + 1])
    records[index] = text[:place] + stray + text[place:] + table.line_end.encode()
    # Characters of several bytes enough to tell that it is UTF-8.
    records.append(
        f"#99#{table.delimiter * (len(table.cells[0]) - 1)}{'客户电话' * 3}{table.line_end}".encode()
    )
    got = read(b"".join(records), table.delimiter)
    for row in table.expected[:index] + table.expected[index + 1 :]:
        assert row in got
    (damaged,) = (row for row in got if row.number == table.expected[index].number)
    assert damaged.fault or stray == b"\x00"
