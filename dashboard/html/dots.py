"""How a team's people lie about a target: dots without names, for a screen that everybody sees. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from dashboard.words.numbers import target_text, value_text
from dashboard.words.translate import in_words, words
from kpi.figures.figure import Figure

WIDTH, HEIGHT, EDGE, RADIUS = 420, 46, 14, 5.5


def dots_html(figures: Sequence[Figure], lang: str) -> str:
    """One indicator: a dot a person who has a value, hollow under the minimum base, and the target.

    Nothing in it tells who a dot is: dots are in the order of their values.
    """
    t = words(lang)
    known = sorted((one for one in figures if one.value is not None), key=lambda one: one.value)
    if not known:
        return ""
    indicator, target = known[0].indicator, known[0].target
    values = [one.value for one in known] + ([] if target is None else [target])
    low, high = min(values), max(values)
    span = (high - low) or 1.0

    def at(value: float) -> float:
        return EDGE + (WIDTH - 2 * EDGE) * (value - low) / span

    line = ""
    if target is not None:
        line = (
            f'<line class="kpi-target" x1="{at(target):.1f}" x2="{at(target):.1f}" y1="2" y2="{HEIGHT - 2}"/>'
        )
    circles = "".join(
        f'<circle class="{"" if one.enough_rows else "kpi-few"}"'
        f' cx="{at(one.value):.1f}" cy="{HEIGHT / 2}" r="{RADIUS}"/>'
        for one in known
    )
    ends = t("{low} to {high}, {n} people").format(
        low=value_text(known[0].value, indicator.unit, lang),
        high=value_text(known[-1].value, indicator.unit, lang),
        n=len(known),
    )
    said = [ends] if target is None else [ends, target_text(target, indicator.unit, lang)]
    label = escape(t(", ").join(said))
    aim = "" if target is None else t("target {target}").format(target=said[1])
    return (
        f'<div class="kpi-dots"><span class="kpi-label">{escape(in_words(indicator.name, lang))}</span>'
        f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{label}">{line}{circles}</svg>'
        f'<span class="kpi-small">{escape(t(", ").join(filter(None, (ends, aim))))}</span></div>'
    )
