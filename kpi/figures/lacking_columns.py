"""Which columns are empty in the rows that a figure ought to rest on and does not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Literal

from kpi.catalog.definitions import Indicator
from kpi.catalog.relations import columns_read
from kpi.figures.figure import Figure
from kpi.figures.remembered import remembered
from kpi.figures.sums import empty_columns
from kpi.figures.view import View
from kpi.scope import Scope

WORTH_NAMING = 0.1  # of the missing rows
# What a relation works out, and the columns of the files that it is worked out from.
MADE_FROM = {
    "customer_key": ("customer",),
    "points": ("scale",),
    "needed": ("scale",),
    "responded_s": ("first_response_at",),
    "fatal_stated": ("fatal",),
    "response_stated": ("first_response_at",),
    "resolution_stated": ("resolved_at",),
    "follow_up_stated": ("followed_up_at",),
    "reply_stated": ("done_at",),
    "reopening_stated": ("reopened_at",),
    "repeat_stated": ("repeat_of",),
    "resolved_s": ("resolved_at",),
    "followed_up_after_s": ("followed_up_at",),
    "repeat_after_s": ("repeat_of",),
    "done_s": ("done_at",),
    "attended_min": ("in_at", "out_at"),
    "late_min": ("in_at",),
    **dict.fromkeys(("logged_s", "adhered_s"), ("ended_at",)),
    **dict.fromkeys(("busy_s", "ready_s"), ("state", "ended_at")),
    **dict.fromkeys(("applicable", "information_applicable", "communication_applicable"), ("applicable",)),
}

Found = Mapping[str, tuple[Figure, ...]]


def with_lacking(
    view: View, scope: Scope, found: Found, by: Literal["", "agent"]
) -> dict[str, tuple[Figure, ...]]:
    """The figures of a scope, by nothing or by agent, with the columns that those lack which are marked."""
    marked = {
        figure.indicator.key: figure.indicator for own in found.values() for figure in own if figure.marked
    }
    if not marked:
        return dict(found)
    place = ("lacking", scope, by, tuple(marked))
    empty = remembered(view, place, lambda: _empty(view, scope, list(marked.values()), by))
    return {
        part: tuple(
            replace(figure, lacking=_named(figure.indicator, empty[figure.indicator.key].get(part, {})))
            if figure.marked
            else figure
            for figure in own
        )
        for part, own in found.items()
    }


def _empty(
    view: View, scope: Scope, indicators: list[Indicator], by: Literal["", "agent"]
) -> dict[str, dict[str, dict[str, int]]]:
    return {i.key: empty_columns(view, i, sorted(columns_read(i.base)), scope, by) for i in indicators}


def _named(indicator: Indicator, empty: Mapping[str, int]) -> tuple[str, ...]:
    """The columns that are empty in most of the missing rows, those first that only the base asks for.

    A column that says which rows ought to be usable is named only where no other is empty: it may be empty
    and mean no.
    """
    missing = empty.get("", 0)
    often = [name for name, rows in empty.items() if name and rows > 0 and rows >= WORTH_NAMING * missing]
    asked = [name for name in often if name not in columns_read(indicator.should)] or often
    named = (
        made for name in sorted(asked, key=lambda name: -empty[name]) for made in MADE_FROM.get(name, (name,))
    )
    return tuple(dict.fromkeys(named))
