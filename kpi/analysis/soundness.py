"""Whether a target is a sound one: the five checks of SMART, and the pitfalls of setting standards."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

from kpi.analysis.chances import holds
from kpi.analysis.next_targets import Proposal, chance, proposals
from kpi.catalog.definitions import Better, Catalog, Indicator
from kpi.catalog.rules import MOST_ROWS
from kpi.figures.figure import Figure
from kpi.figures.months import Line, history_of, trends
from kpi.figures.subjects import team_subject
from kpi.figures.targets import targets_of, teams_on
from kpi.figures.view import View
from kpi.scope import Scope
from kpi.units import UNITS

# Half of what the stretch has: no target that was proposed here is called unattainable by a row more or less.
ATTAINABLE = 0.05
SETTLED_DAYS = 28  # within the month after, when its sheet is discussed
AVERAGED = (3, 6, 12)  # months that a mean may be of

Key = Literal["beyond_best", "copied", "average", "too_many", "speed_alone"]


@dataclass(frozen=True, slots=True)
class Smart:
    """The five checks as the training documents word them; None where a check has nothing to go by.

    S 明确性: it is defined. M 可衡量性: both its numbers are there, and data of the month.
    A 可实现性: the chance of reaching the target, if nothing changes, is at least ATTAINABLE.
    R 与顾客的需求相吻合: a service standard says which demand of customers it serves; never False, for that
    nobody wrote one down proves nothing. T 及时性: the month is settled before the next one ends.
    """

    clear: bool
    measurable: bool
    attainable: bool | None
    fits: bool | None
    timely: bool


@dataclass(frozen=True, slots=True)
class Pitfall:
    """One pitfall of a target, with its numbers.

    ============ ============================================================ ==========================
    key          when                                                          values
    ============ ============================================================ ==========================
    beyond_best  stricter than the best month and than the 95 % band: the      best, bound
                 system has to change, more effort will not do
    copied       equals the default of the catalogue, and nothing closer was   target
                 ever set or agreed
    average      equals the subject's own or the team's mean of last months    whose ("own", "team"),
                                                                               months, mean
    too_many     more indicators with a target than the form holds             count, most
    speed_alone  speed without any of its quality twins on the sheet           quality (keys), reason
    ============ ============================================================ ==========================
    """

    key: Key
    values: dict[str, object] = field(default_factory=dict)


def smart(
    catalog: Catalog, indicator: Indicator, month: Figure, target: float | None, proposal: Proposal | None
) -> Smart:
    """The checks of one target; `month` is the last figure of its indicator."""
    likely = None
    if target is not None and proposal is not None and holds(proposal):
        likely = chance(proposal, target, indicator.better)
    return Smart(
        clear=all(text.strip() for text in indicator.definition.values()),
        measurable=month.value is not None,
        attainable=None if likely is None else likely >= ATTAINABLE,
        fits=any(one.indicator == indicator.key for one in catalog.standards) or None,
        timely=indicator.look_back_days <= SETTLED_DAYS,
    )


def warnings(view: View, scope: Scope, targets: Mapping[str, float | None]) -> dict[str, tuple[Pitfall, ...]]:
    """By indicator the pitfalls of the next targets on a subject's sheet; under "" those of the sheet.

    `targets` has every indicator that stands on the sheet, None where no target is set. Only what has a
    warning is in the answer.
    """
    lines = history_of(view, scope, tuple(targets))
    team = _team_lines(view, scope, targets)
    proposed, set_by = proposals(view, scope, targets, lines), targets_of(view, scope)
    found: dict[str, tuple[Pitfall, ...]] = {}
    for key, target in targets.items():
        if target is None:
            continue
        indicator = view.catalog.indicators[key]
        default = set_by.get(key)
        copied = default is not None and default.source == "default" and default.value == target
        checks = (
            _beyond_best(indicator.better, target, proposed.get(key)),
            Pitfall("copied", {"target": target}) if copied else None,
            _average(indicator, target, {"own": lines.get(key, ()), "team": team.get(key, ())}),
            _speed_alone(view.catalog, key, targets),
        )
        if some := tuple(one for one in checks if one is not None):
            found[key] = some
    most = MOST_ROWS["person" if scope.subject.is_person else "unit"]
    count = sum(target is not None for target in targets.values())
    if count > most:
        found[""] = (Pitfall("too_many", {"count": count, "most": most}),)
    return found


def _team_lines(view: View, scope: Scope, keys: Iterable[str]) -> dict[str, Line]:
    if not scope.subject.is_person:
        return {}
    team = teams_on(view, scope.period, scope.subject.key).get(scope.subject.key)
    return trends(view, keys, replace(scope, subject=team_subject(team)), max(AVERAGED)) if team else {}


def _beyond_best(better: Better, target: float, proposal: Proposal | None) -> Pitfall | None:
    if proposal is None or proposal.best is None or better == "band":
        return None
    bound = proposal.high95 if better == "higher" else proposal.low95
    beyond = min if better == "higher" else max
    stricter = all(beyond(limit, target) == limit != target for limit in (proposal.best, bound))
    return Pitfall("beyond_best", {"best": proposal.best, "bound": bound}) if stricter else None


def _average(indicator: Indicator, target: float, lines: Mapping[str, Line]) -> Pitfall | None:
    for whose, line in lines.items():
        for months in AVERAGED:
            mean = _mean(indicator, [figure for _, figure in line[-months:]])
            if mean is not None and abs(mean - target) < UNITS[indicator.unit].same:
                return Pitfall("average", {"whose": whose, "months": months, "mean": mean})
    return None


def _mean(indicator: Indicator, figures: list[Figure]) -> float | None:
    """The mean of the months weighted by their rows (a count: of the months); None for fewer than two."""
    known = [figure for figure in figures if figure.numerator is not None and figure.value is not None]
    below = sum(1 if figure.denominator is None else figure.denominator for figure in known)
    if len(known) < 2 or not below:
        return None
    return indicator.scale * sum(figure.numerator for figure in known) / below


def _speed_alone(catalog: Catalog, key: str, targets: Mapping[str, float | None]) -> Pitfall | None:
    pair = catalog.pairs.get(key)
    if pair is None or any(quality in targets for quality in pair.quality):
        return None
    return Pitfall("speed_alone", {"quality": pair.quality, "reason": pair.reason})
