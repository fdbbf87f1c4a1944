"""The menu of exports: what a page shows, as files."""

from __future__ import annotations

from urllib.parse import urlencode

import htpy as h
import streamlit as st

from dashboard.parts.page_html import as_text, script
from dashboard.parts.session import Frame, export_query
from kpi.scope import Scope

FORMATS = {"xlsx": "Excel", "pdf": "PDF", "csv": "CSV"}
OF_SEVERAL = FORMATS | {"zip": "ZIP"}
OF_ONE_PAGE = {"overview": {"pdf": "PDF", "png": "PNG"}, "daily": {"png": "PNG"}}

_menu = st.components.v2.component("service_kpi_exports", js=script("exports.js"), isolate_styles=False)


def export_menu(frame: Frame, what: str, scope: Scope) -> None:
    """Show the menu; a file that takes long to make says in it how far it is, and can be cancelled."""
    t = frame.t
    said = {
        "making": t("Being made:"),
        "cancel": t("Cancel"),
        "stopped": t("Stopped."),
        "lost": t("It did not come. Try again."),
    }
    html = h.details(".kpi-export")[
        h.summary[t("Export")],
        h.div(".kpi-menu")[export_links(frame, what, scope), h.p(".kpi-making", role="status", hidden=True)],
    ]
    _menu(key="exports", data={"html": as_text(html), "words": said})


def export_links(frame: Frame, what: str, scope: Scope) -> h.Renderable:
    """Links to this scope's sheet as Excel, PDF and CSV; those of several people also as a PDF each.

    Beside a goal sheet of everyone or a team also to the overview, and to everyone's goal sheets in one.
    """
    t, subject = frame.t, scope.subject
    several = subject.is_team or (subject.is_everyone and what == "appraisal")
    formats = OF_ONE_PAGE.get(what) or (OF_SEVERAL if several else FORMATS)
    groups = [(t("Monthly report") if what == "overview" else t("This page"), what, formats, {})]
    if subject.is_everyone and what == "goals":
        groups.append((t("Everyone's sheets"), what, OF_SEVERAL, {"everyone": "1"}))
    if not subject.is_person and what == "goals":
        groups.append((t("Monthly report"), "overview", OF_ONE_PAGE["overview"], {}))
    listed = []
    for label, sheet_of, formats_of, extra in groups:
        # The answer names the file; a team's name may hold a slash, which no path can.
        query = urlencode(export_query(scope, frame.lang) | extra)
        links = [
            h.a(href=f"/export/{sheet_of}/sheet.{fmt}?{query}", download=True)[name]
            for fmt, name in formats_of.items()
        ]
        listed.append(h.div[h.span[label], links])
    return h.div(".kpi-exports")[listed]
