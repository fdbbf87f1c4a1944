"""日报: the newest day, or the one chosen, beside the same weekday of the last four weeks."""

from dashboard.markup.daily import daily_html
from dashboard.parts.common import sheet
from dashboard.parts.daily import choose_day, copied, half_hours
from dashboard.parts.page import page
from dashboard.parts.page_html import style
from dashboard.parts.session import Frame
from dashboard.words.daily import TITLE
from kpi.sheets.daily import Daily, daily


def _draw(frame: Frame, found: Daily) -> None:
    style("glance.css")
    choose_day(frame, found)
    sheet(frame, daily_html(found, frame.lang), key="daily")
    if found.known:
        half_hours(frame, found)
        copied(frame, found)


page(
    TITLE,
    _draw,
    find=lambda frame: daily(frame.view, frame.scope),
    about="day of the team",
    exported="daily",
    titled=False,
)
