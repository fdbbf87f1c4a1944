"""The values that pages show and exports print: immutable, complete, the same for every renderer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from kpi.analysis.attention import News
from kpi.analysis.chances import BackTest, Suggestion
from kpi.analysis.changes import Change
from kpi.analysis.real_gaps import Judged, Verdict
from kpi.catalog.definitions import (
    Cause,
    Dimension,
    Indicator,
    Parameter,
    Scheme,
    ServiceItem,
    Standard,
    Words,
)
from kpi.figures.figure import Figure, Heading
from kpi.records.steps import AGREED, State, Step
from kpi.scope import Period

More = Mapping[str, float | str | None]  # what columns show beside a figure, by name


@dataclass(frozen=True, slots=True)
class Cell:
    """Text that a person typed, and the version that a save must name; version 0 was never saved."""

    value: str = ""
    version: int = 0


@dataclass(frozen=True, slots=True)
class Measure:
    """One measure 具体措施, linked to the indicator of its row and to the month of the sheet it stands on.

    `status` is "" while it is under way, then "done" or "dropped".
    """

    indicator: str
    month: str
    text: Cell = Cell()
    owner: Cell = Cell()
    due: Cell = Cell()
    status: Cell = Cell()


@dataclass(frozen=True, slots=True)
class Difference:
    """A part of (value now − value as agreed), in the indicator's unit, with its reason."""

    reason: Literal["definition", "data", "corrections"]
    amount: float


@dataclass(frozen=True, slots=True)
class Attained:
    """How a figure stands to another target than the agreed one, which was changed in mid-month.

    `latest` is the target in force at the end of the month, `pro_rata` the mean of all, weighted by days.
    """

    by: Literal["latest", "pro_rata"]
    target: float
    verdict: Verdict
    gap: float | None


@dataclass(frozen=True, slots=True)
class GoalRow(Judged):
    """One indicator of the goal sheet: last month's figure, and what was agreed about it.

    `category` holds the key of a `kind_of_cause`. `carried` are measures of earlier months that are not done,
    `ended` those done or dropped of the last few. On an agreed sheet figure and verdict are as agreed; `now`
    is the same by today's data and definition where it differs, and `differs` says why. Of the next target
    `expected` is the middle of what may come, `proposal` the stretch of `kpi.analysis.next_targets`, `chance`
    and `back_test` those of the target typed, or without one of the stretch; all only on sheets that are not
    agreed, None where nothing is known. `suggestion` is the one target that is suggested, on the same terms.

    `more` are numbers and texts that columns show beside the figure, by name. On an agreed sheet they too are
    as agreed, and `kept` names them and the fields of the figure: what is not among them was unknown then.
    """

    cause: Cell
    next_target: Cell
    measures: Cell
    proposal: float | None = None
    chance: float | None = None
    back_test: BackTest | None = None
    expected: float | None = None
    suggestion: Suggestion | None = None
    category: Cell = Cell()
    kind_of_cause: Cause | None = None
    owner: Cell = Cell()
    due: Cell = Cell()
    status: Cell = Cell()
    carried: tuple[Measure, ...] = ()
    ended: tuple[Measure, ...] = ()
    now: Judged | None = None
    differs: tuple[Difference, ...] = ()
    attained: tuple[Attained, ...] = ()
    more: More = field(default_factory=dict)
    kept: frozenset[str] | None = None

    @property
    def important(self) -> bool:
        """Whether the gap needs a cause: a real miss."""
        return self.verdict.important


@dataclass(frozen=True, slots=True)
class GoalSheet:
    """关键业绩指标目标设定达成表 of one subject; `heading.period` is the month measured.

    `steps` led it to its `state`; `month_closed` says whether its data are fixed 月结; `versions` are those
    of all that was typed on it; `targets_agreed` whether last month's targets were ever agreed. `record` is
    what was typed into the interview record, by field. `news` is what deserves attention, in its order.
    `support` is what those who met need from the next level 需要的支持, `support_carried` what earlier months
    asked for and did not get yet. `months` are the last thirteen, `trend` by indicator the values in them.
    """

    heading: Heading
    meeting_date: Cell
    rows: tuple[GoalRow, ...]
    state: State = "draft"
    steps: tuple[Step, ...] = ()
    month_closed: bool = False
    targets_agreed: bool = False
    versions: dict[tuple[str, str], int] = field(default_factory=dict)
    record: dict[str, Cell] = field(default_factory=dict)
    news: tuple[News, ...] = ()
    support: Measure = Measure("", "")
    support_carried: tuple[Measure, ...] = ()
    months: tuple[str, ...] = ()
    trend: Mapping[str, tuple[float | None, ...]] = field(default_factory=dict)

    @property
    def locked(self) -> bool:
        """Whether what stands on it was agreed and can only be read."""
        return self.state in AGREED


@dataclass(frozen=True, slots=True)
class Rating:
    """A rating 1–5 with its dated example (needed for 1, 2 and 5), and the cells it is typed in.

    `typed` is true for what was typed on the sheet, which goes before loaded ratings; of those,
    `score` is the mean. `score` is None as long as there is none. `loaded` is the mean of the loaded
    ones that count, also where a typed one replaces it; `uncounted` are those that lack the dated
    example they need. `cells` holds "score", "example" and "example_on" as they were saved.
    """

    score: float | None = None
    example: str = ""
    example_on: date | None = None
    typed: bool = False
    loaded: float | None = None
    uncounted: int = 0
    cells: dict[str, Cell] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ParameterScore:
    """One appraisal parameter. `raw` is its evidence value, `score` 0–100 or None when not rated.

    `base` counts the evidence (contacts, reviews, shifts, ratings), `needed` is how many it takes;
    `figure` is the indicator behind a measured parameter, `rating` what is behind a rated one.
    """

    parameter: Parameter
    raw: float | None
    base: int
    needed: int
    score: float | None
    status: Literal["rated", "insufficient"]
    figure: Figure | None = None
    rating: Rating | None = None


@dataclass(frozen=True, slots=True)
class AppraisalSheet:
    """The seven parameters of one agent in one month.

    `coverage` is the share of the weights that is rated; under the scheme's minimum there is no
    `total` and no `grade`. Weights of rated parameters are renormalised for the total. `scheme` is
    what the total and the grade were made by.
    """

    heading: Heading
    scores: tuple[ParameterScore, ...]
    coverage: float
    total: float | None
    grade: str | None
    scheme: Scheme


@dataclass(frozen=True, slots=True)
class StandardRow(Judged):
    """The figure of one service standard (the vague demand, its specific form), and its trend by month.

    The figures of the trend carry no target.
    """

    standard: Standard
    trend: tuple[Figure, ...]
    trend_months: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ItemRow:
    """Ticket limits of one service item; figures are None where the item has no such limit."""

    item: ServiceItem
    response: Judged | None
    resolution: Judged | None
    response_pending: int
    resolution_pending: int


@dataclass(frozen=True, slots=True)
class StandardsSheet:
    """Compliance with the service standards, and below it the ticket limits by service item."""

    heading: Heading
    rows: tuple[StandardRow, ...]
    items: tuple[ItemRow, ...]


def figures_of(
    sheet: GoalSheet | AppraisalSheet | StandardsSheet | MonthlyReport,
) -> list[tuple[ServiceItem | None, Figure]]:
    """Every figure that a sheet shows for its period, with the service item that it is about, if any."""
    if isinstance(sheet, AppraisalSheet):
        return [(None, score.figure) for score in sheet.scores if score.figure is not None]
    found: list[tuple[ServiceItem | None, Figure]] = [(None, row.figure) for row in sheet.rows]
    if isinstance(sheet, StandardsSheet):
        both = ((row.item, one) for row in sheet.items for one in (row.response, row.resolution))
        found += [(item, one.figure) for item, one in both if one is not None]
    return found


@dataclass(frozen=True, slots=True)
class Comparison:
    """A figure of an earlier month, and the change since.

    `change` is None where either month has no value, and for a count unless all days of both are there.
    """

    figure: Figure
    change: Change | None


@dataclass(frozen=True, slots=True)
class ReportRow(Judged):
    """One indicator: its figure, against the month before 环比 and the same month of the year before 同比.

    `trend` are the figures of `MonthlyReport.months`, without targets.
    """

    month: Comparison
    year: Comparison
    trend: tuple[Figure, ...]


@dataclass(frozen=True, slots=True)
class Headcount:
    """How many people were on the roster on the last day of each month, None where that is not known."""

    now: int | None
    month: int | None
    year: int | None
    trend: tuple[int | None, ...]


@dataclass(frozen=True, slots=True)
class Contribution:
    """One term of a gap, in the indicator's unit.

    "already" is the gap of the month before; "part" what one part of the dimension contributes by its own
    value (`part` names it, empty for rows that do not say which), "mix" what the parts' shares do,
    "exposure" what a rate is counted per does; "rest" is all else.
    """

    reason: Literal["already", "part", "mix", "exposure", "rest"]
    amount: float
    part: Words = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Trouble:
    """A piece of news with what it comes from.

    `gap` is that to the target, or to the earlier figure that it is worse than. `causes` sum to it, by the
    parts of one dimension, None where none can tell; those that widen it come first, the largest before the
    others.
    """

    news: News
    gap: float
    dimension: Dimension | None
    causes: tuple[Contribution, ...]


@dataclass(frozen=True, slots=True)
class MonthlyReport:
    """客服月报 of everyone or of one team, against the months `before` and `year_before`.

    `news` is all that deserves attention, in its order; `troubles` are the first of it with what they come
    from. `measures` are those typed on the goal sheet of the month, and
    `all_measures` how many.
    """

    heading: Heading
    before: Period
    year_before: Period
    rows: tuple[ReportRow, ...]
    headcount: Headcount
    months: tuple[str, ...]
    news: tuple[News, ...]
    troubles: tuple[Trouble, ...]
    measures: tuple[tuple[Indicator, Measure], ...]
    all_measures: int
