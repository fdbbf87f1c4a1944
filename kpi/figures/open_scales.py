"""The answers of surveys that no figure counts, because nobody said yet what they mean."""

from __future__ import annotations

from dataclasses import dataclass

from etl.sql_text import sql_file
from kpi.catalog.relations import over_relation, relation_values
from kpi.figures.view import View


@dataclass(frozen=True, slots=True)
class OpenScale:
    """The answers of one source, from the `lowest` to the `highest` that was given.

    `scale`, `satisfied` and `best` tell what is not said: the highest possible answer, how many of the best
    points count as satisfied, which end is best.
    """

    source: str
    answers: int
    lowest: float
    highest: float
    scale: bool
    satisfied: bool
    best: bool


def open_scales(view: View) -> tuple[OpenScale, ...]:
    """The sources whose answers wait for their meaning, those with the most answers first."""
    if view.snapshot is None:
        return ()
    question = over_relation(sql_file("kpi.figures", "open_scales"), "surveys", view.corrected)
    found = view.query(question, **relation_values(view.catalog, "surveys"))
    return tuple(OpenScale(**row) for row in found.iter_rows(named=True))
