"""The sheets as tables in a terminal: the columns of the forms, in the words and formats of the pages."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from rich.table import Table

from dashboard.words.attention import news_text
from dashboard.words.column import Column, Line, heading, is_lacking, said
from dashboard.words.columns import columns, lines
from dashboard.words.corrections import corrections_text
from dashboard.words.daily import TITLE, daily_lines, remarks, row_name, usual_text
from dashboard.words.form_labels import TITLES, Sheet, kind_of, subject_text
from dashboard.words.numbers import (
    as_of_text,
    base_text,
    change_text,
    gap_text,
    interval_text,
    partial_text,
    period_text,
    score_text,
    target_text,
    value_text,
)
from dashboard.words.translate import in_words, words
from dashboard.words.verdicts import judgement_text
from etl.errors import N_
from kpi.analysis.real_gaps import Judged
from kpi.figures.figure import Heading
from kpi.sheets.daily import Daily
from kpi.sheets.glance import Glance
from kpi.sheets.values import AppraisalSheet


def sheet_table(sheet: Sheet, lang: str) -> Table:
    """A form as a table; an appraisal ends with its total."""
    shown, period = columns(kind_of(sheet), "terminal"), sheet.heading.period
    titles = (heading(column, period, lang) for column in shown)
    table = _table(TITLES[kind_of(sheet)], sheet.heading, titles, lang)
    for line in lines(sheet, lang):
        table.add_row(*(_cell(column, line) for column in shown))
    if isinstance(sheet, AppraisalSheet):
        grade = f"{score_text(sheet.total, lang)} {sheet.grade or ''}".strip()
        total = {"name": words(lang)("Total"), "score": grade}
        table.add_row(*(total.get(column.key, "") for column in shown), style="bold")
    return table


def indicators_table(rows: Iterable[Judged], about: Heading, lang: str) -> Table:
    """Every indicator of a scope with its base, target and verdict."""
    t = words(lang)
    titles = (t("Key indicator"), t("Target"), t("Actual"), t("Gap"))
    table = _table("", about, titles, lang)
    for row in rows:
        figure = row.figure
        table.add_row(
            f"{in_words(figure.indicator.name, lang)}\n{figure.indicator.key}",
            target_text(figure.target, figure.indicator.unit, lang),
            _value(row, lang),
            _gap(row, lang),
        )
    return table


def glance_tables(found: Glance, lang: str) -> list[Table]:
    """The overview: its news, and its figures with their changes."""
    t, about = words(lang), found.report.heading
    told = _table(N_("Overview"), about, (t("News"),), lang)
    for one in found.report.news or ():
        told.add_row(news_text(one, lang))
    titles = (t("Key indicator"), t("Actual"), t("On last month"), t("On last year"), t("Verdict"))
    table = _table("", about, titles, lang)
    for row in found.report.rows:
        unit = row.figure.indicator.unit
        both = (one.change and change_text(one.change.amount, unit, lang) for one in (row.month, row.year))
        name = in_words(row.figure.indicator.name, lang)
        table.add_row(name, value_text(row.figure.value, unit, lang), *both, judgement_text(row, lang))
    return [told, table]


def daily_tables(found: Daily, lang: str) -> list[Table]:
    """The daily report: each figure of the day beside what is usual, then its six lines to copy."""
    t = words(lang)
    table = _table(TITLE, found.heading, (t("Key indicator"), t("Actual"), t("Same weekday before")), lang)
    for row in found.rows:
        table.add_row(row_name(row, lang), value_text(row.value, row.unit, lang), usual_text(row, lang))
    table.caption = "\n".join(remarks(found, lang))
    text = Table.grid()
    for line in daily_lines(found, lang):
        text.add_row(line)
    return [table, text]


def _gap(row: Judged, lang: str) -> str:
    return "\n".join(dict.fromkeys(filter(None, (gap_text(row.figure, lang), judgement_text(row, lang)))))


def _value(row: Judged, lang: str) -> str:
    figure = row.figure
    value = value_text(figure.value, figure.indicator.unit, lang)
    lines = (value, base_text(figure, lang), interval_text(figure, lang))
    lines += (partial_text(figure, lang), corrections_text(figure, lang))
    return "\n".join(filter(None, lines))


# What a terminal says more than a column does, by key.
CELLS: dict[str, Callable[[Judged, str], str]] = {"actual": _value, "gap": _gap}


def _cell(column: Column, line: Line) -> str:
    own = None if is_lacking(column, line) else CELLS.get(column.key)
    return said(column, line) if own is None else own(line.row, line.lang)


def _table(title: str, about: Heading, titles: Iterable[str], lang: str) -> Table:
    whose = f"{subject_text(about.subject, lang)} · {period_text(about.period, lang)}"
    name = words(lang)(title) if title else ""
    caption = as_of_text(about.as_of, lang) if about.as_of else ""
    return Table(*titles, title=f"{name} {whose}".strip(), caption=caption, show_lines=True)
