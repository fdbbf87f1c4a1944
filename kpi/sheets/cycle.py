"""The monthly cycle of a goal sheet: discussed, agreed on paper once the month is closed 月结, on file.

Without personal accounts an agreement is the record of a signature on paper: who recorded it, the number of
the form, a scan. It never says that the person confirmed anything on the screen.
"""

from __future__ import annotations

from collections.abc import Mapping

from etl.errors import N_, Problem
from kpi.figures.targets import NewTarget, read_agreed
from kpi.figures.view import View, records_of
from kpi.records import Records
from kpi.records.cycle_kept import take
from kpi.records.steps import Step
from kpi.scope import Scope
from kpi.sheets.agreed import freeze
from kpi.sheets.goals import goal_sheet, sheet_key
from kpi.sheets.values import GoalRow, GoalSheet


def write(view: View, scope: Scope, sheet: GoalSheet, texts: Mapping[str, str], *, who: str) -> None:
    """Type texts about the whole of a sheet that was seen as `sheet`, by field.

    StaleSave when somebody typed there since, Problem for a sheet that was agreed.
    """
    fields = [("", name, text, sheet.versions.get(("", name), 0)) for name, text in texts.items()]
    _records(view).save_many(sheet_key(scope), fields, who)


def discuss(view: View, scope: Scope, *, by: str, who: str) -> None:
    """Record that the meeting about a sheet was held. Problem when it is no draft."""
    _take(view, scope, Step("discussed", by), who)


def agree(view: View, scope: Scope, *, by: str, form_number: str, scan: str = "", who: str) -> None:
    """Freeze a sheet as it was signed on paper: its figures, targets, causes; `by` recorded the signature.

    Problem without the form's number, before the month is closed, as long as a real miss has no cause, or
    when something was typed in the meantime.
    """
    if not form_number.strip():
        raise Problem(
            "form_number", N_("The number of the signed form is missing."), N_("Write it as on the paper.")
        )
    sheet = goal_sheet(view, scope)
    if not sheet.month_closed:
        raise Problem(
            scope.period.month,
            N_("The figures of this month may still change."),
            N_("Close the month first; then agree the sheet."),
        )
    if missing := without_cause(sheet):
        raise Problem(
            "cause",
            N_("A real miss has no cause yet: {names}."),
            N_("Write the cause down, then agree the sheet."),
            names=[row.figure.indicator.name for row in missing],
        )
    targets = {row.figure.indicator.key: read_agreed(row.next_target.value) for row in sheet.rows}
    content = freeze(sheet.rows, view.catalog, targets)
    step = Step("agreed", by, form_number=form_number.strip(), scan=scan, content=content)
    take(_records(view), sheet_key(scope), step, who, seen=sheet.versions)


def without_cause(sheet: GoalSheet) -> list[GoalRow]:
    """The rows of a sheet that are real misses and have no cause written down."""
    return [row for row in sheet.rows if row.important and not row.cause.value.strip()]


def reopen(view: View, scope: Scope, *, by: str, because: str, who: str) -> None:
    """Take an agreed sheet back; what was agreed is kept. Problem without a reason."""
    _take(view, scope, Step("reopened", by, because=_reason(because)), who)


def close(view: View, scope: Scope, *, by: str, who: str) -> None:
    """Put an agreed sheet on file. Problem when it is not agreed."""
    _take(view, scope, Step("closed", by), who)


def change_target(view: View, scope: Scope, indicator: str, new: NewTarget, *, by: str, who: str) -> None:
    """Change the target of an indicator that was agreed on this sheet, from a day of the next month on.

    Problem without a reason, or for a day outside the month that the targets of this sheet hold for; the
    agreed target itself stays.
    """
    held = scope.period.next()
    if not held.start < new.from_day <= held.end:
        raise Problem(
            "from_day",
            N_("The targets of this sheet hold from {start} to {end}."),
            N_("Give a day after the first of that month."),
            start=held.start,
            end=held.end,
        )
    step = Step(
        *("target", by),
        because=_reason(new.because),
        indicator=view.catalog.indicators[indicator].key,
        target=f"{new.value:.12g}",
        from_day=new.from_day,
    )
    _take(view, scope, step, who)


def _take(view: View, scope: Scope, step: Step, who: str) -> None:
    take(_records(view), sheet_key(scope), step, who)


def _reason(text: str) -> str:
    if not text.strip():
        raise Problem("because", N_("It does not say why."), N_("Give the reason."))
    return text.strip()


def _records(view: View) -> Records:
    return view.records or records_of(view.home, create=True)
