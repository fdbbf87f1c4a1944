"""What to talk about: the real misses of several people, the surest first; what worsened, to praise, due."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from kpi.analysis.attention import News, order
from kpi.analysis.real_gaps import Judged
from kpi.figures.figure import Figure
from kpi.figures.position import ROUNDING
from kpi.figures.subjects import new_on_roster
from kpi.figures.view import View, as_of
from kpi.records.cycle_kept import states
from kpi.records.steps import State
from kpi.scope import Period, Scope, Subject
from kpi.sheets.causes_chosen import Bone, causes_chosen
from kpi.sheets.goals import goal_sheet, news_of_people, rows_of_people, sheet_key
from kpi.sheets.measures import is_overdue, open_measures
from kpi.sheets.values import Measure

NEW_FOR = timedelta(days=90)


@dataclass(frozen=True, slots=True)
class Topic(Judged):
    """A gap of one person. `sure` is its certain part in the indicator's unit; `weight` sorts: `sure_gap`."""

    person: Subject
    sure: float
    weight: float


@dataclass(frozen=True, slots=True)
class Promise:
    """One person's open measure of an earlier month."""

    person: Subject
    measure: Measure
    overdue: bool


@dataclass(frozen=True, slots=True)
class Apart:
    """A person who cannot be judged, or not wholly, and the reason.

    "no_data": nothing with a target is loaded for the month; "few_rows": nothing reaches its minimum base;
    "new": on the roster for less than NEW_FOR at the month's end, and `few` do not reach theirs.
    """

    person: Subject
    reason: Literal["no_data", "few_rows", "new"]
    since: date | None
    few: tuple[Figure, ...]


@dataclass(frozen=True, slots=True)
class Talk:
    """Misses, and the best beat of each person, by weight; measures, those overdue first; who stands apart.

    `agenda` says of everyone in which state the sheet of the month is. `changes` are each person's news that
    are no real misses, in the order of news; `together` is the news of all of them as one unit, and `causes`
    are those chosen on its sheets and theirs.
    """

    misses: tuple[Topic, ...]
    beats: tuple[Topic, ...]
    promises: tuple[Promise, ...]
    apart: tuple[Apart, ...]
    agenda: tuple[tuple[Subject, State], ...]
    changes: tuple[tuple[Subject, News], ...] = ()
    together: tuple[News, ...] = ()
    causes: tuple[Bone, ...] = ()


def talk(view: View, month: Period, people: Sequence[Subject], unit: Subject | None = None) -> Talk:
    """What to talk about with several people after a month, all of it in a handful of queries.

    Figures and verdicts are those of the goal sheets: on the data that the month was closed on, or as agreed.
    Overdue is judged on the last loaded day. `unit` is what they are together, where they are one.
    """
    rows = rows_of_people(view, month, people)
    told = news_of_people(view, month, people, rows)
    changes = [(one, new) for one in people for new in told[one.key] if not new.verdict.important]
    each = [(person, row) for person in people for row in rows[person.key]]
    return Talk(
        misses=_sorted(_topic(person, row) for person, row in each if row.verdict.important),
        beats=_first_per_person(_sorted(_topic(person, row) for person, row in each if row.verdict.beat)),
        promises=_promises(view, month, people),
        apart=_apart(view, month, people, rows),
        agenda=agenda(view, month, people),
        changes=tuple(sorted(changes, key=lambda one: order(one[1]))),
        together=goal_sheet(view, Scope(month, unit)).news if unit else (),
        causes=causes_chosen(view, month, unit, people) if unit else (),
    )


def agenda(view: View, month: Period, people: Sequence[Subject]) -> tuple[tuple[Subject, State], ...]:
    """Of everyone the state of the month's goal sheet."""
    led = states(view.records, "goals", month.month)
    return tuple((one, led.get(sheet_key(Scope(month, one)), "draft")) for one in people)


def sure_gap(figure: Figure) -> float:
    """How far the target lies at least, in the unit of the figure: from the near end of the 95 % interval.

    |gap| ÷ material says how much a gap matters, and sure ÷ |gap| which part of it is more than chance: their
    product is sure ÷ material, by which gaps are sorted. Without an interval all of a gap is sure; one
    without width, from rows that are all the same, says nothing about the next one: 0.
    """
    if figure.low is None or figure.high is None:
        return abs(figure.gap)
    if figure.low == figure.high:
        return 0.0
    near = figure.low if figure.gap > 0 else figure.high
    return max(0.0, (near - figure.target) * (1 if figure.gap > 0 else -1))


def _topic(person: Subject, row: Judged) -> Topic:
    figure = row.figure
    sure = sure_gap(figure) if figure.gap is not None else 0.0
    return Topic(figure, row.verdict, person, sure, sure / max(figure.indicator.material, ROUNDING))


def _sorted(topics: Iterable[Topic]) -> tuple[Topic, ...]:
    return tuple(sorted(topics, key=lambda topic: -topic.weight))


def _first_per_person(topics: Iterable[Topic]) -> tuple[Topic, ...]:
    """The first topic of each person."""
    first: dict[str, Topic] = {}
    for topic in topics:
        first.setdefault(topic.person.key, topic)
    return tuple(first.values())


def _promises(view: View, month: Period, people: Sequence[Subject]) -> tuple[Promise, ...]:
    """The open measures of these people: those overdue first, in order of the day they are due."""
    until = as_of(view.newest)
    if until is None:
        return ()
    today = until.date() - timedelta(days=1)
    by_subject = open_measures(view.records, month.month)
    found = [
        Promise(person, measure, is_overdue(measure, today))
        for person in people
        for measure in by_subject.get(("person", person.key), ())
    ]
    return tuple(sorted(found, key=lambda one: (not one.overdue, one.measure.due.value or "9999")))


def _apart(
    view: View, month: Period, people: Sequence[Subject], rows: Mapping[str, Sequence[Judged]]
) -> tuple[Apart, ...]:
    new, apart = new_on_roster(view, month.end - NEW_FOR, month.end), []
    for person in people:
        aimed = [row for row in rows[person.key] if row.verdict.standing not in ("no_data", "no_target")]
        few = tuple(row.figure for row in aimed if _too_few(row))
        if person.key in new and few:
            apart.append(Apart(person, "new", new[person.key], few))
        elif len(few) == len(aimed):
            apart.append(Apart(person, "few_rows" if few else "no_data", None, few))
    return tuple(apart)


def _too_few(row: Judged) -> bool:
    return row.verdict.reason == "few_rows"
