"""Call files of any size for the benchmarks: invented calls in the plain format.

python benchmarks/calls.py FILE ROWS [--days N] [--start 2026-09-01] [--bad SHARE] [--doubled SHARE]
"""

from __future__ import annotations

import argparse
from datetime import date
from pathlib import Path

import duckdb

# A pseudo-random number of each row and purpose, the same on every machine.
ROWS = """
    SELECT
        i,
        TIMESTAMP '{start}'
            + to_microseconds(CAST({days} * 86400e6 * (i - {first}) / {rows} AS BIGINT)) AS moment,
        (i * 7919 + 13) % 1009 AS a, (i * 104729 + 71) % 3001 AS b, (i * 15485863 + 5) % 99991 AS c,
        (i * 32452843 + 3) % 3000017 AS customer
    FROM range({first}, {first} + {rows}) AS numbers(i)"""
CELLS = """
    'C' || lpad(CAST(i AS VARCHAR), 11, '0') AS "Call ID",
    CASE WHEN {bad} AND c % 2 = 0 THEN 'unknown' ELSE strftime(moment, '%Y-%m-%d %H:%M:%S') END
        AS "Started at",
    CASE WHEN a % 12 > 0 THEN 'yes' ELSE 'no' END AS "Answered",
    CASE WHEN a % 12 > 0 THEN 1000 + b % 500 END AS "Agent ID",
    'Queue ' || (a % 20) AS "Queue",
    'in' AS "Direction",
    'Reason ' || (b % 12) AS "Reason",
    CASE WHEN {bad} AND c % 2 = 1 THEN 'n/a' ELSE CAST(c % 61 AS VARCHAR) END AS "Wait (s)",
    c % 23 AS "Ring (s)",
    c % 7 AS "Rings",
    CASE WHEN a % 12 > 0 THEN 30 + c % 601 END AS "Talk (s)",
    CASE WHEN a % 12 > 0 THEN b % 40 END AS "Hold (s)",
    CASE WHEN a % 12 > 0 THEN b % 90 END AS "Wrap-up (s)",
    CASE WHEN b % 12 = 0 THEN 'yes' ELSE 'no' END AS "Transferred",
    '138' || lpad(CAST(customer AS VARCHAR), 8, '0') AS "Customer\""""


def write_calls(
    path: Path, rows: int, days: int, start: date, *, first: int = 0, bad: float = 0.0, doubled: float = 0.0
) -> None:
    """Write `rows` calls over `days`, a share `bad` of them unreadable, a share `doubled` standing twice."""
    every, twice = (round(1 / share) if share else 0 for share in (bad, doubled))
    cells = CELLS.format(bad=f"i % {every} = 0" if every else "false")
    numbers = ROWS.format(start=start, days=days, rows=rows, first=first)
    again = f"UNION ALL SELECT {cells} FROM numbers WHERE i % {twice} = 1" if twice else ""
    with duckdb.connect() as con:
        con.execute("SET enable_progress_bar = false")
        rows_sql = f"WITH numbers AS ({numbers}) SELECT {cells} FROM numbers {again}"
        con.execute(f"COPY ({rows_sql}) TO '{path}' (HEADER, DELIMITER ',')")


def main() -> None:
    """Write the file that the command line asks for."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("file", type=Path)
    asked.add_argument("rows", type=int)
    asked.add_argument("--days", type=int, default=30)
    asked.add_argument("--start", type=date.fromisoformat, default=date(2026, 9, 1))
    asked.add_argument("--first", type=int, default=0)
    asked.add_argument("--bad", type=float, default=0.0)
    asked.add_argument("--doubled", type=float, default=0.0)
    given = vars(asked.parse_args())
    write_calls(given.pop("file"), given.pop("rows"), given.pop("days"), given.pop("start"), **given)


if __name__ == "__main__":
    main()
