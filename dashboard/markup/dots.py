"""How a team's people lie about a target: dots without names, for a screen that everybody sees. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import htpy as h

from dashboard.markup.pieces import small
from dashboard.words.numbers import target_text, value_text
from dashboard.words.translate import in_words, words
from kpi.analysis.real_gaps import Judged

WIDTH, HEIGHT, EDGE, RADIUS = 420, 46, 14, 5.5
HOLLOW = ("few_rows", "partial", "unfinished")


def strips_html(people: Iterable[Sequence[Judged]], lang: str) -> h.Renderable:
    """The rows of several people's goal sheets as dots, one strip an indicator."""
    of_key: dict[str, list[Judged]] = {}
    for row in (row for rows in people for row in rows):
        of_key.setdefault(row.figure.indicator.key, []).append(row)
    return h.div(".kpi-strips")[[dots_html(rows, lang) for rows in of_key.values()]]


def dots_html(rows: Sequence[Judged], lang: str) -> h.Renderable | None:
    """One indicator: a dot a person who has a value, by its verdict; and the target that all of them have.

    Nothing in it tells who a dot is: dots are in the order of their values.
    """
    t = words(lang)
    known = sorted((row for row in rows if row.figure.value is not None), key=lambda row: row.figure.value)
    if not known:
        return None
    first, last = known[0].figure, known[-1].figure
    indicator, targets = first.indicator, {row.figure.target for row in known}
    target = first.target if len(targets) == 1 else None
    values = [row.figure.value for row in known] + ([] if target is None else [target])
    low, high = min(values), max(values)
    span = (high - low) or 1.0

    def at(value: float) -> float:
        return EDGE + (WIDTH - 2 * EDGE) * (value - low) / span

    line = None
    if target is not None:
        x = f"{at(target):.1f}"
        line = h.line(".kpi-target", x1=x, x2=x, y1=2, y2=HEIGHT - 2)
    circles = [
        h.circle(
            class_={
                "kpi-few": not row.figure.enough_rows or row.verdict.reason in HOLLOW,
                "kpi-missed": row.verdict.standing == "missed",
            },
            cx=f"{at(row.figure.value):.1f}",
            cy=f"{HEIGHT / 2}",
            r=f"{RADIUS}",
        )
        for row in known
    ]
    ends = t("{low} to {high}, {n} people").format(
        low=value_text(first.value, indicator.unit, lang),
        high=value_text(last.value, indicator.unit, lang),
        n=len(known),
    )
    aim = t("the targets differ") if len(targets) > 1 else ""
    if target is not None:
        aim = t("target {target}").format(target=target_text(target, indicator.unit, lang))
    missed = sum(row.verdict.standing == "missed" for row in known)
    count = t("{n} of {all} clearly missed").format(n=missed, all=len(known)) if missed else ""
    said = t(", ").join(filter(None, (ends, aim, count)))
    return h.div(".kpi-dots")[
        h.span(".kpi-label")[in_words(indicator.name, lang)],
        h.svg(viewBox=f"0 0 {WIDTH} {HEIGHT}", role="img", aria_label=said)[line, circles],
        small(said),
    ]
