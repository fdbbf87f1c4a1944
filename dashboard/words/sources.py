"""The known formats of files, and the faults of a map, in words."""

from __future__ import annotations

from dashboard.words.frames import RULES, label
from dashboard.words.translate import words
from etl.contracts.facts import CONTRACTS
from etl.home import Home
from etl.maps.maps import load_sources


def known_sources(home: Home, lang: str) -> list[dict]:
    """Every known source: its name, title and tables; the plain format of each contract included."""
    rows = [
        {
            "name": source.name,
            "title": source.title.get(lang, source.name),
            "tables": ", ".join(table.contract.name for table in source.tables),
        }
        for source in load_sources(home.config).values()
    ]
    rows += [
        {"name": f"plain_{c.name}", "title": c.zh if lang == "zh" else c.en, "tables": c.name}
        for c in CONTRACTS.values()
    ]
    return rows


def fault_text(row: dict, contract: str, lang: str) -> str:
    """What is wrong with a mapped row, in words; "" when nothing is."""
    if not row.get("fault_rule"):
        return ""
    rule = words(lang)(RULES.get(row["fault_rule"], row["fault_rule"]))
    column = label(row["fault_column"], (contract,), lang) if row["fault_column"] else ""
    return f"{column}: {rule}" if column else rule
