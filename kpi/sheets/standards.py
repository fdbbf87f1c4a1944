"""The standards sheet: compliance with the service standards, and the ticket limits by service item."""

from __future__ import annotations

from kpi.analysis.judged_figures import judged_figures
from kpi.analysis.real_gaps import Judged, judged
from kpi.catalog.definitions import ServiceItem
from kpi.figures.figure import Figure
from kpi.figures.figures import count_by_segment, figures_by_segment
from kpi.figures.headings import heading
from kpi.figures.months import trends
from kpi.figures.view import View, of_month
from kpi.scope import Scope
from kpi.sheets.values import ItemRow, StandardRow, StandardsSheet

TREND_MONTHS = 12
RESPONSE, RESOLUTION = "response_in_limit", "resolution_in_limit"
LIMITS = {RESPONSE: "response_limit_s", RESOLUTION: "resolution_limit_s"}


def standards_sheet(view: View, scope: Scope) -> StandardsSheet:
    """Each standard of the catalogue with its figure and the last 12 months, and each service item.

    A standard whose indicator is not measured for this kind of subject is left out.
    """
    view = of_month(view, scope.period)
    keys = [standard.indicator for standard in view.catalog.standards]
    measured = {row.figure.indicator.key: row for row in judged_figures(view, scope, keys)}
    lines = trends(view, keys, scope, TREND_MONTHS)
    return StandardsSheet(
        heading=heading(view, scope),
        rows=tuple(
            StandardRow(
                figure=measured[standard.indicator].figure,
                verdict=measured[standard.indicator].verdict,
                standard=standard,
                trend=tuple(figure for _, figure in lines[standard.indicator]),
                trend_months=tuple(month for month, _ in lines[standard.indicator]),
            )
            for standard in view.catalog.standards
            if standard.indicator in measured
        ),
        items=_items(view, scope),
    )


def _items(view: View, scope: Scope) -> tuple[ItemRow, ...]:
    items = view.catalog.items
    kept = figures_by_segment(view, scope, [item.key for item in items], [RESPONSE, RESOLUTION])
    pending = {key: _pending(view, scope, key) for key in LIMITS}
    return tuple(_item(item, kept[item.key], pending) for item in items)


def _item(item: ServiceItem, kept: tuple[Figure, ...], pending: dict[str, dict[str, int]]) -> ItemRow:
    found: dict[str, Judged] = {one.indicator.key: judged(one) for one in kept}
    return ItemRow(
        item=item,
        response=None if item.response_s is None else found.get(RESPONSE),
        resolution=None if item.resolution_s is None else found.get(RESOLUTION),
        response_pending=pending[RESPONSE].get(item.key, 0),
        resolution_pending=pending[RESOLUTION].get(item.key, 0),
    )


def _pending(view: View, scope: Scope, key: str) -> dict[str, int]:
    """By service item the tickets that have a limit but are neither answered nor due."""
    should = view.catalog.indicators[key].should
    condition = f"{LIMITS[key]} IS NOT NULL AND NOT coalesce(({should}\n), FALSE)"
    return count_by_segment(view, scope, "tickets", condition)
