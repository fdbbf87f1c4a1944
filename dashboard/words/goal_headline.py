"""The sentence above a goal sheet: what got worse, which gaps are real, and how many indicators have none."""

from __future__ import annotations

from dataclasses import dataclass

from dashboard.words.attention import news_text
from dashboard.words.numbers import is_partial, target_text, value_text
from dashboard.words.translate import in_words, words
from dashboard.words.verdicts import judgement_text
from kpi.sheets.values import GoalRow, GoalSheet


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the sentence: text with the `value` in it that matters, and the row it is about, if any."""

    before: str
    value: str = ""
    after: str = ""
    row: str = ""


def headline_parts(sheet: GoalSheet, lang: str) -> tuple[Part, ...]:
    """The sentence in parts that follow each other: "Transfers 16.7%, target 10.0%, clearly missed; …"."""
    t, rows = words(lang), sheet.rows
    if all(row.figure.value is None for row in rows):
        return (Part(t("No figures for this period yet")),)
    missed = [row for row in rows if row.important]
    parts = []
    if sheet.news and not sheet.news[0].verdict.important:
        first, shown = sheet.news[0], {row.figure.indicator.key for row in rows}
        key = first.figure.indicator.key
        parts.append(Part(t("{news}.").format(news=news_text(first, lang)), row=key if key in shown else ""))
    between = t("; ")
    for at, row in enumerate(missed):
        parts.append(_gap(row, lang, "" if at == 0 else between))
    return (*parts, Part(_others(rows, len(missed), lang)))


def _gap(row: GoalRow, lang: str, before: str) -> Part:
    t, figure, unit = words(lang), row.figure, row.figure.indicator.unit
    name = f"{in_words(figure.indicator.name, lang)} "
    tail = t(", target {target}, {verdict}").format(
        target=target_text(figure.target, unit, lang), verdict=judgement_text(row, lang).lower()
    )
    return Part(before + name, value_text(figure.value, unit, lang), tail, figure.indicator.key)


def _others(rows: tuple[GoalRow, ...], missed: int, lang: str) -> str:
    """How many of the rows have no real gap, of how many nothing is known, or only part."""
    t, others = words(lang), len(rows) - missed
    with_data = [row.figure for row in rows if row.figure.value is not None]
    empty, partial = len(rows) - len(with_data), sum(map(is_partial, with_data))
    said = t("the other {n} have no real gap") if missed else t("none of {n} has a real gap")
    about = [
        said.format(n=others) if others else "",
        t("{n} without data").format(n=empty) if empty else "",
        t("{n} on partial data").format(n=partial) if partial else "",
    ]
    text = t(", ").join(filter(None, about))
    return t("{news}.").format(news=t("; ") + text if missed and text else text)
