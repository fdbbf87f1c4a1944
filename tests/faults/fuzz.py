"""Read and convert files that nobody would write: `make fuzz`.

Every file comes from a seed and is mutated; `--seed` gives the same files again, `--replay` one that failed.
One in a hundred is also loaded and published into a home that lives as long as the run.
"""

from __future__ import annotations

import argparse
import faulthandler
import logging
import random
import shutil
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import duckdb

from etl.home import Home
from etl.maps.conversions import prepare
from etl.maps.maps import load_sources
from tests.faults.judge import LIMIT_S, judge, publish, within
from tests.faults.mutations import mutated
from tests.faults.seeds import generated, given_files, given_tables, written

PUBLISHED = 100  # one file in so many
RENEWED = 500  # files on one connection


def make_files(seed: int, number: int) -> Iterator[tuple[str, bytes]]:
    """So many files (name, bytes), each from a chance of its own, so that one alone can be made again."""
    tables, files = given_tables(), given_files()
    for n in range(number):
        chance = random.Random(f"{seed} {n}")
        if chance.random() < 0.3:
            suffix, data = chance.choice(files)
        else:
            table = chance.choice(tables) if chance.random() < 0.4 else generated(chance)
            suffix, data = written(table, chance)
        if chance.random() < 0.97:  # a few stay as they are
            data = mutated(data, chance)
        yield f"{seed}-{n}{suffix}", data


def fuzz(files: Iterator[tuple[str, bytes]], failed: Path, published: int = PUBLISHED) -> Counter[str]:
    """Judge every file; those that fail are kept in the folder `failed` with what happened."""
    seen: Counter[str] = Counter()
    with tempfile.TemporaryDirectory() as folder:
        work, homes = Path(folder), (Home(Path(folder) / "home"), Home(Path(folder) / "quick"))
        (work / "room").mkdir()
        sources = load_sources(homes[0].config)
        con = None
        for n, (name, data) in enumerate(files):
            if n % RENEWED == 0:
                con = duckdb.connect()
                prepare(con)
            path = work / name
            path.write_bytes(data)
            try:
                with within(LIMIT_S):
                    seen += judge(path, con, sources, work / "room")
                if n % published == 0:
                    with within(10 * LIMIT_S):
                        seen += Counter(f"load {status}" for status in publish(path, *homes).elements())
            except (KeyboardInterrupt, SystemExit):
                raise
            except BaseException:
                seen["failed"] += 1
                keep(path, failed)
                con = duckdb.connect()
                prepare(con)
                shutil.rmtree(work / "room")
                (work / "room").mkdir()
            seen["files"] += 1
            path.unlink()
    return seen


def keep(path: Path, failed: Path) -> None:
    """Keep a file for another look, with the exception that is being handled."""
    failed.mkdir(parents=True, exist_ok=True)
    shutil.copy(path, failed)
    said = traceback.format_exc()
    (failed / f"{path.name}.txt").write_text(said, encoding="utf-8", errors="replace")
    print(f"{path.name}: {said.strip().splitlines()[-1][:300]}", file=sys.stderr, flush=True)


def main() -> None:
    """Fuzz, and say what came of it; exit code 1 when anything failed."""
    asked = argparse.ArgumentParser(prog="make fuzz", description=__doc__)
    asked.add_argument("--files", type=int, default=20_000)
    asked.add_argument("--seed", type=int, default=random.SystemRandom().randrange(1 << 32))
    asked.add_argument("--failed", type=Path, default=Path("test-results/fuzz"), help="folder for what fails")
    asked.add_argument("--replay", type=Path, nargs="+", help="judge these files instead")
    given = asked.parse_args()
    faulthandler.enable()
    logging.disable()
    begun, cpu = time.monotonic(), time.process_time()
    if given.replay:
        seen = fuzz(((path.name, path.read_bytes()) for path in given.replay), given.failed, 1)
    else:
        print(f"seed {given.seed}", flush=True)
        seen = fuzz(make_files(given.seed, given.files), given.failed)
    print(", ".join(f"{name} {count:,}" for name, count in sorted(seen.items())))
    print(f"{time.monotonic() - begun:.0f} s, {time.process_time() - cpu:.0f} s of them computing")
    if seen["failed"]:
        sys.exit(f"What failed lies in {given.failed}. Again: make fuzz ARGS='--replay {given.failed}/NAME'")


if __name__ == "__main__":
    main()
