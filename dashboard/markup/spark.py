"""A line of months, small enough to stand in a row: the last one a dot, the target as dashes."""

from __future__ import annotations

from collections.abc import Sequence

import htpy as h

EDGE = 4  # px around the line


def spark(
    values: Sequence[float | None], target: float | None, *, size: tuple[int, int], marked: bool, label: str
) -> h.Node:
    """The line of `values`, a gap where a month has none; None of fewer than two. `marked` for a real gap."""
    known = [value for value in (*values, target) if value is not None]
    if sum(value is not None for value in values) < 2:
        return None
    (width, height), low, high = size, min(known), max(known)
    step = (width - 2 * EDGE) / max(len(values) - 1, 1)

    def place(at: int, value: float) -> tuple[float, float]:
        rise = (value - low) / (high - low) if high > low else 0.5
        return round(EDGE + at * step, 1), round(height - EDGE - rise * (height - 2 * EDGE), 1)

    path, pen = [], "M"
    for at, value in enumerate(values):
        if value is not None:
            path.append("{}{} {}".format(pen, *place(at, value)))
        pen = "M" if value is None else "L"
    drawn: list[h.Node] = []
    if target is not None:
        y = place(0, target)[1]
        drawn.append(h.line(".kpi-aim", x1="0", x2=str(width), y1=str(y), y2=str(y)))
    drawn.append(h.path(d=" ".join(path)))
    if values[-1] is not None:
        x, y = place(len(values) - 1, values[-1])
        drawn.append(h.circle(class_="kpi-sure" if marked else None, cx=str(x), cy=str(y), r="3.4"))
    return h.svg(".kpi-spark", viewBox=f"0 0 {width} {height}", role="img", aria_label=label)[drawn]
