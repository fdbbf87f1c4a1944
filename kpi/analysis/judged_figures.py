"""The figures of a scope, each with the one verdict that is given on it."""

from __future__ import annotations

from collections.abc import Iterable

from kpi.analysis.real_gaps import Judged, judged, signals_in
from kpi.figures.figures import figures
from kpi.figures.months import history_of
from kpi.figures.view import View
from kpi.scope import Scope


def judged_figures(view: View, scope: Scope, keys: Iterable[str] | None = None) -> tuple[Judged, ...]:
    """The figures of a scope, of all indicators or `keys`; those of a month also by their control charts."""
    found = figures(view, scope, keys)
    chosen = tuple(figure.indicator.key for figure in found)
    lines = history_of(view, scope, chosen) if scope.period.is_month and chosen else {}
    signals = signals_in(lines, person=scope.subject.is_person)
    return tuple(judged(figure, signals.get(figure.indicator.key)) for figure in found)
