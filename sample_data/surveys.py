"""Satisfaction surveys after calls: invited or not, answered or not."""

from __future__ import annotations

import numpy as np
import polars as pl

from sample_data.people import Person
from sample_data.year import MONTHS, month_index, stream, texts, times, until_end, whole

SURVEYS = 6_000
SCALE = 5
# The survey was taken into use step by step: twice as many at the end as in the first months.
_MONTH_WEIGHT = np.linspace(0.7, 1.7, len(MONTHS))


def year_of_surveys(
    seed: int, people: tuple[Person, ...], frame: dict[str, np.ndarray], scale: float
) -> pl.DataFrame:
    """The `surveys` table; `frame` are the calls as arrays."""
    rng = stream(seed, "surveys")
    answered = np.flatnonzero(frame["inbound"] & frame["answered"])
    weight = _MONTH_WEIGHT[month_index(frame["started"][answered])]
    count = round(SURVEYS * scale)
    calls = np.sort(rng.choice(answered, size=count, replace=False, p=weight / weight.sum()))
    manner = np.array([one.manner for one in people])[frame["agent"][calls]]
    ended = frame["started"] + frame["ivr"] + frame["wait"] + frame["talk"] + frame["hold"]
    moment = ended[calls] + rng.integers(5, 60, count)
    invited = rng.random(count) < 0.95
    replied = invited & (rng.random(count) < 0.62)
    tendency = manner * 0.28 - 0.012 * np.minimum(frame["wait"][calls], 60) / 6 + rng.normal(size=count)
    score = np.select([tendency > 0.25, tendency > -1.38, tendency > -1.75, tendency > -2.1], [5, 4, 3, 2], 1)
    kept = ~np.isnan(until_end(moment))
    ids = np.array([one.agent_id for one in people], dtype=object)
    return pl.DataFrame(
        {
            "survey_id": [f"S{number:06d}" for number in range(1, count + 1)],
            "surveyed_at": times(moment),
            "agent_id": texts(ids[frame["agent"][calls]]),
            "call_id": frame["call_id"][calls],
            "invited": invited,
            "score": whole(np.where(replied, score, np.nan)),
            "scale": np.full(count, SCALE),
        }
    ).filter(kept)
