"""A workbook of targets that comes back: which of its cells were changed, and to what."""

from __future__ import annotations

import re
import tempfile
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from dashboard.export.targets_book import AT, FIRST, HIDDEN, KEYS, MARK, NAMES, WHO, mark_of, name_cells
from dashboard.words.translate import LANGUAGES
from dashboard.words.typed import NUMBER, parse_target, unclear_share
from etl.errors import N_, Problem
from etl.read.content import open_file
from etl.read.sheet import Place, Sheet
from etl.read.workbook import sheets
from kpi.scope import Subject
from kpi.sheets.team_targets import Asked, TargetTable, same_target
from kpi.units import UNITS, UnitKey

AGAIN = N_("Download the workbook again, and change nothing but its yellow cells.")


@dataclass(frozen=True, slots=True)
class Returned:
    """The changes that a workbook asks for, cell by cell; `said` are faults of whole rows."""

    asked: tuple[Asked, ...]
    said: tuple[Problem, ...]


def read_targets(content: bytes, name: str, table: TargetTable) -> Returned:
    """The changes that somebody made in a workbook of this `table`, whenever `targets_workbook` wrote it.

    A cell that still holds what was downloaded asks for nothing, whatever became of that target since.
    Problem for another file, and for one of another month or team.
    """
    with tempfile.TemporaryDirectory() as room:
        path = Path(room) / "targets.xlsx"
        path.write_bytes(content)
        try:
            found = open_file(path)
            listed = sheets(found) if found.kind == "workbook" else []
        except Problem as problem:
            raise Problem(name, problem.what, problem.do, **problem.values) from None
    kept = next((one for one in listed if one.name == HIDDEN and _first(one) == MARK), None)
    shown = next((one for one in listed if one is not kept and _key_row(one)), None)
    if kept is None or shown is None:
        raise Problem(name, N_("This is no workbook of targets from here."), AGAIN)
    _check_whose(name, kept, table)
    return _Reader(name, kept, shown, table).read()


class _Reader:
    """The rows of the visible sheet against what was downloaded."""

    def __init__(self, name: str, kept: Sheet, shown: Sheet, table: TargetTable) -> None:
        self._name, self._shown = name, shown
        self._lines = {mark_of(line.sheet): line for line in table.lines}
        figures = (figure for line in table.lines for figure in line.figures)
        self._units = {figure.indicator.key: figure.indicator.unit for figure in figures}
        self._kept: dict[tuple[str, str], tuple[int, str]] = {}
        for _, cells in kept.rows[1:]:
            mark, key, version, value = (*cells, *[""] * 4)[:4]
            if not re.fullmatch("[0-9]{1,9}", version):
                raise Problem(name, N_("What the workbook keeps in its hidden sheet was changed."), AGAIN)
            self._kept[mark, key] = (int(version), value)
        number, keys = _key_row(shown)
        self._from = number + FIRST - KEYS  # below the two rows of headings
        self._columns = {at: key for at, key in enumerate(keys) if at >= AT and key}
        if missing := {key for _, key in self._kept} - set(self._columns.values()):
            raise Problem(
                name, N_("The column of {indicator} is gone."), AGAIN, indicator=", ".join(sorted(missing))
            )

    def read(self) -> Returned:
        asked, said = [], []
        errors = set(self._shown.errors)
        for number, cells in self._shown.rows:
            if number < self._from:
                continue
            typed = {
                at: cells[at] if at < len(cells) else ""
                for at in self._columns
                if self._columns[at] in self._units
            }
            mark = cells[WHO] if cells else ""
            if problem := self._row_fault(number, mark, cells, filled=any(typed.values())):
                said.append(problem)
            elif mark:
                wrong = {at for at in typed if Place(number, at) in errors}
                asked += self._row(mark, typed, wrong)
        return Returned(tuple(asked), tuple(said))

    def _row_fault(self, number: int, mark: str, cells: list[str], *, filled: bool) -> Problem | None:
        stands = [" ".join((*cells, "", "", "")[at].split()) for at in NAMES]
        who = " ".join(filter(None, stands))
        line = self._lines.get(mark)
        known = any(kept == mark for kept, _ in self._kept)
        if not mark and not filled:
            return None
        where = f"{self._name}, {number}"
        if line is None or not known:
            return Problem(
                where,
                N_("Row {number} ({who}) is about nobody on this table."),
                N_("It was left out; choose the team and month that it is for."),
                number=number,
                who=who or "–",
            )
        if not any(stands == [" ".join(text.split()) for text in name_cells(line, one)] for one in LANGUAGES):
            return Problem(
                where,
                N_("Row {number} says {who}, but was made for {owner}."),
                N_("It was left out; sort whole rows only, or download the workbook again."),
                number=number,
                who=who or "–",
                owner=" ".join(filter(None, (line.subject.id, line.subject.name))) or N_("Everyone"),
            )
        return None

    def _row(self, mark: str, typed: dict[int, str], wrong: set[int]) -> Iterator[Asked]:
        line = self._lines[mark]
        for at, text in typed.items():
            key = self._columns[at]
            version, before = self._kept.get((mark, key), (0, ""))
            asked = _asked(line.subject, key, version, text, self._units[key], error=at in wrong)
            if asked.problem is not None or not same_target(asked.value, before):
                yield asked


def _asked(subject: Subject, key: str, version: int, text: str, unit: UnitKey, *, error: bool) -> Asked:
    try:
        if error:
            raise Problem(key, N_("The cell holds an error such as #N/A."), N_("Write a number."))
        return Asked(subject, key, stored_cell(text, unit), version)
    except Problem as problem:
        return Asked(subject, key, text, version, problem)


def stored_cell(text: str, unit: UnitKey) -> str:
    """A target cell of the workbook as it is stored; "" where it was emptied.

    A cell for a share is formatted as per cent, so its bare number is a fraction: 0.925 stands there as
    92.5%. A bare number above 1 was pasted over that format: 90 may be meant as 90% but stands there as
    9000%, and 1.5 as 1.5% or 150%; such a number is a Problem, as is all that `parse_target` refuses.
    """
    text = unicodedata.normalize("NFKC", text).strip()
    match = NUMBER.fullmatch(text)
    if not text:
        return ""
    if not UNITS[unit].sign or match is None or match[2]:
        return f"{parse_target(text, unit):.12g}"
    value = float(match[1].replace(",", ""))
    if value > 1:
        raise unclear_share(value)
    return f"{parse_target(f'{value * 100:.12g}%', unit):.12g}"


def _check_whose(name: str, kept: Sheet, table: TargetTable) -> None:
    """Problem for a workbook of another month or team than `table`."""
    _, month, mark = (*kept.rows[0][1], "", "")[:3]
    unit = table.unit
    if (month, mark) != (unit.sheet.month, mark_of(unit.sheet)):
        raise Problem(
            name,
            N_("This workbook is of {theirs}, and the page shows {ours}."),
            N_("Choose that month and that team, then upload it again."),
            theirs=[month, mark.partition(":")[2] or N_("Everyone")],
            ours=[unit.sheet.month, unit.subject.id or N_("Everyone")],
        )


def _first(sheet: Sheet) -> str:
    return sheet.rows[0][1][0] if sheet.rows else ""


def _key_row(sheet: Sheet) -> tuple[int, list[str]] | None:
    """The hidden row that names each column's indicator."""
    rows = (row for row in sheet.rows[: KEYS + 3] if row[1][WHO] == MARK)
    return next(rows, None)
