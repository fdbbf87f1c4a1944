"""Kill loads at random moments, and see that nothing is lost: `make faults`.

Each try takes the home as it was before a step, starts that load as a process of its own, kills it with
SIGKILL, and looks: what is served is what a clean run had before or after the step, table by table; the same
load then ends where the clean run did, says what it removed, and leaves nothing else behind.
"""

from __future__ import annotations

import argparse
import os
import random
import resource
import shutil
import signal
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from multiprocessing import get_context
from multiprocessing.process import BaseProcess
from pathlib import Path

from etl.home import Home
from etl.snapshots.snapshot import KEPT
from kpi.loading.load import load_files
from tests.faults.states import State, differing, left_over, served
from tests.faults.steps import Step, make_steps

# A server that has everything imported, and nothing started, forks the processes.
FORKED = get_context("forkserver")
FORKED.set_forkserver_preload(
    ["dashboard.cli", "kpi.loading.load", "dashboard.commands.answers", "dashboard.intake.running"]
)
LAST = 0.15  # of a load's time, in which it is checked and published
INTERRUPTED = "An earlier load was interrupted; what it left behind was removed."


@dataclass
class Clean:
    """A run that nobody disturbed: homes and states before and after each step, and how long each took."""

    steps: list[Step]
    homes: list[Path] = field(default_factory=list)
    states: list[State | None] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)


def start(home: Home, paths: tuple[Path, ...], *, largest: int = 0) -> BaseProcess:
    """`service-kpi load` in a process of its own, begun; what it says goes beside the home.

    With `largest` no file may become larger than so many bytes, as on a full disk.
    """
    process = FORKED.Process(target=_load, args=(home.path, paths, largest))
    process.start()
    return process


def said(home: Home) -> str:
    """What the last load of a home printed."""
    return Path(f"{home.path}.said").read_text(encoding="utf-8")


def _load(home: Path, paths: tuple[Path, ...], largest: int) -> None:
    from dashboard.cli import main

    with open(f"{home}.said", "w", encoding="utf-8") as out:
        os.dup2(out.fileno(), 1)
        os.dup2(out.fileno(), 2)
    if largest:
        resource.setrlimit(resource.RLIMIT_FSIZE, (largest, largest))
    sys.argv = ["service-kpi", "load", "--json", "--lang", "en", "--home", str(home), *map(str, paths)]
    main()


def run_clean(folder: Path, steps: list[Step]) -> Clean:
    """Load everything once, and keep the home after every step."""
    clean = Clean(steps)
    home = Home(folder / "clean" / "0")
    home.create()
    clean.homes.append(home.path)
    clean.states.append(None)
    for number, step in enumerate(steps, start=1):
        home = Home(Path(shutil.copytree(clean.homes[-1], folder / "clean" / str(number))))
        step.prepare(home)
        begun = time.monotonic()
        process = start(home, step.paths)
        process.join()
        clean.seconds.append(time.monotonic() - begun)
        if process.exitcode:
            raise AssertionError(
                f"The clean load {step.name} failed: {Path(f'{home.path}.said').read_text()}"
            )
        clean.homes.append(home.path)
        clean.states.append(served(home))
        assert clean.states[-1] != clean.states[-2], f"The step {step.name} changes nothing"
    return clean


def moment(chance: random.Random, seconds: float) -> float:
    """When to kill a load that takes `seconds`: any time, but half of the tries near its end."""
    if chance.random() < 0.5:
        return seconds * (1 - LAST * chance.random())
    return seconds * chance.random()


def kill_once(clean: Clean, number: int, chance: random.Random, folder: Path) -> str:
    """One try on step `number` (from 0); in which state the kill left the home."""
    step = clean.steps[number]
    home = Home(Path(shutil.copytree(clean.homes[number], folder / "home")))
    try:
        step.prepare(home)
        process = start(home, step.paths)
        process.join(moment(chance, clean.seconds[number]))
        process.kill()
        process.join()
        ended = "killed" if process.exitcode == -signal.SIGKILL else "over"
        return f"{ended}, {check(clean, number, home)}"
    finally:
        shutil.rmtree(home.path)


def check(clean: Clean, number: int, home: Home) -> str:
    """What is served is a clean state, and the next load goes on from it; AssertionError says what is not so."""
    before, after = clean.states[number : number + 2]
    now = served(home)
    known = [name for name, state in (("before", before), ("after", after)) if not differing(now, state)]
    assert known, f"neither before {differing(now, before)} nor after {differing(now, after)}"
    rubbish = left_over(home)
    report = load_files(home, clean.steps[number].paths)
    said = INTERRUPTED in map(str, report.remarks)
    assert said or not rubbish, f"{rubbish} went without a word"
    assert not differing(served(home), after), f"the next load differs in {differing(served(home), after)}"
    assert not left_over(home), f"left behind: {left_over(home)}"
    kept = sorted(path.name for path in home.snapshots.glob("*.duckdb"))
    assert len(kept) <= KEPT, f"{kept} are more than {KEPT}"
    return f"{known[0]}{', with rubbish' if rubbish else ''}"


def attack(clean: Clean, kills: int, seed: int, folder: Path) -> Counter[tuple[str, str]]:
    """So many kills, shared out among the steps; (step, how it ended) with their numbers.

    A load that was over before its kill came counts for nothing and is tried again.
    """
    chance = random.Random(seed)
    found: Counter[tuple[str, str]] = Counter()
    done = 0
    while done < kills:
        number = done % len(clean.steps)
        try:
            ended = kill_once(clean, number, chance, folder)
        except AssertionError as error:
            raise AssertionError(
                f"kill {done + 1} of seed {seed}, {clean.steps[number].name}: {error}"
            ) from None
        found[clean.steps[number].name, ended] += 1
        done += ended.startswith("killed")
    return found


def main() -> None:
    """Attack, and say what came of it."""
    asked = argparse.ArgumentParser(prog="make faults", description=__doc__)
    asked.add_argument("--kills", type=int, default=200)
    asked.add_argument("--seed", type=int, default=random.SystemRandom().randrange(1 << 32))
    asked.add_argument("--rows", type=int, default=300_000, help="of the large file")
    given = asked.parse_args()
    begun = time.monotonic()
    print(f"seed {given.seed}", flush=True)
    os.environ.pop("SERVICE_KPI_RECORDS", None)
    with tempfile.TemporaryDirectory() as folder:
        clean = run_clean(Path(folder), make_steps(Path(folder) / "files", large=given.rows))
        for step, seconds in zip(clean.steps, clean.seconds, strict=True):
            print(f"clean {step.name}: {seconds:.1f} s", flush=True)
        for (step, ended), count in sorted(attack(clean, given.kills, given.seed, Path(folder)).items()):
            print(f"{step}: {ended}: {count}")
    print(f"{given.kills} kills, every state that of a clean load; {time.monotonic() - begun:.0f} s")


if __name__ == "__main__":
    main()
