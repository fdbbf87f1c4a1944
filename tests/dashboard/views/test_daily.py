"""The page of the daily report: the newest day or the chosen one, its six lines, a sentence where it has no data."""

from __future__ import annotations

import pytest

from dashboard.words.daily import daily_lines
from etl.home import Home
from kpi.figures.view import open_view
from kpi.scope import Scope, parse_month
from kpi.sheets.daily import daily, daily_scope
from tests.dashboard.views.test_pages import drawn, opened, shown


def test_the_newest_day_is_shown_and_the_period_stays(
    homes: dict[str, Home], monkeypatch: pytest.MonkeyPatch
) -> None:
    test = opened(homes["full"], monkeypatch, "daily", lang="en", period="2026-09")
    assert not test.exception
    assert "<h1>7 October 2026, Wed</h1>" in shown(test)
    assert "This form is monthly" not in shown(test)
    assert dict(test.query_params) == {"lang": "en", "period": "2026-09"}
    view = open_view(homes["full"])
    lines = daily_lines(daily(view, daily_scope(view, Scope(parse_month("2026-09")))), "en")
    (copied,) = [html for html in drawn(test) if "kpi-copy" in html]
    assert f"{chr(10).join(lines)}</pre>" in copied
    assert "样例员工" not in shown(test)
    assert "/export/daily/sheet.png?period=2026-10-07" in shown(test)


def test_a_day_is_chosen_on_the_page(homes: dict[str, Home], monkeypatch: pytest.MonkeyPatch) -> None:
    test = opened(homes["full"], monkeypatch, "daily", lang="en", period="2026-09", team="一班")
    test.date_input(key="daily_day").set_value("2026-10-05").run()
    assert "<h1>5 October 2026, Mon</h1>" in shown(test)
    assert dict(test.query_params) == {"lang": "en", "period": "2026-10-05", "team": "一班"}
    assert [one.key for one in test.date_input] == ["choose_day"]  # the bar has one now


def test_a_day_without_data_is_a_sentence(homes: dict[str, Home], monkeypatch: pytest.MonkeyPatch) -> None:
    test = opened(homes["full"], monkeypatch, "daily", lang="en", period="2026-10-20")
    assert "Nothing of this day is loaded. The newest day with data is 7 October 2026." in shown(test)
    assert "kpi-tile" not in "".join(drawn(test))
    assert not [html for html in drawn(test) if "kpi-copy" in html]
