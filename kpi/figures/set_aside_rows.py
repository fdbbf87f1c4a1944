"""Which share of the rows of its files a subject has: the others were set aside, and may have been its."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

from etl.sql_text import sql_file
from kpi.catalog.relations import RELATIONS, STANDING, over
from kpi.figures.coverage import Days, Loaded, days_by_contract
from kpi.figures.remembered import remembered
from kpi.figures.sums import bound
from kpi.figures.targets import teams_on
from kpi.figures.view import View
from kpi.rollups.build import rows_by_day
from kpi.scope import Period, Scope, Subject

ROWS_OF_PEOPLE = """
    SELECT part, agent_id, CAST(sum(all_rows) AS DOUBLE) AS facts FROM facts
    WHERE agent_id IN (SELECT unnest($agents)) AND day BETWEEN $start AND $end GROUP BY part, agent_id"""

# By contract and agent (None: nobody named) the rows set aside.
Aside = Mapping[str, Mapping[str | None, float]]
ByContract = Mapping[str, Loaded]


def with_kept(
    view: View, period: Period, subjects: Iterable[Subject], loaded: ByContract
) -> dict[str, dict[str, Loaded]]:
    """By subject key how much of a period each contract covers, with the share of its rows that were kept.

    A row counts for the person that it still names, and for the units the person is in; one that names nobody
    for everyone, in proportion to their rows.
    """
    subjects = list(subjects)
    found: dict[str, dict[str, Loaded]] = {one.key: dict(loaded) for one in subjects}
    aside = _set_aside(view, period) if view.snapshot else {}
    if not aside:
        return found
    named = {agent for rows in aside.values() for agent in rows if agent}
    own = _rows_of(view, period, [one.key for one in subjects if one.is_person and one.key in named])
    teams = teams_on(view, period) if any(one.is_team for one in subjects) else {}
    for contract, rows in aside.items():
        all_rows = _facts(days_by_contract(view).get(contract), period)
        for subject in subjects:
            if subject.is_everyone:
                lost = _lost(sum(rows.values()), all_rows)
            elif subject.is_team:
                of_team = sum(n for agent, n in rows.items() if agent and teams.get(agent) == subject.key)
                team_rows = _facts(days_by_contract(view, subject.key).get(contract), period)
                lost = _lost(of_team, team_rows) + _lost(rows.get(None, 0.0), all_rows)
            else:
                lost = _lost(rows.get(subject.key, 0.0), own.get((contract, subject.key), 0.0))
                lost += _lost(rows.get(None, 0.0), all_rows)
            for name in (contract, "complaints") if contract == "tickets" else (contract,):
                if name in found[subject.key]:
                    found[subject.key][name] = found[subject.key][name]._replace(kept=1 / (1 + lost))
    return found


def _lost(rows: float, kept: float) -> float:
    """Rows set aside for each that was kept; none where nothing was, as there is no figure either."""
    return rows / kept if kept else 0.0


def _set_aside(view: View, period: Period) -> Aside:
    def count() -> Aside:
        found: dict[str, dict[str | None, float]] = defaultdict(dict)
        sql = sql_file("kpi.figures", "rows_set_aside")
        for contract, agent, rows in view.query(sql, start=period.start, end=period.end).rows():
            found[contract][agent] = float(rows)
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
