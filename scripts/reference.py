"""Writes docs/indicators.md and docs/tables.md from catalogue and contracts; --check only compares."""

from __future__ import annotations

import sys
from pathlib import Path

from etl.contracts.contract import SQL_TYPE, Column
from etl.contracts.facts import CONTRACTS
from kpi.catalog.definitions import Indicator
from kpi.catalog.load import load_catalog

DOCS = Path(__file__).resolve().parents[1] / "docs"
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
        notes.append(f"empty means {column.default.strip(chr(39)) or 'nobody named'}")
    if column.otherwise:
        notes.append(f"else `{column.otherwise}`")
    return "; ".join(notes)


def main() -> int:
    """Write both files, or with --check return 1 when one is not what would be written."""
    stale = []
    for name, text in (("indicators.md", indicators()), ("tables.md", tables())):
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
