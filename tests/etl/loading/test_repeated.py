"""Values that occur again, or soon again, are found among many."""

from __future__ import annotations

import duckdb

from etl.loading.repeated import HASHED_WITH_TIME, find_soon, find_twice

CALLS = """(VALUES ('a', '2026-10-01 08:00:00'), ('a', '2026-10-01 09:00:00'), ('a', '2026-10-03 09:00:01'),
    ('b', '2026-10-01 08:00:00'), ('c', '1950-01-01 00:00:00'), ('c', '1950-01-01 00:00:00.5'),
    ('d', '2099-12-31 23:59:59')) AS given(who, moment)"""


def test_what_occurs_more_than_once() -> None:
    con = duckdb.connect()
    assert find_twice(con, "SELECT hash(n % 7) FROM range(10) AS r(n)") == 3
    assert find_twice(con, "SELECT hash(n) FROM range(10) AS r(n)") == 0
    assert find_twice(con, "SELECT hash(n) FROM range(0) AS r(n)") == 0


def test_what_occurs_soon_again() -> None:
    con = duckdb.connect()
    con.execute(HASHED_WITH_TIME)
    number = "hashed_with_time(hash(who), CAST(moment AS TIMESTAMP))"
    for seconds, wanted in (
        (1, ["c", "c"]),
        (3600, ["a", "a", "c", "c"]),
        (172_801, ["a", "a", "a", "c", "c"]),
    ):
        find_soon(con, f"SELECT {number} FROM {CALLS}", seconds)
        found = con.execute(f"SELECT who FROM {CALLS} WHERE {number} IN (FROM twice) ORDER BY who, moment")
        assert [who for (who,) in found.fetchall()] == wanted
