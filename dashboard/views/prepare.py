"""What to talk about: real misses first, then measures that are due, beats, the agenda, the funnel."""

from dashboard.markup import meeting_topics as talk_lists
from dashboard.parts import common as widgets
from dashboard.parts.meeting_funnel import open_sheet, team_funnel
from dashboard.parts.page import page
from dashboard.parts.session import Frame, known_people
from etl.errors import N_
from kpi.sheets.meeting_topics import Talk, talk


def _find(frame: Frame) -> Talk:
    period, subject = frame.scope.period, frame.scope.subject
    if subject.is_person:
        return talk(frame.view, period, [subject])
    return talk(frame.view, period, known_people(frame.view, period, frame.choice.team), subject)


def _draw(frame: Frame, found: Talk) -> None:
    html = talk_lists.talk_html(found, frame.view.catalog.indicators, frame.lang)
    if person := widgets.sheet(frame, html, key="talk").person:
        open_sheet(frame.choice, person)
    t = frame.t
    widgets.note(
        t("A gap is sorted by the part of it that is sure, in multiples of the smallest gap that matters.")
    )
    team = known_people(frame.view, frame.scope.period, frame.choice.team)
    worst = found.misses[0].figure.indicator.key if found.misses else ""
    team_funnel(frame, frame.scope.period, team, worst)


page(
    N_("What to talk about"),
    _draw,
    find=_find,
    rows=lambda found: found.misses,
    on_top=talk_lists.talk_line,
    about="month",
)
