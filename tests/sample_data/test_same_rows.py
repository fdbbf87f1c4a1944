"""On the sample the same rows are missed wherever they are shown: sheet, talk, team's screen, headline, report."""

from __future__ import annotations

import re
from collections.abc import Iterable

import pytest

from dashboard.markup.dots import strips_html
from dashboard.markup.meeting_topics import talk_line
from dashboard.words.attention import attention_line
from etl.home import Home
from kpi.analysis.real_gaps import Judged
from kpi.figures.subjects import people, team_subject, teams
from kpi.figures.view import View, months, open_view
from kpi.scope import Period, Scope, Subject, parse_month
from kpi.sheets.goals import goal_sheet, rows_of_people
from kpi.sheets.indicators import indicator_rows
from kpi.sheets.json_shapes import goals_json
from kpi.sheets.meeting_topics import talk
from kpi.sheets.monthly_report import monthly_report


@pytest.fixture(scope="module")
def view(demo: Home) -> View:
    return open_view(demo)


def missed(rows: Iterable[Judged]) -> list[str]:
    return [row.figure.indicator.key for row in rows if row.verdict.standing == "missed"]


def counted(text: str) -> int:
    """The number that a line begins with, 0 where it begins with none."""
    found = re.match(r"\d+", text)
    return int(found[0]) if found else 0


def test_the_talk_and_the_screen_of_a_team_have_the_rows_of_its_sheets(view: View) -> None:
    every = 0
    for month in map(parse_month, months(view)):
        members = people(view, month)
        rows = rows_of_people(view, month, members)
        own = {person.key: missed(rows[person.key]) for person in members}
        found = talk(view, month, members)
        told: dict[str, list[str]] = {person.key: [] for person in members}
        for topic in found.misses:
            told[topic.person.key].append(topic.figure.indicator.key)
        assert {key: sorted(keys) for key, keys in told.items()} == {
            key: sorted(keys) for key, keys in own.items()
        }
        count = sum(map(len, own.values()))
        assert counted(talk_line(found, "en")) == count
        assert str(strips_html(rows.values(), "en")).count('class="kpi-missed"') == count
        every += count
    assert every > 100


def same_on_the_sheet(view: View, month: Period, person: Subject) -> None:
    sheet = goal_sheet(view, Scope(month, person))
    rows = rows_of_people(view, month, [person])[person.key]
    assert [row.verdict for row in sheet.rows] == [row.verdict for row in rows]
    assert counted(attention_line(sheet.rows, "en")) == len(missed(rows))
    said = goals_json(sheet, "en")["rows"]
    assert [row["key"] for row in said if row["important"]] == missed(rows)
    assert [row["key"] for row in said if row["verdict"] == "missed"] == missed(rows)


def test_the_sheet_of_each_person_has_them(view: View) -> None:
    """Of each person in one month, and of people in each month; of all in all of them in `make soak`."""
    known = months(view)
    for place, person in enumerate(people(view, parse_month(known[0]))):
        same_on_the_sheet(view, parse_month(known[place % len(known)]), person)


@pytest.mark.soak
def test_the_sheets_of_all_people_in_all_months_have_them(view: View) -> None:
    for month in map(parse_month, months(view)):
        for person in people(view, month):
            same_on_the_sheet(view, month, person)


def test_a_unit_s_sheet_report_and_list_have_the_same_rows(view: View) -> None:
    every = 0
    for month in map(parse_month, months(view)):
        for unit in (Subject(), *map(team_subject, teams(view))):
            scope = Scope(month, unit)
            sheet, report = goal_sheet(view, scope), monthly_report(view, scope)
            verdicts = {row.figure.indicator.key: row.verdict for row in indicator_rows(view, scope)}
            for row in (*sheet.rows, *report.rows):
                assert row.verdict == verdicts[row.figure.indicator.key]
            assert counted(attention_line(sheet.rows, "en")) == len(missed(sheet.rows))
            assert counted(attention_line(report.rows, "en")) == len(missed(report.rows))
            # A count and its rate are one piece of news, called by both.
            told = {one.figure.indicator.key for one in report.news if one.verdict.important}
            told |= {one.counted.key for one in report.news if one.counted}
            assert told >= set(missed(report.rows))
            every += len(missed(report.rows))
    assert every > 10
