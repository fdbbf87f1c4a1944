"""The page of settings, and a home that begins: what is saved, what is asked, where the first data lead."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import Element

from dashboard.intake.sample import load_sample
from dashboard.words.settings import read_days, read_lines, setting_text
from dashboard.words.translate import words
from etl.errors import Problem
from etl.home import Home
from etl.progress import Progress
from kpi.workdays import read_calendar
from tests.dashboard.views.test_pages import opened, shown, warnings


def press(test: AppTest, form: str) -> AppTest:
    next(one for one in test.button if one.form_id == form).click()
    return test.run()


def field(test: AppTest, kind: str, label: str) -> Element:
    return next(one for one in getattr(test, kind) if one.label == label)


def test_an_empty_home_is_given_a_name_and_a_zone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = Home(tmp_path / "home")
    test = opened(home, monkeypatch, "settings", lang="en")
    field(test, "text_input", "Organisation").set_value(" 某某<b>热线 ")
    field(test, "selectbox", "Time zone").set_value("Asia/Urumqi")
    field(test, "selectbox", "Language that pages open in").set_value("zh")
    test = press(test, "general")
    assert [one.value for one in test.toast] == ["Saved. No figure changes."]
    settings = home.settings
    assert (settings.organisation, settings.timezone, settings.language) == (
        "某某<b>热线",
        "Asia/Urumqi",
        "zh",
    )
    text = shown(test)
    assert "<td>Time zone</td>" in text
    assert "某某&lt;b&gt;热线" in text
    assert "尚未导入任何数据" in shown(opened(home, monkeypatch, "overview"))


def test_shifts_are_checked_and_what_was_typed_stays(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    test = opened(home, monkeypatch, "settings", lang="en")
    assert field(test, "selectbox", "Time zone").disabled
    label = "Shifts: a code a line, with its times"
    field(test, "text_area", label).set_value("早 07:00-15:00\nB = soon")
    test = press(test, "rosters")
    assert ["“shifts” is not a list" in one for one in warnings(test)] == [True]
    assert field(test, "text_area", label).value == "早 07:00-15:00\nB = soon"
    assert home.settings.shifts["早"] == "08:00-16:00"
    field(test, "text_area", label).set_value("早 07:00-15:00\nB")
    test = press(test, "rosters")
    assert not warnings(test)
    assert "loaded again" in test.toast[0].value
    assert (home.settings.shifts["早"], home.settings.shifts["B"]) == ("07:00-15:00", "")
    field(test, "text_area", label).set_value("B")
    press(test, "rosters")
    assert home.settings.shifts["早"] == "08:00-16:00"


def test_leave_that_counts_has_the_figures_added_up_anew(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    test = opened(home, monkeypatch, "settings", lang="en")
    assert not [one for one in test.button if one.key == "rebuild"]
    counted = field(test, "multiselect", "Leave that lowers attendance")
    counted.set_value([*counted.value, "病假"])
    test = press(test, "leave")
    assert home.settings.leave["病假"] == "counts"
    assert test.toast[0].value == "Saved. Attendance changes where there is such leave."
    assert [one for one in test.button if one.key == "rebuild"]


def test_days_off_are_kept_by_year(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    test = opened(home, monkeypatch, "settings", lang="en")
    (year,) = {one.form_id for one in test.text_area if one.label == "Days off"}
    field(test, "text_area", "Days off").set_value(f"{year[-4:]}-03-02, {year[-4:]}-03-03")
    press(test, year)
    assert len(read_calendar(home.config).days) == 2


def test_the_overview_asks_for_the_name_until_it_is_said(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    (home.config / "home.toml").unlink()
    test = opened(home, monkeypatch, "overview", lang="zh")
    field(test, "text_input", "单位").set_value("某某热线")
    test = press(test, "organisation")
    assert home.settings.organisation == "某某热线"
    assert not [one for one in test.text_input if one.label == "单位"]


def test_the_first_data_open_their_newest_month(
    homes: dict[str, Home], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = Home(tmp_path / "home")
    test = opened(home, monkeypatch, "overview", lang="zh")
    assert "尚未导入任何数据" in shown(test)
    shutil.copytree(homes["full"].path, home.path)
    test = test.run()
    assert test.query_params["period"] == "2026-10"  # and not the one before, whatever is open in it
    assert "尚未导入任何数据" not in shown(test)


def test_the_sample_does_not_get_among_other_data(home: Home) -> None:
    with pytest.raises(Problem, match="data in it already"):
        load_sample(home, Progress())


def test_lists_are_read_as_people_type_them() -> None:
    assert read_lines("早 08:00-16:00\n\n 上 早＝ 07:00-15:00\n休\n年假 = 年假") == {
        "早": "08:00-16:00",
        "上 早": "07:00-15:00",
        "休": "",
        "年假": "年假",
    }
    for text in ("早 08:00-16:00\n早 = 07:00-15:00", "= 08:00-16:00"):
        with pytest.raises(Problem):
            read_lines(text)
    assert read_days("2027-01-01，2027-02-05..2027-02-11、2027-03-01\n") == [
        *("2027-01-01", "2027-02-05..2027-02-11", "2027-03-01")
    ]
    assert setting_text("calendar", "2027.off", words("en")) == "Days off 2027"
    assert setting_text("home", "shifts.早", words("en")) == "Shifts 早"
