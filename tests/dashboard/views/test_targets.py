"""The page of a team's targets: each field on its own sheet, changes shown before they are taken."""

from __future__ import annotations

import io
import json
import re

import openpyxl
import pytest
from streamlit.testing.v1 import AppTest

from dashboard.commands.check import faults as check
from dashboard.export.targets_book import targets_workbook
from dashboard.parts.team_targets import PLAN
from etl.home import Home
from kpi.figures.view import open_view, records_of
from kpi.records import SheetKey
from kpi.records.cycle_kept import take
from kpi.records.steps import Step
from kpi.scope import parse_month
from kpi.sheets.team_targets import target_table
from tests.dashboard.views.test_pages import faults, opened, shown, warnings

JIA = SheetKey("goals", "2026-10", "person", "1001")
MONTH = parse_month("2026-10")


def page(home: Home, monkeypatch: pytest.MonkeyPatch, **query: str) -> AppTest:
    return opened(home, monkeypatch, "targets", **({"lang": "en", "month": "2026-10"} | query))


def data(test: AppTest) -> dict:
    given = (json.loads(one.proto.json) for one in test.main if one.type == "bidi_component")
    return next(one for one in given if "fields" in one)


def saved(home: Home, sheet: SheetKey = JIA) -> dict[str, str]:
    return {key: one.value for (key, _), one in records_of(home, create=True).cells(sheet).items()}


def diff(test: AppTest) -> list[list[str]]:
    """The rows of the table of changes."""
    (body,) = re.findall(r"<th[^>]*>Then</th>.*?<tbody>(.*?)</tbody>", shown(test), re.S)
    return [re.findall(r"<td[^>]*>(.*?)</td>", row) for row in re.findall(r"<tr>(.*?)</tr>", body)]


def edited(home: Home, month: str = "2026-10", **values: object) -> bytes:
    """The workbook of everyone, with these targets typed for 1001."""
    content = targets_workbook(target_table(open_view(home), parse_month(month)), "en")
    book = openpyxl.load_workbook(io.BytesIO(content))
    paper = book.worksheets[0]
    row = next(cell.row for cell in paper["A"] if cell.value == "person:1001")
    for key, value in values.items():
        paper.cell(row, next(cell.column for cell in paper[3] if cell.value == key)).value = value
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def upload(test: AppTest, content: bytes) -> AppTest:
    test.get("file_uploader")[0].upload("targets.xlsx", content)
    next(one for one in test.button if one.label == "Show the changes").click()
    return test.run()


def test_every_field_is_saved_on_its_own_sheet(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    records_of(home, create=True).save(JIA, "csat", "next_target", "0.925", version=0, who="local")
    given = data(page(home, monkeypatch))
    own = given["fields"]["csat.next_target@1001"]
    assert own == {
        "value": "92.5", "version": 1, "as": "csat.next_target",
        "sheet": {"kind": "goals", "month": "2026-10", "subject_kind": "person", "subject_key": "1001"},
    }  # fmt: skip
    assert given["fields"]["csat.next_target"]["sheet"]["subject_kind"] == "all"
    assert given["sheet"] == {"kind": "goals", "month": "2026-10", "subject_kind": "all", "subject_key": ""}
    assert len(given["fields"]) == 10 + 2 * 8
    assert all(f'data-field="{name}"' in given["html"] for name in given["fields"])


def test_of_a_team_its_own_people_only(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    given = data(page(home, monkeypatch, team="一班"))
    assert given["sheet"]["subject_key"] == "一班"
    assert {name.partition("@")[2] for name in given["fields"]} == {"", "1001"}


def test_agreed_targets_are_read_only(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    records = records_of(home, create=True)
    records.save(JIA, "csat", "next_target", "0.925", version=0, who="local")
    take(records, JIA, Step("agreed", "王组长", form_number="1", content="[]"), "local")
    given = data(page(home, monkeypatch))
    assert not [name for name in given["fields"] if name.endswith("@1001")]
    assert "<b>92.5%</b>" in given["html"]


def test_last_months_targets_are_shown_before_they_are_taken(
    home: Home, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    test = page(home, monkeypatch)
    test.button(key="targets_copy").click().run()
    assert saved(home) == {}
    assert ["样例员工01 (1001)", "Customer satisfaction", "–", "90%", "New"] in diff(test)
    test.button(key="targets_take").click().run()
    assert saved(home)["csat"] == "0.9"
    assert data(test)["fields"]["csat.next_target@1001"]["value"] == "90"
    test.button(key="targets_copy").click().run()
    assert "Nothing would change." in shown(test)
    test.button(key="targets_drop").click().run()
    assert PLAN not in test.session_state
    assert not warnings(test)
    assert not faults(caplog)


def test_a_workbook_is_compared_and_then_taken(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    test = upload(page(home, monkeypatch), edited(home, csat=0.95, transfer="<b>", handling_time=240))
    rows = diff(test)
    assert [row[1:4] for row in rows] == [
        ["Transfer rate", "–", "&lt;b&gt;"],
        ["Average handling time", "–", "240 s"],
        ["Customer satisfaction", "–", "95%"],
    ]
    assert rows[0][4].startswith("Not taken: ")
    assert saved(home) == {}
    test.button(key="targets_take").click().run()
    assert saved(home) == {"csat": "0.95", "handling_time": "240"}


def test_what_somebody_else_saved_before_the_button_refuses_all(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    test = upload(page(home, monkeypatch), edited(home, csat=0.95, handling_time=240))
    records_of(home, create=True).save(JIA, "csat", "next_target", "0.5", version=0, who="other")
    test.button(key="targets_take").click().run()
    assert saved(home) == {"csat": "0.5"}
    assert len(warnings(test)) == 1
    assert "样例员工01" in warnings(test)[0]
    states = {row[1]: (row[2], row[3], row[4]) for row in diff(test)}
    assert states["Customer satisfaction"] == (
        "50%", "95%", "Not taken: changed elsewhere in the meantime",
    )  # fmt: skip
    assert states["Average handling time"][2] == "New"


def test_another_months_workbook_is_a_sentence(
    home: Home, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    test = upload(page(home, monkeypatch), edited(home, "2026-09", csat=0.95))
    assert len(warnings(test)) == 1
    assert "2026-09" in warnings(test)[0]
    assert PLAN not in test.session_state
    assert not faults(caplog)


def test_what_is_proposed_for_one_team_is_not_shown_for_another(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    test = page(home, monkeypatch)
    test.button(key="targets_copy").click().run()
    test.query_params["team"] = "一班"
    test.query_params["lang"] = "en"
    test.query_params["month"] = "2026-10"
    test.run()
    assert not [one for one in test.button if one.key == "targets_take"]


def test_a_count_by_working_day(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    test = page(home, monkeypatch, month="2026-09")
    assert "October 2026 has 18 working days." in shown(test)
    test.number_input(key="targets_count").set_value(1000).run()
    assert shown(test).count("<b>56</b>") == 10
    assert shown(test).count("<b>55</b>") == 8


def test_the_typed_target_of_a_count_is_split(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    (home.config / "profiles.toml").write_text('[unit]\nindicators = ["offered"]\n', encoding="utf-8")
    unit = SheetKey("goals", "2026-09", "all", "")
    records_of(home, create=True).save(unit, "offered", "next_target", "36", version=0, who="local")
    text = shown(page(home, monkeypatch, month="2026-09"))
    assert text.count("<b>2</b>") == 18


def test_a_year_without_published_holidays_is_said(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    test = page(home, monkeypatch, month="2034-12")
    assert any("The holidays of 2035 are not known here yet." in text for text in warnings(test))


def test_a_faulty_calendar_is_found_by_the_check_and_said_on_the_page(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    (home.config / "calendar.toml").write_text('[2026]\noff = ["never"]\n', encoding="utf-8")
    assert [text for text in check(home, "en") if text.startswith("config/calendar.toml [2026] off ")]
    assert any("never" in text for text in warnings(page(home, monkeypatch)))
