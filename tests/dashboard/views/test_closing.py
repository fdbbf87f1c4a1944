"""The page that closes a month, what sheets say of it then, and the first screen that it opens."""

from __future__ import annotations

from pathlib import Path

import pytest

from dashboard.words.closing import open_text
from dashboard.words.form_labels import notes
from etl.home import Home
from etl.snapshots.closed_months import closed
from kpi.figures.figure import OpenItem
from kpi.figures.view import open_view
from kpi.scope import Scope, parse_month
from kpi.sheets.goals import goal_sheet
from tests.dashboard.views.test_pages import opened, shown


def test_a_month_is_closed_and_opened_again_on_its_page(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    test = opened(home, monkeypatch, "closing", lang="en", period="2026-10")
    text = shown(test)
    assert "October 2026 is open" in text
    assert "Best closed on 4 November 2026, working day 3 of the next month." in text
    assert text.count("data-item=") == 5
    assert "/data?lang=en&amp;period=2026-10" in text
    test.button[0].click().run()  # without a name
    assert "It does not say who records this." in shown(test)
    test.text_input[0].set_value("王组长")
    test.button[0].click().run()
    assert "October 2026 is closed" in shown(test)
    assert closed(home, "2026-10") is not None

    sheet = goal_sheet(open_view(home), Scope(parse_month("2026-10")))
    said = open_text(sheet.heading.open, "en")
    assert said.startswith("Open when the month was closed: ")
    assert said in notes(sheet, "en")
    for page in ("goals", "standards"):
        assert said in shown(opened(home, monkeypatch, page, lang="en", period="2026-10"))

    test = opened(home, monkeypatch, "closing", lang="en", period="2026-10")
    test.text_input[0].set_value("李四")
    test.text_area[0].set_value("a day was missing")
    test.button[0].click().run()
    assert "opened again by 李四. Reason: a day was missing" in shown(test)
    assert closed(home, "2026-10") is None


def test_what_was_open_is_named_and_nothing_is_not() -> None:
    items = (OpenItem("missed_punches", 2), OpenItem("leave", 1), OpenItem("corrections", 0))
    assert open_text(items, "zh") == "月结时未决 3 件（漏打卡未核实 2，请假未批准 1）"
    assert open_text(items[2:], "zh") == ""


def test_no_sheet_closes_the_month(homes: dict[str, Home], monkeypatch: pytest.MonkeyPatch) -> None:
    test = opened(homes["full"], monkeypatch, "goals", lang="en", agent="1001")
    assert "Close the month" not in [one.label for one in test.button]
    assert "Record the signature" in [one.label for one in test.button]


def test_the_switch_leads_to_the_newest_day_and_the_month_before(
    homes: dict[str, Home], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, period in (("day", "2026-10-07"), ("last", "2026-09"), ("month", "2026-10")):
        test = opened(homes["full"], monkeypatch, "overview", lang="en")
        (switch,) = [one for one in test.get("button_group") if one.key.startswith("span_")]
        switch.set_value(name).run()
        assert test.query_params["period"] == period


def test_a_wall_has_no_controls_and_follows_the_data(
    homes: dict[str, Home], monkeypatch: pytest.MonkeyPatch
) -> None:
    test = opened(homes["full"], monkeypatch, "overview", lang="en", wall="1")
    assert 'class="kpi-alone kpi-wall"' in shown(test)
    assert dict(test.query_params) == {"lang": "en", "wall": "1"}
    assert not [one for one in test.get("button_group") if one.key.startswith("span_")]
    assert "Data up to 7 October 2026" in shown(test)
    assert "kpi-wall" not in shown(opened(homes["full"], monkeypatch, "goals", lang="en", wall="1"))
    frame = (Path("dashboard") / "assets" / "glance.css").read_text(encoding="utf-8")
    assert ".kpi-wall" in frame
