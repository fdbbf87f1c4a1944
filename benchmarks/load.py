"""A full load beside a bare typed CREATE TABLE AS of the same file, in turns; prints the ratios.

python benchmarks/load.py [--rows 10000000] [--bad 0.005] [--doubled 0.01] [--turns 3] [--room DIR]
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import date
from pathlib import Path

from calls import write_calls

BARE = """
import duckdb, sys
con = duckdb.connect(sys.argv[1])
con.execute("SET memory_limit = '2GB'; SET enable_progress_bar = false")
kinds = ["VARCHAR", "TIMESTAMP", "BOOLEAN", "VARCHAR", "VARCHAR", "VARCHAR", "VARCHAR", "DOUBLE", "DOUBLE",
         "BIGINT", "DOUBLE", "DOUBLE", "DOUBLE", "BOOLEAN", "VARCHAR"]
columns = {f"c{n}": kind for n, kind in enumerate(kinds)}
con.execute(
    "CREATE TABLE bare AS FROM read_csv(?, columns = " + str(columns) + ", header = true, delim = ',',"
    " quote = '\\"', auto_detect = false, ignore_errors = true)", [sys.argv[2:]])
con.execute("CHECKPOINT")
"""
LOAD = """
import sys
from pathlib import Path
from etl.home import Home
from kpi.loading.load import load_files
report = load_files(Home(Path(sys.argv[2])), [Path(sys.argv[1])])
print(report.files[0].rows_read, report.files[0].counts, file=sys.stderr)
sys.exit(any(file.status != "loaded" for file in report.files))
"""


def measured(program: str, *arguments: Path | str) -> dict[str, float]:
    """Seconds on the clock, CPU seconds and peak memory (MB) of a program in a process of its own."""
    begun = time.monotonic()
    child = subprocess.Popen([sys.executable, "-c", program, *map(str, arguments)])
    _, status, used = os.wait4(child.pid, 0)
    if status:
        raise SystemExit("The run failed; its message stands above.")
    return {
        "s": time.monotonic() - begun,
        "cpu_s": used.ru_utime + used.ru_stime,
        "peak_mb": used.ru_maxrss / 1024,
    }


def main() -> None:
    """Measure both in turns and print every run and the median ratios as JSON."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--rows", type=int, default=10_000_000)
    asked.add_argument("--bad", type=float, default=0.0)
    asked.add_argument("--doubled", type=float, default=0.0)
    asked.add_argument("--turns", type=int, default=3)
    asked.add_argument("--room", type=Path, default=None)
    given = asked.parse_args()
    with tempfile.TemporaryDirectory(dir=given.room) as folder:
        room = Path(folder)
        file = room / "calls.csv"
        write_calls(file, given.rows, 30, date(2026, 9, 1), bad=given.bad, doubled=given.doubled)
        runs: list[dict[str, dict[str, float]]] = []
        for _ in range(given.turns):
            bare = measured(BARE, room / "bare.duckdb", file)
            full = measured(LOAD, file, room / "home")
            runs.append({"bare": bare, "load": full})
            (room / "bare.duckdb").unlink()
            shutil.rmtree(room / "home")
        ratios = {
            name: statistics.median(run["load"][name] / run["bare"][name] for run in runs)
            for name in ("s", "cpu_s")
        }
    print(json.dumps({"rows": given.rows, "runs": runs, "ratios": ratios}, indent=1))


if __name__ == "__main__":
    main()
