"""The data behind everything: what was loaded, what became of every row, what was set aside and why."""

from dashboard import widgets, widgets_data
from dashboard.formats import as_of_text
from dashboard.session import current
from dashboard.widgets_audits import audits
from dashboard.widgets_coverage import calendars
from dashboard.widgets_uploads import uploads
from kpi.view import as_of

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
