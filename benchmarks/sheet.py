"""What a meeting waits for: a person's goal sheet, what gaps are made of, and a save; prints milliseconds.

python benchmarks/sheet.py HOME --agent 1001 [--team 热线一组] [--month 2026-10]

Of each the first time and the median of the next 25, on the clock and of CPU time. The saves go into a month
long past. A home of 100 million calls is made by `year.py --keep HOME`.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable
from pathlib import Path

from dashboard.server.access import LOCAL
from dashboard.server.saving import read_sheet, save_field
from etl.home import Home
from kpi.analysis.contributions import explain
from kpi.figures.subjects import find_subject
from kpi.figures.view import open_view
from kpi.scope import Scope, Subject, parse_month
from kpi.sheets.goals import goal_sheet

TURNS = 25
OF_UNITS = ("service_level", "handling_time", "first_contact_resolution")


def main() -> None:
    """Measure on the home of the command line."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("home", type=Path)
    asked.add_argument("--agent", required=True)
    asked.add_argument("--team")
    asked.add_argument("--month", default="2026-10")
    given = asked.parse_args()
    home, month = Home(given.home), parse_month(given.month)
    person = find_subject(open_view(home), agent=given.agent)
    sheet = {"kind": "goals", "month": "1999-01", "subject_kind": "person", "subject_key": person.key}
    version = read_sheet(home, sheet)["fields"].get("csat.cause", {}).get("version", 0)

    def save() -> None:
        nonlocal version
        sent = {"sheet": sheet, "indicator": "csat", "field": "cause", "value": f"text {version}"}
        status, answer = save_field(home, sent | {"version": version, "lang": "en"}, LOCAL)
        assert status == 200, answer
        version = answer["version"]

    def gap(subject: Subject, key: str) -> Callable[[], object]:
        return lambda: explain(open_view(home), Scope(month, subject), key, 0.8)

    measured("sheet of a person", lambda: goal_sheet(open_view(home), Scope(month, person)))
    measured("gap of a person, transfer", gap(person, "transfer"))
    units = [Subject(), *([find_subject(open_view(home), team=given.team)] if given.team else [])]
    for unit in units:
        for key in OF_UNITS:
            measured(f"gap of {unit.kind}, {key}", gap(unit, key))
    measured("save", save)


def measured(name: str, work: Callable[[], object]) -> None:
    """Print the first time, and the median of the next."""
    clock, cpu = [], []
    for _ in range(TURNS + 1):
        begun, worked = time.perf_counter(), time.process_time()
        work()
        clock.append(1000 * (time.perf_counter() - begun))
        cpu.append(1000 * (time.process_time() - worked))
    print(
        f"{name}: first {clock[0]:.0f} ms, then {statistics.median(clock[1:]):.1f} ms"
        f" (CPU {statistics.median(cpu[1:]):.1f})"
    )


if __name__ == "__main__":
    main()
