"""The monthly meeting: the unit's sheet with dots without names, then one person a screen."""

import htpy as h

from dashboard.parts import common as widgets
from dashboard.parts import goals_with_cycle as widgets_goals
from dashboard.parts import meeting as widgets_meeting
from dashboard.parts.page_html import show
from dashboard.parts.session import current, known_people
from kpi.sheets.goals import goal_sheet

frame = current()
if frame.view.snapshot is None:
    widgets.heading(frame, frame.t("Meeting"), widgets.scope_line(frame, frame.monthly))
if not widgets.empty_home(frame):
    people = known_people(frame.view, frame.monthly.period, frame.choice.team)
    widgets_meeting.bar(frame, people)
    sheet = goal_sheet(frame.view, frame.monthly)
    if way := widgets_goals.goal_sheet(frame, sheet, keys=True):
        widgets_meeting.move(frame, people, way)
    if frame.scope.subject.is_person:
        widgets_meeting.record(frame, sheet)
    else:
        widgets_meeting.team(frame, people)
    show(h.div(".kpi-alone"))
