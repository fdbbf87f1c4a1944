"""Reads the catalogue, lays the home's own entries over it, and leaves out those at fault, saying why."""

from __future__ import annotations

import math
import re
import tomllib
from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache
from importlib.resources import files
from pathlib import Path

from pydantic import ValidationError

from etl.errors import N_, Problem
from etl.home import read_settings
from etl.maps.answer_scales import load_scales
from etl.staff_rules import LEAVE
from kpi.catalog.definitions import (
    Catalog,
    Cause,
    Dimension,
    Indicator,
    Pair,
    Parameter,
    QaPoint,
    Scheme,
    ServiceItem,
    Standard,
)
from kpi.catalog.entries import FILES, Entry
from kpi.catalog.field_faults import field_faults, no_toml
from kpi.catalog.left_out import OWN, Place, at_fault
from kpi.catalog.relations import EVERY_DIRECTION, KEPT_AS, RELATIONS, columns_read
from kpi.catalog.rules import catalog_faults
from kpi.kinds import KINDS

IN_TIME = ("_days", "_hours")  # limits that later data have to wait for

Texts = tuple[tuple[str, str, bytes], ...]  # (file, what messages call it, its content)
Written = list[tuple[Place, str, dict]]  # entries as they are written, each with what messages call its file
Said = tuple[tuple[str, tuple[tuple[str, float], ...]], ...]  # scales of answers by source


class CatalogFaults(Problem):
    """Everything that is wrong with the shipped catalogue, each fault a Problem that names file and entry."""

    def __init__(self, faults: list[Problem]) -> None:
        self.faults = tuple(faults)
        super().__init__(
            faults[0].where.split(" [")[0],
            N_("{count} faults in the catalogue:\n{faults}\n"),
            N_("Correct them; nothing was computed."),
            count=len(faults),
            faults="\n".join(map(str, faults)),
        )


def load_catalog(config: Path | None) -> Catalog:
    """The shipped catalogue with the overrides of the folder `config`, checked.

    An entry of the same key overrides the fields that it gives, other keys are added. One at fault is left
    out, and what needs it with it; `left_out` of the catalogue says what is wrong with each.
    """
    shipped = files("kpi").joinpath("catalog")
    texts = [(name, f"kpi/catalog/{name}", shipped.joinpath(name).read_bytes()) for name in FILES]
    if config is not None:
        own = [(name, config / name) for name in FILES]
        texts += [(name, f"{OWN}{name}", path.read_bytes()) for name, path in own if path.is_file()]
    leave = read_settings(config / "home.toml").leave if config is not None else LEAVE
    scales = load_scales(config) if config is not None else {}
    said = tuple((source, tuple(scale.items())) for source, scale in scales.items())
    return _load(tuple(texts), tuple(leave.items()), said)


@lru_cache(maxsize=4)  # `kpi.figures.remembered` keeps what it knows of a snapshot by this very catalogue
def _load(texts: Texts, leave: tuple[tuple[str, str], ...], scales: Said) -> Catalog:
    left_out: list[Problem] = []
    written = _written(texts, left_out)
    if ours := [fault for fault in left_out if not fault.where.startswith(OWN)]:
        raise CatalogFaults(ours)
    while True:
        catalog, faults = _checked(written)
        if catalog is not None and not faults:
            said_of = {source: dict(scale) for source, scale in scales}
            return replace(catalog, leave=dict(leave), scales=said_of, left_out=tuple(left_out))
        own = {place: _where(place, shown) for place, shown, _ in written if shown.startswith(OWN)}
        places, said = at_fault(faults, own)
        if not places:
            raise CatalogFaults(faults)
        left_out += said
        written = [one for one in written if one[0] not in places or not one[1].startswith(OWN)]


def _checked(written: Written) -> tuple[Catalog | None, list[Problem]]:
    """The catalogue of these entries, laid over each other in their order, and all that is wrong with it."""
    faults: list[Problem] = []
    merged: dict[Place, dict] = {}
    where: dict[Place, str] = {}
    for place, shown, fields in written:
        where[place] = _where(place, shown)
        merged[place] = _overlaid(merged.get(place, {}), fields)
    entries = {
        place: entry
        for place, fields in merged.items()
        if (entry := _entry(place, fields, where[place], faults)) is not None
    }
    if faults:
        return None, faults
    catalog = _catalog(entries, where, faults)
    return catalog, faults or catalog_faults(catalog, where)


def _where(place: Place, shown: str) -> str:
    return f"{shown} [{place[2]}]"


def _written(texts: Texts, faults: list[Problem]) -> Written:
    """The entries of all files; what is none goes to `faults`."""
    written: Written = []
    for name, shown, text in texts:
        try:
            tables = tomllib.loads(text.decode("utf-8-sig"))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            faults.append(no_toml(shown, str(error)))
            continue
        written += [(place, shown, fields) for place, fields in _places(name, shown, tables, faults)]
    return written


def _places(name: str, shown: str, tables: dict, faults: list[Problem]) -> list[tuple[Place, dict]]:
    """The entries of one file, each with its place: an entry of a [[section]] has a `key`, others a name."""
    found: list[tuple[Place, dict]] = []
    for title, content in tables.items():
        listed = isinstance(content, list)
        if (title if listed else "") not in FILES[name] or not isinstance(content, (list, dict)):
            known = [f"[[{section}]]" if section else "[key]" for section in FILES[name]]
            faults.append(
                Problem(
                    f"{shown} [{title}]",
                    N_("This is no entry of this file."),
                    N_("Entries are written as {known}."),
                    known=", ".join(known),
                )
            )
        elif not listed:
            found.append(((name, "", title), content))
        else:
            for number, fields in enumerate(content, start=1):
                if isinstance(fields, dict) and isinstance(fields.get("key"), str):
                    found.append(((name, title, fields["key"]), fields))
                else:
                    faults.append(
                        Problem(f"{shown} [{title} {number}]", N_("“key” is missing."), N_("Add it."))
                    )
    return found


def _overlaid(below: dict, above: dict) -> dict:
    """`below` with the fields of `above` in place of its own, in tables within tables too."""
    both = [key for key in above if isinstance(above[key], dict) and isinstance(below.get(key), dict)]
    return below | above | {key: _overlaid(below[key], above[key]) for key in both}


def _entry(place: Place, fields: dict, where: str, faults: list[Problem]) -> Entry | None:
    model = FILES[place[0]][place[1]]
    try:
        return model.model_validate(fields)
    except ValidationError as error:
        faults += field_faults(where, model, error.errors())
        return None


def _catalog(entries: dict[Place, Entry], where: dict[Place, str], faults: list[Problem]) -> Catalog:
    def section(file: str, name: str = "") -> dict[str, Entry]:
        return {key: entry for (f, s, key), entry in entries.items() if (f, s) == (file, name)}

    coverage = section("coverage.toml")["coverage"].model_dump()
    scheme = section("appraisal.toml")["scheme"].model_dump()
    scheme["grades"] = tuple(sorted(scheme["grades"].items(), key=lambda grade: -grade[1]))
    scheme["rating_examples"] = tuple(scheme["rating_examples"])
    return Catalog(
        indicators={
            key: _indicator(key, entry.model_dump() | coverage, where["indicators.toml", "", key], faults)
            for key, entry in section("indicators.toml").items()
        },
        dimensions={
            key: Dimension(
                *(key, entry.name.model_dump(), tuple(entry.levels)),
                _for_parts(entry.model_dump(exclude={"name", "levels"}, exclude_none=True)),
            )
            for key, entry in section("dimensions.toml").items()
        },
        standards=tuple(
            Standard(**standard.model_dump())
            for standard in sorted(
                section("standards.toml", "standard").values(), key=lambda standard: standard.number
            )
        ),
        parameters=tuple(
            Parameter(**parameter.model_dump())
            for parameter in section("appraisal.toml", "parameter").values()
        ),
        items=tuple(
            ServiceItem(**item.model_dump() | {"aliases": tuple(item.aliases)})
            for item in section("services.toml", "item").values()
        ),
        profiles={key: tuple(entry.indicators) for key, entry in section("profiles.toml").items()},
        beside=section("profiles.toml")["tiles"].beside,
        targets={key: entry.model_dump(exclude_none=True) for key, entry in section("targets.toml").items()},
        appraisal=Scheme(**scheme),
        qa_points=tuple(
            QaPoint(point.key, point.item, point.name_en, point.group, point.maximum)
            for point in section("qa_form.toml", "point").values()
        ),
        causes=_causes(section("causes.toml", "group"), section("causes.toml", "cause")),
        pairs={
            key: Pair(tuple(entry.quality), entry.reason.model_dump())
            for key, entry in section("pairs.toml").items()
        },
    )


def _for_parts(rows: dict[str, str]) -> dict[str, str]:
    """A dimension's `rows`, with what it says of a relation also for others that are parts of its rows."""
    return rows | {part: rows[kept] for part, kept in KEPT_AS.items() if kept in rows}


def _causes(groups: dict[str, Entry], causes: dict[str, Entry]) -> tuple[Cause, ...]:
    """Those in no group, then the others in the order of their groups."""
    names = {key: group.name.model_dump() for key, group in groups.items()}
    sources = {key: group.source.model_dump() for key, group in groups.items() if group.source}
    order = {key: number for number, key in enumerate(names)}
    found = [
        Cause(**one.model_dump(), group_name=names.get(one.group, {}), source=sources.get(one.group, {}))
        for one in causes.values()
    ]
    return tuple(sorted(found, key=lambda cause: order.get(cause.group, -1)))


def _of_every_direction(expression: str | None) -> bool:
    """Whether an expression tells calls apart by their direction, and means not only those that come in."""
    try:
        return bool(columns_read(expression or "NULL") & EVERY_DIRECTION)
    except ValueError:  # at fault, which is said where all of them are checked
        return False


def _indicator(key: str, fields: dict, where: str, faults: list[Problem]) -> Indicator:
    """The indicator of an entry, with limits filled into conditions and texts, and defaults for the rest."""
    limits = fields["limits"]

    def fill(text: str, form: Callable[[float], str]) -> str:
        for name in re.findall(r"\{(\w*)\}", text):
            if name not in limits:
                faults.append(
                    Problem(
                        where,
                        N_("“{{{name}}}” is not among its limits."),
                        N_("Add it to limits, or remove it."),
                        name=name,
                    )
                )
        return re.sub(r"\{(\w*)\}", lambda match: form(limits.get(match[1], 0.0)), text)

    for field in ("name", "definition", "exclusions"):
        fields[field] = {language: fill(text, "{:g}".format) for language, text in fields[field].items()}
    for field in ("base", "hit", "should", "x", "y", "per_base"):
        if fields[field] is not None:
            fields[field] = fill(fields[field], repr)
    fields["should"] = fields["should"] or fields["base"]
    for relation, of_row in (("relation", ("base", "hit", "should", "x")), ("per", ("per_base", "y"))):
        if fields[relation] == "calls" and any(map(_of_every_direction, (fields[name] for name in of_row))):
            fields[relation] = "all_calls"
    if fields["min_base"] is None:
        fields["min_base"] = KINDS[fields["kind"]].least_base
    if fields["needs"] is None:
        relations = (fields["relation"], fields["per"])
        fields["needs"] = dict.fromkeys(RELATIONS[name] for name in relations if name in RELATIONS)
    # A limit that the home sets longer makes days settle later.
    days = [
        limit / (24 if name.endswith("_hours") else 1)
        for name, limit in limits.items()
        if name.endswith(IN_TIME)
    ]
    fields["look_back_days"] = max(fields["look_back_days"], *map(math.ceil, days), 0)
    for field in ("levels", "needs"):
        fields[field] = tuple(fields[field])
    return Indicator(key=key, **fields)
