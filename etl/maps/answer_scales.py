"""What the answers of surveys mean, where neither file nor source map says it.

`config/surveys.toml` says it by source:

    [plain_surveys]
    scale = 5           # the highest answer
    best = 1            # the best answer, where that is not the highest
    satisfied = 2       # how many of the best answers count as satisfied
    no_answer = 0       # the answer that stands for none
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import tomli_w

from etl.contracts.facts import MOST_POINTS
from etl.errors import N_, Problem
from etl.home import read_entries
from etl.maps.maps import TableMap
from etl.sql_text import Sql, filled

FILE = "surveys.toml"
LOWEST = {"scale": 1, "best": 0, "satisfied": 1, "no_answer": -MOST_POINTS}  # of what may be said

OF_OTHERS = "CASE WHEN question IS DISTINCT FROM 'recommend' THEN {said} END"

Scale = Mapping[str, float]  # by the names in LOWEST, as far as it is said


def load_scales(config: Path) -> dict[str, Scale]:
    """Source → what its answers mean, as `config` says it; Problem with every fault."""
    entries = read_entries(config / FILE)
    faults = [name for name, said in entries.items() if not _is_scale(said)]
    if faults:
        raise Problem(
            f"config/{FILE}",
            N_("Faulty scales: {faults}."),
            N_("Write each as [source] with lines such as scale = 5 below it; known are {names}."),
            faults=", ".join(faults),
            names=", ".join(LOWEST),
        )
    return entries


def save_scale(config: Path, source: str, scale: Scale) -> None:
    """Keep what the answers of `source` mean in `config/surveys.toml`; Problem, and no change, at a fault."""
    scales = {**load_scales(config), source: {**load_scales(config).get(source, {}), **scale}}
    if not _is_scale(scales[source]):
        raise _unlikely(", ".join(f"{name} = {value:g}" for name, value in scale.items()))
    try:
        config.mkdir(parents=True, exist_ok=True)
        room = config / f".{FILE}.new"
        room.write_text(tomli_w.dumps(scales), encoding="utf-8")
        room.replace(config / FILE)
    except OSError as error:
        raise Problem(
            f"config/{FILE}",
            N_("It cannot be written ({reason})."),
            N_("Give this user the right to write the home."),
            reason=error.strerror or error,
        ) from None


def read_scale(texts: Sequence[str]) -> Scale:
    """What texts such as "scale=5" say; Problem for one that says nothing about answers."""
    said = dict(text.partition("=")[::2] for text in texts)
    try:
        scale = {name.strip(): float(value) for name, value in said.items()}
    except ValueError:
        scale = {"": 0.0}
    if texts and not _is_scale(scale):
        raise _unlikely(", ".join(texts))
    return scale


def _unlikely(said: str) -> Problem:
    return Problem(
        said,
        N_("This says nothing about the answers of surveys."),
        N_("Write it as scale=5; known are {names}."),
        names=", ".join(LOWEST),
    )


def _is_scale(said: object) -> bool:
    if not isinstance(said, Mapping) or not said or not said.keys() <= LOWEST.keys():
        return False
    if not all(
        type(value) in (int, float) and LOWEST[name] <= value <= MOST_POINTS for name, value in said.items()
    ):
        return False
    top, best = said.get("scale"), said.get("best")
    ends = best is None or best in (0, 1) or top in (None, best)
    return ends and (top is None or said.get("satisfied", 1) <= top)


def scaled(table: TableMap, scale: Scale) -> TableMap:
    """`table` whose surveys mean `scale` where their file leaves it open."""
    if table.contract.name != "surveys" or not scale:
        return table
    columns = [
        replace(column, otherwise=_stand_in(column.name, scale[column.name], "question" in table.columns))
        if column.name in scale
        else column
        for column in table.contract.columns
    ]
    return replace(table, contract=replace(table.contract, columns=tuple(columns)))


def _stand_in(name: str, value: float, asks: bool) -> Sql:
    """SQL of what stands in for an empty cell; a recommendation is asked for on 0 to 10 anyhow."""
    said = int(value) if float(value).is_integer() else value
    for_all = not asks or (name == "scale" and value == 10)
    return filled("{said}" if for_all else OF_OTHERS, said=said)
