"""Answers of surveys that do not say what they mean: of this load, and as an earlier program assumed."""

from __future__ import annotations

from collections.abc import Mapping

import duckdb

from etl.errors import N_, Remark
from etl.maps.answer_scales import Scale

# An earlier program took 5 for a scale that nobody said, and the two best of any; its rows name no question.
EARLIER = """
    SELECT count(*) FILTER (scale = 5), count(*) FILTER (scale IN (2, 3)),
        CAST(min(business_date) FILTER (scale IN (2, 3)) AS VARCHAR),
        CAST(max(business_date) FILTER (scale IN (2, 3)) AS VARCHAR)
    FROM surveys WHERE question IS NULL AND score IS NOT NULL"""
# On a scale that has to be asked about today, what it said then was two.
ADOPT = """
    UPDATE surveys SET question = 'satisfied',
        satisfied = CASE WHEN scale NOT IN (2, 3, 4, 5, 7, 10) THEN 2 ELSE satisfied END
    WHERE question IS NULL"""
UNSAID = """
    SELECT count(*) FROM surveys
    WHERE score IS NOT NULL AND file_id = (SELECT max(file_id) FROM files WHERE contract = 'surveys')
        AND ((scale IS NULL AND $scale IS NULL) OR (best IS NULL AND $best IS NULL AND question = 'effort')
            OR (satisfied IS NULL AND $satisfied IS NULL AND question <> 'recommend'
                AND coalesce(scale, $scale) NOT IN (1, 2, 3, 4, 5, 7, 10)))"""
ASSUMED = N_(
    "{count} ratings of earlier loads stand on a scale of 5. Where a file said none, 5 was only assumed: they"
    " keep it. If that is wrong, load those files again with --answer scale=…"
)
TWO_OF_FEW = N_(
    "{count} ratings of earlier loads on scales of 2 or 3 points ({since} to {until}) counted as satisfied"
    " from the second best on; from now on only the best counts."
)
UNKNOWN = N_(
    "{count} ratings do not say what they mean (the scale, how many of its points satisfy, which end is best)"
    ": no figure counts them until somebody does, on the page “Data” or with --answer scale=5."
)


def adopt_answers(con: duckdb.DuckDBPyConnection) -> list[Remark]:
    """Make an earlier program's answers name their question; say once what it took for granted."""
    fives, few, since, until = con.execute(EARLIER).fetchone()
    (found,) = con.execute("SELECT count(*) FROM surveys WHERE question IS NULL").fetchone()
    if found:
        con.execute(ADOPT)
    remarks = [Remark(ASSUMED, {"count": f"{fives:,}"})] if fives else []
    if few:
        remarks.append(Remark(TWO_OF_FEW, {"count": f"{few:,}", "since": since, "until": until}))
    return remarks


def without_scale(
    con: duckdb.DuckDBPyConnection, source: str, scales: Mapping[str, Scale]
) -> tuple[Remark, ...]:
    """What is to be said of the surveys that were loaded last, from `source`, when nobody can read them."""
    known = {name: scales.get(source, {}).get(name) for name in ("scale", "best", "satisfied")}
    (count,) = con.execute(UNSAID, known).fetchone()
    return (Remark(UNKNOWN, {"count": f"{count:,}"}),) if count else ()
