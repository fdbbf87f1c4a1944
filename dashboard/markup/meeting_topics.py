"""What to talk about as HTML: news, misses, measures due, beats, who stands apart, the agenda. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import htpy as h

from dashboard.markup.fishbone import fishbone
from dashboard.markup.pieces import person_link, scrolled, small, spaced
from dashboard.words import numbers as formats
from dashboard.words.attention import news_facts, news_name, news_text
from dashboard.words.goal_sheet import STATES, signal_text
from dashboard.words.translate import in_words, words
from kpi.analysis.attention import News
from kpi.catalog.definitions import Indicator
from kpi.figures.figure import Figure
from kpi.scope import Subject
from kpi.sheets.meeting_topics import Apart, Promise, Talk, Topic
from kpi.units import UNITS

PRAISED = 10  # of the beats are shown, the surest

Indicators = Mapping[str, Indicator]


def talk_line(talk: Talk, lang: str) -> str:
    """The one line on top: the first news, how many real misses of how many people, measures overdue."""
    t = words(lang)
    if not talk.agenda:
        return t("Nobody has figures in this period.")
    if all(one.reason == "no_data" for one in talk.apart) and len(talk.apart) == len(talk.agenda):
        parts = [t("No figures for this period yet")]
    elif not talk.misses:
        parts = [t("No real miss")]
    else:
        people = len({topic.person.key for topic in talk.misses})
        parts = [t("{n} real misses of {people} people").format(n=len(talk.misses), people=people)]
    overdue = sum(promise.overdue for promise in talk.promises)
    parts.append(t("{n} measures overdue").format(n=overdue) if overdue else "")
    line = t(", ").join(filter(None, parts))
    first = news_text(talk.together[0], lang) if talk.together else ""
    return t("{first}. {rest}").format(first=first, rest=line) if first else line


def talk_html(talk: Talk, indicators: Indicators, lang: str) -> h.Renderable:
    """All lists one below the other, those that are empty left out; a name opens that person's sheet."""
    t = words(lang)
    praised = talk.beats[:PRAISED]
    beats = t("To praise")
    if len(praised) < len(talk.beats):
        beats = t("{title} (the first {n} of {all})").format(title=beats, n=PRAISED, all=len(talk.beats))
    together = h.fragment[(h.p[news_text(one, lang)] for one in talk.together)]
    return h.fragment[
        _group(t("News of all together"), together, talk.together),
        _group(t("Real misses, the surest first"), _topics(talk.misses, lang), talk.misses),
        _group(t("Clearly worse than before"), _changes(talk.changes, lang), talk.changes),
        _group(t("Measures still open"), _promises(talk.promises, indicators, lang), talk.promises),
        _group(t("Causes that were chosen"), fishbone(talk.causes, lang), talk.causes),
        _group(beats, _topics(praised, lang), praised),
        _group(t("Cannot be judged yet"), _apart(talk.apart, lang), talk.apart),
        _group(t("Where the goal sheets stand"), agenda_html(talk.agenda, lang), talk.agenda),
    ]


def _topics(topics: Sequence[Topic], lang: str) -> h.Renderable:
    t = words(lang)
    rows = []
    for topic in topics:
        figure = topic.figure
        unit = figure.indicator.unit
        rests_on = (
            formats.base_text(figure, lang),
            formats.interval_text(figure, lang),
            formats.partial_text(figure, lang),
        )
        rows.append(
            (
                _who(topic.person),
                in_words(figure.indicator.name, lang),
                (
                    h.b[formats.value_text(figure.value, unit, lang)],
                    small(" · ".join(filter(None, rests_on))),
                ),
                formats.target_text(figure.target, unit, lang),
                (formats.gap_text(figure, lang), small(_why(topic, lang))),
            )
        )
    return _table((t("Person"), t("Key indicator"), t("Actual"), t("Target"), t("Gap")), rows)


def _changes(changes: Sequence[tuple[Subject, News]], lang: str) -> h.Renderable:
    t = words(lang)
    rows = [(_who(person), news_name(one, lang), news_facts(one, lang)) for person, one in changes]
    return _table((t("Person"), t("Key indicator"), t("Against earlier months")), rows)


def _why(topic: Topic, lang: str) -> str:
    """How much of a gap is certain; where no interval bounds it, what the control chart says."""
    figure = topic.figure
    if figure.low is None or not topic.sure:
        return signal_text(topic, lang)
    size = formats.signed_text(topic.sure, figure.indicator.unit).removeprefix("+")
    text = words(lang)(UNITS[figure.indicator.unit].change).format(change=size)
    return words(lang)("at least {size}").format(size=text)


def _promises(promises: Sequence[Promise], indicators: Indicators, lang: str) -> h.Renderable:
    t = words(lang)
    rows = []
    for one in promises:
        measure = one.measure
        known = indicators.get(measure.indicator)
        late = h.span(".kpi-chip.kpi-missed")[t("overdue")] if one.overdue else None
        rows.append(
            (
                _who(one.person),
                in_words(known.name, lang) if known else measure.indicator,
                (
                    h.span(".kpi-said")[measure.text.value],
                    small(formats.month_text(measure.month, lang)),
                ),
                measure.owner.value,
                spaced((measure.due.value, late)),
            )
        )
    return _table((t("Person"), t("Key indicator"), t("Measures"), t("Owner"), t("Due")), rows)


def _apart(apart: Sequence[Apart], lang: str) -> h.Renderable:
    t = words(lang)
    return _table((t("Person"), t("Why")), [(_who(one.person), _reason(one, lang)) for one in apart])


def _reason(one: Apart, lang: str) -> str:
    t = words(lang)
    if one.reason == "no_data":
        return t("No data")
    few = t("too few rows: {names}").format(names=t(", ").join(_base(figure, lang) for figure in one.few))
    if one.since is None:
        return few
    return t("on the roster since {day}; {few}").format(day=formats.date_text(one.since, lang), few=few)


def _base(figure: Figure, lang: str) -> str:
    name = in_words(figure.indicator.name, lang)
    return words(lang)("{name} {got} of {needed}").format(
        name=name, got=figure.base, needed=figure.indicator.min_base
    )


def agenda_html(agenda: Iterable[tuple[Subject, str]], lang: str) -> h.Renderable:
    """The people by the state of their sheet; each name leads to its sheet."""
    t, listed = words(lang), []
    people = list(agenda)
    for state, name in STATES.items():
        of_state = [person for person, led in people if led == state]
        if of_state:
            links = h.p(".kpi-names")[spaced(person_link(person) for person in of_state)]
            listed.append(h.div(".kpi-agenda")[h.span[f"{t(name)} · {len(of_state)}"], links])
    return h.fragment[listed]


def _who(person: Subject) -> h.Renderable:
    return h.fragment[person_link(person), small(person.id if person.name else "")]


def _group(title: str, listed: h.Node, of: Sequence[object]) -> h.Node:
    return (h.p(".kpi-group")[f"{title} · {len(of)}"], listed) if of else None


def _table(headings: Sequence[str], rows: Sequence[Sequence[h.Node]]) -> h.Renderable:
    """A table whose first cell in each row names a person."""
    body = [h.tr[h.td(".kpi-who")[who], [h.td[cell] for cell in cells]] for who, *cells in rows]
    return scrolled("kpi-plain kpi-people kpi-talk", [h.th[heading] for heading in headings], body)
