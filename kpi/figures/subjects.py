"""Whom figures can be about: teams, and the people known from the roster or from any fact."""

from __future__ import annotations

import difflib
from datetime import date

from etl.errors import N_, Problem
from etl.people.agents import agent_key
from kpi.catalog.relations import RELATIONS, relation_file, relation_values
from kpi.figures.view import View
from kpi.rollups.build import daily, relations_used
from kpi.scope import Period, Subject


def find_subject(view: View, *, team: str | None = None, agent: str | None = None) -> Subject:
    """The team, or the agent by id or unique name; everyone when neither is given.

    Raises Problem for one that is not known, and for a name that several people have.
    """
    if team:
        known = teams(view)
        if team not in known:
            raise _unknown("--team", N_("There is no team “{text}”."), team, known)
        return team_subject(team)
    if agent:
        return _find_agent(view, agent)
    return Subject()


def team_subject(name: str) -> Subject:
    """The team of this name, which must be one of `teams`."""
    return Subject("team", name, name, name)


def teams(view: View) -> list[str]:
    """Every team of the roster or of any fact, in order of name."""
    if view.snapshot is None:
        return []
    found = view.query(
        f"""WITH memberships AS ({relation_file("memberships")})
            SELECT team FROM memberships UNION SELECT team FROM ({_facts(view)})""",
        **_lists(view),
    )
    return sorted(name for name in found.to_series().to_list() if name)


def people(view: View, period: Period, team: str | None = None) -> list[Subject]:
    """Who was on the roster or has facts in a period, in order of id; with `team` only there."""
    if view.snapshot is None:
        return []
    found = view.query(
        f"""
        WITH memberships AS ({relation_file("memberships")}),
        present AS (
            SELECT agent_id, team FROM memberships WHERE since <= $end AND until >= $start
            UNION
            SELECT agent_id, team FROM ({_facts(view)}) WHERE day BETWEEN $start AND $end
        )
        SELECT agent_id, shown, name FROM people
        WHERE agent_id IN (SELECT agent_id FROM present WHERE $team IS NULL OR team = $team)
        ORDER BY TRY_CAST(shown AS BIGINT) NULLS LAST, shown
        """,
        start=period.start,
        end=period.end,
        team=team,
        **_lists(view),
    )
    return [Subject("person", shown, key, name or "") for key, shown, name in found.rows()]


def new_on_roster(view: View, since: date, until: date) -> dict[str, date]:
    """By agent key the first day on the roster, of those for whom it lies within these days."""
    if view.snapshot is None:
        return {}
    found = view.query(
        f"WITH memberships AS (\n{relation_file('memberships')}) SELECT agent_id, min(since) FROM memberships"
        " GROUP BY agent_id HAVING min(since) BETWEEN $since AND $until",
        since=since,
        until=until,
    )
    return dict(found.rows())


def headcounts(view: View, days: list[date], team: str | None = None) -> dict[date, int]:
    """How many people the roster has on each of these days, with `team` only there; days without any are left
    out. Needs a snapshot.
    """
    found = view.query(
        f"""
        WITH memberships AS ({relation_file("memberships")})
        SELECT day, count(DISTINCT agent_id) FROM (SELECT unnest(CAST($days AS DATE[])) AS day)
        JOIN memberships ON day BETWEEN since AND until
        WHERE $team IS NULL OR team = $team GROUP BY day
        """,
        days=days,
        team=team,
    )
    return dict(found.rows())


def _find_agent(view: View, text: str) -> Subject:
    rows = view.query("SELECT agent_id, shown, name FROM people").rows() if view.snapshot else []
    everyone = [Subject("person", shown, key, name or "") for key, shown, name in rows]
    found = [one for one in everyone if one.key == agent_key(text)] or [
        one for one in everyone if one.name == text.strip()
    ]
    if len(found) == 1:
        return found[0]
    if found:
        raise Problem(
            "--agent",
            N_("{count} people are called “{text}”."),
            N_("Give one of these ids: {ids}."),
            count=len(found),
            text=text,
            ids=", ".join(sorted(one.id for one in found)),
        )
    names = [name for one in everyone for name in (one.id, one.name) if name]
    raise _unknown("--agent", N_("There is no agent “{text}”."), text, names)


def _unknown(where: str, what: str, text: str, known: list[str]) -> Problem:
    near = difflib.get_close_matches(text, known, n=1)
    if near:
        return Problem(where, what, N_("Did you mean “{near}”?"), text=text, near=near[0])
    if not known:
        return Problem(where, what, N_("Nothing is loaded yet; load files first."), text=text)
    return Problem(where, what, N_("Check how it is written in the files."), text=text)


def _facts(view: View) -> str:
    """SQL of (day, agent_id, team) of all facts that indicators count, rolled up if possible."""
    rolled_up = view.rolled_up()
    return " UNION ".join(
        f"SELECT day, agent_id, team FROM {f'rollup_{name}' if rolled_up else f'({_fresh(view, name)})'}"
        for name in relations_used(view.catalog)
    )


def _fresh(view: View, relation: str) -> str:
    counted = [i for i in view.catalog.indicators.values() if i.relation == relation]
    return daily(counted[:1], relation, view.corrected)


def _lists(view: View) -> dict[str, str]:
    return {key: text for name in RELATIONS for key, text in relation_values(view.catalog, name).items()}
