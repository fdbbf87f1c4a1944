"""Hand-made sheets for tests of what is drawn: every verdict, missing values, long and hostile texts."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from kpi.analysis.real_gaps import judge, judged
from kpi.catalog.load import load_catalog
from kpi.figures.figure import Figure, Heading
from kpi.scope import Subject, parse_month
from kpi.sheets.values import (
    AppraisalSheet,
    Cell,
    GoalRow,
    GoalSheet,
    ItemRow,
    ParameterScore,
    Rating,
    StandardRow,
    StandardsSheet,
)

CATALOG = load_catalog(None)
MONTHS = tuple(f"2026-{month:02d}" for month in range(1, 11))
HEADING = Heading(
    period=parse_month("2026-10"),
    subject=Subject("person", "1001", "1001", "样例员工01"),
    organisation="示例热线",
    as_of=datetime(2026, 11, 1),
    snapshot="000001",
)


def figure(key: str, value: float | None, **fields: object) -> Figure:
    """A figure of a catalogue indicator with plausible parts; `fields` replaces any of them."""
    plain = Figure(
        indicator=CATALOG.indicators[key],
        numerator=None if value is None else value * 200,
        denominator=200.0,
        base=200,
        value=value,
        low=None,
        high=None,
        target=None,
        target_source=None,
        coverage=None if value is None else 1.0,
        days_with_data=0 if value is None else 31,
        days=31,
    )
    return replace(plain, **fields)


MISSED = figure(
    "csat", 0.812, numerator=1624, denominator=2000, base=2000, low=0.794, high=0.829, target=0.9,
    target_source="default",
)  # fmt: skip
MET = figure(
    "transfer", 0.06, numerator=12, low=0.035, high=0.1, target=0.1, target_source="default",
)  # fmt: skip
SMALL = figure(
    "qa_score", 0.88, numerator=264, denominator=300, base=3, target=0.9, target_source="default",
)  # fmt: skip
NEAR = figure(
    "first_contact_resolution", 0.79, numerator=158, low=0.73, high=0.84, target=0.8,
    target_source="default", coverage=0.62,
)  # fmt: skip
FREE = figure("handling_time", 251.3, numerator=50260, denominator=200, low=240.1, high=262.5)
EMPTY = figure("promise_kept", None, numerator=None, denominator=None, base=0, target=0.95)

GOALS = GoalSheet(
    HEADING,
    Cell("2026-11-03", 1),
    (
        GoalRow(MISSED, judge(MISSED), Cell("新系统上线\n<b>等待</b>较长", 2), Cell("0.9", 1), Cell("", 0)),
        GoalRow(MET, judge(MET), Cell(), Cell(), Cell()),
        GoalRow(SMALL, judge(SMALL), Cell(), Cell(), Cell()),
        GoalRow(NEAR, judge(NEAR), Cell(), Cell(), Cell()),
        GoalRow(FREE, judge(FREE), Cell(), Cell("240", 1), Cell()),
        GoalRow(EMPTY, judge(EMPTY), Cell(), Cell(), Cell()),
    ),
)


def _score(parameter: object) -> ParameterScore:
    if parameter.evidence == "rating":
        cells = {name: Cell() for name in ("score", "example", "example_on")}
        if parameter.key == "teamwork":
            cells = {"score": Cell("5", 2), "example": Cell("帮助新人", 1), "example_on": Cell()}
            rating = Rating(5.0, "帮助新人", None, typed=True, cells=cells)
            return ParameterScore(parameter, 5.0, 0, 1, None, "insufficient", rating=rating)
        return ParameterScore(parameter, None, 0, 1, None, "insufficient", rating=Rating(cells=cells))
    evidence = figure(parameter.evidence, 0.9 if parameter.floor < 1 else 1.2)
    return ParameterScore(parameter, evidence.value, 200, parameter.needed, 86.4, "rated", evidence)


APPRAISAL = AppraisalSheet(HEADING, tuple(map(_score, CATALOG.parameters)), 0.7, 86.4, "B", CATALOG.appraisal)
STANDARDS = StandardsSheet(
    HEADING,
    tuple(
        StandardRow(
            of,
            judge(of),
            standard,
            tuple(
                figure(standard.indicator, None if month == 4 else 0.9 + 0.01 * (month % 5))
                for month in range(1, 11)
            ),
            MONTHS,
        )
        for standard in CATALOG.standards
        for of in [figure(standard.indicator, 0.93, low=0.91, high=0.9499, target=0.95, target_source="default")]
    ),
    tuple(
        ItemRow(
            item,
            judged(figure("response_in_limit", 0.97, target=0.95)),
            None if item.resolution_s is None else judged(figure("resolution_in_limit", 0.88)),
            0,
            2,
        )
        for item in CATALOG.items
    ),
)  # fmt: skip
