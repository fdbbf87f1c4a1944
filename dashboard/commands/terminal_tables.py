"""The sheets as tables in a terminal: the words and formats of the pages."""

from __future__ import annotations

from collections.abc import Iterable

from rich.table import Table

from dashboard.words.corrections import corrections_text
from dashboard.words.goal_sheet import cause_text, measures_text
from dashboard.words.labels import (
    TITLES,
    appraisal_headings,
    evidence_text,
    goal_headings,
    raw_text,
    standards_headings,
    subject_text,
)
from dashboard.words.numbers import (
    as_of_text,
    base_text,
    gap_text,
    interval_text,
    judgement_text,
    partial_text,
    period_text,
    score_text,
    target_text,
    value_text,
)
from dashboard.words.translate import in_words, words
from kpi.analysis.real_gaps import Judged
from kpi.figures.figure import Figure, Heading
from kpi.figures.targets import read_agreed
from kpi.sheets.values import AppraisalSheet, GoalSheet, StandardsSheet


def goals_table(sheet: GoalSheet, lang: str) -> Table:
    """The goal sheet: its seven columns."""
    table = _table(TITLES["goals"], sheet.heading, goal_headings(sheet.heading.period, lang), lang)
    for row in sheet.rows:
        figure = row.figure
        table.add_row(
            in_words(figure.indicator.name, lang),
            target_text(figure.target, figure.indicator.unit, lang),
            _value(figure, lang),
            _gap(row, lang),
            cause_text(row, lang),
            target_text(read_agreed(row.next_target.value), figure.indicator.unit, lang)
            if row.next_target.value
            else "",
            measures_text(row, lang),
        )
    return table


def appraisal_table(sheet: AppraisalSheet, lang: str) -> Table:
    """The appraisal of one person: seven parameters and the total."""
    t = words(lang)
    table = _table(TITLES["appraisal"], sheet.heading, appraisal_headings(t)[1:7], lang)
    for one in sheet.scores:
        table.add_row(
            in_words(one.parameter.name, lang),
            f"{one.parameter.weight:g}",
            evidence_text(one, lang),
            raw_text(one, lang),
            f"{one.base:,}",
            t("Not enough data, not rated yet") if one.score is None else score_text(one.score, lang),
        )
    grade = f"{score_text(sheet.total, lang)} {sheet.grade or ''}".strip()
    table.add_row(t("Total"), "", "", "", "", grade, style="bold")
    return table


def standards_table(sheet: StandardsSheet, lang: str) -> Table:
    """The service standards: the vague demand, its specific form, and the figure."""
    t = words(lang)
    table = _table(TITLES["standards"], sheet.heading, standards_headings(t)[1:], lang)
    for row in sheet.rows:
        figure = row.figure
        table.add_row(
            in_words(row.standard.vague, lang),
            in_words(row.standard.specific, lang),
            target_text(figure.target, figure.indicator.unit, lang),
            _value(figure, lang),
            _gap(row, lang),
        )
    return table


def indicators_table(rows: Iterable[Judged], heading: Heading, lang: str) -> Table:
    """Every indicator of a scope with its base, target and verdict."""
    t = words(lang)
    titles = (t("Key indicator"), t("Target"), t("Actual"), t("Gap"))
    table = _table("", heading, titles, lang)
    for row in rows:
        figure = row.figure
        table.add_row(
            f"{in_words(figure.indicator.name, lang)}\n{figure.indicator.key}",
            target_text(figure.target, figure.indicator.unit, lang),
            _value(figure, lang),
            _gap(row, lang),
        )
    return table


def _gap(row: Judged, lang: str) -> str:
    return "\n".join(dict.fromkeys(filter(None, (gap_text(row.figure, lang), judgement_text(row, lang)))))


def _value(figure: Figure, lang: str) -> str:
    value = value_text(figure.value, figure.indicator.unit, lang)
    lines = (value, base_text(figure, lang), interval_text(figure, lang))
    lines += (partial_text(figure, lang), corrections_text(figure, lang))
    return "\n".join(filter(None, lines))


def _table(title: str, heading: Heading, columns: Iterable[str], lang: str) -> Table:
    whose = f"{subject_text(heading.subject, lang)} · {period_text(heading.period, lang)}"
    name = words(lang)(title) if title else ""
    caption = as_of_text(heading.as_of, lang) if heading.as_of else ""
    return Table(*columns, title=f"{name} {whose}".strip(), caption=caption, show_lines=True)
