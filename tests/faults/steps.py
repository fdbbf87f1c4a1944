"""The sequence of loads that is killed: its files, written anew from a seed, and its steps."""

from __future__ import annotations

import random
import shutil
import zipfile
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import xlsxwriter

from benchmarks.calls import write_calls
from etl.corrections.corrections import Correction
from etl.home import Home
from kpi.figures.view import open_view, records_of
from kpi.loading.correction_list import propose
from kpi.records.corrections import all_corrections, approve

CALLS = "通话编号,来电时间,是否接通,接听工号,队列,等待秒数,通话秒数,客户号码"
SAMPLES = Path(__file__).resolve().parent.parent / "etl" / "samples"
OUTAGE = Correction(
    0, "exclude", "calls", starts_at=datetime(2026, 10, 5, 9), ends_at=datetime(2026, 10, 6, 12)
)


@dataclass(frozen=True, slots=True)
class Step:
    """One load: the files it names. Before the step `corrected`, a correction comes into force."""

    name: str
    paths: tuple[Path, ...]
    corrected: bool = False

    def prepare(self, home: Home) -> None:
        """What a person does before this load; doing it twice is doing it once."""
        records = records_of(home, create=True)
        if self.corrected and not all_corrections(records):
            number = propose(
                open_view(home), records, OUTAGE, reason="line outage", evidence="", asked_by="A", who="test"
            )
            approve(records, number, "B", version=1, who="test")


def call(n: int, chance: random.Random) -> str:
    """A row of a plain call file; a few cannot be loaded."""
    answered = chance.random() < 0.9
    moment = "soon" if chance.random() < 0.01 else f"2026-10-{1 + n % 28:02} {8 + n % 10:02}:{n % 60:02}:00"
    agent, talk = (f"{1000 + n % 9}", chance.randrange(900)) if answered else ("", "")
    return f'C{n},{moment},{"是" if answered else "否"},{agent},"热线, {n % 3}",{n % 40},{talk},138{n:08}'


def write_text(path: Path, header: str, rows: list[str]) -> Path:
    path.write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
    return path


def make_steps(folder: Path, *, large: int = 300_000, seed: int = 1) -> list[Step]:
    """Write the files into `folder`, and return the loads of them in their order.

    `large` is the number of rows of the file that DuckDB reads by itself; without it that step is left out.
    """
    chance = random.Random(seed)
    folder.mkdir(parents=True, exist_ok=True)
    rows = [call(n, chance) for n in range(2_000)]
    first = write_text(folder / "calls.csv", CALLS, rows)
    people = write_text(
        folder / "people.csv",
        "工号,姓名,班组,开始日期",
        [f"{1000 + n},测试{n},{'一二三'[n % 3]}组,2026-01-01" for n in range(9)],
    )
    tickets = write_text(
        folder / "tickets.csv",
        "工单编号,受理时间,关闭时间,客户号码",
        [f"T{n},2026-10-{1 + n % 28:02} 09:{n % 60:02}:00,,138{n:08}" for n in range(300)],
    )
    changed = [row if n % 9 else call(n, chance) for n, row in enumerate(rows[:900])]
    again = write_text(folder / "again.csv", CALLS, [*changed, *rows[:200], "C9,2026-10-01", ",,,,,,,x"])
    log = Path(shutil.copy(SAMPLES / "asterisk_queue_log.txt", folder))
    desk = Path(shutil.copy(SAMPLES / "servicenow_incidents.csv", folder))
    steps = [
        Step("first", (first, people)),
        Step("updates", (again, tickets, log)),
        Step("archive", (_archive(folder, chance), desk)),
        Step("correction", (first,), corrected=True),
    ]
    if large:
        many = folder / "many.csv"
        write_calls(many, large, 30, date(2026, 9, 1), bad=0.005, doubled=0.01)
        steps.append(Step("large", (many,)))
    return steps


def _archive(folder: Path, chance: random.Random) -> Path:
    book = folder / "roster.xlsx"
    with xlsxwriter.Workbook(book) as workbook:
        sheet = workbook.add_worksheet("2026-10")
        sheet.write_row(0, 0, ["工号", *(f"2026-10-{day:02}" for day in range(1, 29))])
        for n in range(9):
            sheet.write_row(n + 1, 0, [f"{1000 + n}", *("早中晚休"[(n + day) % 4] for day in range(28))])
    november = write_text(
        folder / "november.csv",
        CALLS,
        [call(n, chance).replace("2026-10", "2026-11") for n in range(5000, 6500)],
    )
    path = folder / "export.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        for file in (november, book):
            packed.write(file, file.name)
    return path
