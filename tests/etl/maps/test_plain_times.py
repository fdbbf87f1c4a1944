"""Times in a plain file that are written in another way: read where the file proves how, else asked."""

from __future__ import annotations

import json
from datetime import datetime, timedelta

import openpyxl
import pytest

import etl.loading.load_part
import etl.loading.raw_rows
import etl.maps.plain_times
from dashboard.export.rejects import rejects_workbook
from etl.home import Home
from etl.loading.load import load
from etl.loading.preview import preview
from etl.loading.report import DOCUMENTED, report_json
from etl.maps.maps import load_sources
from etl.propose import answer, read_layouts
from etl.snapshots.snapshot import current
from tests.etl.sample_files import SAMPLES

HEADER = "通话编号,来电时间,是否接通,接听时间,接听工号"
FIRST = datetime(2026, 10, 8, 9, 5, 10)
BEGINNINGS = [FIRST + timedelta(days=n, minutes=7 * n) for n in range(12)]  # the 8th to the 19th
ANSWERED = timedelta(seconds=25)
HOME_ZONE = timedelta(hours=8)
ISO = "%Y-%m-%d %H:%M:%S"


def since(day, at):
    return (at - day).total_seconds()


def epoch(at):
    return int(since(datetime(1970, 1, 1), at - HOME_ZONE))


# (how a time is written, what is said of it)
WRITTEN = {
    "day first": (lambda at: f"{at:%d/%m/%Y %H:%M:%S}", "day, month, year"),
    "month first, 12 hours": (lambda at: f"{at:%m/%d/%Y %I:%M:%S %p}", "month, day, year"),
    "days of a workbook": (
        lambda at: f"{since(datetime(1899, 12, 30), at) / 86_400:.9f}",
        "days as a workbook counts them",
    ),
    "seconds": (lambda at: str(epoch(at)), "seconds since 1970"),
    "milliseconds": (lambda at: f"{epoch(at)}000", "milliseconds since 1970"),
    "digits alone": (lambda at: f"{at:%Y%m%d%H%M%S}", "year, month, day"),
    "dots": (lambda at: f"{at:%d.%m.%Y, %H:%M:%S}", "day, month, year"),
    "month by name": (lambda at: f"{at:%d-%b-%Y %H:%M:%S}", "day, month, year"),
    "上午 and 下午": (
        lambda at: f"{at:%Y/%m/%d} {'上午' if at.hour < 12 else '下午'}{at:%I:%M:%S}",
        "year, month, day",
    ),
}


def csv(rows):
    return "\n".join([HEADER, *(",".join(f'"{c}"' if "," in c else c for c in row) for row in rows)]) + "\n"


def rows_of(write, beginnings=BEGINNINGS):
    return [(f"C{n:02}", write(at), "是", write(at + ANSWERED), "001") for n, at in enumerate(beginnings)]


def saved(tmp_path, rows, name="calls.csv"):
    path = tmp_path / name
    path.write_text(csv(rows), encoding="utf-8")
    return path


def only(home, path, **options):
    (file,) = report_json(load(home, [path], **options))["files"]
    counted = ("loaded", "updated", "duplicate", "rejected", "ignored")
    assert file["rows_read"] == sum(file[name] for name in counted), file
    return file


def facts(home):
    return current(home).query("SELECT call_id, started_at, answered_at FROM calls ORDER BY 1").rows()


TRUE = [(f"C{n:02}", at, at + ANSWERED) for n, at in enumerate(BEGINNINGS)]


@pytest.fixture(params=["in Python", "by DuckDB"])
def lane(request, monkeypatch):
    """Both readers; the quick one has to be used where it is asked for."""
    used = []
    real = etl.loading.load_part._take_straight
    monkeypatch.setattr(
        etl.loading.load_part, "_take_straight", lambda *given: used.append(given) or real(*given)
    )
    if request.param == "by DuckDB":
        monkeypatch.setattr(etl.loading.raw_rows, "LARGE", 0)
    yield request.param
    assert bool(used) == (request.param == "by DuckDB")


@pytest.mark.parametrize("name", WRITTEN)
def test_what_a_file_proves_is_read_to_the_second_and_said(home, tmp_path, lane, name):
    write, how = WRITTEN[name]
    path = saved(tmp_path, rows_of(write))
    file = only(home, path)
    assert (file["source"], file["loaded"], file["rejected"]) == ("plain_calls", 12, 0)
    assert facts(home) == TRUE
    assert f"The times in “来电时间, 接听时间” are read as {how}." in file["warnings"]
    assert not any("not used" in one for one in file["warnings"])
    assert only(home, path)["status"] == "unchanged"


def test_the_proof_is_said_and_kept_for_the_data_page(home, tmp_path):
    file = only(home, saved(tmp_path, rows_of(WRITTEN["day first"][0])))
    assert "7 rows such as 13/10/2026 09:40:10 can only be day, month, year." in file["warnings"]
    ((kept,),) = current(home).query("SELECT warnings FROM files").rows()
    assert json.loads(kept)[0][0] == "The times in “{columns}” are read as {how}."


def test_a_column_written_like_another_is_proven_by_that(home, tmp_path):
    """The first times are all up to the 12th; those of the answers go beyond it."""
    early, late = datetime(2026, 10, 12, 23, 59, 50), datetime(2026, 10, 13, 0, 0, 15)
    rows = [(f"C{n}", f"{early:%d/%m/%Y %H:%M:%S}", "是", f"{late:%d/%m/%Y %H:%M:%S}", "1") for n in range(3)]
    file = only(home, saved(tmp_path, rows))
    assert (file["loaded"], file["rejected"]) == (3, 0)
    assert facts(home) == [(f"C{n}", early, late) for n in range(3)]


def test_days_of_a_workbook_in_a_column_of_days(home, tmp_path):
    path = tmp_path / "shifts.csv"
    path.write_text(
        "工号,班次日期,班次,上班时间,下班时间\n001,46308,早,46308.375,46308.75\n", encoding="utf-8"
    )
    file = only(home, path)
    assert (file["table"], file["loaded"], file["rejected"]) == ("schedule", 1, 0), file
    assert current(home).query("SELECT shift_date::VARCHAR, start_at, end_at FROM schedule").rows() == [
        ("2026-10-13", datetime(2026, 10, 13, 9), datetime(2026, 10, 13, 18))
    ]


def test_clocks_beside_days_are_no_reading_of_a_column_of_days(home, tmp_path):
    """They would be lost."""
    path = tmp_path / "shifts.csv"
    rows = "".join(f"{n},{n}/10/2026 09:30,{n}/10/2026 09:00,{n}/10/2026 18:00\n" for n in range(10, 20))
    path.write_text("工号,班次日期,上班时间,下班时间\n" + rows, encoding="utf-8")
    file = only(home, path)
    assert (file["loaded"], file["rejected"]) == (0, 10)
    assert any(one.startswith("How the times in “班次日期” are meant is open") for one in file["warnings"])


def test_few_odd_times_among_usual_ones_are_set_aside_as_before(home, tmp_path, lane):
    rows = rows_of(lambda at: f"{at:%Y-%m-%d %H:%M:%S}")
    rows[3] = ("C03", "13/10/2026 09:05", "是", "", "001")
    rows[7] = ("C07", "soon", "是", "", "001")
    path = saved(tmp_path, rows)
    file = only(home, path)
    assert (file["loaded"], file["rejected"], file["warnings"]) == (10, 2, [])
    assert answer(home, path)[1] is None


def test_what_no_text_of_a_file_fits_is_neither_read_nor_asked(home, tmp_path):
    file = only(home, saved(tmp_path, [("C1", "soon", "是", "", "1"), ("C2", "later", "是", "", "1")]))
    assert (file["rejected"], file["warnings"]) == (2, [])


def test_rows_that_fit_no_reading_are_set_aside(home, tmp_path, lane):
    rows = rows_of(WRITTEN["day first"][0])
    rows[2] = ("C02", "31/02/2026 09:05:00", "是", "", "001")
    rows[4] = ("C04", BEGINNINGS[4].strftime(ISO), "是", BEGINNINGS[4].strftime(ISO), "001")
    file = only(home, saved(tmp_path, rows))
    assert (file["loaded"], file["rejected"]) == (11, 1)
    assert [row for row in facts(home) if row[0] != "C04"] == [
        row for row in TRUE if row[0] not in ("C02", "C04")
    ]
    assert facts(home)[3] == ("C04", BEGINNINGS[4], BEGINNINGS[4])
    rejects = current(home).query('SELECT file_row, "column", raw, rule FROM rejects').rows()
    assert rejects == [(4, "started_at", "31/02/2026 09:05:00", "unreadable_time")]


AMBIGUOUS = [("C1", "10/11/2026 09:05", "是", "", "1"), ("C2", "10/11/2026 09:30", "是", "", "1")]


def test_an_open_order_is_asked_and_its_answer_loads_the_file(home, tmp_path, lane):
    path = saved(tmp_path, AMBIGUOUS)
    file = only(home, path)
    assert (file["loaded"], file["rejected"]) == (0, 2)
    assert file["reject_rules"] == {"unreadable_time": 2}
    assert file["warnings"][-2:] == [
        "How the times in “来电时间” are meant is open: map the file on the page “Map a file”, or with "
        "service-kpi sources FILE --propose.",
        "Which day is 10/11/2026 09:05: 2026-11-10 / 2026-10-11?",
    ]
    assert len(read_layouts(path, load_sources(home.config))) == 1
    document, draft = answer(home, path)
    column = next(one for one in document["proposals"][0]["columns"] if one["column"] == "started_at")
    assert document["proposals"][0]["table"] == "calls"
    assert set(next(iter(column["choices"].values()))["of"]) >= {"dmy", "mdy"}
    assert draft is not None
    document, _ = answer(home, path, answers=["started_at=mdy"])
    assert [row["started_at"] for row in document["rows"]] == ["2026-10-11 09:05:00", "2026-10-11 09:30:00"]


def test_a_proven_order_is_known_and_shown(home, tmp_path):
    path = saved(tmp_path, rows_of(WRITTEN["day first"][0]))
    document, draft = answer(home, path)
    assert (document["source"], draft) == ("plain_calls", None)
    first = preview(home, path)["tables"]["calls"][0]
    assert (first["started_at"], first["fault_rule"]) == ("2026-10-08 09:05:10", None)


def test_the_same_bytes_read_in_another_way_are_not_unchanged(home, tmp_path, monkeypatch):
    path = saved(tmp_path, rows_of(WRITTEN["day first"][0]))
    monkeypatch.setattr(
        etl.maps.plain_times, "_odd", lambda *_: False
    )  # as before such files were understood
    assert only(home, path)["rejected"] == 12
    monkeypatch.undo()
    file = only(home, path)
    assert (file["status"], file["loaded"]) == ("loaded", 12)
    assert current(home).query("SELECT count(*) FROM rejects WHERE settled_by IS NULL").rows() == [(0,)]


def test_corrected_rows_are_read_as_their_file_was(home, tmp_path):
    """One comes back in the way of the file, though nothing in it proves the order; one in the usual way."""
    write = WRITTEN["day first"][0]
    rows = rows_of(write)
    rows[1] = ("C01", write(BEGINNINGS[1]), "perhaps", write(BEGINNINGS[1] + ANSWERED), "001")
    rows[2] = ("C02", "soon", "是", write(BEGINNINGS[2] + ANSWERED), "001")
    assert only(home, saved(tmp_path, rows))["rejected"] == 2
    book = tmp_path / "back.xlsx"
    book.write_bytes(rejects_workbook(home, current(home), "zh"))
    opened = openpyxl.load_workbook(book)
    for line in opened.worksheets[0].iter_rows(min_row=3):
        for cell in line:
            if cell.value in ("perhaps", "soon"):
                cell.value = {"perhaps": "是", "soon": BEGINNINGS[2].strftime(ISO)}[cell.value]
    opened.save(book)
    file = only(home, book)
    assert (file["loaded"], file["rejected"]) == (2, 0), file
    assert facts(home) == TRUE


def test_later_rows_are_not_looked_at_for_ever(home, tmp_path, monkeypatch):
    """What proves the order stands behind the rows that are looked at: then it is open."""
    monkeypatch.setattr(etl.maps.plain_times, "LOOKED_AT", 5)  # the header, the 8th to the 11th
    file = only(home, saved(tmp_path, rows_of(WRITTEN["day first"][0])))
    assert file["rejected"] == 12
    assert any(one.startswith("How the times in") for one in file["warnings"])


# --- answers of a service, and what is said of maps


def punches(number):
    page = json.loads((SAMPLES / "wecom_punches.json").read_text(encoding="utf-8"))
    first = page["checkindata"][0]
    return page | {"checkindata": [first | {"userid": f"sample{number}-{n}"} for n in range(2)]}


def test_hundreds_of_answers_in_one_file(home, tmp_path):
    path = tmp_path / "pages.jsonl"
    path.write_text("".join(json.dumps(punches(n)) + "\n" for n in range(250)), encoding="utf-8")
    file = only(home, path)
    assert (file["source"], file["rows_read"]) == ("wecom_punches", 500)


@pytest.mark.parametrize("key", ["checkindata", "List"])
def test_an_answer_with_an_empty_list_is_said_to_hold_no_record(home, tmp_path, key):
    path = tmp_path / "x.json"
    inner = {key: []}
    path.write_text(json.dumps({"errcode": 0, **({"Data": inner} if key == "List" else inner)}))
    file = only(home, path)
    assert file["status"] == "refused"
    assert f"It holds no record: its list “{key}” is empty." in file["message"]


def test_that_a_map_is_from_documentation_stands_in_the_books(home):
    load(home, [SAMPLES / "zendesk_ratings.json"])
    kept = current(home).query("SELECT warnings FROM files").rows()
    assert kept
    assert all(json.loads(text)[0][0] == DOCUMENTED for (text,) in kept)


def test_both_readers_keep_the_same_books(tmp_path, monkeypatch):
    path = saved(tmp_path, rows_of(WRITTEN["month first, 12 hours"][0]))
    homes = [Home(tmp_path / name) for name in ("careful", "fast")]
    careful = only(homes[0], path)
    monkeypatch.setattr(etl.loading.raw_rows, "LARGE", 0)
    assert only(homes[1], path) == careful
    books = "SELECT * EXCLUDE (loaded_at) FROM files"
    assert current(homes[0]).query(books).rows() == current(homes[1]).query(books).rows()
