"""Two measures agreed on goal sheets: after one the figure is better, after the other it is not."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np

from sample_data.people import Person
from sample_data.year import MONTHS, month_index


@dataclass(frozen=True, slots=True)
class PlantedMeasure:
    """One row of a person's goal sheet, as people type it, and what the calls show of it.

    `month` is the month measured ("2026-08"): the meeting about it, early in the next, agreed on the
    measure. `indicator` is a key of the catalogue. `excess` is what the person's share of transferred
    calls lies above a colleague's: in the months before `month`, in it, and in those after.
    """

    month: str
    agent: str
    indicator: str
    text_zh: str
    owner: str
    due: date
    excess: tuple[float, float, float]


WORKED = PlantedMeasure(
    month="2026-08",
    agent="客服乙04",
    indicator="transfer",
    text_zh="班组长每周陪听两次并复盘转接原因；按知识清单先查后转",
    owner="客服乙01",
    due=date(2026, 9, 18),
    excess=(0.13, 0.13, 0.0),
)
# Weak all year; the month that led to the measure was worse by as much as chance could make it.
DID_NOT_WORK = PlantedMeasure(
    month="2026-08",
    agent="客服丙09",
    indicator="transfer",
    text_zh="班前会提醒减少转接",
    owner="客服丙01",
    due=date(2026, 9, 30),
    excess=(0.06, 0.1, 0.06),
)
PLANTED_MEASURES = (WORKED, DID_NOT_WORK)


def plant_transfers(
    rng: np.random.Generator, people: tuple[Person, ...], frame: dict[str, np.ndarray], usual: np.ndarray
) -> None:
    """Change `transferred` of the planted people's inbound calls; `usual` is a colleague's chance, by call.

    As many as the excess says, so that the story is true for every seed; which ones, and so in which month,
    is left to chance.
    """
    names = [one.name for one in people]
    inbound, months = frame["answered"] & frame["inbound"], month_index(frame["started"])
    for measure in PLANTED_MEASURES:
        own = inbound & (frame["agent"] == names.index(measure.agent))
        after = np.sign(months - MONTHS.index(measure.month))
        for stage, excess in zip((-1, 0, 1), measure.excess, strict=True):
            calls = np.flatnonzero(own & (after == stage))
            chance = usual[calls] + excess
            order = np.argsort(rng.random(len(calls)) / chance)
            frame["transferred"][calls] = False
            frame["transferred"][calls[order[: round(chance.sum())]]] = True
