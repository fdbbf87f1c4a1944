"""Attendance from plan and punches: rows of `attendance` that no file gave, made anew as either changes.

Such a row carries the file of its punches. One that a file gives of the same shift takes its place and
keeps it: it decides a missed punch, and an absence. On a day without a punch, sessions of the work place
stand in for them: who logs in has come, who logs out has gone.
"""

from __future__ import annotations

from collections.abc import Mapping

import duckdb

from etl.sql_text import sql_file

CONTRACTS = ("punches", "agent_states", "schedule", "attendance")
REACH = 2  # days that a shift, and the time around it, may reach into


def attend(con: duckdb.DuckDBPyConnection, punches: Mapping[str, float]) -> None:
    """Work `attendance` out of the punches anew, around the days that a load touched.

    `punches` are the settings of that name. The days whose rows become others are touched themselves.
    """
    if not con.execute(SOME).fetchone()[0]:
        return
    _choose_days(con, punches)
    if not con.execute("SELECT count(*) FROM clock_days").fetchone()[0]:
        return
    con.execute("""
        CREATE OR REPLACE TEMP TABLE clocked_before AS
        SELECT * FROM attendance SEMI JOIN clock_days ON day = shift_date
        WHERE file_id IN (SELECT file_id FROM files WHERE contract IN ('punches', 'agent_states'));
        DELETE FROM attendance
        WHERE shift_date IN (SELECT day FROM clock_days)
            AND file_id IN (SELECT file_id FROM files WHERE contract IN ('punches', 'agent_states'))""")
    values = {
        "before_s": punches["before_h"] * 3600,
        "after_s": punches["after_h"] * 3600,
        "apart_s": punches["apart_min"] * 60,
    }
    con.execute(sql_file("etl.attendance", "from_punches"), values)
    con.execute(sql_file("etl.attendance", "clocked"))
    # An INSERT of no rows may hide rows inserted after it, see etl/loading/merge.py.
    if con.execute("SELECT count(*) FROM clocked").fetchone()[0]:
        con.execute("INSERT INTO attendance BY NAME SELECT * FROM clocked ORDER BY shift_date, agent_id")
    con.execute("""
        INSERT INTO touched_days
        SELECT 'attendance', shift_date FROM (
            (FROM clocked EXCEPT FROM clocked_before) UNION ALL (FROM clocked_before EXCEPT FROM clocked))
        GROUP BY shift_date
        EXCEPT SELECT contract, day FROM touched_days""")
    con.execute("DROP TABLE clocked; DROP TABLE clocked_before; DROP TABLE told_by_clock")


SOME = "SELECT EXISTS (FROM punches) OR EXISTS (FROM agent_states WHERE state = 'logged_in')"


def _choose_days(con: duckdb.DuckDBPyConnection, punches: Mapping[str, float]) -> None:
    """Choose `clock_days`, whose attendance is worked out anew, and `clock_near`, which decides about it.

    They lie around the days that were touched; after a change of the settings around all days.
    """
    made = repr(sorted(punches.items()))
    con.execute("CREATE TABLE IF NOT EXISTS clock_rules (made VARCHAR)")
    same = con.execute("SELECT made FROM clock_rules").fetchall() == [(made,)]
    if not same:
        con.execute("DELETE FROM clock_rules")
        con.execute("INSERT INTO clock_rules VALUES (?)", [made])
    con.execute(
        """CREATE OR REPLACE TEMP TABLE clock_days AS
           SELECT DISTINCT CAST(day + CAST(n AS INTEGER) AS DATE) AS day
           FROM (
                SELECT contract, day FROM touched_days
                UNION ALL
                SELECT contract, day FROM loaded_days WHERE NOT $same),
               range(-$reach, $reach + 1) AS near(n)
           WHERE contract IN $contracts AND day IS NOT NULL""",
        {"same": same, "reach": REACH, "contracts": list(CONTRACTS)},
    )
    con.execute(
        """CREATE OR REPLACE TEMP TABLE clock_near AS
           SELECT DISTINCT CAST(day + CAST(n AS INTEGER) AS DATE) AS day
           FROM clock_days, range(-$reach, $reach + 1) AS near(n)""",
        {"reach": REACH},
    )


def adopt(con: duckdb.DuckDBPyConnection, file_id: int) -> None:
    """Mark rows of attendance that punches gave as the file's own, where this file gives them too."""
    con.execute(
        """UPDATE attendance SET file_id = ?, file_row = typed.file_row
            FROM typed
            WHERE typed.agent_id = attendance.agent_id AND typed.shift_date = attendance.shift_date
                AND typed.shift_no = attendance.shift_no AND NOT typed.ignored AND typed.fault IS NULL
                AND attendance.file_id IN (
                    SELECT file_id FROM files WHERE contract IN ('punches', 'agent_states'))""",
        [file_id],
    )
