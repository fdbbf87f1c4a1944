"""What the gap of a goal sheet's row is made of, against last month as it was agreed."""

from __future__ import annotations

from dataclasses import replace

from kpi.agreed import thaw
from kpi.contributions import Explanation, explain
from kpi.figures import figures
from kpi.goals import sheet_key
from kpi.records.steps import steps_of
from kpi.scope import Scope
from kpi.view import View, of_month


def explained(view: View, scope: Scope, key: str) -> Explanation | None:
    """The contributions to the gap of one indicator; None where there is no value or no target."""
    built = of_month(view, scope.period)
    found = figures(built, scope, [key])
    if not found or found[0].gap is None:
        return None
    agreed = _agreed_before(view, scope, key)
    return explain(built, scope, key, found[0].target, agreed_before=agreed)


def _agreed_before(view: View, scope: Scope, key: str) -> float | None:
    """The value of the month before as it was last agreed."""
    before = replace(scope, period=scope.period.previous())
    contents = [step.content for step in steps_of(view.records, sheet_key(before)) if step.action == "agreed"]
    row = thaw(contents[-1]).get(key) if contents else None
    return row.figure.value if row else None
