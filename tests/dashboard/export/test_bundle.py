"""Whole exports from a real snapshot and real records: what a file holds, and what it is called."""

from __future__ import annotations

import csv
import io
import zipfile
from datetime import date

import openpyxl
import pytest

from dashboard.export import export
from dashboard.export.bundle import file_name
from dashboard.words.translate import words
from etl.errors import Problem
from etl.home import Home
from kpi.catalog.load import load_catalog
from kpi.figures.subjects import find_subject
from kpi.figures.view import View
from kpi.records import SheetKey, open_records
from kpi.scope import Period, Scope, Subject, parse_month, period_of
from kpi.sheets.goals import goal_sheet
from tests.dashboard.export.reading import cells, pages, squeezed
from tests.kpi.facts import facts, snapshot

OCTOBER = parse_month("2026-10")
MEMBERS = (("1001", "测试员工01", "一组"), ("1002", "测试员工02", "一组"), ("2001", "测试员工21", "二组"))


@pytest.fixture(scope="module")
def view(tmp_path_factory) -> View:
    folder = tmp_path_factory.mktemp("home")
    (folder / "config").mkdir()
    (folder / "config" / "home.toml").write_text('organisation = "示例中心"\n', encoding="utf-8")
    roster = [
        {"agent_id": number, "name": name, "team": team, "valid_from": "2026-01-01"}
        for number, name, team in MEMBERS
    ]
    calls = [
        {
            "started_at": f"2026-10-{5 + n % 20:02} 10:{n % 60:02}:00",
            "answered": True,
            "agent_id": MEMBERS[n % 3][0],
            "wait_s": 10 + n % 30,
            "talk_s": 100 + n,
            "transferred": n % 4 == 0,
        }
        for n in range(120)
    ]
    home = Home(folder)
    records = open_records(home.records_url, create=True)
    sheet = SheetKey("goals", "2026-10", "person", "1002")
    records.save(sheet, "handling_time", "cause", '=HYPERLINK("x")', version=0, who="tester")
    records.save(sheet, "transfer", "next_target", "0.085", version=0, who="tester")
    shot = snapshot(folder / "s.duckdb", facts(folder / "s.duckdb", agents=roster, calls=calls))
    yield View(home, shot, load_catalog(home.config), records)
    records.close()


def scope(view: View, **whom: str) -> Scope:
    return Scope(OCTOBER, find_subject(view, **whom))


def titles(book: bytes) -> list[str]:
    return openpyxl.load_workbook(io.BytesIO(book)).sheetnames


def test_person_gets_one_form_with_the_figures_of_the_sheet(view):
    name, book = export(view, "goals", scope(view, agent="1002"), "xlsx", "zh")
    assert name == "goals-2026-10-1002.xlsx"
    (got,) = cells(book).values()
    sheet = goal_sheet(view, scope(view, agent="1002"))
    assert len(sheet.rows) >= 5
    for row, entry in enumerate(sheet.rows, start=4):
        figure = entry.figure
        assert got[f"A{row}"] == figure.indicator.name["zh"]
        assert (got[f"B{row}"], got[f"D{row}"]) == (figure.target, figure.gap)
        assert (
            got[f"C{row}"] == ("暂无数据" if figure.value is None else figure.value) or figure.value is None
        )
    keys = [entry.figure.indicator.key for entry in sheet.rows]
    assert got[f"E{4 + keys.index('handling_time')}"] == '=HYPERLINK("x")'
    assert got[f"F{4 + keys.index('transfer')}"] == 0.085


def test_team_gets_cover_own_form_and_members(view):
    name, book = export(view, "goals", scope(view, team="一组"), "xlsx", "zh")
    assert name == "goals-2026-10-一组.xlsx"
    assert titles(book) == [words("zh")("Contents"), "一组", "测试员工01 1001", "测试员工02 1002"]
    assert titles(export(view, "appraisal", scope(view, team="一组"), "xlsx", "zh")[1])[1:] == [
        "测试员工01 1001",
        "测试员工02 1002",
    ]
    assert len(titles(export(view, "standards", scope(view, team="一组"), "xlsx", "zh")[1])) == 4


def test_everyone_is_the_unit_alone_for_goals_and_all_people_for_appraisals(view):
    name, book = export(view, "goals", scope(view), "xlsx", "en")
    assert name == "goals-2026-10-everyone.xlsx"
    assert titles(book) == ["Everyone"]
    assert len(titles(export(view, "appraisal", scope(view), "xlsx", "en")[1])) == 4


def test_all_is_unit_teams_and_people(view):
    name, book = export(view, "goals", scope(view), "xlsx", "en", everyone=True)
    assert name == "goals-2026-10-all.xlsx"
    assert titles(book) == [
        "Contents", "Everyone", "一组", "二组", "测试员工01 1001", "测试员工02 1002", "测试员工21 2001",
    ]  # fmt: skip


def test_pdf_of_a_team_has_cover_and_every_member(view):
    name, document = export(view, "goals", scope(view, team="一组"), "pdf", "zh")
    assert name == "goals-2026-10-一组.pdf"
    cover, *forms = pages(document)
    assert all(text in cover for text in ("示例中心", "测试员工01", "1002"))
    (own,) = [page for page in forms if squeezed("测试员工02（1002）") in page]
    assert '=HYPERLINK("x")' in own
    assert "8.5%" in own


@pytest.mark.parametrize("what", ["goals", "appraisal", "standards"])
@pytest.mark.parametrize("fmt", ["xlsx", "pdf", "csv"])
@pytest.mark.parametrize("whom", [{}, {"team": "二组"}, {"agent": "2001"}])
def test_every_export_of_every_subject_renders(view, what, fmt, whom):
    name, content = export(view, what, scope(view, **whom), fmt, "en")
    assert name.startswith(f"{what}-2026-10-")
    assert name.endswith(f".{fmt}")
    assert content.startswith({"xlsx": b"PK", "pdf": b"%PDF", "csv": b"\xef\xbb\xbf"}[fmt])


def test_a_zip_holds_a_pdf_of_its_own_for_everybody(view, monkeypatch):
    name, content = export(view, "goals", scope(view, team="一组"), "zip", "zh")
    assert name == "goals-2026-10-一组.zip"
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        found = {one: archive.read(one) for one in archive.namelist()}
    assert list(found) == ["goals-2026-10-一组.pdf", "goals-2026-10-1001.pdf", "goals-2026-10-1002.pdf"]
    own = " ".join(pages(found["goals-2026-10-1002.pdf"]))
    assert squeezed("测试员工02（1002）") in own
    assert squeezed("测试员工01") not in own
    # Two ids that make one name: neither is lost.
    monkeypatch.setattr("dashboard.export.bundle.file_name", lambda what, of, fmt, **_: f"same.{fmt}")
    with zipfile.ZipFile(
        io.BytesIO(export(view, "goals", scope(view, team="一组"), "zip", "zh")[1])
    ) as archive:
        assert archive.namelist() == ["same.pdf", "same.2.pdf", "same.3.pdf"]


def test_csv_holds_all_rows_of_a_team(view):
    def names(what: str) -> set[str]:
        text = export(view, what, scope(view, team="一组"), "csv", "en")[1].decode("utf-8-sig")
        rows = list(csv.DictReader(io.StringIO(text)))
        return {row["Name"] for row in rows}

    assert names("goals") == {"一组", "测试员工01", "测试员工02"}
    assert names("appraisal") == {"测试员工01", "测试员工02"}
    assert names("standards") == {"一组", "测试员工01", "测试员工02"}


def test_unknown_sheet_format_and_empty_team_say_so(view):
    with pytest.raises(Problem, match="no such export"):
        export(view, "holidays", scope(view), "pdf", "en")
    with pytest.raises(Problem, match="xlsx, pdf, csv"):
        export(view, "goals", scope(view), "docx", "en")
    nobody = Scope(parse_month("2020-01"), find_subject(view, team="一组"))
    with pytest.raises(Problem, match="nobody"):
        export(view, "appraisal", nobody, "pdf", "en")


def test_home_without_data_prints_empty_forms(tmp_path):
    home = Home(tmp_path / "none")
    empty = View(home, None, load_catalog(None), None)
    for what in ("goals", "standards"):
        for fmt in ("xlsx", "pdf", "csv"):
            assert export(empty, what, Scope(OCTOBER), fmt, "zh")[1]
    assert not home.path.exists()


@pytest.mark.parametrize(
    ("period", "subject", "everyone", "name"),
    [
        (OCTOBER, Subject("person", "0042", "42"), False, "goals-2026-10-0042.pdf"),
        (OCTOBER, Subject("team", 'a/b:"c" d', "x"), False, "goals-2026-10-a_b_c_d.pdf"),
        (OCTOBER, Subject("team", "../..", "x"), False, "goals-2026-10-_.pdf"),
        (OCTOBER, Subject("team", "三组", "x"), False, "goals-2026-10-三组.pdf"),
        (OCTOBER, Subject(), False, "goals-2026-10-everyone.pdf"),
        (OCTOBER, Subject(), True, "goals-2026-10-all.pdf"),
        (
            period_of("week", date(2026, 10, 7)),
            Subject(),
            False,
            "goals-2026-10-05_2026-10-11-everyone.pdf",
        ),
    ],
)
def test_file_names(period: Period, subject: Subject, everyone: bool, name: str):
    assert file_name("goals", Scope(period, subject), "pdf", everyone=everyone) == name


def test_no_mark_turns_a_file_name_round():
    found = file_name("goals", Scope(OCTOBER, Subject("team", "\u202efdp.exe\u200b\x1b")), "pdf")
    assert found == "goals-2026-10-_fdp.exe__.pdf"
