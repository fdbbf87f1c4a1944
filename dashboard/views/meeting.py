"""The monthly meeting: the unit's sheet with dots without names, then one person a screen."""

from dashboard.parts import goals_with_cycle as goals
from dashboard.parts import meeting as parts
from dashboard.parts.page import page
from dashboard.parts.session import Frame, known_people
from etl.errors import N_
from kpi.sheets.goals import goal_sheet
from kpi.sheets.values import GoalSheet


def _draw(frame: Frame, sheet: GoalSheet) -> None:
    people = known_people(frame.view, frame.scope.period, frame.choice.team)
    parts.bar(frame, people)
    if way := goals.goal_sheet(frame, sheet, keys=True):
        parts.move(frame, people, way)
    if frame.scope.subject.is_person:
        parts.record(frame, sheet)
    else:
        parts.team(frame, people)


page(N_("Meeting"), _draw, find=lambda frame: goal_sheet(frame.view, frame.scope), about="month", bare=True)
