"""How long the contributions to one gap take, of everyone, a team and a person; prints ms and CPU ms.

python benchmarks/contributions.py [--rows 5600000] [--turns 5] [--room DIR]

The calls are of two months, so as many as a comparison reads; 5.6 million are two months of 100 million in
three years.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from datetime import date
from pathlib import Path

from calls import write_calls

from etl.home import Home
from kpi.contributions import explain
from kpi.load import load_files
from kpi.scope import Scope, Subject, parse_month
from kpi.view import View, open_view

OF = {
    "everyone": (Subject(), ("service_level", "handling_time", "first_contact_resolution")),
    "team": (Subject("team", "3组", "3组", "3组"), ("service_level", "handling_time")),
    "person": (Subject("person", "1234", "1234", ""), ("transfer", "first_contact_resolution")),
}


def main() -> None:
    """Load invented calls of September and October into a new home and explain October."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--rows", type=int, default=5_600_000)
    asked.add_argument("--turns", type=int, default=5)
    asked.add_argument("--room", type=Path, default=None)
    given = asked.parse_args()
    with tempfile.TemporaryDirectory(dir=given.room) as folder:
        calls, agents, home = (Path(folder) / name for name in ("calls.csv", "agents.csv", "home"))
        write_calls(calls, given.rows, 61, date(2026, 9, 1))
        roster = "".join(f"{1000 + n},Agent {n},{n % 25 + 1}组\n" for n in range(500))
        agents.write_text(f"工号,姓名,班组\n{roster}", encoding="utf-8")
        load_files(Home(home), [calls, agents])
        view = open_view(Home(home))
        threads = view.query("SELECT current_setting('threads')").item()
        print(f"{given.rows:,} calls, {threads} threads; median and least of {given.turns}")
        for name, (subject, keys) in OF.items():
            for key in keys:
                turns = [
                    _measured(view, Scope(parse_month("2026-10"), subject), key) for _ in range(given.turns)
                ]
                clock, cpu = zip(*turns, strict=True)
                print(
                    f"{name:9} {key:25} {statistics.median(clock):5.0f} ms ({min(clock):.0f}),"
                    f" CPU {statistics.median(cpu):5.0f} ms ({min(cpu):.0f})"
                )


def _measured(view: View, scope: Scope, key: str) -> tuple[float, float]:
    clock, cpu = time.perf_counter(), time.process_time()
    explain(view, scope, key, 0.8)
    return 1000 * (time.perf_counter() - clock), 1000 * (time.process_time() - cpu)


if __name__ == "__main__":
    main()
