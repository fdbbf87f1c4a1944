"""What stands small beside a figure of a goal sheet: the month before, and what the team reaches together."""

from __future__ import annotations

from collections.abc import Sequence

from kpi.figures.figures import figures, figures_by_agent
from kpi.figures.months import history_of
from kpi.figures.remembered import remembered
from kpi.figures.subjects import people, team_subject
from kpi.figures.targets import teams_on
from kpi.figures.view import View
from kpi.scope import Period, Scope
from kpi.sheets.values import More

FEWEST = 5  # people with data; of fewer one could work out another's figure


def month_before(view: View, scope: Scope, keys: Sequence[str]) -> More:
    """By indicator the value of the month before, None without one."""
    lines = history_of(view, scope, tuple(keys))
    return {key: line[-2][1].usable_value for key, line in lines.items() if len(line) > 1}


def team_value(view: View, scope: Scope, keys: Sequence[str]) -> More:
    """By indicator what a person's team reached together, Σ ÷ Σ; of units nothing.

    Only where FEWEST of the team have data of it: nobody's figure is to be worked out from it.
    """
    if not scope.subject.is_person:
        return {}
    team = teams_on(view, scope.period, scope.subject.key).get(scope.subject.key)
    if not team:
        return {}
    place = ("team together", scope.period, team, tuple(keys))
    return remembered(view, place, lambda: _together(view, scope.period, team, keys))


def _together(view: View, period: Period, team: str, keys: Sequence[str]) -> More:
    members = people(view, period, team)
    if len(members) < FEWEST:
        return {}
    own = figures_by_agent(view, period, members, keys)
    found = {}
    for figure in figures(view, Scope(period, team_subject(team)), keys):
        key = figure.indicator.key
        having = sum(
            one.usable_value is not None for row in own.values() for one in row if one.indicator.key == key
        )
        found[key] = figure.usable_value if having >= FEWEST else None
    return found
