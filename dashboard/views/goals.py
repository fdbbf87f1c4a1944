"""The goal sheet: last month's target and result, why a gap opened, the next target, what will be done."""

from dashboard.parts import common as widgets
from dashboard.parts import goals_with_cycle as widgets_goals
from dashboard.parts.session import current
from dashboard.words.attention import attention_line
from dashboard.words.numbers import as_of_text
from kpi.sheets.goals import goal_sheet

frame = current()
t, scope = frame.t, frame.monthly
widgets.heading(frame, t("KPI goal setting and attainment"), widgets.scope_line(frame, scope), "goals", scope)
if not widgets.empty_home(frame):
    sheet = goal_sheet(frame.view, scope)
    widgets.attention(attention_line(sheet.rows, frame.lang), sheet.rows)
    if frame.scope != scope:
        widgets.note(t("This form is monthly: it shows the month in which the chosen period ends."))
    widgets_goals.goal_sheet(frame, sheet)
    widgets.corrections(sheet, frame.lang)
    widgets.note(as_of_text(sheet.heading.as_of, frame.lang))
