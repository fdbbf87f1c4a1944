"""The months loaded before a load in which it puts people into other teams: no past month changes unsaid."""

from __future__ import annotations

import duckdb

from etl.errors import N_, Remark
from etl.loading.staff_lists import PLANS
from etl.snapshots.snapshot import Snapshot
from etl.sql_text import sql_file
from kpi.catalog.relations import over, relation_file

STAYS = "SELECT agent_id, team, home, since, until FROM memberships"
DAYS = "SELECT DISTINCT day FROM loaded_days WHERE NOT list_contains($plans, contract)"


def changed_months(before: Snapshot | None, con: duckdb.DuckDBPyConnection) -> list[Remark]:
    """What to say of the months of the snapshot `before` in which people are in another team in `con`.

    Nothing before the first load, or where neither people nor teams were loaded now.
    """
    touched = con.execute("SELECT 1 FROM touched_days WHERE contract IN ('agents', 'teams') LIMIT 1")
    if before is None or touched.fetchone() is None:
        return []
    memberships = relation_file("memberships")
    con.register("stays_before", before.query(over(STAYS, memberships=memberships)))
    con.register("days_before", before.query(DAYS, {"plans": list(PLANS)}))
    months = con.execute(
        over(sql_file("kpi.loading", "changed_months"), memberships=memberships, stays_now=STAYS)
    ).fetchall()
    for name in ("stays_before", "days_before"):
        con.unregister(name)
    if not months:
        return []
    text = N_("Months loaded before change: people are in another team now in {months}.")
    return [Remark(text, {"months": ", ".join(f"{month} ({people})" for month, people in months)})]
