"""A saved setting stands in its file and in the trail, whoever wrote what was there before."""

from __future__ import annotations

from pathlib import Path

import pytest

from etl.errors import Problem
from etl.home import Home
from kpi.records import Records, open_records
from kpi.records.settings_kept import save_entries, save_settings, settings_history
from kpi.workdays import read_calendar

NAME, ZONE = ("organisation",), ("timezone",)


@pytest.fixture
def home(tmp_path: Path) -> Home:
    home = Home(tmp_path / "home")
    home.create()
    (home.config / "home.toml").write_text('organisation = "A"\n', encoding="utf-8")
    return home


@pytest.fixture
def records(home: Home) -> Records:
    return open_records(home.records_url, create=True)


def said(records: Records) -> list[tuple[str, ...]]:
    found = settings_history(records)
    return [
        (one.who, f"{one.indicator} {one.field}", one.old_value, one.new_value) for one in reversed(found)
    ]


def test_the_trail_knows_what_was_written_by_hand(home: Home, records: Records) -> None:
    save_settings(home, records, {NAME: "B"}, "local")
    save_settings(home, records, {NAME: "B"}, "local")  # nothing new
    save_settings(home, records, {NAME: None, ("shifts", "早"): "07:00-15:00"}, "local")
    (home.config / "home.toml").write_text('organisation = "C"\n', encoding="utf-8")
    save_settings(home, records, {NAME: "D"}, "local")
    assert said(records) == [
        ("config/home.toml", "home organisation", "", "A"),
        ("local", "home organisation", "A", "B"),
        ("local", "home organisation", "B", ""),
        ("local", "home shifts.早", "", "07:00-15:00"),
        ("config/home.toml", "home organisation", "", "C"),
        ("local", "home organisation", "C", "D"),
    ]
    assert records.verify_trail() == 6
    assert home.settings.organisation == "D"


def test_what_the_reader_refuses_is_not_kept(home: Home, records: Records) -> None:
    for changes in ({("shifts", "早"): "soon"}, {ZONE: "Mars/Olympus"}, {("colour",): "red"}):
        with pytest.raises(Problem):
            save_settings(home, records, changes, "local")
    days = {("2027", "off"): ["2027-02-30"]}
    with pytest.raises(Problem):
        save_entries(records, home.config / "calendar.toml", days, read_calendar, "local")
    assert said(records) == []
    assert (home.config / "home.toml").read_text(encoding="utf-8") == 'organisation = "A"\n'
    assert not (home.config / "calendar.toml").exists()


def test_days_of_a_year_are_kept(home: Home, records: Records) -> None:
    days = {("2027", "off"): ["2027-02-05..2027-02-11"], ("2027", "work"): None}
    save_entries(records, home.config / "calendar.toml", days, read_calendar, "local")
    assert said(records) == [("local", "calendar 2027.off", "", '["2027-02-05..2027-02-11"]')]
    assert len(read_calendar(home.config).days) == 7


def test_the_zone_stays_once_anything_is_loaded(home: Home, records: Records) -> None:
    save_settings(home, records, {ZONE: "Asia/Urumqi"}, "local")
    (home.snapshots / "000001.duckdb").touch()
    (home.snapshots / "CURRENT").write_text("000001\n", encoding="utf-8")
    save_settings(home, records, {ZONE: "Asia/Urumqi", NAME: "B"}, "local")  # no other one
    with pytest.raises(Problem, match="time zone stays"):
        save_settings(home, records, {ZONE: "UTC"}, "local")
    assert home.settings.timezone == "Asia/Urumqi"
