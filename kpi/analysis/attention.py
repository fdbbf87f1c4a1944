"""News: what deserves attention on a sheet or in a report – real gaps, and what got worse not by chance.

A figure is looked at against the month before, the same month a year ago, and by its control chart. A look
counts where the figure is worse by more than its material; its p-value, times the number of looks there are,
is the figure's, and over all figures of the sheet Benjamini–Hochberg lets a twentieth of the news be false.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from math import inf

from kpi.analysis.looks import (
    FEBRUARY,
    YEAR,
    Look,
    calendar_of,
    counted_days,
    got_worse,
    looks_at,
)
from kpi.analysis.real_gaps import Judged
from kpi.catalog.definitions import Catalog, Indicator
from kpi.figures.figure import Figure
from kpi.figures.months import Line
from kpi.figures.view import View
from kpi.scope import Scope, parse_month

FALSE_NEWS = 0.05


@dataclass(frozen=True, slots=True)
class Volume:
    """What events are counted beside: rows of a relation, and their change since `News.month` (a share).

    `alone` says that the events grew no more than it did.
    """

    relation: str
    change: float | None
    alone: bool = False


@dataclass(frozen=True, slots=True)
class News(Judged):
    """One piece of news: a real gap, a change for the worse that `look` shows, or both.

    `month` and `year` are the figures of the month before and of the same month a year ago. Of events
    `counted` is the indicator that names their number, `volume` what they are counted beside. `both_months`
    are the events of January and February together, this year and last. `weight` is the gap or the change in
    multiples of what is material.
    """

    weight: float
    look: Look | None = None
    month: Figure | None = None
    year: Figure | None = None
    counted: Indicator | None = None
    volume: Volume | None = None
    both_months: tuple[float, float] | None = None

    @property
    def since(self) -> Figure | None:
        """The earlier figure a change is said against: the month before if that was better, or a year ago."""
        worse = (
            one
            for one in (self.month, self.year)
            if one is not None and got_worse(self.figure.indicator, self.figure.value - one.value)
        )
        return next(worse, self.month or self.year)


def news(view: View, scope: Scope, rows: Iterable[Judged], lines: Mapping[str, Line]) -> tuple[News, ...]:
    """The news of a sheet of one month: what misses its target or has none first, by weight, then the rest.

    `rows` are its figures, `lines` their months up to that one, as `kpi.figures.months.trends` gives them. A
    count and its rate are one piece.
    """
    rows = [row for row in rows if row.figure.usable_value is not None]
    days, calendar = counted_days(view, scope), calendar_of(view)
    looks = {
        row.figure.indicator.key: looks_at(
            row.figure, lines.get(row.figure.indicator.key, ()), days, calendar
        )
        for row in rows
    }
    shown = _shown(looks)
    found = [
        _piece(view.catalog, row, lines.get(key, ()), shown.get(key))
        for row in rows
        for key in (row.figure.indicator.key,)
        if row.verdict.important or key in shown
    ]
    every = {row.figure.indicator.key: row for row in rows}
    return tuple(sorted(_paired(view.catalog, found, every, lines), key=order))


def order(one: News) -> tuple[bool, float]:
    """The place of a piece of news: those whose target is met come last, each by weight."""
    return one.verdict.standing == "met", -one.weight


def _shown(looks: Mapping[str, Sequence[Look]]) -> dict[str, Look]:
    """The look that shows each change, of those that hold against chance and against their number."""
    from kpi.statistics.multiplicity import benjamini_hochberg  # scipy.stats takes seconds to import, once

    looked = {key: some for key, some in looks.items() if some}
    p_values = [min(1.0, len(some) * min(look.p for look in some)) for some in looked.values()]
    if not any(p <= FALSE_NEWS for p in p_values):
        return {}
    adjusted = benjamini_hochberg(p_values)
    return {
        key: min(some, key=lambda look: look.p)
        for (key, some), p in zip(looked.items(), adjusted, strict=True)
        if p <= FALSE_NEWS
    }


def _piece(catalog: Catalog, row: Judged, line: Line, look: Look | None) -> News:
    figure, material = row.figure, row.figure.indicator.material
    sizes = [abs(figure.gap)] if row.verdict.important else []
    sizes += [abs(look.change)] if look else []
    earlier = [_month(line, ago) for ago in (1, YEAR)]
    beside = figure.indicator.how.beside_volume
    return News(
        figure,
        row.verdict,
        weight=max(sizes) / material if material else inf,
        look=look,
        month=earlier[0],
        year=earlier[1],
        counted=_counting(catalog, figure.indicator.relation, figure.indicator.base) if beside else None,
        volume=_volume(figure, *earlier) if beside else None,
        both_months=_both_months(line, look),
    )


def _month(line: Line, ago: int) -> Figure | None:
    """The figure of so many months before the last one, where it has a value."""
    found = line[-1 - ago][1] if len(line) > ago else None
    return found if found is not None and found.usable_value is not None else None


def _both_months(line: Line, look: Look | None) -> tuple[float, float] | None:
    """Of a count in February the events of two months, this year and last, where they were compared so."""
    if look is None or look.against != "year" or not line[-1][1].indicator.how.grows:
        return None
    if parse_month(line[-1][0]).start.month != FEBRUARY:
        return None
    now, before = (sum(figure.value for _, figure in line[at - 2 : at or None]) for at in (0, -YEAR))
    return now, before


def _volume(figure: Figure, month: Figure | None, year: Figure | None) -> Volume:
    indicator, before = figure.indicator, month or year
    change = figure.denominator / before.denominator - 1 if before and before.denominator else None
    return Volume(indicator.per, change)


def _counting(catalog: Catalog, relation: str | None, rows: str | None) -> Indicator | None:
    """The count of the catalogue that counts just these rows, as a name for them."""
    return next(
        (
            one
            for one in catalog.indicators.values()
            if not one.how.below and (one.relation, one.base) == (relation, rows)
        ),
        None,
    )


def _paired(
    catalog: Catalog, found: Sequence[News], rows: Mapping[str, Judged], lines: Mapping[str, Line]
) -> list[News]:
    """The news with a count and its rate as one piece, about the real gap of the two, else the count."""
    rates = {
        counted.key: row
        for row in rows.values()
        if row.figure.indicator.how.beside_volume
        and (counted := _counting(catalog, row.figure.indicator.relation, row.figure.indicator.base))
    }
    pieces = {one.figure.indicator.key: one for one in found}
    for key, rate in rates.items():
        of_rate = rate.figure.indicator.key
        count = pieces.get(key)
        if count is None:
            continue
        other = pieces.pop(of_rate, None)
        line = lines.get(of_rate, ())
        volume = _volume(rate.figure, _month(line, 1), _month(line, YEAR))
        if other is None:
            pieces[key] = replace(count, volume=replace(volume, alone=_explains(count, volume)))
            continue
        first = other if other.verdict.important else count
        heavier = max((count, other), key=lambda one: one.weight)
        pieces[key] = replace(
            first,
            weight=heavier.weight,
            look=heavier.look or first.look,
            counted=count.figure.indicator,
            volume=volume,
            both_months=count.both_months,
        )
    return list(pieces.values())


def _explains(count: News, volume: Volume) -> bool:
    """Whether the volume alone makes the count what it is, but for what is not material."""
    before = count.month or count.year
    if before is None or volume.change is None:
        return False
    return not got_worse(count.figure.indicator, count.figure.value - before.value * (1 + volume.change))
