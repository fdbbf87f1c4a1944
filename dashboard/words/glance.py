"""What the first screen says: changes of a tile, its mark, and what waits for somebody."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, NamedTuple

from dashboard.words import numbers as formats
from dashboard.words.translate import words
from etl.errors import N_
from kpi.analysis.attention import News
from kpi.sheets.glance import Glance, Tile
from kpi.sheets.values import Comparison


class Said(NamedTuple):
    """A text, and whether it is said in red: "worse" and "missed" are sure."""

    text: str
    tone: Literal["", "worse", "missed"] = ""


class Line(NamedTuple):
    """One line of what waits: its name, how many, the page where it is done, whether it is late."""

    name: str
    text: str
    page: str
    hot: bool = False


def changes(tile: Tile, lang: str) -> list[Said]:
    """The changes on the month and the year: "on last month +18"; sure ones for the worse are marked."""
    both = ((N_("on last month {change}"), tile.month), (N_("on last year {change}"), tile.year))
    return [_change(text, one, lang) for text, one in both if one.change is not None]


def _change(text: str, compared: Comparison, lang: str) -> Said:
    indicator, found = compared.figure.indicator, compared.change
    said = words(lang)(text).format(change=formats.change_text(found.amount, indicator.unit, lang))
    worse = indicator.better == ("lower" if found.amount > 0 else "higher")
    sure = found.clear and abs(found.amount) > indicator.material
    return Said(said, "worse" if worse and sure else "")


def mark(tile: Tile, news: Sequence[News], lang: str) -> Said | None:
    """The mark of a tile: a real miss, or that it is news because it got worse."""
    t, key = words(lang), tile.figure.indicator.key
    if tile.verdict.important:
        return Said(formats.verdict_text("missed", t), "missed")
    told = {one.counted.key if one.counted else one.figure.indicator.key for one in news}
    return Said(t("Clearly worse"), "worse") if key in told else None


def beside_text(tile: Tile, lang: str) -> str:
    """The second figure of a tile in brackets: of events their number, else its value."""
    figure = tile.beside
    if figure is None or figure.value is None:
        return ""
    t, indicator = words(lang), figure.indicator
    if indicator.how.beside_volume:
        return t(" ({n} of them ours)").format(n=formats.amount_text(figure.numerator))
    return t(" ({share} answered)").format(share=formats.value_text(figure.value, indicator.unit, lang))


def waiting_lines(glance: Glance, lang: str) -> list[Line]:
    """What waits, each with the page where it is done; what is due already is marked."""
    t, waiting = words(lang), glance.waiting
    month = formats.month_text(glance.report.heading.period.month, lang)
    people = t("{n} of {all} people").format(n=waiting.not_met, all=waiting.people)
    closed = t("Closed") if waiting.month_closed else t("Still open")
    return [
        Line(t("Meetings not held"), people, "meeting_prep"),
        Line(t("Sheets to sign"), str(waiting.unsigned), "meeting_prep"),
        Line(
            t("Measures past their day"), str(waiting.measures_due), "meeting_prep", waiting.measures_due > 0
        ),
        Line(t("Days without data"), str(waiting.days_without_data), "data", waiting.days_without_data > 0),
        Line(t("{month}, closing").format(month=month), closed, "goals"),
    ]
