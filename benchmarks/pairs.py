"""Loads of one file by two checkouts of this program, in turns; prints CPU seconds, sizes and their ratios.

python benchmarks/pairs.py BEFORE AFTER [--rows 4000000] [--turns 2] [--room DIR]
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
from datetime import date
from pathlib import Path

from calls import write_calls
from load import LOAD


def measured(tree: Path, file: Path, home: Path) -> dict[str, float]:
    """CPU seconds, peak memory (MB) and bytes of the snapshot of a load by the program in `tree`."""
    shutil.rmtree(home, ignore_errors=True)
    paths = os.environ | {"PYTHONPATH": str(tree)}
    child = subprocess.Popen([sys.executable, "-c", LOAD, str(file), str(home)], env=paths)
    _, status, used = os.wait4(child.pid, 0)
    if status:
        raise SystemExit("The run failed; its message stands above.")
    size = sum(path.stat().st_size for path in home.rglob("*.duckdb"))
    return {"cpu_s": used.ru_utime + used.ru_stime, "peak_mb": used.ru_maxrss / 1024, "bytes": size}


def main() -> None:
    """Load by both in turns, the other one first in every second turn, and print the median ratios."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("trees", type=Path, nargs=2)
    asked.add_argument("--rows", type=int, default=4_000_000)
    asked.add_argument("--turns", type=int, default=2)
    asked.add_argument("--room", type=Path, default=None)
    given = asked.parse_args()
    runs: list[dict[str, dict[str, float]]] = []
    with tempfile.TemporaryDirectory(dir=given.room) as folder:
        file = Path(folder) / "calls.csv"
        write_calls(file, given.rows, 30, date(2026, 9, 1))
        for turn in range(given.turns):
            order = given.trees if turn % 2 == 0 else given.trees[::-1]
            found = {tree: measured(tree, file, Path(folder) / "home") for tree in order}
            runs.append({"before": found[given.trees[0]], "after": found[given.trees[1]]})
    ratios = {
        name: statistics.median(run["after"][name] / run["before"][name] for run in runs)
        for name in ("cpu_s", "peak_mb", "bytes")
    }
    print(json.dumps({"rows": given.rows, "runs": runs, "ratios": ratios}, indent=1))


if __name__ == "__main__":
    main()
