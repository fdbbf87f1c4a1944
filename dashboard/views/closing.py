"""Closing the month 月结: what is still open, the step, and the way back."""

from dashboard.markup.closing import closing_html
from dashboard.parts.closing import step
from dashboard.parts.page import page
from dashboard.parts.page_html import show
from dashboard.parts.session import Frame, page_address
from etl.errors import N_
from kpi.sheets.closing import Closing, closing


def _draw(frame: Frame, found: Closing) -> None:
    show(closing_html(found, lambda page, subject: page_address(frame, page, subject), frame.lang))
    step(frame, found)


page(
    N_("Closing the month (fixing its data)"),
    _draw,
    find=lambda frame: closing(frame.view, frame.scope.period),
    about="month",
    line=N_("A closed month keeps its figures. It concerns everyone's sheets of the month."),
)
