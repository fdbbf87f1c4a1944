"""The next targets of a team at once: typed into one table, copied from last month, or edited in Excel."""

from dashboard.parts import team_targets as parts
from dashboard.parts.page import page
from dashboard.parts.session import Frame
from etl.errors import N_
from kpi.sheets.team_targets import TargetTable, target_table


def _draw(frame: Frame, table: TargetTable) -> None:
    for part in (parts.tools, parts.proposed, parts.table, parts.days):
        part(frame, table)


page(
    N_("Targets of a team"),
    _draw,
    find=lambda frame: target_table(frame.view, frame.scope.period, frame.choice.team or None),
    about="month of the team",
)
