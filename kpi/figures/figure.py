"""What a figure is: its numbers, interval, target and verdict; the same value for page, export and JSON."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Literal

from kpi.catalog.definitions import Indicator
from kpi.scope import Period, Subject

if TYPE_CHECKING:
    pass

Verdict = Literal["met", "missed", "cannot_tell", "no_data", "no_target"]


@dataclass(frozen=True, slots=True)
class Heading:
    """What every sheet says about itself. `as_of` is the end of the last loaded day.

    `lost` says that its month was closed on data that cannot be opened any more: what is not agreed is
    counted from the newest ones.
    """

    period: Period
    subject: Subject
    organisation: str
    as_of: datetime | None
    snapshot: str | None
    lost: bool = False


@dataclass(frozen=True, slots=True)
class Figure:
    """One indicator of one scope.

    `value` is a plain number (a share as a fraction), None for "no data"; `numerator` and
    `denominator` are its two additive parts (a count has no denominator); `base` is the number of
    rows behind it; `low`, `high` bound the 95 % interval, None where there is none. `gap` is
    value − target with its sign untouched; `gap_good` says whether that is the good side.
    `coverage` is usable rows ÷ rows that should be usable; `share_of_days` the days with data ÷ those
    that should have some, closed weekdays and days ahead left out. `corrections` are the numbers of those
    that apply to it, `value_without` is what it would be without any; None also for "no data".
    `variance` is that of a mean, of points or of a ratio (standard error squared, with sample − 1 degrees of
    freedom), `days_counted` are the days that the last of them rests on; None for all others.
    """

    indicator: Indicator
    numerator: float | None
    denominator: float | None
    base: int
    value: float | None
    low: float | None
    high: float | None
    target: float | None
    target_source: Literal["default", "all", "team", "person", "agreed"] | None
    gap: float | None
    gap_good: bool | None
    verdict: Verdict
    coverage: float | None
    days_with_data: int
    days: int
    share_of_days: float | None = None
    corrections: tuple[int, ...] = ()
    value_without: float | None = None
    variance: float | None = None
    days_counted: int | None = None

    @property
    def sample(self) -> int:
        """How many independent parts the value is sure by: its rows, or the days of a ratio."""
        return self.base if self.days_counted is None else self.days_counted
