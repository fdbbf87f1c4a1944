"""Every indicator of the scope, what needs attention first."""

from dashboard.markup.lists import indicators_html
from dashboard.parts.common import sheet
from dashboard.parts.page import page
from etl.errors import N_
from kpi.sheets.indicators import indicator_rows

page(
    N_("Indicators"),
    lambda frame, rows: sheet(frame, indicators_html(rows, frame.lang), key="indicators"),
    find=lambda frame: indicator_rows(frame.view, frame.scope),
    rows=lambda rows: rows,
)
