"""Writes docs/indicators.md, docs/tables.md and the lists in docs/configuration.md; --check only compares."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import get_args

import duckdb

from dashboard.words.frames import SOURCES, label
from etl.contracts.contract import SQL_TYPE, Column
from etl.contracts.facts import CONTRACTS
from etl.snapshots.formats import create_tables
from kpi.catalog.definitions import Better, Indicator
from kpi.catalog.entries import IndicatorEntry
from kpi.catalog.load import load_catalog
from kpi.catalog.never_true import choices_of, fill_facts
from kpi.catalog.relations import EVERY_DIRECTION, RELATIONS, WITHIN, types_of
from kpi.kinds import KINDS
from kpi.units import UNITS

DOCS = Path(__file__).resolve().parents[1] / "docs"
FROM_HERE = "<!-- Written by scripts/reference.py from here on, from the catalogue and the relations. -->\n"
FIELDS = {
    "name": '`{ zh = "…", en = "…" }`; `{limit}` stands for a number of `limits`',
    "definition": "the same: what is counted, as a sentence",
    "exclusions": "the same: what is left out",
    "reference": "where the definition comes from",
    "relation": f"{', '.join(f'`{name}`' for name in RELATIONS)}",
    "kind": f"{', '.join(f'`{name}`' for name in KINDS)}",
    "unit": f"{', '.join(f'`{name}`' for name in UNITS)}",
    "better": f"{', '.join(f'`{name}`' for name in get_args(Better))}: which side of a target is good",
    "base": "condition over a row: it counts",
    "hit": "condition over a row of the base: it passes",
    "x": "a number of a row, added up",
    "y": "a number of a row to divide by, added up; of a ratio a row of `per`",
    "per": "the relation of the denominator",
    "per_base": "condition over a row of `per`: it counts in the denominator",
    "should": "condition over a row: it ought to be usable, for the coverage; left out: the base",
    "levels": "`person`, `unit`: who has it",
    "material": "the smallest gap that matters, in the unit (0.01 is one percentage point)",
    "min_base": "rows from which on it is judged; left out: what the kind has",
    "look_back_days": "for how many days later rows can still change it",
    "limits": "numbers by name, for `{name}` in conditions and texts",
    "needs": "tables, or `complaints`, without which there is no data; left out: those of the relations",
    "chances": "false: nothing is said of how likely a target is, as that was not found to hold",
    "unusable": "`scale_unknown`: why rows that are there cannot be used, where none of them can",
}
WRITTEN = "<!-- Written by scripts/reference.py from the catalogue and the contracts. -->\n"


def indicators() -> str:
    """The reference of all indicators."""
    catalog = load_catalog(None)
    lines = [
        "# Indicators",
        WRITTEN,
        "`value = numerator ÷ denominator`, both sums over rows: a month is the sum of its days, a team",
        "the sum of its people. Intervals are 95 %: Wilson for proportions, exact Poisson for rates, t for",
        "means and points, the jackknife over days for ratios.",
        "",
    ]
    for indicator in catalog.indicators.values():
        target = catalog.targets.get(indicator.key, {}).get("default")
        lines += _indicator(indicator, target)
    return "\n".join(lines)


def _indicator(indicator: Indicator, target: object) -> list[str]:
    facts = [
        ("Kind", f"{indicator.kind}, in {indicator.unit}, {indicator.better} is better"),
        ("For", " and ".join(indicator.levels)),
        ("Needs", ", ".join(indicator.needs)),
        ("Rows that count", f"`{indicator.base}`"),
        ("Rows that pass", f"`{indicator.hit}`" if indicator.hit else None),
        ("Added up", " ÷ ".join(f"`{sql}`" for sql in (indicator.x, indicator.y) if sql)),
        ("Per", f"{indicator.per}: `{indicator.per_base}`" if indicator.per else None),
        ("Limits", ", ".join(f"{name} = {value:g}" for name, value in indicator.limits.items()) or None),
        ("Judged from", f"{indicator.min_base} rows on" if indicator.min_base else None),
        ("Gap that matters", f"{indicator.material:g}"),
        ("Default target", f"{target:g}" if isinstance(target, int | float) else None),
        ("Reference", indicator.reference),
    ]
    return [
        f"## `{indicator.key}` {indicator.name['zh']} – {indicator.name['en']}",
        "",
        f"{indicator.definition['en']} {indicator.exclusions['en']}",
        "",
        f"{indicator.definition['zh']}{indicator.exclusions['zh']}",
        "",
        *(f"- {name}: {text}" for name, text in facts if text),
        "",
    ]


def tables() -> str:
    """The reference of all contracts."""
    lines = [
        "# Tables",
        WRITTEN,
        "Either header is recognised in the plain format, in any order. A row whose required column is",
        "empty, or whose text cannot be read, is set aside with its place and rule.",
        "",
    ]
    for contract in CONTRACTS.values():
        lines += [f"## `{contract.name}` {contract.zh} – {contract.en}", ""]
        apart = f"; rows that share it are told apart by {_names(contract.apart)}" if contract.apart else ""
        lines += [f"Key: {_names(contract.key)}{apart}.", ""]
        lines += ["| column | header (zh) | header (en) | type | notes |", "|--|--|--|--|--|"]
        for column in contract.columns:
            kind = "hashed and masked" if column.kind == "customer" else SQL_TYPE[column.kind]
            lines.append(f"| `{column.name}` | {column.zh} | {column.en} | {kind} | {_notes(column)} |")
        lines.append("")
    return "\n".join(lines)


def _names(columns: tuple[str, ...]) -> str:
    return ", ".join(f"`{name}`" for name in columns)


def _notes(column: Column) -> str:
    notes = ["required"] if column.required else []
    if column.low is not None and column.high is not None:
        notes.append(f"{column.low:g} to {column.high:g}" + ("" if column.strict else ", else unknown"))
    if column.choices:
        notes.append("; ".join(f"{value}: {', '.join(words)}" for value, words in column.choices.items()))
    if column.default:
        meant = "the day of its list, see the README" if column.kind == "date" else column.default.strip("'")
        notes.append(f"empty means {meant or 'none named'}")
    if column.otherwise:
        notes.append(f"else `{column.otherwise}`")
    return "; ".join(notes)


def configuration() -> str:
    """What is written about own entries, with the fields and columns that there are after it."""
    written, mark, _ = (DOCS / "configuration.md").read_text(encoding="utf-8").partition(FROM_HERE)
    return written + mark + "\n".join(["", "", *_fields(), *_columns()])


def _fields() -> list[str]:
    lines = ["## Fields of an indicator", "", "| field | needed | value |", "|--|--|--|"]
    for name, field in IndicatorEntry.model_fields.items():
        kinds = [kind.key for kind in KINDS.values() if name in kind.fields]
        needed = "always" if field.is_required() else f"by {', '.join(kinds)}" if kinds else ""
        lines.append(f"| `{name}` | {needed} | {FIELDS[name]} |")
    return [*lines, ""]


def _columns() -> list[str]:
    """The columns of every relation; those that have the same ones stand together."""
    catalog, con = load_catalog(None), duckdb.connect()
    create_tables(con)
    alike: dict[tuple[tuple[str, str], ...], list[str]] = {}
    choices: dict[str, dict[str, tuple[str, ...]]] = {}
    for relation in (*RELATIONS, *WITHIN):
        alike.setdefault(tuple(sorted(types_of(con, catalog, relation))), []).append(relation)
        fill_facts(con, relation)
        choices[relation] = choices_of(con, catalog, relation)
    lines = ["## Columns of the relations", ""]
    for columns, relations in alike.items():
        contracts = SOURCES.get(relations[0], (RELATIONS.get(relations[0], ""),))
        lines += [f"### {', '.join(f'`{name}`' for name in relations)}", ""]
        if "all_calls" in relations:
            spoken = " or ".join(f"`{name}`" for name in sorted(EVERY_DIRECTION))
            lines += [f"A condition over `calls` that speaks of {spoken} is one over `all_calls`.", ""]
        lines += ["| column | type | zh | en | words |", "|--|--|--|--|--|"]
        for column, kind in columns:
            said = [label(column, contracts, lang) for lang in ("zh", "en")]
            shown = ["" if one == column else one for one in said]
            words = ", ".join(max((choices[name].get(column, ()) for name in relations), key=len))
            lines.append(f"| `{column}` | {kind} | {shown[0]} | {shown[1]} | {words} |")
        lines.append("")
    return lines


def main() -> int:
    """Write the files, or with --check return 1 when one is not what would be written."""
    stale = []
    texts = (("indicators.md", indicators()), ("tables.md", tables()), ("configuration.md", configuration()))
    for name, text in texts:
        path = DOCS / name
        if "--check" not in sys.argv:
            path.write_text(text, encoding="utf-8")
        elif not path.exists() or path.read_text(encoding="utf-8") != text:
            stale.append(name)
    if stale:
        print(f"{', '.join(stale)}: not current; run python scripts/reference.py", file=sys.stderr)
    return len(stale)


if __name__ == "__main__":
    sys.exit(main())
