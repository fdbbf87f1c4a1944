"""Files of a kind that no map knows: what they could be, corrected by a person and kept as a map."""

from dashboard.parts.mapping_page import Mapping, choose_file, correct, keep, show
from dashboard.parts.page import page
from dashboard.parts.session import Frame
from etl.errors import N_


def _draw(frame: Frame, mapping: Mapping | None) -> None:
    if mapping is not None:
        draft, people = correct(frame, mapping)
        show(frame, draft)
        keep(frame, mapping, draft, people)


page(
    N_("Map a file"),
    _draw,
    find=choose_file,
    about="newest data",
    also_empty=True,
    line=N_("For files that no source fits: say once what their columns are."),
)
