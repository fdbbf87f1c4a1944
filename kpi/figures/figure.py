"""What a figure is: its numbers, interval and target, and where they lie; the same value on every way out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, NamedTuple

from kpi.catalog.definitions import Indicator
from kpi.figures.position import ROUNDING, gap_of, holds_target, on_good_side
from kpi.scope import Period, Subject
from kpi.units import UNITS

OpenKey = Literal["days_without_data", "refused_files", "corrections", "missed_punches", "leave"]


class OpenItem(NamedTuple):
    """One item of the checklist of closing a month 月结, and how many of it are open."""

    key: OpenKey
    count: int


@dataclass(frozen=True, slots=True)
class Heading:
    """What every sheet says about itself. `as_of` is the end of the last loaded day.

    `lost` says that its month was closed on data that cannot be opened any more: what is not agreed is
    counted from the newest ones. `open` is what was open when its month was closed.
    `department` and `team` are where the subject belongs, `post` what a person is, on the last day of the
    period; "" where that is not known.
    """

    period: Period
    subject: Subject
    organisation: str
    as_of: datetime | None
    snapshot: str | None
    lost: bool = False
    department: str = ""
    team: str = ""
    post: str = ""
    open: tuple[OpenItem, ...] = ()


@dataclass(frozen=True, slots=True)
class Figure:
    """One indicator of one scope.

    `value` is a plain number (a share as a fraction), None for "no data"; `numerator` and
    `denominator` are its two additive parts (a count has no denominator); `base` is the number of
    rows behind it; `low`, `high` bound the 95 % interval, None where there is none.
    `coverage` is usable rows ÷ rows that should be usable; `share_of_days` the days with data ÷ those
    that should have some, closed weekdays and days ahead left out. `corrections` are the numbers of those
    that apply to it, `value_without` is what it would be without any; None also for "no data".
    `variance` is that of a mean, of points or of a ratio (standard error squared, with sample − 1 degrees of
    freedom), `days_counted` are the days that the last of them rests on; None for all others. `lacking` are
    the columns that are empty in rows that ought to be usable, the emptiest first, where they are `marked`.
    A count's target is that of a month: `share_so_far` of it are due by now, `share_due` by the end of the
    period, `days_passed` are counted and `days_ahead` are not; None for all others.
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
    coverage: float | None
    days_with_data: int
    days: int
    share_of_days: float | None = None
    corrections: tuple[int, ...] = ()
    value_without: float | None = None
    variance: float | None = None
    days_counted: int | None = None
    lacking: tuple[str, ...] = ()
    share_so_far: float | None = None
    share_due: float | None = None
    days_passed: int | None = None
    days_ahead: int | None = None

    @property
    def sample(self) -> int:
        """How many independent parts the value is sure by: its rows, or the days of a ratio."""
        return self.base if self.days_counted is None else self.days_counted

    @property
    def marked(self) -> bool:
        """Whether so many of the rows that ought to be usable are missing that the figure says so."""
        return self.coverage is not None and self.coverage < self.indicator.marked_below - ROUNDING

    @property
    def withheld(self) -> bool:
        """Whether so many are missing that nothing may follow from it: no verdict, proposal or mark."""
        return self.coverage is not None and self.coverage < self.indicator.judged_from - ROUNDING

    @property
    def usable_value(self) -> float | None:
        """The value that control limits and proposals are made of: None also where it is withheld."""
        return None if self.withheld else self.value

    @property
    def bounds(self) -> tuple[float, float] | None:
        """Of a marked figure the value if all missing rows failed, and if all passed; None for others."""
        if not self.marked or self.value is None:
            return None
        return self.indicator.how.bounds(self.value, self.coverage, UNITS[self.indicator.unit])

    @property
    def target_so_far(self) -> float | None:
        """What of a month's target is due by now; None where it is no target of a month, or there is none."""
        return None if None in (self.target, self.share_so_far) else self.target * self.share_so_far

    @property
    def aim(self) -> float | None:
        """What the value is compared with: the target, or what is due of it by now, None if it never is."""
        if self.target_so_far is not None and not self.share_due:
            return None
        return self.target if self.target_so_far is None else self.target_so_far

    @property
    def pace(self) -> float | None:
        """What a count comes to by the end of its period if it goes on so; None before its first day."""
        if self.value is None or not self.share_so_far:
            return None
        return self.value / self.share_so_far * self.share_due

    @property
    def unfinished(self) -> bool:
        """Whether some of what is due by the end of its period is not due yet."""
        return self.target_so_far is not None and self.share_due - self.share_so_far > ROUNDING

    @property
    def gap(self) -> float | None:
        """value − target (what of it is due by now), its sign untouched; None where either is missing."""
        return gap_of(self.value, self.aim)

    @property
    def gap_good(self) -> bool | None:
        """Whether the gap is on the good side of the target; None without a gap."""
        return on_good_side(self.indicator, self.gap)

    @property
    def target_inside(self) -> bool | None:
        """Whether the target lies inside the interval (of a count: is its value); None without a gap."""
        if self.gap is None:
            return None
        interval = (self.value, self.value) if self.low is None else (self.low, self.high)
        return holds_target(self.indicator, interval, self.aim)

    @property
    def enough_rows(self) -> bool:
        """Whether as many rows are behind it as the indicator asks for."""
        return self.base >= self.indicator.min_base
