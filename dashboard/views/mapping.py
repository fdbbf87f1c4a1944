"""Files of a kind that no map knows: what they could be, corrected by a person and kept as a map."""

from dashboard.parts import common as widgets
from dashboard.parts.mapping import choose_file, correct, keep, show
from dashboard.parts.session import current

frame = current()
widgets.heading(
    frame, frame.t("Map a file"), frame.t("For files that no source fits: say once what their columns are.")
)
mapping = choose_file(frame)
if mapping is None:
    widgets.empty_home(frame)
else:
    draft, people = correct(frame, mapping)
    show(frame, draft)
    keep(frame, mapping, draft, people)
