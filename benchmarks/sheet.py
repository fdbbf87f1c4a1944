"""What a meeting waits for: a person's goal sheet, what its gap is made of, and a save; prints milliseconds.

python benchmarks/sheet.py HOME --agent 1001 [--month 2026-10]

Of each the first time and the median of the next 25. The saves go into a month long past.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable
from pathlib import Path

from dashboard.access import LOCAL
from dashboard.saving import read_sheet, save_field
from etl.home import Home
from kpi.gaps import explained
from kpi.goals import goal_sheet
from kpi.scope import Scope, parse_month
from kpi.subjects import find_subject
from kpi.view import open_view

TURNS = 25


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("home", type=Path)
    parser.add_argument("--agent", required=True)
    parser.add_argument("--month", default="2026-10")
    given = parser.parse_args()
    home = Home(given.home)
    scope = Scope(parse_month(given.month), find_subject(open_view(home), agent=given.agent))
    sheet = {"kind": "goals", "month": "1999-01", "subject_kind": "person", "subject_key": scope.subject.key}
    version = read_sheet(home, sheet)["fields"].get("csat.cause", {}).get("version", 0)

    def save() -> None:
        nonlocal version
        sent = {"sheet": sheet, "indicator": "csat", "field": "cause", "value": f"text {version}"}
        status, answer = save_field(home, sent | {"version": version, "lang": "en"}, LOCAL)
        assert status == 200, answer
        version = answer["version"]

    measured("sheet", lambda: goal_sheet(open_view(home), scope))
    measured("contributions", lambda: explained(open_view(home), scope, "transfer"))
    measured("save", save)


def measured(name: str, work: Callable[[], object]) -> None:
    """Print the first time, and the median of the next."""
    times = []
    for _ in range(TURNS + 1):
        begun = time.perf_counter()
        work()
        times.append(1000 * (time.perf_counter() - begun))
    print(f"{name}: first {times[0]:.0f} ms, then {statistics.median(times[1:]):.1f} ms")


if __name__ == "__main__":
    main()
