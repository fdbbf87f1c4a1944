"""One verdict by one rule: nobody else compares a figure with its target, and every way out says the same."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest

from kpi.analysis.real_gaps import Judged, Verdict
from kpi.figures.view import View
from kpi.scope import Scope, Subject, parse_month
from kpi.sheets.goals import goal_sheet, rows_of_people
from kpi.sheets.indicators import indicator_rows
from kpi.sheets.json_shapes import goals_json, indicators_json, standards_json
from kpi.sheets.meeting_topics import talk
from kpi.sheets.monthly_report import monthly_report
from kpi.sheets.standards import standards_sheet
from tests.kpi.sheets.test_history import asked
from tests.kpi.sheets.test_meeting_topics import MONTHS

ROOT = Path(__file__).resolve().parents[3]
SOURCES = {
    path.relative_to(ROOT).as_posix(): ast.parse(path.read_text("utf-8"))
    for package in ("kpi", "dashboard")
    for path in sorted((ROOT / package).rglob("*.py"))
}
ONE = Subject("person", "1001", "1001", "样例员工")


def decides(tree: ast.AST) -> set[str]:
    """In which ways a module says itself how a figure stands to its target."""
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Verdict":
            found.add("makes a verdict")
        if isinstance(node, ast.Compare):
            names = {getattr(one, "attr", getattr(one, "id", "")) for one in ast.walk(node)}
            if "target" in names and names & {"low", "high", "interval"}:
                found.add("compares an interval with the target")
            if (
                "target" in names
                and "value" in names
                and isinstance(node.ops[0], ast.Lt | ast.LtE | ast.Gt | ast.GtE)
            ):
                found.add("compares a value with the target")
            if "min_base" in names:
                found.add("compares a base with its minimum")
    return found


def test_no_other_module_decides_on_a_verdict() -> None:
    assert {file: ways for file, tree in SOURCES.items() if (ways := decides(tree))} == {
        "kpi/figures/figure.py": {"compares a base with its minimum"},
        "kpi/figures/position.py": {"compares an interval with the target"},
        "kpi/analysis/real_gaps.py": {
            "makes a verdict",
            "compares an interval with the target",
            "compares a value with the target",  # with all of it, in a month that is not over
        },
        "kpi/sheets/agreed.py": {"makes a verdict"},  # as it was agreed
        # Which way is better in a band.
        "kpi/analysis/effects.py": {"compares a value with the target"},
    }


def test_the_check_sees_a_verdict_of_ones_own() -> None:
    for text in (
        "low <= figure.target",
        "figure.value < figure.target",
        "base < indicator.min_base",
        "Verdict('met')",
    ):
        assert decides(ast.parse(text)), text
    assert not decides(ast.parse("figure.target == 1"))


@pytest.fixture
def view(view_of: Callable[..., View]) -> View:
    """Fourteen months of two people: good ones, then one that only the control chart signals, few, many, none."""
    surveys = []
    for number, month in enumerate(MONTHS):
        surveys += asked(38 + number % 2, 2 - number % 2, month) if number < 13 else asked(34, 6, month)
        surveys += asked(*((60, 40), (3, 2), (100, 0), (0, 0))[number % 4], month, "1002")
    return view_of(surveys=surveys)


def standings(rows: Iterable[Judged]) -> dict[str, str]:
    return {row.figure.indicator.key: row.verdict.standing for row in rows}


def said(rows: Iterable[dict]) -> dict[str, str]:
    return {row["key"]: row["verdict"] for row in rows}


@pytest.mark.parametrize("month", MONTHS)
def test_every_way_out_says_the_same_of_a_figure(view: View, month: str) -> None:
    period = parse_month(month)
    two = [ONE, Subject("person", "1002", "1002", "样例员工")]
    lists = rows_of_people(view, period, two)
    topics = talk(view, period, two)
    for subject in (Subject(), *two):
        scope = Scope(period, subject)
        every, sheet, kept = (
            indicator_rows(view, scope),
            goal_sheet(view, scope),
            standards_sheet(view, scope),
        )
        expected = standings(every)
        others = [standings(sheet.rows), standings(kept.rows)]
        others += [said(indicators_json(every, "en")), said(goals_json(sheet, "en")["rows"])]
        others += [said(standards_json(kept, "en")["rows"])]
        if subject.kind == "person":
            verdicts = {row.figure.indicator.key: row.verdict for row in sheet.rows}
            assert {row.figure.indicator.key: row.verdict for row in lists[subject.key]} == verdicts
            for topic in (*topics.misses, *topics.beats):
                if topic.person == subject:
                    assert topic.verdict == verdicts[topic.figure.indicator.key]
            real = {topic.figure.indicator.key for topic in topics.misses if topic.person == subject}
            assert real == {key for key, verdict in verdicts.items() if verdict.important}
        else:
            report = monthly_report(view, scope)
            others.append(standings(report.rows))
            verdicts = {row.figure.indicator.key: row.verdict for row in report.rows}
            for row in sheet.rows:
                assert verdicts.get(row.figure.indicator.key, row.verdict) == row.verdict
        for other in others:
            assert other
            assert other == {key: expected[key] for key in other}


def test_the_months_hold_every_verdict(view: View) -> None:
    """Without them the comparison above would say little."""
    found = [
        row.verdict
        for month in MONTHS
        for rows in rows_of_people(
            view, parse_month(month), [ONE, Subject("person", "1002", "1002", "")]
        ).values()
        for row in rows
        if row.figure.indicator.key == "csat"
    ]
    assert {one.standing for one in found} == {"met", "missed", "cannot_tell", "no_data"}
    assert Verdict("missed", by_chart=True) in found
    assert Verdict("missed") in found
    assert Verdict("met", beat=True) in found


def test_the_report_hears_the_control_chart_as_the_sheet_of_the_unit_does(
    view_of: Callable[..., View],
) -> None:
    surveys = [row for n, month in enumerate(MONTHS[:-1]) for row in asked(38 + n % 2, 2 - n % 2, month)]
    view, scope = view_of(surveys=surveys + asked(34, 6, MONTHS[-1])), Scope(parse_month(MONTHS[-1]))
    report = monthly_report(view, scope)
    for rows in (report.rows, goal_sheet(view, scope).rows):
        (csat,) = (row.verdict for row in rows if row.figure.indicator.key == "csat")
        assert csat == Verdict("missed", by_chart=True)
    assert [trouble.news.figure.indicator.key for trouble in report.troubles] == ["csat"]
