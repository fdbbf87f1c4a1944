"""Makes a small home of the program as it is, for this folder: python -m tests.upgrades.make_home

Run once for a format, when it is raised: what the archive holds and says never changes afterwards.
"""

from __future__ import annotations

import json
import tarfile
import tempfile
from datetime import datetime
from pathlib import Path

from typer.testing import CliRunner

from dashboard.cli import app
from etl.corrections.corrections import Correction
from etl.home import Home
from etl.snapshots.formats import FORMAT
from kpi.figures.subjects import find_subject
from kpi.figures.view import open_view, records_of
from kpi.loading.correction_list import propose
from kpi.loading.load import load_files
from kpi.records.corrections import approve
from kpi.scope import Scope, parse_month
from kpi.sheets import closing, cycle
from kpi.sheets.goals import goal_sheet, sheet_key
from sample_data.generate import make

MONTHS = ("2026-07", "2026-08", "2026-09", "2026-10")
CLOSED = ("2026-08", "2026-09")
SUBJECTS = ({"agent": "1003"}, {"agent": "4002"}, {})
LATE = (
    "评价编号,评价时间,客服工号,评分,满分\nL1,2026-09-03 10:00:00,1003,2,5\nL2,2026-08-04 10:00:00,1003,1,5\n"
)
CONFIG = {
    "home.toml": 'organisation = "示例客服中心"\n',
    "targets.toml": "[csat]\ndefault = 0.88\n",
    "indicators.toml": """[long_calls]
name = { zh = "长通话率", en = "Long calls" }
definition = { zh = "已接来电中通话超过10分钟的比例", en = "Share of answered calls of more than ten minutes" }
exclusions = { zh = "没有通话时长的来电", en = "Calls without talk time" }
reference = "自定"
relation = "calls"
kind = "proportion"
base = "answered AND talk_s IS NOT NULL"
hit = "talk_s > 600"
unit = "share"
better = "lower"
levels = ["person", "unit"]
material = 0.01
min_base = 20
""",
}


def main() -> None:
    """Write `format_N.tar.xz` beside this file."""
    with tempfile.TemporaryDirectory() as folder:
        home = Home(Path(folder) / "home")
        _fill(home, Path(folder) / "files")
        said = {command: _said(home, command) for command in _commands()}
        (home.path / "expected.json").write_text(json.dumps(said, ensure_ascii=False), "utf-8")
        records_of(home).close()
        with tarfile.open(Path(__file__).parent / f"format_{FORMAT}.tar.xz", "w:xz") as archive:
            for path in sorted(home.path.rglob("*")):
                if path.suffix not in (".lock", ".db-wal", ".db-shm"):
                    archive.add(path, path.relative_to(home.path), recursive=False)


def _fill(home: Home, files: Path) -> None:
    make(files, scale=0.01)
    home.create()
    for name, text in CONFIG.items():
        (home.config / name).write_text(text, "utf-8")
    named = [path for path in files.iterdir() if path.suffix != ".md"]
    load_files(home, [path for path in named if "_20" not in path.name or path.stem[-7:] in MONTHS])
    calls = open_view(home).query(
        "SELECT call_id FROM calls WHERE business_date = DATE '2026-08-12' ORDER BY 1"
    )
    _correct(home, Correction(0, "exclude", "calls", keys=tuple((one,) for one in calls["call_id"][:3])))
    span = datetime(2026, 9, 7, 9), datetime(2026, 9, 7, 12)
    _correct(home, Correction(0, "exclude", "calls", starts_at=span[0], ends_at=span[1]))
    load_files(home, [files / "满意度.csv"], again=True)
    _close(home, CLOSED[0])
    late = files / "late.csv"
    late.write_text(LATE, "utf-8")
    load_files(home, [late])
    _close(home, CLOSED[1])


def _correct(home: Home, what: Correction) -> None:
    records = records_of(home, create=True)
    number = propose(
        open_view(home), records, what, reason="线路故障", evidence="", asked_by="王组长", who="local"
    )
    approve(records, number, "李经理", version=1, who="local")


def _close(home: Home, month: str) -> None:
    """Close a month and agree the sheets of SUBJECTS, each with a cause for what needs one and a next target."""
    view = closing.close_month(open_view(home), parse_month(month), by="王组长", who="local")
    for place, who in enumerate(SUBJECTS, start=1):
        scope = Scope(parse_month(month), find_subject(view, **who))
        sheet = goal_sheet(view, scope)
        typed = [(row.figure.indicator.key, "next_target", "0.9", 0) for row in sheet.rows]
        typed += [(row.figure.indicator.key, "cause", "新人多", 0) for row in sheet.rows if row.important]
        view.records.save_many(sheet_key(scope), typed, "local")
        cycle.agree(view, scope, by="王组长", form_number=f"F-{month}-{place}", who="local")


def _commands() -> list[str]:
    """Every sheet of the months that are closed and of the one after, of everyone, a team and a person."""
    whose = {"": ("goals", "standards", "indicators"), " --agent 1003": (), " --team 热线一组": ()}
    every = ("goals", "appraisal", "standards", "indicators")
    return [
        f"show {what} --month {month}{who}"
        for month in MONTHS[1:]
        for who, sheets in whose.items()
        for what in sheets or every
    ]


def _said(home: Home, command: str) -> object:
    arguments = [*command.split(), "--home", str(home.path), "--json", "--lang", "zh"]
    return json.loads(CliRunner().invoke(app, arguments, catch_exceptions=False).stdout)


if __name__ == "__main__":
    main()
