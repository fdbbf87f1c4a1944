"""What the catalogue is made of: indicators, dimensions, standards, appraisal parameters, service items."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from etl.errors import Problem
from etl.maps.answer_scales import Scale
from etl.staff_rules import LEAVE
from kpi.kinds import KINDS, Kind, KindKey
from kpi.units import UNITS, UnitKey

Words = dict[str, str]  # {"zh": …, "en": …}
Better = Literal["higher", "lower", "band"]


@dataclass(frozen=True, slots=True)
class Indicator:
    """One KPI, as two additive numbers over the rows of one relation in `kpi/relations/`.

    `base` is the SQL condition of the rows that count, `hit` of those that pass:

    ========== ============================ ==============================
    kind       numerator                    denominator
    ========== ============================ ==============================
    count      rows in base                 none
    sum        Σ `x` over base              none
    stock      rows in base on the last day none
    proportion rows in base that hit        rows in base
    mean       Σ `x` over base              rows in base
    quantile   none: a rank of `x`          rows in base
    net        Σ `x` (1, 0, −1) over base   rows in base
    points     Σ `x` over base              Σ `y` over base
    rate       rows in base                 rows of `per` in `per_base`
    ratio      Σ `x` over base              Σ `y` over `per` in `per_base`
    ========== ============================ ==============================

    `should` is the condition of the rows that ought to be usable (coverage); `limits` are numbers
    named in the conditions as `{name}`; `needs` are the contracts without which there is no data
    ("complaints", "outbound", "callbacks": the days of files that hold any). `look_back_days` is how many
    days back newly loaded data can still change a figure; a day is settled once they have passed.
    How likely a target is, is said unless `chances` is off (docs/statistics.md).
    `unusable` is why there are no data where rows are there and none of them can be used. A coverage under
    `marked_below` is said, one under `judged_from` allows no verdict (coverage.toml).
    """

    key: str
    name: Words
    definition: Words
    exclusions: Words
    reference: str
    relation: str
    kind: KindKey
    unit: UnitKey
    better: Better
    base: str
    hit: str | None
    x: str | None
    y: str | None
    per: str | None
    per_base: str | None
    should: str
    levels: tuple[Literal["person", "unit"], ...]
    material: float
    min_base: int
    look_back_days: int
    limits: dict[str, float]
    needs: tuple[str, ...]
    unusable: Literal["scale_unknown"] | None = None
    chances: bool = True
    marked_below: float = 0.9
    judged_from: float = 0.8

    @property
    def how(self) -> Kind:
        """The behaviour of its kind: how rows make a value, and what chance does to it."""
        return KINDS[self.kind]

    @property
    def scale(self) -> int:
        """What its value is counted per: numerator ÷ denominator is multiplied by it."""
        return self.how.scale(UNITS[self.unit])

    @property
    def highest(self) -> float:
        """The highest value that it can have."""
        return self.how.highest(UNITS[self.unit])

    @property
    def lowest(self) -> float:
        """The lowest value that it can have."""
        return UNITS[self.unit].lowest


@dataclass(frozen=True, slots=True)
class Dimension:
    """A way to split a gap: `rows` gives, by relation, the SQL of the part that a row belongs to."""

    key: str
    name: Words
    levels: tuple[Literal["person", "unit"], ...]
    rows: dict[str, str]


@dataclass(frozen=True, slots=True)
class Standard:
    """A vague demand, its specific form, and the indicator that measures it."""

    key: str
    number: int
    vague: Words
    specific: Words
    indicator: str
    document_target: str  # as the documents state it, e.g. "100 %"
    reference: str


@dataclass(frozen=True, slots=True)
class Parameter:
    """One of the seven appraisal parameters, with its weight, evidence and scale.

    Evidence is an indicator's value, or a 1–5 rating (`evidence` = "rating"); `floor` scores 0,
    `target` scores 100, straight in between.
    """

    key: str
    name: Words
    weight: float
    evidence: str
    floor: float
    target: float
    needed: int
    note: Words


@dataclass(frozen=True, slots=True)
class ServiceItem:
    """One line of the service catalogue. Limits in seconds; None means none was agreed (无)."""

    key: str
    category: Words
    name: Words
    response_s: float | None
    resolution_s: float | None
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class QaPoint:
    """One point of the QA form: its text, its level-1 group, and how many marks it carries at most."""

    key: str
    item: str
    name_en: str
    group: str
    maximum: float


@dataclass(frozen=True, slots=True)
class Cause:
    """A cause of an important gap; in no group, `group` is "" and `group_name` empty.

    One that is `hidden` is named where it was chosen, and offered no more. `source` is the document that its
    group is a list of, empty for none.
    """

    key: str
    name: Words
    group: str = ""
    group_name: Words = field(default_factory=dict)
    hidden: bool = False
    source: Words = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Pair:
    """A speed indicator needs one of its `quality` twins beside it, for a `reason`."""

    quality: tuple[str, ...]
    reason: Words


@dataclass(frozen=True, slots=True)
class Scheme:
    """The rules of the appraisal as a whole.

    `minimum_coverage` is the share of the weights that must be rated for a total; `grades` are
    (letter, lowest total), best first; `rating_examples` are the ratings that need a dated example.
    `suggested_chance` is how likely the next target that a goal sheet suggests is to be reached.
    """

    minimum_coverage: float
    grades: tuple[tuple[str, float], ...]
    rating_examples: tuple[float, ...]
    suggested_chance: float
    note: Words


@dataclass(
    frozen=True, slots=True, eq=False
)  # one is only ever itself: what follows from it is remembered by it
class Catalog:
    """All entries of `kpi/catalog/` with the overrides of the home's `config/` applied.

    `targets` holds, by indicator, {"default" | "all": value, "team" | "person": {id: value}}, where
    a value is a number or {month from which it holds: number}. `leave` says of leave types whether they
    are excused or count, as `config/home.toml` has it, `scales` by source what answers of surveys mean.
    `left_out` are the faults of own entries, which are not among these.
    """

    indicators: dict[str, Indicator]
    dimensions: dict[str, Dimension]
    standards: tuple[Standard, ...]
    parameters: tuple[Parameter, ...]
    items: tuple[ServiceItem, ...]
    profiles: dict[str, tuple[str, ...]]  # of a form or page, "person" or "tiles" → indicator keys
    beside: dict[str, str]  # the second figure of a tile, by the first
    targets: dict[str, dict]
    appraisal: Scheme
    qa_points: tuple[QaPoint, ...]
    causes: tuple[Cause, ...]
    pairs: dict[str, Pair] = field(default_factory=dict)  # by speed indicator
    leave: dict[str, str] = field(default_factory=lambda: dict(LEAVE))
    scales: dict[str, Scale] = field(default_factory=dict)
    left_out: tuple[Problem, ...] = ()
