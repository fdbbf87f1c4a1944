"""The sheets as one CSV table: plain numbers, UTF-8 with a mark so that Excel reads the Chinese."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

from dashboard.words.csv_cells import inert
from dashboard.words.goal_sheet import cause_text, measures_text, signal_text
from dashboard.words.labels import (
    evidence_text,
    figure_headings,
    goal_headings,
    limit_text,
    scale_text,
    subject_text,
    typed_number,
)
from dashboard.words.numbers import judgement_text, period_text
from dashboard.words.translate import in_words, words
from kpi.analysis.real_gaps import Judged
from kpi.figures.figure import Figure, Heading
from kpi.sheets.values import AppraisalSheet, GoalSheet, StandardsSheet, figures_of
from kpi.units import UNITS

Value = str | float | int | None


def csv_bytes(sheets: tuple, lang: str) -> bytes:
    """Every row of `sheets` (all of one kind) in one table; each line says whose it is.

    Shares are fractions and numbers have a decimal point, whatever the language; text that a
    spreadsheet would run as a formula starts with an apostrophe. Where any correction applies, two
    more columns say how many apply to each figure, and what it is without them.
    """
    header, lines = {GoalSheet: _goals, AppraisalSheet: _appraisal, StandardsSheet: _standards}[
        type(sheets[0])
    ](sheets, lang)
    if any(figure.corrections for sheet in sheets for _, figure in figures_of(sheet)):
        t = words(lang)
        header = (*header, t("Corrections that apply"), t("Without corrections"))
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(header)
    # Each line ends with its figure's corrections; without any they have no column.
    writer.writerows([inert(value) for value in line[: len(header)]] for line in lines)
    return out.getvalue().encode("utf-8-sig")


def _whose_headings(lang: str) -> tuple[str, ...]:
    t = words(lang)
    return t("Organisation"), t("Period"), t("Name"), t("Number")


def _whose(heading: Heading, lang: str) -> tuple[Value, ...]:
    subject = heading.subject
    person = subject.is_person
    name = subject.name or subject.id if person else subject_text(subject, lang)
    return heading.organisation, period_text(heading.period, lang), name, subject.id if person else ""


def _corrected(figure: Figure | None) -> tuple[Value, ...]:
    if figure is None or not figure.corrections:
        return None, None
    return len(figure.corrections), figure.value_without


def _evidence(row: Judged, lang: str, by_chart: str = "") -> tuple[Value, ...]:
    return row.figure.base, row.figure.low, row.figure.high, by_chart or judgement_text(row, lang)


def _goals(sheets: tuple[GoalSheet, ...], lang: str) -> tuple[tuple[str, ...], Iterator[tuple[Value, ...]]]:
    t = words(lang)
    columns = goal_headings(sheets[0].heading.period, lang)
    header = (*_whose_headings(lang), t("Date"), *columns, t("Unit of measure"), *figure_headings(t))
    lines = (
        (
            *_whose(sheet.heading, lang),
            sheet.meeting_date.value,
            in_words(row.figure.indicator.name, lang),
            row.figure.target,
            row.figure.value,
            row.figure.gap,
            cause_text(row, lang),
            typed_number(row.next_target.value),
            measures_text(row, lang),
            t(UNITS[row.figure.indicator.unit].name),
            *_evidence(row, lang, signal_text(row, lang)),
            *_corrected(row.figure),
        )
        for sheet in sheets
        for row in sheet.rows
    )
    return header, lines


def _appraisal(
    sheets: tuple[AppraisalSheet, ...], lang: str
) -> tuple[tuple[str, ...], Iterator[tuple[Value, ...]]]:
    t = words(lang)
    header = (
        *_whose_headings(lang),
        *(t("Parameter"), t("Weight"), t("Judged by"), t("Actual"), t("Amount of data"), t("At least")),
        *(t("Score"), t("Scale and remarks"), t("Total"), t("Grade")),
    )
    unrated = t("Not enough data, not rated yet")
    lines = (
        (
            *_whose(sheet.heading, lang),
            in_words(score.parameter.name, lang),
            score.parameter.weight,
            evidence_text(score, lang),
            score.raw,
            score.base,
            score.needed,
            unrated if score.score is None else score.score,
            scale_text(score, lang),
            sheet.total,
            sheet.grade,
            *_corrected(score.figure),
        )
        for sheet in sheets
        for score in sheet.scores
    )
    return header, lines


def _standards(
    sheets: tuple[StandardsSheet, ...], lang: str
) -> tuple[tuple[str, ...], Iterator[tuple[Value, ...]]]:
    t = words(lang)
    header = (
        *_whose_headings(lang),
        *(t("Service demand or item"), t("Specific service standard"), t("Target"), t("Rate"), t("Gap")),
        *figure_headings(t),
        t("Not yet due"),
    )
    return header, (line for sheet in sheets for line in _standard_lines(sheet, lang))


def _standard_lines(sheet: StandardsSheet, lang: str) -> Iterator[tuple[Value, ...]]:
    t, whose = words(lang), _whose(sheet.heading, lang)
    for row in sheet.rows:
        figure = row.figure
        texts = in_words(row.standard.vague, lang), in_words(row.standard.specific, lang)
        numbers = figure.target, figure.value, figure.gap
        yield (*whose, *texts, *numbers, *_evidence(row, lang), None, *_corrected(figure))
    for row in sheet.items:
        item, name = row.item, in_words(row.item.name, lang)
        for limit, seconds, one, pending in (
            (t("Response limit"), item.response_s, row.response, row.response_pending),
            (t("Resolution limit"), item.resolution_s, row.resolution, row.resolution_pending),
        ):
            if one is not None:
                figure = one.figure
                standard = f"{limit} {limit_text(seconds, t)}"
                numbers = figure.target, figure.value, figure.gap
                evidence = *_evidence(one, lang), pending, *_corrected(figure)
                yield (*whose, name, standard, *numbers, *evidence)
