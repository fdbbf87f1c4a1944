"""How a team's people lie about a target: dots without names, for a screen that everybody sees. Pure."""

from __future__ import annotations

from collections.abc import Sequence

import htpy as h

from dashboard.markup.pieces import small
from dashboard.words.numbers import target_text, value_text
from dashboard.words.translate import in_words, words
from kpi.figures.figure import Figure

WIDTH, HEIGHT, EDGE, RADIUS = 420, 46, 14, 5.5


def dots_html(figures: Sequence[Figure], lang: str) -> h.Renderable | None:
    """One indicator: a dot a person who has a value, hollow under the minimum base, and the target.

    Nothing in it tells who a dot is: dots are in the order of their values.
    """
    t = words(lang)
    known = sorted((one for one in figures if one.value is not None), key=lambda one: one.value)
    if not known:
        return None
    indicator, target = known[0].indicator, known[0].target
    values = [one.value for one in known] + ([] if target is None else [target])
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
            class_={"kpi-few": not one.enough_rows},
            cx=f"{at(one.value):.1f}",
            cy=f"{HEIGHT / 2}",
            r=f"{RADIUS}",
        )
        for one in known
    ]
    ends = t("{low} to {high}, {n} people").format(
        low=value_text(known[0].value, indicator.unit, lang),
        high=value_text(known[-1].value, indicator.unit, lang),
        n=len(known),
    )
    said = [ends] if target is None else [ends, target_text(target, indicator.unit, lang)]
    aim = "" if target is None else t("target {target}").format(target=said[1])
    drawn = h.svg(viewBox=f"0 0 {WIDTH} {HEIGHT}", role="img", aria_label=t(", ").join(said))
    return h.div(".kpi-dots")[
        h.span(".kpi-label")[in_words(indicator.name, lang)],
        drawn[line, circles],
        small(t(", ").join(filter(None, (ends, aim)))),
    ]
