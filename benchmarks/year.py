"""A year of calls in monthly files, then one more day into it, beside a bare reading; prints the ratios.

python benchmarks/year.py [--rows 100000000] [--room DIR] [--keep HOME]
"""

from __future__ import annotations

import argparse
import json
import shutil
import tempfile
from datetime import date, timedelta
from pathlib import Path

from calls import write_calls
from load import BARE, measured

MEMORY = "4GB"
LOAD = f"""
import json, sys, time
from pathlib import Path
import etl.loading.load
from etl.home import Home
from etl.progress import Progress
from kpi.loading.load import load_files

class Timed(Progress):
    begun, seconds = ("start", time.monotonic()), {{}}

    def step(self, step):
        name, since = self.begun
        now = time.monotonic()
        self.seconds[name] = self.seconds.get(name, 0) + now - since
        self.begun = (step, now)
        super().step(step)

etl.loading.load.MEMORY = "{MEMORY}"
timed = Timed()
report = load_files(Home(Path(sys.argv[1])), [Path(name) for name in sys.argv[2:]], progress=timed)
timed.step("publish")
print({{name: round(seconds, 1) for name, seconds in timed.seconds.items()}})
sys.exit(any(file.status != "loaded" for file in report.files))
"""


def main() -> None:
    """Write the files, read them barely, load them, load one more day; each once."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--rows", type=int, default=100_000_000)
    asked.add_argument("--room", type=Path, default=None)
    asked.add_argument("--keep", type=Path, default=None, help="where to leave the loaded home")
    given = asked.parse_args()
    with tempfile.TemporaryDirectory(dir=given.room) as folder:
        room, months, each = Path(folder), [], given.rows // 12
        for month in range(12):
            months.append(room / f"calls-{month + 1:02}.csv")
            start = date(2025, month + 1, 1)
            days = ((start + timedelta(days=31)).replace(day=1) - start).days
            write_calls(months[-1], each, days, start, first=month * each)
        bare = measured(BARE.replace("2GB", MEMORY), room / "bare", *months)
        (room / "bare").unlink()
        full = measured(LOAD, room / "home", *months)
        day = room / "day.csv"
        write_calls(day, given.rows // 100, 1, date(2026, 1, 1), first=12 * each)
        for file in months:
            file.unlink()
        more = measured(LOAD, room / "home", day)
        if given.keep:
            shutil.move(room / "home", given.keep)
    print(json.dumps({"rows": given.rows, "bare": bare, "load": full, "one more day": more}, indent=1))
    print(f"load / bare: {full['cpu_s'] / bare['cpu_s']:.2f} of CPU, {full['s'] / bare['s']:.2f} of time")


if __name__ == "__main__":
    main()
