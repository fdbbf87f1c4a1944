"""Settings of this installation: whose it is, language, clocks, shifts, leave and calendar."""

from dashboard.parts import settings
from dashboard.parts.data_catalog import rebuild
from dashboard.parts.page import page
from dashboard.parts.session import Frame
from etl.errors import N_


def _draw(frame: Frame, _: bool) -> None:
    settings.told(frame)
    if frame.view.snapshot is not None:
        rebuild(frame)
    for part in (settings.general, settings.shifts, settings.leave, settings.calendar, settings.changed):
        part(frame)


page(
    N_("Settings"),
    _draw,
    find=lambda _: True,  # there is something to set before anything is loaded
    about="newest data",
    line=N_("What is saved here is checked first, and kept with who changed it."),
    also_empty=True,
)
