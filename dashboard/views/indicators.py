"""Every indicator of the scope, what needs attention first."""

from dashboard.html import lists
from dashboard.parts import common as widgets
from dashboard.parts.session import current
from dashboard.words.attention import attention_line
from kpi.sheets.indicators import indicator_rows

frame = current()
t, lang = frame.t, frame.lang
widgets.heading(frame, t("Indicators"), widgets.scope_line(frame, frame.scope))
if not widgets.empty_home(frame):
    found = indicator_rows(frame.view, frame.scope)
    widgets.attention(attention_line(found, lang), found)
    widgets.sheet(frame, lists.indicators_html(found, lang), key="indicators")
