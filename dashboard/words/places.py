"""The places of the dashboard, and the pages in each: what the links on the left and the search name."""

from __future__ import annotations

from typing import NamedTuple

from etl.errors import N_


class Named(NamedTuple):
    """A page: the file of its view, which is its address too, its name to translate, its icon.

    One that is `alone` has the screen for itself, without places and bar.
    """

    view: str
    name: str
    icon: str
    alone: bool = False


class Place(NamedTuple):
    """Pages that belong together, under one name; the first of them opens."""

    name: str
    icon: str
    pages: tuple[Named, ...]


PLACES = (
    Place(
        N_("Overview"),
        "dashboard",
        (
            Named("overview", N_("Month"), "dashboard"),
            Named("daily", N_("Daily report"), "today"),
        ),
    ),
    Place(
        N_("Goals and meetings"),
        "flag",
        (
            Named("goals", N_("Goal sheet"), "fact_check"),
            Named("prepare", N_("Preparation"), "forum"),
            Named("meeting", N_("Meeting"), "groups", alone=True),
            Named("targets", N_("All targets"), "table_edit"),
        ),
    ),
    Place(N_("Appraisal"), "assignment_ind", (Named("appraisal", N_("Appraisal"), "assignment_ind"),)),
    Place(
        N_("Service standards"),
        "verified",
        (
            Named("standards", N_("Standards"), "rule"),
            Named("indicators", N_("Indicators"), "monitoring"),
        ),
    ),
    Place(
        N_("Data"),
        "database",
        (
            Named("data", N_("Loading"), "upload_file"),
            Named("corrections", N_("Corrections"), "edit_note"),
            Named("closing", N_("Closing the month"), "lock"),
            Named("mapping", N_("Map a file"), "schema"),
        ),
    ),
)
PAGES = tuple(page for place in PLACES for page in place.pages)
HOME = PAGES[0].view
MOVED = {"overview": "", "meeting_prep": "prepare"}  # old addresses, and where they lead
