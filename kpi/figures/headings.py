"""What a sheet says about itself: whose it is, where that person works, and how new its data are."""

from __future__ import annotations

from kpi.figures.figure import Heading
from kpi.figures.remembered import remembered
from kpi.figures.targets import teams_on
from kpi.figures.view import View, as_of, is_lost, open_at_closing
from kpi.scope import Scope

_POST = """
    SELECT role FROM agents WHERE agent_id = $agent AND valid_from <= $day AND role IS NOT NULL
    ORDER BY valid_from DESC LIMIT 1"""


def heading(view: View, scope: Scope) -> Heading:
    """What a sheet of `scope` says about itself; team and post are those of the period's last day."""
    team, post = _place(view, scope)
    departments = view.home.settings.departments
    return Heading(
        period=scope.period,
        subject=scope.subject,
        organisation=view.home.settings.organisation,
        as_of=as_of(view),
        snapshot=view.snapshot.id if view.snapshot else None,
        lost=is_lost(view, scope.period),
        open=open_at_closing(view, scope.period),
        department=next((name for name, teams in departments.items() if team in teams), ""),
        team=team,
        post=post,
    )


def _place(view: View, scope: Scope) -> tuple[str, str]:
    """The team and the post of the subject on the last day of the period, "" where there is none."""
    subject = scope.subject
    if subject.is_team:
        return subject.key, ""
    if not subject.is_person or view.snapshot is None:
        return "", ""

    def found() -> tuple[str, str]:
        team = teams_on(view, scope.period, subject.key).get(subject.key) or ""
        posts = view.query(_POST, agent=subject.key, day=scope.period.end).to_series().to_list()
        return team, next(iter(posts), "")

    return remembered(view, ("place", scope), found)
