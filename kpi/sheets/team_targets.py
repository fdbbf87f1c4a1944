"""The next targets of a team at once: a table of everyone, what a change would do, taken all or none."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from etl.errors import N_, Problem
from kpi.figures.figure import Figure
from kpi.figures.figures import figures, figures_by_agent
from kpi.figures.position import ROUNDING
from kpi.figures.subjects import people, team_subject
from kpi.figures.targets import read_agreed
from kpi.figures.view import View, of_month
from kpi.records import Records, SheetKey, StaleSave
from kpi.records.cycle_kept import states
from kpi.records.steps import AGREED, State
from kpi.scope import Period, Scope, Subject
from kpi.sheets.values import Cell

FIELD = "next_target"

Status = Literal["new", "changed", "same", "locked", "stale", "invalid"]
TAKEN: tuple[Status, ...] = ("new", "changed")


@dataclass(frozen=True, slots=True)
class TargetLine:
    """One subject: its figures of the month measured, and by indicator what is typed as the next target.

    An agreed or closed sheet is locked.
    """

    subject: Subject
    sheet: SheetKey
    state: State
    figures: tuple[Figure, ...]
    typed: Mapping[str, Cell]

    @property
    def locked(self) -> bool:
        """Whether its targets were agreed and can only be read."""
        return self.state in AGREED


@dataclass(frozen=True, slots=True)
class TargetTable:
    """The lines of a team or of everyone, the unit itself first; `period` is the month measured."""

    period: Period
    lines: tuple[TargetLine, ...]

    @property
    def unit(self) -> TargetLine:
        """The line of the team, or of everyone."""
        return self.lines[0]

    @property
    def people(self) -> tuple[TargetLine, ...]:
        """The lines of its people."""
        return self.lines[1:]


@dataclass(frozen=True, slots=True)
class Asked:
    """A next target that somebody wants: `value` as stored ("" for none), over what was at `version`.

    Where the text cannot be read, `value` holds it as typed, and `problem` says what is wrong with it.
    """

    subject: Subject
    indicator: str
    value: str
    version: int
    problem: Problem | None = None


@dataclass(frozen=True, slots=True)
class TargetChange:
    """What would become of one next target; `before` and `after` as stored, "" for none.

    new and changed can be taken. same: it stands there already; locked: the sheet was agreed; stale: somebody
    else changed it (`before` is theirs); invalid: see `problem`.
    """

    subject: Subject
    sheet: SheetKey | None
    indicator: str
    name: Mapping[str, str]
    before: str
    after: str
    version: int
    status: Status
    problem: Problem | None = field(default=None, compare=False)


def target_table(view: View, period: Period, team: str | None = None) -> TargetTable:
    """The targets of a team, or of everyone, and of its people in a month, with what is typed for the next.

    Figures are computed from the data that the month was closed on, also for an agreed sheet. The number of
    queries does not depend on the number of people.
    """
    built = of_month(view, period)
    unit = team_subject(team) if team else Subject()
    members = people(built, period, team)
    level = view.catalog.profiles
    found = figures_by_agent(built, period, members, level["person"]) if members else {}
    own = figures(built, Scope(period, unit), level["unit"])
    led = states(view.records, "goals", period.month)
    typed: dict[SheetKey, dict[str, Cell]] = {}
    if view.records is not None:
        for (sheet, key), saved in view.records.of_month("goals", period.month, FIELD).items():
            typed.setdefault(sheet, {})[key] = Cell(saved.value, saved.version)
    lines = []
    for subject, shown in ((unit, own), *((one, found[one.key]) for one in members)):
        sheet = SheetKey("goals", period.month, subject.kind, subject.key)
        state = led.get(sheet, "draft")
        lines.append(TargetLine(subject, sheet, state, shown, typed.get(sheet, {})))
    return TargetTable(period, tuple(lines))


def plan_changes(table: TargetTable, asked: Iterable[Asked]) -> list[TargetChange]:
    """What each of `asked` would do, in their order; a target asked for twice alike is one."""
    lines = {(line.subject.kind, line.subject.key): line for line in table.lines}
    planned: dict[tuple[str, str, str], str] = {}
    changes = []
    for one in asked:
        place = (one.subject.kind, one.subject.key, one.indicator)
        line = lines.get(place[:2])
        twice = place in planned
        if twice and planned[place] == one.value:
            continue
        planned[place] = one.value
        changes.append(_change(line, one, twice=twice))
    return changes


def _change(line: TargetLine | None, asked: Asked, *, twice: bool) -> TargetChange:
    names = {f.indicator.key: f.indicator.name for f in line.figures} if line else {}
    now = line.typed.get(asked.indicator, Cell()) if line else Cell()
    problem = asked.problem or _fault(line, asked, known=asked.indicator in names, twice=twice)
    status: Status
    if problem is not None:
        status = "invalid"
    elif same_target(now.value, asked.value):
        status = "same"
    elif line.locked:
        status = "locked"
    elif now.version != asked.version:
        status = "stale"
    else:
        status = "changed" if now.value else "new"
    return TargetChange(
        line.subject if line else asked.subject,
        line.sheet if line else None,
        asked.indicator,
        names.get(asked.indicator, {"en": asked.indicator}),
        now.value,
        asked.value,
        asked.version,
        status,
        problem,
    )


def _fault(line: TargetLine | None, asked: Asked, *, known: bool, twice: bool) -> Problem | None:
    who = asked.subject.name or asked.subject.id
    if line is None:
        return Problem(
            who,
            N_("Nobody of this name stands on this table."),
            N_("Choose the team and the month that the targets are for."),
        )
    if not known:
        return Problem(
            asked.indicator,
            N_("This indicator does not stand on this sheet."),
            N_("Leave the grey cells as they are."),
        )
    if twice:
        return Problem(who, N_("This target is given twice, and not alike."), N_("Leave one of them."))
    if asked.value and read_agreed(asked.value) is None:
        return Problem(
            asked.indicator, N_("“{text}” is not a number."), N_("Write a number."), text=asked.value
        )
    return None


def apply(records: Records, changes: Iterable[TargetChange], who: str) -> int:
    """Save the new and changed targets, all or none; returns how many.

    Problem when one of `changes` cannot be taken, or when somebody changed one or agreed its sheet since
    they were planned; nothing is saved then.
    """
    wanted = [change for change in changes if change.status != "same"]
    if refused := [change for change in wanted if change.status not in TAKEN]:
        raise _refused(refused[0])
    try:
        fields = [(one.sheet, one.indicator, FIELD, one.after, one.version) for one in wanted]
        records.save_sheets(fields, who)
    except StaleSave as stale:
        place = (stale.sheet, stale.indicator)
        raise _refused(next(one for one in wanted if (one.sheet, one.indicator) == place)) from None
    return len(wanted)


def _refused(change: TargetChange) -> Problem:
    return change.problem or Problem(
        change.subject.name or change.subject.id,
        N_("The target of {who} for {indicator} was changed or agreed in the meantime."),
        N_("Nothing was saved; look at the changes again."),
        who=change.subject.name or change.subject.id or N_("Everyone"),
        indicator=dict(change.name),
    )


def copy_last_month(table: TargetTable) -> list[Asked]:
    """Last month's target as the next one, wherever none is typed yet and the sheet is not agreed."""
    asked = []
    for line in table.lines:
        for figure in line.figures:
            cell = line.typed.get(figure.indicator.key, Cell())
            if not line.locked and figure.target is not None and not cell.value:
                value = f"{figure.target:.12g}"
                asked.append(Asked(line.subject, figure.indicator.key, value, cell.version))
    return asked


def same_target(one: str, other: str) -> bool:
    """Whether two targets as stored are the same number, or both none."""
    numbers = read_agreed(one), read_agreed(other)
    return one == other if None in numbers else abs(numbers[0] - numbers[1]) < ROUNDING
