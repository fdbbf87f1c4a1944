"""Closing a month 月结: what is still open before its data are fixed, the step itself, and the way back."""

from __future__ import annotations

import json
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from etl.errors import N_, Problem
from etl.snapshots.closed_months import close_month as keep
from etl.snapshots.closed_months import closed
from etl.snapshots.closed_months import reopen_month as let_go
from etl.watching.watch_state import watched
from kpi.figures.coverage import days_by_contract
from kpi.figures.figure import OpenItem, OpenKey
from kpi.figures.figures import figures
from kpi.figures.view import View, as_of, of_month, open_at_closing, records_of
from kpi.records import Records, Saved, SheetKey, StaleSave, month_key
from kpi.records.corrections import CorrectionRecord, all_corrections
from kpi.records.cycle_kept import states
from kpi.records.steps import AGREED
from kpi.records.trail import Change
from kpi.scope import Period, Scope, parse_month
from kpi.workdays import read_calendar, working_days

PROPOSED = 3  # the working day of the next month on which a month is best closed
FIRST_DAYS = 7  # of a month, in which people look at the one before
LEAVE = """
    SELECT count(*) FROM "leave" WHERE NOT approved
        AND CAST(starts_at AS DATE) <= $until AND CAST(ends_at AS DATE) >= $start"""


@dataclass(frozen=True, slots=True)
class Taken:
    """One step that was taken with a month: closed, or opened again and why."""

    action: str  # "closed", "reopened"
    by: str
    because: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Closing:
    """What closing a month needs to know.

    `open` has every item of the checklist, with 0 where nothing is open: by the data of now while the month
    is open, as it was then of a closed one. `proposed` is None where nobody has published the holidays;
    `agreed` sheets keep a month closed; the last of the steps `taken` comes first.
    """

    month: Period
    closed: bool
    until: datetime | None
    open: tuple[OpenItem, ...]
    proposed: date | None
    agreed: int
    taken: tuple[Taken, ...]

    @property
    def left(self) -> int:
        """How many things are open in all."""
        return sum(one.count for one in self.open)


def closing(view: View, month: Period) -> Closing:
    """What is known about closing a month."""
    built, records = of_month(view, month), view.records
    is_closed = built is not view.newest
    changes = records.history(month_key(month.month)) if records else []
    return Closing(
        month=month,
        closed=is_closed,
        until=as_of(built),
        open=open_at_closing(view, month) if is_closed else open_items(view.newest, month),
        proposed=_proposed(view, month),
        agreed=sum(state in AGREED for state in states(records, "goals", month.month).values()),
        taken=_taken(changes),
    )


def opening_month(view: View, known: Sequence[str]) -> str | None:
    """The month to begin with, of those that are `known` to have data, the newest first.

    That is the newest; in its first days the one before, as long as that is not closed. None without data.
    """
    until = as_of(view)
    if until is None or not known:
        return None
    newest, last_day = parse_month(known[0]), (until - timedelta(days=1)).date()
    before = newest.previous().month
    begins = last_day < newest.end and (last_day - newest.start).days < FIRST_DAYS
    if begins and before in known and closed(view.home, before) is None:
        return before
    return newest.month


def open_items(view: View, month: Period) -> tuple[OpenItem, ...]:
    """The checklist: what is open in the data of a month, counted."""
    found: dict[OpenKey, int] = {
        "days_without_data": days_without_data(view, month),
        "refused_files": sum(
            seen.status == "failed" for one in watched(view.home) for seen in one.files.values()
        ),
        "corrections": sum(_is_open(one, month) for one in all_corrections(view.records)),
        "missed_punches": 0,
        "leave": 0,
    }
    if view.snapshot is not None:
        (punches,) = figures(view, Scope(month), ["missed_punch"])
        found["missed_punches"] = int(punches.numerator or 0)
        found["leave"] = view.query(LEAVE, start=month.start, until=month.end).item()
    return tuple(OpenItem(key, count) for key, count in found.items())


def days_without_data(view: View, month: Period, team: str = "") -> int:
    """How many days of a month should have data of some table, of everyone or a team, and have none.

    A day that nobody is on leave on lacks nothing.
    """
    found = days_by_contract(view, team).items()
    lacking = {day for name, days in found if name != "leave" for day in days.missing}
    return sum(month.start <= day <= month.end for day in lacking)


def close_month(view: View, month: Period, *, by: str, who: str) -> View:
    """Fix the data that every sheet of a month is built on, and return the view of them.

    What is open then is kept with it. Problem without a name, or when nothing of the month is loaded. A month
    that is closed stays as it is, unless the data that it was closed on cannot be opened any more: then it is
    closed anew.
    """
    _named(by)
    until = as_of(view)
    if until is None or until.date() <= month.start:
        raise Problem(
            month.month, N_("Nothing of this month is loaded yet."), N_("Load its files, then close it.")
        )
    key, records = month_key(month.month), view.records or records_of(view.home, create=True)
    kept = closed(view.home, month.month)
    if kept is None:
        left = {one.key: one.count for one in open_items(view.newest, month) if one.count}
        # First: what cannot be recorded is not done.
        _note(records, key, {"closed_by": by.strip(), "open": json.dumps(left) if left else ""}, who)
        kept = keep(view.home, month.month)
    _note(records, key, {"closed_on": kept.id}, who)
    return replace(view, snapshot=kept, records=records)


def reopen_month(view: View, month: Period, *, by: str, because: str, who: str) -> None:
    """Take the closing of a month back; the data that it was closed on stay where they are.

    Problem without a name or a reason, for a month that is not closed, and once a sheet of it is agreed.
    """
    _named(by)
    if not because.strip():
        raise Problem("because", N_("It does not say why."), N_("Give the reason."))
    found = closing(view, month)
    if not found.closed:
        raise Problem(month.month, N_("This month is not closed."), N_("Nothing was changed."))
    if found.agreed:
        raise Problem(
            month.month,
            N_("{count} sheets of this month are agreed, and stand on its data."),
            N_("Take these sheets back first."),
            count=found.agreed,
        )
    said = {"reopened_by": by.strip(), "reopened_because": because.strip(), "closed_on": ""}
    _note(view.records or records_of(view.home, create=True), month_key(month.month), said, who)
    let_go(view.home, month.month)


def _named(by: str) -> None:
    if not by.strip():
        raise Problem("by", N_("It does not say who records this."), N_("Give the name."))


def _note(records: Records, key: SheetKey, texts: dict[str, str], who: str) -> None:
    now = records.cells(key)
    for name, text in texts.items():
        # Another window that closes the month in the same moment is on record.
        with suppress(StaleSave):
            records.save(key, "", name, text, version=now.get(("", name), Saved()).version, who=who)


def _is_open(one: CorrectionRecord, month: Period) -> bool:
    """Whether a correction waits for approval that may touch a month; one of single rows may touch any."""
    what = one.what
    begins = what.starts_at is None or what.starts_at.date() <= month.end
    return one.state == "draft" and begins and (what.ends_at is None or what.ends_at.date() >= month.start)


def _proposed(view: View, month: Period) -> date | None:
    try:
        return working_days(month.next(), read_calendar(view.home.config))[PROPOSED - 1]
    except (Problem, IndexError):
        return None


def _taken(changes: Sequence[Change]) -> tuple[Taken, ...]:
    """The steps that the trail of a month tells; `changes` come newest first."""
    said: dict[str, str] = {}
    steps: list[Taken] = []
    for one in reversed(changes):
        said[one.field] = one.new_value
        if one.field == "closed_on" and one.new_value:
            steps.append(Taken("closed", said.get("closed_by", ""), "", one.at))
        elif one.field == "closed_on":
            steps.append(Taken("reopened", said["reopened_by"], said["reopened_because"], one.at))
    return tuple(reversed(steps))
