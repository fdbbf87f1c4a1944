"""What to talk about: real misses first, then measures that are due, beats, the agenda, the funnel."""

from dashboard.html import meeting_topics as talk_lists
from dashboard.parts import common as widgets
from dashboard.parts.meeting_topics import open_sheet, team_funnel
from dashboard.parts.session import current, known_people
from dashboard.words.numbers import as_of_text
from kpi.figures.view import as_of
from kpi.sheets.meeting_topics import talk

frame = current()
t, scope = frame.t, frame.monthly
widgets.heading(frame, t("What to talk about"), widgets.scope_line(frame, scope))
if not widgets.empty_home(frame):
    team = known_people(frame.view, scope.period, frame.choice.team)
    people = [scope.subject] if scope.subject.is_person else team
    found = talk(frame.view, scope.period, people)
    widgets.attention(talk_lists.talk_line(found, frame.lang), [topic.figure for topic in found.misses])
    if frame.scope != scope:
        widgets.note(t("This form is monthly: it shows the month in which the chosen period ends."))
    html = talk_lists.talk_html(found, frame.view.catalog.indicators, frame.lang)
    person = widgets.sheet(frame, html, key="talk").person
    widgets.note(
        t("A gap is sorted by the part of it that is sure, in multiples of the smallest gap that matters.")
    )
    worst = found.misses[0].figure.indicator.key if found.misses else ""
    team_funnel(frame, scope.period, team, worst)
    widgets.note(as_of_text(as_of(frame.view), frame.lang))
    if person:
        open_sheet(frame.choice, person)
