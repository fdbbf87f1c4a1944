"""The data behind everything: what was loaded, what became of every row, what was set aside and why."""

from dashboard.parts import common as widgets
from dashboard.parts import data_loads as widgets_data
from dashboard.parts.data_audits import audits
from dashboard.parts.data_calendar import calendars
from dashboard.parts.data_uploads import uploads
from dashboard.parts.session import current
from dashboard.words.numbers import as_of_text
from kpi.figures.view import as_of

frame = current()
widgets.heading(frame, frame.t("Data"), as_of_text(as_of(frame.view), frame.lang))
empty = widgets.empty_home(frame)
uploads(frame)
widgets_data.folders(frame)
if not empty:
    widgets_data.accounting(frame)
    calendars(frame)
    audits(frame)
    widgets_data.rejects(frame)
