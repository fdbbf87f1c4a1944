"""Large files are read by DuckDB itself, and become the same facts as when Python reads them."""

from __future__ import annotations

import random

import pytest

import etl.loading.load_part
import etl.loading.raw_rows
from etl.home import Home
from etl.loading.load import load
from etl.loading.report import report_json
from etl.snapshots.snapshot import current

HEADER = "通话编号,来电时间,是否接通,接听工号,队列,等待秒数,通话秒数,客户号码"
GOOD = 'C{n},2026-10-{d:02} 09:{m:02}:00,是,00{a},"热线, {q}",{w},{n},138{n:08}'


HISTORY = """
    SELECT * EXCLUDE (old_values), regexp_replace(old_values, '"customer_key":[0-9]+', '') AS old
    FROM row_history ORDER BY ALL"""


def lines(*extra: str, number: int = 60) -> list[str]:
    """A header and `number` good rows, with `extra` rows among them."""
    rows = [GOOD.format(n=n, d=1 + n % 28, m=n % 60, a=1 + n % 5, q=n % 3, w=n % 40) for n in range(number)]
    random.Random(7).shuffle(rows)
    for place, row in enumerate(extra):
        rows.insert(3 + 5 * place, row)
    return [HEADER, *rows]


FILES = {
    "clean": "\n".join(lines()) + "\n",
    "without its last line end": "\n".join(lines()),
    "windows": "\r\n".join(lines()) + "\r\n",
    "title rows": "\n".join(["热线通话", "导出时间 2026-10-31", *lines()]) + "\n",
    "empty and padded cells": "\n".join(
        lines("C900, 2026-10-05 10:00 ,是 ,, 热线,,5,", "C901,2026-10-05 10:00,否,,,,,")
    )
    + "\n",
    "unreadable": "\n".join(
        lines("C900,soon,是,,,,,", "C901,2026-10-05 10:00,perhaps,,,1,2,", ",2026-10-05 10:00,是,,,,,")
    )
    + "\n",
    "implausible": "\n".join(lines("C900,2026-10-05 10:00,是,1,,-5,999999,")) + "\n",
    "too few and too many cells": "\n".join(
        lines("C900,2026-10-05 10:00", GOOD.format(n=901, d=5, m=1, a=1, q=1, w=1) + ",x,y")
    )
    + "\n",
    "more delimiters at the end": "\n".join(row + ",," for row in lines()) + "\n",
    "doubled": "\n".join([*lines(), *lines()[5:20], lines()[7].replace("是", "否")]) + "\n",
    "doubled, and then changed": "\n".join([*lines(), *lines()[5:9], lines()[7].replace("是", "否")] * 2)
    + "\n",
    "an implausible row, then a good one of the same key": "\n".join(
        [*lines(), "C900,2026-10-05 10:00,是,1,,999999,5,", "C900,2026-10-05 10:00,是,1,,9,5,"]
    )
    + "\n",
    "an implausible row, doubled": "\n".join(lines(*["C900,2026-10-05 10:00,是,1,,999999,5,"] * 3)) + "\n",
    "a line break in a cell": "\n".join(lines('C900,2026-10-05 10:00,是,1,"热\n线",1,2,')) + "\n",
    "empty lines": "\n".join(lines("", "")) + "\n\n",
    "a row of delimiters": "\n".join(lines(",,,,,,,")) + "\n",
    "a row of blanks between delimiters": "\n".join(lines(" ,,,\u3000,, ,,")) + "\n",
    "an open quote": "\n".join(lines('C900,2026-10-05 10:00,是,1,"热线,1,2,')) + "\n",
    "cut off": "\n".join(lines()) + "\nC999,2026-10-0",
    "a quote inside": "\n".join(lines('C900,2026-10-05 10:00,是,1,热"线,1,2,')) + "\n",
    "a line too long for an error to quote": "\n".join(
        lines(*('C900,2026-10-05 10:00,是,1,"' + "x" * n + "热" * 5000 + '"热,1,2,' for n in range(3)))
    )
    + "\n",
    "full-width blanks": "\n".join(lines("C900,2026-10-05 10:00,是,1,　热线　,1,2,　13800138000")) + "\n",
    "numbers in texts": "\n".join(
        lines("C900,2026-10-05 10:00,是,1,客户13800138000来电,1,2,+86 138-0013-8000")
    )
    + "\n",
    "a second file joined to it": "\n".join(
        [*lines(number=30), *(f"\ufeff{row}" for row in lines("", number=3))]
    )
    + "\n",
    "an unusual blank": "\n".join(lines("C900,2026-10-05 10:00,是,\u2028,热线,1,2,")) + "\n",
    "a mark behind a blank": "\n".join(lines('C900,2026-10-05 10:00,是,1, "热线", 1,2,')) + "\n",
    "a byte order mark": "\ufeff" + "\n".join(lines()) + "\n",
}


def loaded(home: Home, *paths) -> tuple:
    """Everything that loads, one for each path, tell and keep, but for where it happened."""
    reports = [report_json(load(home, [path])) for path in paths]
    snapshot = current(home)
    history = snapshot.query(HISTORY).rows()
    days = snapshot.query("SELECT * FROM loaded_days ORDER BY ALL").rows()
    audits = snapshot.query("SELECT * FROM audit_rows ORDER BY ALL").rows()
    facts = snapshot.query("SELECT * EXCLUDE (customer_key) FROM calls ORDER BY ALL").rows()
    rejects = snapshot.query('SELECT file_row, "column", rule FROM rejects ORDER BY ALL').rows()
    people = snapshot.query("SELECT * FROM people ORDER BY ALL").rows()
    same = snapshot.query("SELECT count(DISTINCT customer_key) FROM calls").rows()
    return [report["files"] for report in reports], facts, rejects, people, same, history, days, audits


@pytest.mark.parametrize("name", FILES)
def test_both_readers_agree(tmp_path, monkeypatch, name):
    path = tmp_path / "calls.csv"
    path.write_text(FILES[name], encoding="utf-8", newline="")
    careful = loaded(Home(tmp_path / "careful"), path)
    assert careful[1], "the file of this test must hold facts"
    monkeypatch.setattr(etl.loading.raw_rows, "LARGE", 0)
    assert loaded(Home(tmp_path / "fast"), path) == careful


def test_a_large_file_that_is_not_utf8_does_not_break_the_database(tmp_path, monkeypatch, home):
    """Of these bytes (Big5) DuckDB 1.5.6 made an error that invalidated the database it was loading into."""
    path, other = tmp_path / "observations.csv", tmp_path / "calls.csv"
    path.write_bytes(
        b"Observation ID,\xab\xc8\xaaA\xa4u?,Observed at,Standard,Passed,?\xacd\xa4H\r\n"
        b'K0,000,2026-10-01T09:00:00+08:00,attention_5s,0,"he said ""no"""\r\n'
        b"K1,001,2026-10-02T09:01:01+08:00,attention_5s,\xa7_,??\r\n"
        b'K2,,2026-10-03T09:02:02+08:00,smile_3m,\xa7_,"he said ""no"""\r\n'
    )
    other.write_text(FILES["clean"], encoding="utf-8")
    monkeypatch.setattr(etl.loading.raw_rows, "LARGE", 0)
    files = load(home, [path, other]).files
    assert [(file.table, file.status, file.rows_read) for file in files] == [
        ("observations", "loaded", 3),
        ("calls", "loaded", 60),
    ]


AGAIN = {
    "the same rows in another order": [HEADER, *sorted(lines()[1:])],
    "some rows changed": [line.replace(",是,", ",否,") if "C1" in line else line for line in lines()],
    "old and new rows": [*lines(number=90), GOOD.format(n=3, d=9, m=9, a=9, q=9, w=9)],
    "new rows, one of them faulty": [
        HEADER,
        *(f"D{n},2026-11-01 09:00,是,7,,1,2," for n in range(9)),
        "D9,soon",
    ],
}


@pytest.mark.parametrize("name", AGAIN)
def test_both_readers_agree_on_what_was_loaded_before(tmp_path, monkeypatch, name):
    first, then = tmp_path / "first.csv", tmp_path / "then.csv"
    first.write_text(FILES["clean"], encoding="utf-8")
    then.write_text("\n".join(AGAIN[name]) + "\n", encoding="utf-8")
    careful = loaded(Home(tmp_path / "careful"), first, then)
    monkeypatch.setattr(etl.loading.raw_rows, "LARGE", 0)
    assert loaded(Home(tmp_path / "fast"), first, then) == careful


def test_a_header_alone_is_an_empty_table(tmp_path, monkeypatch, home):
    path = tmp_path / "calls.csv"
    path.write_text(f"{HEADER}\n", encoding="utf-8")
    monkeypatch.setattr(etl.loading.raw_rows, "LARGE", 0)
    (file,) = load(home, [path]).files
    assert (file.status, file.rows_read) == ("loaded", 0)


def test_a_refused_file_leaves_nothing_behind(tmp_path, monkeypatch, home):
    """It grows while it is read, after its rows stand in the facts."""
    path = tmp_path / "calls.csv"
    path.write_text(FILES["clean"], encoding="utf-8")
    other = tmp_path / "other.csv"
    other.write_text(f"{HEADER}\nD1,2026-11-01 09:00,是,7,,1,2,\n", encoding="utf-8")
    monkeypatch.setattr(etl.loading.raw_rows, "LARGE", 0)
    merged = etl.loading.load_part.merge

    def grow(*given):
        with path.open("a", encoding="utf-8") as file:
            file.write("D2,2026-11-01 09:00,是,7,,1,2,\n")
        return merged(*given)

    monkeypatch.setattr("etl.loading.load_part.merge", grow)
    statuses = [file.status for file in load(home, [path, other]).files]
    assert statuses == ["refused", "loaded"]
    assert current(home).query("SELECT call_id FROM calls").rows() == [("D1",)]


def test_the_quick_reader_is_the_one_that_reads_a_clean_file(tmp_path, monkeypatch):
    path = tmp_path / "calls.csv"
    path.write_text(FILES["clean"], encoding="utf-8")
    monkeypatch.setattr(etl.loading.raw_rows, "LARGE", 0)
    monkeypatch.setattr("etl.maps.recognise.rows", lambda *_: pytest.fail("read in Python"))
    monkeypatch.setattr("etl.loading.load_part.conform_file", lambda *_: pytest.fail("copied once more"))
    assert report_json(load(Home(tmp_path / "home"), [path]))["files"][0]["loaded"] == 60


def test_many_rows_are_seen_before_the_file_is_closed(tmp_path, home):
    """More rows than one thread writes, after a statement that writes none: see test_duckdb_canary.py."""
    path = tmp_path / "calls.csv"
    rows = "\n".join(f"C{n},2026-10-{1 + n % 28:02} 09:00,是,{n % 9}" for n in range(250_000))
    path.write_text(f"通话编号,来电时间,是否接通,接听工号\n{rows}\n", encoding="utf-8")
    seen = []
    numbers = "SELECT count(*) FROM calls WHERE file_row <> CAST(substr(call_id, 2) AS BIGINT) + 2"
    load(
        home,
        [path],
        finish=lambda con: seen.append(con.execute("SELECT count(call_id) FROM calls").fetchone()),
    )
    assert seen == [(250_000,)]
    assert current(home).query(numbers).item() == 0


def test_quotes_between_blanks_mean_nothing_to_either_reader(tmp_path, monkeypatch):
    path = tmp_path / "ratings.csv"
    rows = [f'100{n} 2025-11 团队精神 4 主管 "{n}"' for n in range(9)]
    path.write_text("\n".join(["客服工号 月份 考核参数 评分 评分人 事例", *rows]) + "\n", encoding="utf-8")
    found = []
    for size in (1 << 30, 0):
        monkeypatch.setattr(etl.loading.raw_rows, "LARGE", size)
        home = Home(tmp_path / str(size))
        load(home, [path])
        found.append(current(home).query("SELECT * FROM ratings ORDER BY ALL").rows())
    assert found[0]
    assert found[0] == found[1]
