"""What the gap of a goal sheet's row is made of, against last month as it was agreed."""

from __future__ import annotations

from dataclasses import replace

from kpi.analysis.contributions import Explanation, explain
from kpi.figures.figures import figures
from kpi.figures.view import View, of_month
from kpi.records.cycle_kept import steps_of
from kpi.scope import Scope
from kpi.sheets.agreed import agreed_now, last_agreed
from kpi.sheets.goals import sheet_key


def explained(view: View, scope: Scope, key: str) -> Explanation | None:
    """The contributions to the gap of one indicator; None where there is no value or no target.

    On an agreed sheet the gap is that to the target as agreed, whatever holds by now.
    """
    built = of_month(view, scope.period)
    found = figures(built, scope, [key])
    if not found or found[0].value is None:
        return None
    agreed = agreed_now(steps_of(view.records, sheet_key(scope))).get(key)
    target = agreed.figure.aim if agreed else found[0].aim
    if target is None:
        return None
    before = replace(scope, period=scope.period.previous())
    then = last_agreed(steps_of(view.records, sheet_key(before))).get(key)
    return explain(built, scope, key, target, agreed_before=then and then.figure.value)
