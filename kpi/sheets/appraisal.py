"""The appraisal sheet: seven parameters, each with its evidence, and the total where enough is known."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import date

from etl.errors import N_, Problem
from kpi.catalog.definitions import Parameter, Scheme
from kpi.figures.figure import Figure, Heading
from kpi.figures.figures import figures_by_agent
from kpi.figures.headings import heading
from kpi.figures.subjects import people
from kpi.figures.view import View, of_month
from kpi.records import SheetKey
from kpi.scope import Scope, Subject
from kpi.sheets.values import AppraisalSheet, Cell, ParameterScore, Rating

FIELDS = ("score", "example", "example_on")


@dataclass(frozen=True, slots=True)
class LoadedRating:
    """One rating as a file gave it."""

    score: float
    example: str | None
    example_on: date | None


def appraisal_sheet(view: View, scope: Scope) -> AppraisalSheet:
    """The appraisal of one person; `scope.period` is the month. Problem for a team or everyone."""
    if not scope.subject.is_person:
        raise Problem("--agent", N_("An appraisal is of one person."), N_("Name the agent."))
    return _sheets(view, scope, [scope.subject])[0]


def appraisal_sheets(view: View, scope: Scope) -> tuple[AppraisalSheet, ...]:
    """The appraisals of everybody in a team, or of everybody, in order of id; each over all their work."""
    if scope.subject.is_person:
        return (appraisal_sheet(view, scope),)
    team = scope.subject.key if scope.subject.is_team else None
    return tuple(_sheets(view, scope, people(view, scope.period, team)))


def score(parameter: Parameter, value: float) -> float:
    """0–100: 100 × (value − floor) ÷ (target − floor), cut off at both ends.

    The same formula serves "lower is better": its target lies below its floor.
    """
    share = (value - parameter.floor) / (parameter.target - parameter.floor)
    return 100 * min(max(share, 0.0), 1.0)


def grade(scheme: Scheme, total: float) -> str | None:
    """The best grade whose lowest total is reached; totals are not rounded first."""
    return next((letter for letter, lowest in scheme.grades if total >= lowest), None)


def _sheets(view: View, scope: Scope, agents: list[Subject]) -> list[AppraisalSheet]:
    view = of_month(view, scope.period)
    month, scheme = scope.period.month, view.catalog.appraisal
    evidence = [parameter.evidence for parameter in view.catalog.parameters]
    measured = figures_by_agent(view, scope.period, agents, [key for key in evidence if key != "rating"])
    loaded = _loaded_ratings(view, month)
    about = heading(view, scope)
    sheets = []
    for agent in agents:
        cells = _typed_cells(view, month, agent)
        ratings = {
            parameter.key: _rating(scheme, cells[parameter.key], loaded[agent.key, parameter.key])
            for parameter in view.catalog.parameters
        }
        figures = {figure.indicator.key: figure for figure in measured[agent.key]}
        sheets.append(_sheet(view, replace(about, subject=agent), figures, ratings))
    return sheets


def _sheet(
    view: View, about: Heading, measured: dict[str, Figure], ratings: dict[str, tuple[Rating, int]]
) -> AppraisalSheet:
    scores = tuple(
        _rated(parameter, *ratings[parameter.key])
        if parameter.evidence == "rating"
        else _measured(parameter, measured[parameter.evidence])
        for parameter in view.catalog.parameters
    )
    scheme = view.catalog.appraisal
    rated = [one for one in scores if one.score is not None]
    weight = sum(one.parameter.weight for one in rated)
    coverage = weight / sum(one.parameter.weight for one in scores)
    total = None
    if rated and coverage >= scheme.minimum_coverage:
        # Rounding of the sum must not cost anyone a grade: 90 is 90, not 89.999999999999986.
        total = round(sum(one.score * one.parameter.weight for one in rated) / weight, 9)
    return AppraisalSheet(
        heading=about,
        scores=scores,
        coverage=coverage,
        total=total,
        grade=None if total is None else grade(scheme, total),
        scheme=scheme,
    )


def _measured(parameter: Parameter, figure: Figure) -> ParameterScore:
    enough = figure.value is not None and figure.base >= parameter.needed and not figure.withheld
    return ParameterScore(
        parameter=parameter,
        raw=figure.value,
        base=figure.base,
        needed=parameter.needed,
        score=score(parameter, figure.value) if enough else None,
        status="rated" if enough else "insufficient",
        figure=figure,
    )


def _rated(parameter: Parameter, rating: Rating, base: int) -> ParameterScore:
    enough = rating.score is not None and base >= parameter.needed
    return ParameterScore(
        parameter=parameter,
        raw=rating.score,
        base=base,
        needed=parameter.needed,
        score=score(parameter, rating.score) if enough else None,
        status="rated" if enough else "insufficient",
        rating=rating,
    )


def _rating(scheme: Scheme, cells: dict[str, Cell], loaded: list[LoadedRating]) -> tuple[Rating, int]:
    """The rating of one parameter, and how many ratings it rests on. A typed one goes before loaded ones."""
    number = _number(cells["score"].value)
    day = _day(cells["example_on"].value)
    example = cells["example"].value
    usable = [one for one in loaded if _is_usable(scheme, one.score, one.example, one.example_on)]
    mean = sum(one.score for one in usable) / len(usable) if usable else None
    known = Rating(loaded=mean, uncounted=len(loaded) - len(usable), cells=cells)
    if number is not None:
        counts = _is_usable(scheme, number, example, day)
        return replace(known, score=number, example=example, example_on=day, typed=True), int(counts)
    if not usable:
        return known, 0
    shown = next((one for one in usable if one.example), usable[0])
    found = replace(known, score=mean, example=shown.example or "", example_on=shown.example_on)
    return found, len(usable)


def _is_usable(scheme: Scheme, number: float, example: str | None, day: date | None) -> bool:
    """Whether a rating counts: the ratings that the scheme names need a dated example."""
    return number not in scheme.rating_examples or bool(example and example.strip() and day)


def _number(text: str) -> float | None:
    try:
        number = float(text)
    except ValueError:
        return None
    return number if 1 <= number <= 5 else None


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        return None


def _typed_cells(view: View, month: str, agent: Subject) -> dict[str, dict[str, Cell]]:
    """What was typed about one person, by parameter and field; empty cells where nothing was."""
    cells: dict[str, dict[str, Cell]] = defaultdict(lambda: {field: Cell() for field in FIELDS})
    if view.records is not None:
        key = SheetKey("appraisal", month, "person", agent.key)
        for (parameter, field), saved in view.records.cells(key).items():
            cells[parameter][field] = Cell(saved.value, saved.version)
    return cells


def _loaded_ratings(view: View, month: str) -> dict[tuple[str, str], list[LoadedRating]]:
    """The ratings of a month that were loaded, by agent and parameter."""
    found: dict[tuple[str, str], list[LoadedRating]] = defaultdict(list)
    if view.snapshot is not None:
        rows = view.query(
            "SELECT agent_id, parameter, score, example, example_on FROM ratings"
            " WHERE month = $month ORDER BY rater",
            month=month,
        )
        for agent, parameter, *rating in rows.rows():
            found[agent, parameter].append(LoadedRating(*rating))
    return found
