"""What may stand in the catalogue's files: the fields of every kind of entry, and their types."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from kpi.catalog.definitions import Better
from kpi.kinds import KindKey
from kpi.units import UnitKey

Number = Annotated[float, Field(allow_inf_nan=False)]
Text = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]
Condition = Text
Month = Annotated[str, StringConstraints(pattern=r"^\d{4}-(0[1-9]|1[0-2])$")]
Target = Number | dict[Month, Number]


class Entry(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class Names(Entry):
    zh: Text
    en: Text


class IndicatorEntry(Entry):
    name: Names
    definition: Names
    exclusions: Names
    reference: Text
    relation: Text
    kind: KindKey
    unit: UnitKey
    better: Better
    base: Condition
    hit: Condition | None = None
    x: Condition | None = None
    y: Condition | None = None
    per: Text | None = None
    per_base: Condition | None = None
    should: Condition | None = None
    levels: Annotated[list[Literal["person", "unit"]], Field(min_length=1)]
    material: Annotated[Number, Field(ge=0)]
    min_base: Annotated[int, Field(ge=0)] | None = None
    look_back_days: Annotated[int, Field(ge=0)] = 0
    limits: dict[str, Number] = {}
    needs: Annotated[list[str], Field(min_length=1)] | None = None
    unusable: Literal["scale_unknown"] | None = None
    chances: bool = True


class CoverageEntry(Entry):
    marked_below: Annotated[Number, Field(ge=0, le=1)]
    judged_from: Annotated[Number, Field(ge=0, le=1)]


class DimensionEntry(Entry):
    name: Names
    levels: list[Literal["person", "unit"]] = ["person", "unit"]
    calls: Condition | None = None
    surveys: Condition | None = None
    qa: Condition | None = None
    qa_points: Condition | None = None
    tickets: Condition | None = None
    promises: Condition | None = None
    observations: Condition | None = None
    shifts: Condition | None = None
    presence: Condition | None = None
    measures: Condition | None = None


class TargetEntry(Entry):
    default: Target | None = None
    all: Target | None = None
    team: dict[str, Target] = {}
    person: dict[str, Target] = {}


class PairEntry(Entry):
    quality: Annotated[list[str], Field(min_length=1)]
    reason: Names


class ProfileEntry(Entry):
    indicators: list[str]
    beside: dict[str, str] = {}


class StandardEntry(Entry):
    key: Text
    number: int
    vague: Names
    specific: Names
    indicator: Text
    document_target: str = ""
    reference: str = ""


class SchemeEntry(Entry):
    minimum_coverage: Annotated[Number, Field(ge=0, le=1)]
    grades: Annotated[dict[str, Number], Field(min_length=1)]
    rating_examples: list[Number]
    suggested_chance: Annotated[Number, Field(gt=0, lt=1)]
    note: Names


class ParameterEntry(Entry):
    key: Text
    name: Names
    weight: Annotated[Number, Field(ge=0)]
    evidence: Text
    floor: Number
    target: Number
    needed: Annotated[int, Field(ge=1)]
    note: Names


class ItemEntry(Entry):
    key: Text
    category: Names
    name: Names
    response_s: Annotated[Number, Field(gt=0)] | None = None
    resolution_s: Annotated[Number, Field(gt=0)] | None = None
    aliases: list[Text] = []


class GroupEntry(Entry):
    key: Text
    level1: Text
    name_en: Text


class PointEntry(Entry):
    key: Text
    item: Text
    name_en: Text
    group: Text
    level2: Text
    maximum: Annotated[Number, Field(gt=0)]
    origin: Literal["document", "proposal", "company"] = "company"


class CauseGroupEntry(Entry):
    key: Text
    name: Names
    source: Names | None = None


class CauseEntry(Entry):
    key: Text
    group: Text = ""
    name: Names
    hidden: bool = False


# Per file: the sections that hold entries ([[section]], each with a key; "" for [key] tables).
FILES: dict[str, dict[str, type[Entry]]] = {
    "indicators.toml": {"": IndicatorEntry},
    "coverage.toml": {"": CoverageEntry},
    "dimensions.toml": {"": DimensionEntry},
    "targets.toml": {"": TargetEntry},
    "pairs.toml": {"": PairEntry},
    "profiles.toml": {"": ProfileEntry},
    "standards.toml": {"standard": StandardEntry},
    "appraisal.toml": {"": SchemeEntry, "parameter": ParameterEntry},
    "services.toml": {"item": ItemEntry},
    "causes.toml": {"group": CauseGroupEntry, "cause": CauseEntry},
    "qa_form.toml": {"group": GroupEntry, "point": PointEntry},
}
