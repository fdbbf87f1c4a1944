"""Every indicator of a scope, each with its verdict."""

from __future__ import annotations

from kpi.analysis.judged_figures import judged_figures
from kpi.analysis.real_gaps import Judged
from kpi.figures.view import View
from kpi.scope import Scope


def indicator_rows(view: View, scope: Scope) -> tuple[Judged, ...]:
    """The figures of a scope in the order of the catalogue, each with its verdict."""
    return judged_figures(view, scope)
