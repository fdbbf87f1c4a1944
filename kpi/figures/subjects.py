"""The subjects of figures: teams, and the people known from the roster or from any fact."""

from __future__ import annotations

import difflib
from datetime import date

from etl.errors import N_, Problem
from etl.people.agents import person_meant
from etl.sql_text import sql_file
from kpi.catalog.relations import RELATIONS, STANDING, over, relation_file, relation_values
from kpi.figures.view import View
from kpi.rollups.build import relations_used, rows_by_day
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
    question = "SELECT team FROM memberships UNION SELECT team FROM facts"
    found = view.query(_over_roster_and_facts(view, question), **_lists(view))
    return sorted(name for name in found.to_series().to_list() if name)


def people(view: View, period: Period, team: str | None = None) -> list[Subject]:
    """Who was on the roster or has facts in a period, in order of id; with `team` only there."""
    if view.snapshot is None:
        return []
    within = {"start": period.start, "end": period.end, "team": team}
    found = view.query(
        _over_roster_and_facts(view, sql_file("kpi.figures", "people_of_period")), **within, **_lists(view)
    )
    return [Subject("person", shown, key, name or "") for key, shown, name in found.rows()]


def new_on_roster(view: View, since: date, until: date) -> dict[str, date]:
    """By agent key the first day on the roster, of people whose first day lies in this span."""
    if view.snapshot is None:
        return {}
    question = (
        "SELECT agent_id, min(since) FROM memberships"
        " GROUP BY agent_id HAVING min(since) BETWEEN $since AND $until"
    )
    sql = over(question, memberships=relation_file("memberships"))
    return dict(view.query(sql, since=since, until=until).rows())


def headcounts(view: View, days: list[date], team: str | None = None) -> dict[date, int]:
    """How many people the roster has on each of these days, with `team` only in that team.

    Days without anybody are left out. Needs a snapshot.
    """
    question = """
        SELECT day, count(DISTINCT agent_id) FROM (SELECT unnest(CAST($days AS DATE[])) AS day)
        JOIN memberships ON day BETWEEN since AND until
        WHERE $team IS NULL OR team = $team GROUP BY day"""
    sql = over(question, memberships=relation_file("memberships"))
    return dict(view.query(sql, days=days, team=team).rows())


def _find_agent(view: View, text: str) -> Subject:
    rows = view.query("SELECT agent_id, shown, name FROM people").rows() if view.snapshot else []
    everyone = [Subject("person", shown, key, name or "") for key, shown, name in rows]
    meant = person_meant(text, {one.key for one in everyone})
    found = [one for one in everyone if one.key == meant] or [
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


def _over_roster_and_facts(view: View, question: str) -> str:
    """`question` over the `memberships` of the roster and `facts`, the rows that indicators count by day."""
    named = {name: name for one in relations_used(view.catalog) if (name := STANDING.get(one, one))}
    facts = rows_by_day(view.catalog, named, view.corrected, rolled_up=view.rolled_up())
    return over(question, memberships=relation_file("memberships"), facts=facts)


def _lists(view: View) -> dict[str, str]:
    return {key: text for name in RELATIONS for key, text in relation_values(view.catalog, name).items()}
