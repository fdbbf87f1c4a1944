"""Which share of the facts of its files a subject has: the others were set aside, and may have been its."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from etl.sql_text import sql_file
from kpi.catalog.relations import RELATIONS, STANDING, over, relation_file
from kpi.figures.coverage import Days, Loaded, days_by_contract
from kpi.figures.remembered import remembered
from kpi.figures.sums import bound
from kpi.figures.view import View
from kpi.rollups.build import rows_by_day
from kpi.scope import Period, Scope, Subject

ROWS_OF_PEOPLE = """
    SELECT part, agent_id, CAST(sum(all_rows) AS DOUBLE) AS facts FROM facts
    WHERE agent_id IN (SELECT unnest($agents)) AND day BETWEEN $start AND $end GROUP BY part, agent_id"""


class Aside(NamedTuple):
    """How many facts were set aside of a person, in the team of the day (None: nobody named, no team)."""

    agent: str | None
    team: str | None
    facts: float


def with_kept(
    view: View, period: Period, subjects: Iterable[Subject], loaded: Mapping[str, Mapping[str, Loaded]]
) -> dict[str, dict[str, Loaded]]:
    """By subject key how much of a period each contract covers, with the share of its facts that were kept.

    What was set aside is counted by the fact, however many rows of a file are folded into it. It counts for
    the person it still names, and for the units the person is in on its day; what names nobody for everyone,
    in proportion to their facts.
    """
    subjects = list(subjects)
    found: dict[str, dict[str, Loaded]] = {one.key: dict(loaded[one.key]) for one in subjects}
    aside = _set_aside(view, period) if view.snapshot else {}
    if not aside:
        return found
    named = {one.agent for every in aside.values() for one in every if one.agent}
    own = _rows_of(view, period, [one.key for one in subjects if one.is_person and one.key in named])
    for contract, every in aside.items():
        all_rows = _facts(days_by_contract(view).get(contract), period)
        of_agents, of_teams = Counter(), Counter()
        for one in every:
            of_agents[one.agent] += one.facts
            of_teams[one.team] += one.facts
        for subject in subjects:
            if subject.is_everyone:
                lost = _lost(of_agents.total(), all_rows)
            elif subject.is_team:
                team_rows = _facts(days_by_contract(view, subject.key).get(contract), period)
                lost = _lost(of_teams[subject.key], team_rows) + _lost(of_agents[None], all_rows)
            else:
                lost = _lost(of_agents[subject.key], own.get((contract, subject.key), 0.0))
                lost += _lost(of_agents[None], all_rows)
            for name in (contract, "complaints") if contract == "tickets" else (contract,):
                if name in found[subject.key]:
                    found[subject.key][name] = found[subject.key][name]._replace(kept=1 / (1 + lost))
    return found


def _lost(facts: float, kept: float) -> float:
    """Facts set aside for each that was kept; none where nothing was, as there is no figure either."""
    return facts / kept if kept else 0.0


def _set_aside(view: View, period: Period) -> Mapping[str, Sequence[Aside]]:
    def count() -> Mapping[str, Sequence[Aside]]:
        found: dict[str, list[Aside]] = defaultdict(list)
        rows = sql_file("kpi.figures", "rows_set_aside")
        sql = over("FROM aside", memberships=relation_file("memberships"), aside=rows)
        for contract, *aside in view.query(sql, start=period.start, end=period.end).rows():
            found[contract].append(Aside(*aside))
        return dict(found)

    return remembered(view, ("set aside", period), count)


def _facts(days: Days | None, period: Period) -> float:
    if days is None:
        return 0.0
    return float(sum(n for day, n in days.facts.items() if period.start <= day <= period.end))


def _rows_of(view: View, period: Period, agents: list[str]) -> dict[tuple[str, str], float]:
    """By contract and agent the rows that some people have."""
    if not agents:
        return {}
    events = {name: contract for name, contract in RELATIONS.items() if name not in STANDING}
    facts = rows_by_day(view.catalog, events, view.corrected, rolled_up=view.rolled_up())
    values: dict[str, object] = {}
    for relation in events:
        values |= bound(view, relation, Scope(period))
    rows = view.query(over(ROWS_OF_PEOPLE, facts=facts), **values, agents=agents).rows()
    return {(contract, agent): facts for contract, agent, facts in rows}
