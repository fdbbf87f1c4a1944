"""Small homes of literal rows for pages and routes: full, calls only, and one never loaded."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from dashboard.intake.running import Run
from etl.home import Home
from etl.loading.report import LoadReport
from etl.loading.staff_lists import NOTHING_SAID, Asked
from kpi.catalog.load import load_catalog
from kpi.loading.load import load_files
from kpi.rollups.build import build
from tests.kpi.facts import facts

DAYS = [f"2026-{month:02d}-{day:02d}" for month in (9, 10) for day in (5, 6, 7)]
AGENTS = [
    {"agent_id": "1001", "name": "样例员工01", "team": "一班", "valid_from": "2026-01-01"},
    {"agent_id": "1002", "name": "样例员工02", "team": "二班", "valid_from": "2026-01-01"},
]


def calls() -> list[dict]:
    """48 calls of two people; every sixth is abandoned, and people take turns."""
    return [
        {
            "call_id": f"{day}/{n}",
            "started_at": f"{day} 09:{n:02d}:00",
            "answered": n % 6 != 5,
            "agent_id": None if n % 6 == 5 else ("1001", "1002")[n % 2],
            "wait_s": 7.0 + 4 * n,
            "ring_count": 1 + n % 5,
            "talk_s": 100.0 + n,
            "transferred": n % 4 == 0,
            "customer_key": f"key{n}",
            "customer_shown": "138****0001",
        }
        for day in DAYS
        for n in range(8)
    ]


def full() -> dict[str, list[dict]]:
    """Rows of every kind that the pages show."""
    shifts = [{"agent_id": a["agent_id"], "shift_date": day} for a in AGENTS for day in DAYS]
    return {
        "agents": AGENTS,
        "calls": calls(),
        "surveys": [
            {
                "survey_id": f"s{n}",
                "surveyed_at": f"{DAYS[n % 6]} 10:00",
                "agent_id": "1001",
                "score": 1 + n % 5,
                "scale": 5,
            }
            for n in range(24)
        ],
        "qa_reviews": [
            {"review_id": f"q{n}", "agent_id": "1001", "reviewed_at": f"{DAYS[n]} 11:00"} for n in range(6)
        ],
        "qa_items": [
            {"review_id": f"q{n}", "item": "信息准确", "earned": 8, "applicable": 10} for n in range(6)
        ],
        "tickets": [
            {"ticket_id": f"t{n}", "kind": "complaint", "opened_at": f"{DAYS[n]} 12:00", "agent_id": "1001"}
            for n in range(6)
        ],
        "schedule": [
            s | {"start_at": f"{s['shift_date']} 08:00", "end_at": f"{s['shift_date']} 16:00"} for s in shifts
        ],
        "attendance": [
            s | {"in_at": f"{s['shift_date']} 07:58", "out_at": f"{s['shift_date']} 16:01"} for s in shifts
        ],
        "rejects": [
            {
                "file_id": 1,
                "contract": "calls",
                "file_row": 9,
                "column": "started_at",
                "raw": "=1+1",
                "rule": "x",
            }
        ],
        "audits": [{"file_id": 1, "audit": "negative_duration", "found": 3}],
    }


def two_of_one_name() -> dict[str, list[dict]]:
    """Two loaded files called the same, each with a reject and an odd row of its own."""
    book = {"name": "same.csv", "source": "plain", "contract": "calls", "loaded_at": "2026-12-02 08:00:00"}
    counts = dict.fromkeys(("rows_read", "loaded", "updated", "duplicate", "rejected", "ignored", "facts"), 1)
    said = {7: "first", 8: "second"}
    about = {"contract": "calls", "column": "started_at", "file_row": 2, "rule": "unreadable_time"}
    return {
        "calls": calls(),
        "files": [book | counts | {"file_id": n, "warnings": "[]"} for n in said],
        "rejects": [about | {"file_id": n, "raw": raw} for n, raw in said.items()],
        "audits": [{"file_id": n, "audit": "negative_duration", "found": 1} for n in said],
        "audit_rows": [
            {"file_id": n, "audit": "negative_duration", "file_row": 2, "detail": raw}
            for n, raw in said.items()
        ],
    }


def make_home(path: Path, **tables: list[dict]) -> Home:
    """A home whose published snapshot holds these rows and their roll-ups."""
    home = Home(path)
    home.create()
    (home.config / "home.toml").write_text('organisation = "示例热线"\n', encoding="utf-8")
    with facts(home.snapshots / "000001.duckdb", **tables) as con:
        build(con, load_catalog(home.config))
    (home.snapshots / "CURRENT").write_text("000001\n", encoding="utf-8")
    return home


class LoadInThread:
    """`dashboard.intake.worker.Work` without a process of two seconds: what it makes of files is the same."""

    def __init__(
        self, home: Home, paths: Sequence[Path], dry_run: bool, ended: Callable, asked: Asked = NOTHING_SAID
    ) -> None:
        self._over = threading.Event()
        told = {"dry_run": dry_run, "asked": asked, "wait": True}
        self._run = Run(lambda progress: load_files(home, paths, **told, progress=progress))
        threading.Thread(target=self._listen, args=(ended,), daemon=True).start()
        self.wait, self.outcome, self.state = self._over.wait, self._run.result, self._run.progress.state

    def _listen(self, ended: Callable) -> None:
        self._run.wait()
        try:
            ended(self)
        finally:
            self._over.set()

    def cancel(self) -> bool:
        self._run.progress.cancel()
        return True

    def result(self) -> LoadReport:
        self._over.wait()
        return self.outcome()


@pytest.fixture
def in_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    """Uploads are checked and loaded in this process."""
    monkeypatch.setattr("dashboard.intake.batches.Work", LoadInThread)


@pytest.fixture(scope="session")
def homes(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Home]:
    """Homes by name; tests that write make their own."""
    folder = tmp_path_factory.mktemp("homes")
    return {
        "full": make_home(folder / "full", **full()),
        "calls only": make_home(folder / "calls", calls=calls()),
        "empty": Home(folder / "empty"),
    }


@pytest.fixture
def home(tmp_path: Path, homes: dict[str, Home]) -> Home:
    """A copy of the full home, to write into."""
    return Home(Path(shutil.copytree(homes["full"].path, tmp_path / "home")))
