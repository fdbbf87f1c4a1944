"""What the first screen says: changes of a tile, its mark, and what waits for somebody."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, NamedTuple

from dashboard.words import numbers as formats
from dashboard.words.translate import words
from dashboard.words.verdicts import verdict_text
from etl.errors import N_
from kpi.analysis.attention import News
from kpi.sheets.glance import Glance, Tile
from kpi.sheets.values import Comparison
from kpi.units import UNITS


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


def changes(tile: Tile, news: Sequence[News], lang: str) -> list[Said]:
    """The changes on the month and the year: "on last month +18"; those that are news are marked."""
    told = news_of(tile, news)
    both = (("month", N_("month {change}"), tile.month), ("year", N_("year {change}"), tile.year))
    return [
        Said(
            change_line(text, one, lang),
            "worse" if told and told.look and told.look.against == against else "",
        )
        for against, text, one in both
        if one.change is not None
    ]


def news_of(tile: Tile, news: Sequence[News]) -> News | None:
    """The piece of news that is about a tile."""
    told = {i.key: one for one in news for i in (one.figure.indicator, one.counted) if i is not None}
    return told.get(tile.figure.indicator.key)


def change_line(text: str, compared: Comparison, lang: str) -> str:
    """A change in words: `text` with {change} filled in."""
    t, unit, amount = words(lang), compared.figure.indicator.unit, compared.change.amount
    return t(text).format(change=t(UNITS[unit].brief).format(change=formats.signed_text(amount, unit)))


def mark(tile: Tile, news: Sequence[News], lang: str) -> Said | None:
    """The mark of a tile: a real miss, or that it is news because it got worse."""
    t = words(lang)
    if tile.verdict.important:
        return Said(verdict_text(tile.verdict, t), "missed")
    return Said(t("Clearly worse"), "worse") if news_of(tile, news) else None


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
    late, lacking = waiting.measures_due, waiting.days_without_data
    people = t("{n} of {all} people").format(n=waiting.not_met, all=waiting.people)
    left = waiting.open_at_closing
    closed = (
        t("Closed") if waiting.month_closed else t("{n} open").format(n=left) if left else t("Not closed")
    )
    return [
        Line(t("Meetings not held"), people, "prepare"),
        Line(t("Sheets to sign"), str(waiting.unsigned), "prepare"),
        Line(t("Measures past their day"), str(late), "prepare", late > 0),
        Line(t("Days without data"), str(lacking), "data", lacking > 0),
        Line(t("{month}, closing").format(month=month), closed, "closing"),
    ]
