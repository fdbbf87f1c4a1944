"""The effect of corrections on the figures of a scope: which apply, and the numbers without them."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import timedelta

from kpi.catalog.corrected_facts import ROWS, read_by
from kpi.catalog.definitions import Indicator
from kpi.catalog.relations import relation_text
from kpi.figures.remembered import remembered
from kpi.figures.sums import Sums, by_relation, sums_by_correction, sums_of
from kpi.figures.view import View
from kpi.rollups.build import components
from kpi.scope import Scope

Parts = dict[str, dict[str, "Without"]]

NEAR = """
    SELECT DISTINCT correction_id FROM query_table($table)
    WHERE holds AND ($any_day OR was_on BETWEEN $since AND $until OR is_on BETWEEN $since AND $until)"""


@dataclass(frozen=True, slots=True)
class Without:
    """One indicator without corrections: the numbers of those that apply to it, and its sums as loaded."""

    corrections: tuple[int, ...]
    sums: Sums


def without_corrections(
    view: View, indicators: list[Indicator], scope: Scope, by: str, sums: dict[str, Sums]
) -> Parts:
    """By group and indicator what the figures of `sums` would be without corrections.

    A correction applies to a figure when the rows that it means add something else to it than they
    did. Indicators that none applies to are left out. Costs nothing where no fact of the time around
    the scope is corrected, else one count of the facts.
    """
    near = {
        relation: numbers
        for relation, own in by_relation(indicators).items()
        if (numbers := _corrections_near(view, relation, own, scope))
    }
    if not near:
        return {}
    place = ("without corrections", scope, by, tuple(indicator.key for indicator in indicators))
    return remembered(view, place, lambda: _counted(view, indicators, scope, by, sums, near))


def _counted(
    view: View,
    indicators: list[Indicator],
    scope: Scope,
    by: str,
    sums: dict[str, Sums],
    near: dict[str, set[int]],
) -> Parts:
    concerned = [i for i in indicators if near.keys() & {i.relation, i.per}]
    loaded = sums_of(view, concerned, scope, by, as_loaded=True)
    parts: Parts = {}
    for relation, numbers in near.items():
        own = by_relation(concerned)[relation]
        direct = _corrections_within(view, relation, own, scope, by)
        for part in sums.keys() | loaded.keys():
            now, then = sums.get(part, {}), loaded.get(part, {})
            for indicator in own:
                found = direct.get((part, indicator.key), set())
                # A row elsewhere can change this figure too, as a repeated contact or an original ticket.
                if not found and not _same(now, then, list(components(indicator, relation))):
                    found = numbers
                if found:
                    _add(parts.setdefault(part, {}), indicator.key, found, then)
    return parts


def _add(figures: dict[str, Without], key: str, found: set[int], loaded: Sums) -> None:
    """Add corrections to an indicator's, with its sums as loaded; a rate's two relations share one entry."""
    before = figures.get(key)
    numbers = found.union(before.corrections if before else ())
    figures[key] = Without(tuple(sorted(numbers)), loaded)


def _same(one: Sums, other: Sums, columns: list[str]) -> bool:
    return all(
        math.isclose(one.get(column) or 0.0, other.get(column) or 0.0, rel_tol=1e-9, abs_tol=1e-6)
        for column in columns
    )


def _corrections_near(view: View, relation: str, indicators: list[Indicator], scope: Scope) -> set[int]:
    """The corrections in force on rows of the scope's days, or of days that can change these."""
    days = timedelta(days=max(indicator.look_back_days for indicator in indicators))
    found: set[int] = set()
    for contract in read_by(relation_text(relation), view.corrected):
        rows = view.query(
            NEAR,
            table=f"corrected_{contract}",
            # Leave counts on every day that it lasts, not only on its first.
            any_day=contract == "leave",
            since=scope.period.start - days,
            until=scope.period.end + days,
        )
        found |= set(rows.to_series().to_list())
    return found


def _corrections_within(
    view: View, relation: str, indicators: list[Indicator], scope: Scope, by: str
) -> dict[tuple[str, str], set[int]]:
    """By group and indicator the corrections that change the sums of the rows they name."""
    found: dict[tuple[str, str], set[int]] = {}
    for contract in ROWS[relation]:
        if contract not in view.corrected:
            continue
        now, then = (
            sums_by_correction(view, relation, contract, indicators, scope, by, corrected)
            for corrected in (view.corrected, frozenset())
        )
        for part, number in now.keys() | then.keys():
            for indicator in indicators:
                own = list(components(indicator, relation))
                if not _same(now.get((part, number), {}), then.get((part, number), {}), own):
                    found.setdefault((part, indicator.key), set()).add(number)
    return found
