"""Contributions to a gap in words: the parts of a dimension, a sentence for the cause, a reversal."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from dashboard.words.frames import spoken_codes
from dashboard.words.numbers import change_text, month_text, value_text
from dashboard.words.translate import in_words, words
from etl.errors import N_
from kpi.analysis.contributions import Explanation, Part, Split
from kpi.catalog.definitions import Catalog, Dimension

SHOWN = 6  # parts of a split; the others are one line
NAMED = 3  # parts in the sentence for the cause
TOO_SMALL = 20  # a part that carries less than this fraction of the gap is no cause of it
WEEKDAYS = (
    *(N_("Monday"), N_("Tuesday"), N_("Wednesday"), N_("Thursday")),
    *(N_("Friday"), N_("Saturday"), N_("Sunday")),
)

PartName = Callable[[str, str | None], str]


def part_names(catalog: Catalog, people: Mapping[str, str], lang: str) -> PartName:
    """A function that names a part, given its dimension and key; `people` are names by agent key."""
    t = words(lang)
    items = {item.key: in_words(item.name, lang) for item in catalog.items}

    def name(dimension: str, key: str | None) -> str:
        if key is None:
            return t("not known")
        if dimension == "weekday":
            return t(WEEKDAYS[int(key) - 1])
        if dimension == "hour_band":
            return t("{hours} h").format(hours=key)
        return {"agent": people, "item": items}.get(dimension, codes(dimension)).get(key, key)

    def codes(dimension: str) -> dict[str, str]:
        known = catalog.dimensions.get(dimension)
        return code_words(known, lang) if known else {}

    return name


def code_words(dimension: Dimension, lang: str) -> dict[str, str]:
    """The words of a dimension's coded parts, {"recording": "录音抽查"}; empty where it has none."""
    said: dict[str, str] = {}
    for relation, column in dimension.rows.items():
        said |= spoken_codes(relation, column, lang)
    return said


def before_lines(explanation: Explanation, lang: str) -> list[tuple[str, str]]:
    """The gap, what of it was there before this month, and what came since: names and amounts."""
    t, unit = words(lang), explanation.indicator.unit
    lines = [(t("Gap to the target"), change_text(explanation.gap, unit, lang))]
    if explanation.kind == "change":
        month = month_text(explanation.before.month, lang)
        lines.append(
            (t("Already there in {month}").format(month=month), change_text(explanation.already, unit, lang))
        )
    if explanation.changed:
        said = t("Data, definition or corrections of the month before changed since")
        lines.append((said, change_text(explanation.changed, unit, lang)))
    if explanation.kind == "change" and explanation.splits:
        since = explanation.gap - explanation.already - explanation.changed
        lines.append((t("Come since, by the parts below"), change_text(since, unit, lang)))
    return lines


def split_rows(
    split: Split, unit: str, name: PartName, lang: str, *, months: tuple[str, str]
) -> tuple[tuple[str, ...], list[tuple[str, ...]], list[Part]]:
    """A split as a table: headings, a row for each large part, one for all others, and the parts named.

    `months` are the month before and the one explained, as headings of their values.
    """
    t = words(lang)
    headings = (
        t("Part"),
        t("Contribution"),
        t("of it by mix"),
        t("of it by performance"),
        *months,
        t("Sample size"),
    )
    named = [part for part in split.parts if not part.together][:SHOWN]
    rows = [
        (
            name(split.dimension, part.key),
            change_text(part.mix + part.rate, unit, lang),
            change_text(part.mix, unit, lang),
            change_text(part.rate, unit, lang),
            "–" if part.value_before is None else value_text(part.value_before, unit, lang),
            "–" if part.value_now is None else value_text(part.value_now, unit, lang),
            f"{part.rows_now:,}",
        )
        for part in named
    ]
    if others := split.parts[len(named) :]:
        mix, rate = sum(part.mix for part in others), sum(part.rate for part in others)
        amounts = (change_text(amount, unit, lang) for amount in (mix + rate, mix, rate))
        number = sum(len(part.together) or 1 for part in others)
        rows.append((t("{n} others").format(n=number), *amounts, "", "", ""))
    if split.exposure:
        rows.append((t("What it is counted per"), change_text(split.exposure, unit, lang), *[""] * 5))
    return headings, rows, named


def cause_sentence(explanation: Explanation, split: Split, dimension: str, name: PartName, lang: str) -> str:
    """A draft for the cause: the parts that carry most of the gap, the mix, and what was there before."""
    t, unit = words(lang), explanation.indicator.unit
    least = abs(explanation.gap) / TOO_SMALL
    named = (part for part in split.parts if not part.together)
    wrong = [part for part in named if part.rate * explanation.gap > 0 and abs(part.rate) > least][:NAMED]
    said = [
        t("{name}: {text}").format(
            name=name(split.dimension, part.key), text=change_text(part.rate, unit, lang)
        )
        for part in wrong
    ]
    if split.mix * explanation.gap > 0:
        said.append(t("mix {amount}").format(amount=change_text(split.mix, unit, lang)))
    text = t("By {dimension}: {parts}").format(dimension=dimension, parts=t(", ").join(said))
    if said and explanation.kind == "change" and explanation.already * explanation.gap > 0:
        text = t("{text}; already there in {month}: {amount}").format(
            text=text,
            month=month_text(explanation.before.month, lang),
            amount=change_text(explanation.already, unit, lang),
        )
    return text if said else ""


def reversal_text(explanation: Explanation, split: Split, dimension: str, lang: str) -> str:
    """The sentence for parts that all moved one way while the total moved the other; "" for none."""
    if not split.reversal:
        return ""
    rose = explanation.value > explanation.value_before
    better = rose == (explanation.indicator.better == "higher")
    said = (
        N_("Every part of “{dimension}” got worse, and yet the total improved: the mix changed.")
        if better
        else N_("Every part of “{dimension}” improved, and yet the total got worse: the mix changed.")
    )
    return words(lang)(said).format(dimension=dimension)
