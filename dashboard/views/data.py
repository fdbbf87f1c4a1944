"""The data behind everything: what was loaded, what became of every row, what was set aside and why."""

from dashboard.parts import data_loads as loads
from dashboard.parts.data_audits import audits
from dashboard.parts.data_calendar import calendars
from dashboard.parts.data_catalog import left_out, rebuild
from dashboard.parts.data_scales import scales
from dashboard.parts.data_uploads import uploads
from dashboard.parts.page import page
from dashboard.parts.session import Frame
from etl.errors import N_


def _draw(frame: Frame, _: None) -> None:
    left_out(frame)
    uploads(frame)
    loads.folders(frame)
    if frame.view.snapshot is not None:
        for part in (rebuild, scales, loads.accounting, calendars, audits, loads.rejects):
            part(frame)


page(N_("Data"), _draw, about="newest data", also_empty=True)
