"""The next targets of a team at once: typed into one table, copied from last month, or edited in Excel."""

from dashboard.parts import common as widgets
from dashboard.parts import team_targets as widgets_targets
from dashboard.parts.session import current
from dashboard.words.numbers import as_of_text
from kpi.figures.subjects import find_subject
from kpi.figures.view import as_of
from kpi.scope import Scope
from kpi.sheets.team_targets import target_table

frame = current()
t, month = frame.t, frame.monthly.period
unit = find_subject(frame.view, team=frame.choice.team or None)
widgets.heading(frame, t("Targets of a team"), widgets.scope_line(frame, Scope(month, unit)))
if not widgets.empty_home(frame):
    shown = target_table(frame.view, month, frame.choice.team or None)
    if frame.scope.period != month:
        widgets.note(t("This form is monthly: it shows the month in which the chosen period ends."))
    widgets_targets.tools(frame, shown)
    widgets_targets.proposed(frame, shown)
    widgets_targets.table(frame, shown)
    widgets_targets.days(frame, shown)
    widgets.note(as_of_text(as_of(frame.view), frame.lang))
