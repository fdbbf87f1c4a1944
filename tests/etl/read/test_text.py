"""Text files as they come: encodings, delimiters, quotes, damage. Every row is read, or set aside by name."""

from __future__ import annotations

import time

import pytest

from etl.errors import Problem
from etl.loading.load import load
from etl.loading.report import report_json
from etl.read import grids, rows
from etl.read.content import open_file

HEAD = "编号,时间,姓名,秒数"
CHINESE = "\n".join(
    [HEAD, *(f"C{n},2026-10-01 09:0{n}:00,{name},{n}" for n, name in enumerate(("张伟", "李娜", "欧阳婷")))]
)
FRENCH = "id;nom;durée\n1;José Peña;12\n2;Zoë;8\n3;Élodie Noël;9\n"
MEGABYTE = 1 << 20


@pytest.fixture
def file(tmp_path):
    """A file of the given text or bytes as content."""

    def make(data, encoding="utf-8"):
        path = tmp_path / "file.csv"
        path.write_bytes(data if isinstance(data, bytes) else data.encode(encoding))
        return open_file(path)

    return make


@pytest.fixture
def read(file):
    """The rows of a text under its likeliest grid: (line, cells), or (line, fault)."""

    def reader(data, encoding="utf-8"):
        content = file(data, encoding)
        found = rows(content, next(iter(grids(content))))
        return [(row.number, row.fault or row.cells) for row in found]

    return reader


def table(*cells, head=HEAD):
    """Lines of a file with ids and times, with `cells` as they stand there in the third column."""
    return (
        "\n".join(
            [head, *(f"C{n},2026-10-01 09:0{n}:00,{cell},{n}" for n, cell in enumerate(cells, start=1))]
        )
        + "\n"
    )


def third(found):
    """The third column without its header, or the fault of a row."""
    return [cells if isinstance(cells, str) else cells[2] for _, cells in found[1:]]


# --- encodings


@pytest.mark.parametrize(
    ("text", "codec", "name"),
    [
        (CHINESE, "utf-8", "utf-8"),
        (CHINESE, "utf-8-sig", "utf-8"),
        (CHINESE, "gb18030", "gb18030"),
        (CHINESE, "gbk", "gb18030"),
        (CHINESE, "utf-16", "utf-16-le"),
        (CHINESE, "utf-16-le", "utf-16-le"),
        (CHINESE, "utf-16-be", "utf-16-be"),
        ("\ufeff" + CHINESE, "utf-16-be", "utf-16-be"),
        ("\ufeff" + CHINESE, "utf-32-le", "utf-32-le"),
        ("工号,姓名\n1,张伟\n", "gb18030", "gb18030"),
        ("id,name\n1,Agent A组\n", "gb18030", "gb18030"),
        ("id,name\n1,\u3000王婷\u3000\n", "gb18030", "gb18030"),
        (FRENCH, "latin-1", "latin-1"),
        (FRENCH.replace("Zoë", "Zoë – “Z”"), "cp1252", "windows-1252"),
        ("id;note\n1;5 € – 20 °C\n2;it’s\n", "cp1252", "windows-1252"),
        ("id,name\n1,Müller\n", "latin-1", "latin-1"),
        ("編號,姓名,狀態\n1,陳怡君,是否接聽\n2,王小明,客戶不滿意\n", "big5", "big5"),
        ("番号,お客様,状態\n1,たなか,待ち時間\n2,スズキ,ありがとう\n", "cp932", "shift_jis"),
    ],
)
def test_the_encoding_is_told_by_evidence_and_named(file, read, text, codec, name):
    assert file(text, codec).encoding == name
    cells = [
        tuple(line.strip().split(";" if ";" in line else ",")) for line in text.lstrip("\ufeff").splitlines()
    ]
    assert [found for _, found in read(text, codec)] == [tuple(map(str.strip, one)) for one in cells]


@pytest.mark.parametrize(
    ("text", "codec"), [("고객,전화,상담원,대기시간,만족\n", "cp949"), ("клиент,звонок,время\n", "koi8-r")]
)
def test_an_encoding_that_makes_no_sense_is_refused(file, text, codec):
    with pytest.raises(Problem, match="makes no sense"):
        _ = file(text * 20, codec).encoding


def test_bytes_that_are_no_text_are_refused(file):
    with pytest.raises(Problem, match="neither text nor a workbook"):
        _ = file(bytes(range(256)) * 40).encoding


@pytest.mark.parametrize("stray", [b"\xff", b"\xe5\xbc", "张".encode("gbk"), b"\xe9", b"a\x00b"])
def test_a_stray_byte_costs_its_own_row_only(file, read, stray):
    data = table("张伟", "STRAY", "李娜").encode().replace(b"STRAY", stray)
    assert third(read(data)) == ["张伟", "unreadable_text", "李娜"]
    content = file(data)
    bad = next(row for row in rows(content, next(iter(grids(content)))) if row.fault)
    assert (
        bad.number,
        "".join(f"\\x{byte:02X}" for byte in stray if byte == 0 or byte > 0x7F)
        in bad.cells[0].replace("a\\x00b", "\\x00"),
    ) == (3, True)


def test_a_stray_byte_far_down_a_large_file_does_not_change_its_encoding(file):
    data = (table(*["张伟"] * 60_000) + "x,\udcff,y,1\n").encode(errors="surrogateescape")
    assert file(data).encoding == "utf-8"
    assert (
        file(b"id,name\n" + b"1,plain\n" * 300_000 + "2,张伟的客户\n".encode("gbk") * 9_000).encoding
        == "gb18030"
    )


@pytest.mark.parametrize("codec", ["gb18030", "latin-1"])
def test_a_row_in_utf8_within_another_encoding_is_set_aside(read, codec):
    text = CHINESE + "\n" if codec == "gb18030" else FRENCH
    alien = "C9,1,客户满意,1\n" if codec == "gb18030" else "9;Noël;1\n"
    found = read(text.encode(codec) + alien.encode())
    assert [row for row in found if isinstance(row[1], str)] == [(5, "unreadable_text")]


def test_zeros_around_cells_are_padding(read):
    assert read(b"a,b,c\n1\0\0,\0two\0,3\n\0\0\0\0\n4,5,6\n\0\0\0") == [
        (1, ("a", "b", "c")),
        (2, ("1", "two", "3")),
        (4, ("4", "5", "6")),
    ]


# --- delimiters, lines


@pytest.mark.parametrize(
    "delimiter", [",", "\t", ";", "|", "^", "~", "\x01", "\x1f", "¦", "\uff0c", "\uff1b", "、", "$"]
)
def test_the_delimiter_is_found(file, read, delimiter):
    text = CHINESE.replace(",", delimiter)
    assert next(iter(grids(file(text)))).delimiter == delimiter
    assert [cells for _, cells in read(text)] == [tuple(line.split(",")) for line in CHINESE.splitlines()]


def test_the_more_regular_delimiter_goes_first(read):
    assert read("id;sum\n1;2,50\n2;3,75\n")[1] == (2, ("1", "2,50"))
    assert read("a^b\n1,2^3,4\n5,6^7\n")[1] == (2, ("1,2", "3,4"))


def test_runs_of_blanks_delimit_where_every_line_agrees(read):
    fixed = "工号    时间                 姓名\n1       2026-01-01 09:00:00  Ann Lee\n12      2026-01-01 09:05:00  Bo\n"
    assert read(fixed)[1] == (2, ("1", "2026-01-01 09:00:00", "Ann Lee"))
    assert read("id time n\n1 09:00 4\n2 09:01 5\n")[1] == (2, ("1", "09:00", "4"))
    assert read("A note to all\nplease do not read this as a table\n  but as a note\n") == [
        (1, ("A note to all",)),
        (2, ("please do not read this as a table",)),
        (3, ("but as a note",)),
    ]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r", "\r\r\n", "\n\n"])
def test_every_line_end_ends_a_line(read, end):
    found = read(CHINESE.replace("\n", end))
    assert [cells for _, cells in found] == [tuple(line.split(",")) for line in CHINESE.splitlines()]
    assert [number for number, _ in found] == ([1, 3, 5, 7] if end in ("\r\r\n", "\n\n") else [1, 2, 3, 4])


def test_mixed_line_ends_and_those_of_unicode(read):
    assert read("a,b\r\n1,x\x0by\u2028z\n\n3,4\r5,6") == [
        (1, ("a", "b")),
        (2, ("1", "x\x0by\u2028z")),
        (4, ("3", "4")),
        (5, ("5", "6")),
    ]


def test_excels_first_line_names_the_delimiter(file, read):
    text = "sep=;\nid;a,b\n1;2,5\n"
    assert [grid.delimiter for grid in grids(file(text))] == [";"]
    assert read(text) == [(2, ("id", "a,b")), (3, ("1", "2,5"))]


def test_a_mark_where_a_second_file_was_joined_is_no_text(read):
    assert read("\ufeffid,n\n1,2\n\ufeff3,4\n")[2] == (3, ("3", "4"))


def test_trailing_delimiters_footers_and_titles_keep_their_cells(read):
    assert read("月报,,\nid,n,\n1,2,\n\n3,4,\n合计,6\n") == [
        (1, ("月报", "", "")), (2, ("id", "n", "")), (3, ("1", "2", "")), (5, ("3", "4", "")), (6, ("合计", "6")),
    ]  # fmt: skip


# --- quotes


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ('"a, b"', "a, b"),
        ('"say ""hi"""', 'say "hi"'),
        ('""', ""),
        (' "a, b" ', "a, b"),
        ('5" screen', '5" screen'),
        ('"5" screen"', '5" screen'),
        ('""Agent 01" <1115>"', '"Agent 01" <1115>'),
        ('""Agent, 01" <1115>"', '"Agent, 01" <1115>'),
        ('"abc" def', '"abc" def'),
        (r'"say \"hi, you\" now"', 'say "hi, you" now'),
        (r'"\"a\", b"', '"a", b'),
        ('"C:\\dir\\"', "C:\\dir\\"),
        ('="0012"', "0012"),
        ('"=""0012"""', "0012"),
        ('"two\nlines, and ""more"""', 'two\nlines, and "more"'),
        ('"two\r\nlines"', "two\nlines"),
        ('"\n\nthree\n\n"', "three"),
        ('"says\n\\"hi, you\\" there"', 'says\n"hi, you" there'),
        ('"' + "x" * 300_000 + '"', "x" * 300_000),
    ],
)  # fmt: skip
def test_a_quoted_cell_is_read_whole(read, cell, text):
    assert third(read(table("Ann", cell, "Bob"))) == ["Ann", text, "Bob"]


def test_single_quotes_enclose_where_they_do_so_all_over(file, read):
    text = "1,'a,b','it''s'\n2,'c','d'\n3,'two\nlines','e'\n"
    assert next(iter(grids(file(text)))).quote == "'"
    assert read(text) == [(1, ("1", "a,b", "it's")), (2, ("2", "c", "d")), (3, ("3", "two\nlines", "e"))]
    assert third(read(table("O'Brien", "'tis", "Ann"))) == ["O'Brien", "'tis", "Ann"]


def test_a_number_is_the_line_on_which_a_row_begins(read):
    found = read(table("Ann", '"two\nlines\n\n"', "Bob"))
    assert [number for number, _ in found] == [1, 2, 3, 7]


@pytest.mark.parametrize(
    "behind",
    [["Bob", "Cy"], ['"Bob"', '"Cy"'], ['"Bob ""x"" y"', "Cy"], ['""', '""'], ['"a, b"', '"two\nlines"']],
)
@pytest.mark.parametrize("broken", ['"Ann', '"Ann, B', '"', '"""Ann'])
def test_an_open_quote_costs_its_own_row_only(read, broken, behind):
    whole, found = read(table("Ann", "Zed", *behind)), read(table("Ann", broken, *behind))
    assert found == [*whole[:2], (3, "open_quote"), *whole[3:]]


@pytest.mark.parametrize("between", [0, 1, 2, 50])
@pytest.mark.parametrize("closing", ['Bob"', '"'])
def test_two_open_quotes_do_not_swallow_the_rows_between_them(read, between, closing):
    plain = third(read(table("Ann", *["Cy"] * between, "Zed")))
    found = third(read(table("Ann", '"Open', *["Cy"] * between, closing, "Zed")))
    assert found == [
        *plain[:1],
        "open_quote",
        *plain[1:-1],
        "open_quote" if closing == '"' else 'Bob"',
        "Zed",
    ]


def test_text_within_an_open_cell_is_not_taken_for_rows(read):
    broken = 'C2,2026-10-01 09:00:00,"a "b" c\nno, no, no, no\nend,2\n'
    found = read(table("Ann", "Bob", "Cy") + broken + table("Zed").partition("\n")[2])
    assert [(number, row) for number, row in found if isinstance(row, str)] == [
        (5, "open_quote"),
        (6, "open_quote"),
    ]
    assert found[-2:] == [(7, ("end", "2")), (8, ("C1", "2026-10-01 09:01:00", "Zed", "1"))]


def test_quotes_between_lists_of_codes_are_read_line_by_line(read):
    """Without numbers to tell rows from text the count of cells decides."""
    lines = ["a,b,c,d,e", *["x,y,z,u,v"] * 5, 'x,"y,z,u,v', *["x,y,z,u,v"] * 3, 'x,y",z,u,v']
    assert [number for number, row in read("\n".join(lines) + "\n") if isinstance(row, str)] == [7]


# --- cut off


@pytest.mark.parametrize(
    ("rest", "fault"),
    [
        ("C9,2026-1", "cut_off"),
        ("C", "cut_off"),
        ('C9,2026-10-01 09:00:00,"An', "cut_off"),
        ('C9,2026-10-01 09:00:00,"An\nmore\nand mo', "cut_off"),
        ('C9,2026-10-01 09:00:00,"An\n', "open_quote"),
        ("C9,2026-10-01 09:00:00,张".encode()[:-1], "cut_off"),
        ("C9,2026-10-01 09:00:00,Ann,1", ("C9", "2026-10-01 09:00:00", "Ann", "1")),
        ("合计,3", ("合计", "3")),
        ("(3 rows)", ("(3 rows)",)),
    ],
)
def test_a_file_cut_off_in_a_row_loads_the_others(read, rest, fault):
    whole = table("Ann", "Bob", "Cy")
    found = read(whole.encode() + (rest if isinstance(rest, bytes) else rest.encode()))
    assert found == [*read(whole), (5, fault)]


def test_a_short_row_with_a_line_end_is_short_not_cut_off(read):
    assert read(table("Ann", "Bob") + "C9,2026\n")[-1] == (4, ("C9", "2026"))
    assert read("id|a|b\n1|2\n3|4|5\n6|7\n8|9")[-1] == (5, ("8", "9"))


def test_the_end_mark_of_dos_is_no_row(read):
    assert read("a,b\r\n1,2\r\n\x1a") == [(1, ("a", "b")), (2, ("1", "2"))]


def test_half_a_utf16_character_at_the_end_is_a_cut(read):
    assert read((CHINESE + "\nC9,时间,客").encode("utf-16-le")[:-1])[-1] == (5, "cut_off")


# --- all together


def test_every_damaged_row_is_a_reject_with_its_line_and_rule(home, tmp_path):
    lines = [
        "通话编号,来电时间,是否接通,接听工号,等待秒数,通话秒数,备注",
        "C1,2026-10-01 09:00:00,是,0042,12,200,",
        'C2,2026-10-01 09:05:00,是,0042,12,200,"open',
        "C3,2026-10-01 09:10:00,是,0042,12,200,BAD",
        "C4,2026-10-01 09:15:00,是,0042",
        'C5,2026-10-01 09:20:00,是,0042,12,200,"two\nlines"',
        "C6,2026-10-01 09:25:00,是,0042,1",
    ]
    path = tmp_path / "calls.csv"
    path.write_bytes("\r\n".join(lines).encode().replace(b"BAD", b"\xff"))
    (file,) = report_json(load(home, [path]))["files"]
    assert file["reject_rules"] == {
        "open_quote": 1,
        "unreadable_text": 1,
        "wrong_number_of_cells": 1,
        "cut_off": 1,
    }
    assert (file["rows_read"], file["loaded"], file["rejected"]) == (6, 2, 4)


@pytest.mark.parametrize(
    "piece",
    ['"', '"\n', '""\n', '"""\n', ',"', '",', '"a,', 'x","y\n', 'a,"""x\n', '"x""x', '"   ', "',", '"\\"', '1,"2\n3,4\n', "\x00"],
)  # fmt: skip
def test_a_megabyte_of_quotes_takes_no_more_than_its_length(file, piece):
    begin = time.process_time()
    size = MEGABYTE // (4 if "\n" in piece else 1)
    content = file("a,b,c\n1,2,3\n" + piece * (size // len(piece)))
    for grid in grids(content):
        assert sum(1 for _ in rows(content, grid)) > 0
    # Seconds; what looks through the rest of the file for every quote would take hours.
    assert time.process_time() - begin < 2


def test_a_megabyte_line_before_other_letters_takes_no_more_than_its_length(file):
    begin = time.process_time()
    for between in ("\n1,", ""):
        content = file(
            b"a,b\nx," + b"y" * (MEGABYTE // 2) + f"{between}名称工号班组\n".encode("gb18030") * 40
        )
        assert content.encoding == "gb18030"
    assert time.process_time() - begin < 2  # seconds; to look from every letter on would take hours
