"""What was agreed on a goal sheet, frozen as text, and why the figures of today differ from it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, fields

from kpi.analysis.real_gaps import Judged, Reason, Standing, Verdict, judge
from kpi.catalog.definitions import Catalog, Indicator
from kpi.catalog.relations import relation_text, relation_values
from kpi.figures.figure import Figure
from kpi.figures.position import ROUNDING
from kpi.records.steps import AGREED, Step, state_of
from kpi.rollups.build import components
from kpi.sheets.values import Difference, GoalRow, More

_TUPLES = ("levels", "needs", "corrections", "lacking")


@dataclass(frozen=True, slots=True)
class AgreedRow(Judged):
    """One row as it was agreed: its figure and verdict, what it was computed by, and the next month's target.

    `definition` changes with everything that the indicator counts by; `next_target` is a plain number in the
    indicator's unit, None where no target was agreed. `more` and `kept` are those of `GoalRow`.
    """

    definition: str
    next_target: float | None
    more: More
    kept: frozenset[str]


def freeze(rows: tuple[GoalRow, ...], catalog: Catalog, targets: dict[str, float | None]) -> str:
    """The rows of a sheet, with the next targets by indicator, as the text that an agreement keeps."""
    return json.dumps(
        [
            {
                "figure": asdict(row.figure),
                "definition": definition_of(catalog, row.figure.indicator),
                "next_target": targets.get(row.figure.indicator.key),
                "verdict": asdict(row.verdict),
                "more": dict(row.more),
            }
            for row in rows
        ],
        ensure_ascii=False,
    )


def thaw(content: str) -> dict[str, AgreedRow]:
    """By indicator the rows of what `freeze` made."""
    rows = {}
    for kept in json.loads(content):
        numbers, more = dict(kept["figure"]), kept.get("more", {})
        indicator = Indicator(**_known_fields(Indicator, numbers.pop("indicator")))
        known = _known_fields(Figure, numbers)
        figure = Figure(indicator=indicator, **known)
        verdict = _verdict(kept, figure)
        about = (kept["definition"], kept["next_target"], more, frozenset((*known, *more)))
        rows[indicator.key] = AgreedRow(figure, verdict, *about)
    return rows


def _verdict(kept: dict, figure: Figure) -> Verdict:
    """The verdict as agreed; one that was kept in earlier words says the same in those of today.

    Verdicts of the first form were kept in parts, without `by_chart`.
    """
    said = kept.get("verdict") or {
        "standing": kept["figure"]["verdict"],
        "important": kept["important"],
        "beat": kept["beat"],
        "by_chart": kept["beat"] and not judge(figure).beat,
    }
    if "important" not in said:
        return Verdict(**_known_fields(Verdict, said))
    by_chart = said["by_chart"] or (said["important"] and said["standing"] != "missed")
    return Verdict(*_in_words_of_today(said, figure), beat=said["beat"], by_chart=by_chart)


def _in_words_of_today(said: dict, figure: Figure) -> tuple[Standing, Reason | None]:
    """Whether a gap was important stood beside the standing, and of what could not be told no reason.

    Important is missed. What was called missed without being important was below by no more than the
    material gap, or chance explained it: by the exact interval of a share, or that of a count.
    """
    if said["important"]:
        return "missed", None
    if said["standing"] == "missed" and abs(figure.gap) <= figure.indicator.material:
        return "below", None
    if said["standing"] in ("missed", "cannot_tell"):
        return "cannot_tell", "within_chance" if figure.enough_rows else "few_rows"
    return said["standing"], None


def last_agreed(steps: Iterable[Step]) -> dict[str, AgreedRow]:
    """By indicator the rows of a sheet's last agreement, even one that was taken back; empty for none."""
    contents = [step.content for step in steps if step.action == "agreed"]
    return thaw(contents[-1]) if contents else {}


def agreed_now(steps: Sequence[Step]) -> dict[str, AgreedRow]:
    """By indicator the rows of a sheet that is agreed or on file; empty for any other."""
    return last_agreed(steps) if state_of(steps) in AGREED else {}


def definition_of(catalog: Catalog, indicator: Indicator) -> str:
    """Changes with all that the numbers of one indicator depend on, besides the facts."""
    relations = sorted({name for name in (indicator.relation, indicator.per) if name})
    text = [
        (relation_text(name), relation_values(catalog, name), components(indicator, name))
        for name in relations
    ]
    return hashlib.sha256(json.dumps(text, sort_keys=True).encode()).hexdigest()


def differences(agreed: AgreedRow, redefined: Figure, now: Figure, definition: str) -> tuple[Difference, ...]:
    """Why a value is another now than it was agreed to be; the amounts sum to the whole difference.

    `redefined` is the figure by today's definition (whose digest is `definition`) from the data that the
    month was closed on, `now` the one from the newest data. Empty where there is no value to compare.
    """
    values = [one.value for one in (agreed.figure, redefined, now)]
    if None in values:
        return ()
    then, between, today = values
    parts = {
        "definition": between - then if definition != agreed.definition else 0.0,
        "corrections": (today - _without(now)) - (between - _without(redefined)),
    }
    parts["data"] = today - then - sum(parts.values())
    return tuple(Difference(reason, amount) for reason, amount in parts.items() if abs(amount) > ROUNDING)


def _without(figure: Figure) -> float:
    """The figure's value without corrections."""
    return figure.value if figure.value_without is None else figure.value_without


def _known_fields(kind: type, kept: dict) -> dict:
    """The kept fields that `kind` has in this version, with JSON's lists as tuples again."""
    names = {field.name for field in fields(kind)}
    return {name: tuple(value) if name in _TUPLES else value for name, value in kept.items() if name in names}
