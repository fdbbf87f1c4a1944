"""What a piece of news comes from, in words: on the first screen and in the monthly report."""

from __future__ import annotations

from collections.abc import Callable

from dashboard.words.gaps import code_words
from dashboard.words.numbers import WEEKDAYS, change_text, signed_text
from dashboard.words.translate import in_words, words
from etl.errors import N_
from kpi.sheets.values import Contribution, Trouble

LONGEST = 40  # characters of a name
REASONS = {
    "already": N_("the gap of the month before"),
    "mix": N_("a changed mix"),
    "exposure": N_("a changed number of calls"),
}


def trouble_text(
    trouble: Trouble, lang: str, cut: Callable[[str, int], str] = lambda text, most: text
) -> str:
    """What a piece of news comes from, in one sentence.

    The amounts sum to the gap, the first one names the unit; `cut` shortens a name to so many characters,
    where there is little room.
    """
    t, unit = words(lang), trouble.news.figure.indicator.unit
    listed, rest = "", ""
    for one in trouble.causes:
        if one.reason == "rest":
            rest = t("; all else {amount}").format(amount=signed_text(one.amount, unit))
            continue
        amount = signed_text(one.amount, unit) if listed else change_text(one.amount, unit, lang)
        item = t("{name} ({amount})").format(name=_name(one, trouble, lang, cut), amount=amount)
        listed = t("{list}, {item}").format(list=listed, item=item) if listed else item
    if not listed:
        return t("What it comes from cannot be told from the data.")
    if trouble.dimension is None:
        return t("Mainly {list}{rest}.").format(list=listed, rest=rest)
    by = in_words(trouble.dimension.name, lang)
    return t("{dimension}: mainly {list}{rest}.").format(dimension=by, list=listed, rest=rest)


def _name(one: Contribution, trouble: Trouble, lang: str, cut: Callable[[str, int], str]) -> str:
    t = words(lang)
    if one.reason != "part":
        return t(REASONS[one.reason])
    name = in_words(one.part, lang)
    if trouble.dimension.key == "weekday":
        return t(WEEKDAYS[int(name) - 1])
    name = code_words(trouble.dimension, lang).get(name, name)
    return cut(name, LONGEST) or t("not stated")
