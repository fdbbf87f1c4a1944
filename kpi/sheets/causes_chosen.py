"""The causes that were chosen on the goal sheets of a month, counted without people: a fishbone 鱼骨图."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from kpi.catalog.definitions import Indicator, Words
from kpi.figures.view import View
from kpi.scope import Period, Scope, Subject
from kpi.sheets.goals import sheet_key


@dataclass(frozen=True, slots=True)
class Bone:
    """A group of causes, or a cause in none, and how often it was chosen, by indicator."""

    name: Words
    indicators: tuple[tuple[Indicator, int], ...]

    @property
    def count(self) -> int:
        """How often it was chosen in all."""
        return sum(count for _, count in self.indicators)


def causes_chosen(view: View, month: Period, unit: Subject, people: Sequence[Subject]) -> tuple[Bone, ...]:
    """What was chosen on the sheets of a unit and its people, of everyone on all; the most often first.

    A cause or an indicator that the catalogue no longer has stands on no sheet either, and is not counted.
    """
    if view.records is None:
        return ()
    catalog, sheets = view.catalog, {sheet_key(Scope(month, one)) for one in (unit, *people)}
    causes = {cause.key: cause for cause in catalog.causes}
    names: dict[str, Words] = {}
    counted: dict[str, Counter[str]] = {}
    for (sheet, indicator), saved in view.records.of_month("goals", month.month, "category").items():
        cause = causes.get(saved.value)
        if cause and indicator in catalog.indicators and (unit.kind == "all" or sheet in sheets):
            name = cause.group_name if cause.group else cause.name
            key = str(name)  # two of one name are one bone
            names[key] = name
            counted.setdefault(key, Counter())[indicator] += 1
    bones = (
        Bone(names[key], tuple((catalog.indicators[one], n) for one, n in often.most_common()))
        for key, often in counted.items()
    )
    return tuple(sorted(bones, key=lambda bone: -bone.count))
