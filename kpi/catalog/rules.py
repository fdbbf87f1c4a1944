"""What must fit together across the entries of a catalogue."""

from __future__ import annotations

import difflib
import re
from collections import Counter
from collections.abc import Iterable, Iterator

from etl.contracts.facts import CONTRACTS, PERHAPS
from etl.errors import N_, Problem
from kpi.catalog.conditions import condition_faults
from kpi.catalog.definitions import Catalog, Indicator
from kpi.catalog.relations import RELATIONS
from kpi.units import UNITS

MOST_ROWS = {"person": 8, "unit": 10, "overview": 12, "tiles": 8, "teams": 10}

# Data that an indicator may need: a contract, or complaints among the tickets (see `etl.books.keep_books`).
NEEDS = (*CONTRACTS, *PERHAPS)

Where = dict[tuple[str, str, str], str]


def catalog_faults(catalog: Catalog, where: Where) -> list[Problem]:
    """Every fault of entries that are sound by themselves; `where` names file and entry of each."""
    indicators = {key: where["indicators.toml", "", key] for key in catalog.indicators}
    faults = [
        fault
        for indicator in catalog.indicators.values()
        for fault in _indicator(indicator, indicators[indicator.key])
    ]
    if not faults:  # relations are known now, so that conditions can be tried on them
        faults += condition_faults(catalog, where)
    faults += _profiles(catalog, where)
    faults += _pairs(catalog, where)
    faults += _targets(catalog, where)
    faults += _appraisal(catalog, where)
    for standard in catalog.standards:
        place = where["standards.toml", "standard", standard.key]
        faults += _unknown(place, "indicator", standard.indicator, catalog.indicators)
    faults += _forms(catalog, where)
    return faults


def _unknown(where: str, field: str, value: str, known: Iterable[str]) -> list[Problem]:
    known = list(known)
    if value in known:
        return []
    near = difflib.get_close_matches(value, known, n=1)
    return [
        Problem(
            where,
            N_("{field}: “{value}” does not exist."),
            N_("Did you mean “{near}”?") if near else N_("Known are {near}."),
            field=field,
            value=value,
            near=near[0] if near else ", ".join(known),
        )
    ]


def _indicator(indicator: Indicator, where: str) -> Iterator[Problem]:
    if not re.fullmatch(r"[a-z][a-z0-9]*(_[a-z0-9]+)*", indicator.key):
        yield Problem(where, N_("This is no key."), N_("Write it in small letters, digits and _."))
    yield from _unknown(where, "relation", indicator.relation, RELATIONS)
    if indicator.per is not None:
        yield from _unknown(where, "per", indicator.per, RELATIONS)
    for contract in indicator.needs:
        yield from _unknown(where, "needs", contract, NEEDS)
    for field in ("hit", "x", "y", "per", "per_base"):
        given = getattr(indicator, field) is not None
        if given and field not in indicator.how.fields:
            what, do = N_("A {kind} has no “{field}”."), N_("Remove it.")
        elif field in indicator.how.fields and not given:
            what, do = N_("A {kind} needs “{field}”."), N_("Add it.")
        else:
            continue
        yield Problem(where, what, do, kind=indicator.kind, field=field)
    for name in indicator.how.limits:
        if not 0 < indicator.limits.get(name, 0) < 1:
            yield Problem(
                where,
                N_("A {kind} needs the limit “{name}”, between 0 and 1."),
                N_("Write it under limits."),
                kind=indicator.kind,
                name=name,
            )


def _profiles(catalog: Catalog, where: Where) -> Iterator[Problem]:
    for form, keys in catalog.profiles.items():
        place = where["profiles.toml", "", form]
        unknown = _unknown(place, "profile", form, MOST_ROWS)
        if unknown:
            yield from unknown
            continue
        if len(keys) > MOST_ROWS[form]:
            yield Problem(
                place,
                N_("{count} indicators, at most {most} fit the form."),
                N_("Remove some."),
                count=len(keys),
                most=MOST_ROWS[form],
            )
        level = "person" if form == "person" else "unit"
        for key in keys:
            yield from _unknown(place, "indicators", key, catalog.indicators)
            if key in catalog.indicators and level not in catalog.indicators[key].levels:
                yield Problem(
                    place,
                    N_("“{key}” is not measured for a {level}."),
                    N_("Remove it from the form."),
                    key=key,
                    level=level,
                )


def _pairs(catalog: Catalog, where: Where) -> Iterator[Problem]:
    for key, pair in catalog.pairs.items():
        place = where["pairs.toml", "", key]
        yield from _unknown(place, "speed", key, catalog.indicators)
        for quality in pair.quality:
            yield from _unknown(place, "quality", quality, catalog.indicators)


def _targets(catalog: Catalog, where: Where) -> Iterator[Problem]:
    for key, entry in catalog.targets.items():
        place = where["targets.toml", "", key]
        if unknown := _unknown(place, "target", key, catalog.indicators):
            yield from unknown
            continue
        low, high = UNITS[catalog.indicators[key].unit].targets
        for value in _numbers(entry):
            if not low <= value <= high:
                yield Problem(
                    place,
                    N_("{value} is no target for it: it lies between {low} and {high}."),
                    N_("Write a share as a fraction, such as 0.95."),
                    value=value,
                    low=low,
                    high=high,
                )


def _numbers(entry: object) -> Iterator[float]:
    if isinstance(entry, dict):
        for value in entry.values():
            yield from _numbers(value)
    else:
        yield entry


def _appraisal(catalog: Catalog, where: Where) -> Iterator[Problem]:
    weights = sum(parameter.weight for parameter in catalog.parameters)
    if abs(weights - 100) > 1e-9:
        places = [where["appraisal.toml", "parameter", one.key] for one in catalog.parameters]
        # Of a shipped and an own file, the own one is where the mistake was made ("config" < "kpi").
        place = min(places).split(" [")[0]
        yield Problem(
            place, N_("The weights sum to {sum}, expected 100."), N_("Correct them."), sum=f"{weights:g}"
        )
    for parameter in catalog.parameters:
        place = where["appraisal.toml", "parameter", parameter.key]
        personal = [key for key, indicator in catalog.indicators.items() if "person" in indicator.levels]
        yield from _unknown(place, "evidence", parameter.evidence, ["rating", *personal])
        if parameter.floor == parameter.target:
            yield Problem(place, N_("floor and target are the same."), N_("Give them different values."))


def _forms(catalog: Catalog, where: Where) -> Iterator[Problem]:
    texts = Counter(text for item in catalog.items for text in {item.key, *item.name.values(), *item.aliases})
    for item in catalog.items:
        for text in sorted({item.key, *item.name.values(), *item.aliases}):
            if texts[text] > 1:
                yield Problem(
                    where["services.toml", "item", item.key],
                    N_("“{text}” names more than one item."),
                    N_("Give each its own name."),
                    text=text,
                )
    for file, section, entries in (
        ("qa_form.toml", "point", catalog.qa_points),
        ("causes.toml", "cause", catalog.causes),
    ):
        groups = [key for f, s, key in where if (f, s) == (file, "group")]
        for entry in entries:
            if entry.group:
                yield from _unknown(where[file, section, entry.key], "group", entry.group, groups)
