"""The goal sheet: last month's target and result, why a gap opened, the next target, what will be done."""

from dashboard.parts.goals_with_cycle import goal_sheet as draw
from dashboard.parts.page import page
from etl.errors import N_
from kpi.sheets.goals import goal_sheet

page(
    N_("Goal sheet"),
    draw,
    find=lambda frame: goal_sheet(frame.view, frame.scope),
    about="month",
    exported="goals",
)
