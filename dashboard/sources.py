"""What `service-kpi sources` answers: the known formats, and templates to fill."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from etl.contracts import CONTRACTS
from etl.home import Home
from etl.source_maps import load_sources
from etl.templates import write_templates
from kpi.catalog import load_catalog


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


def templates(home: Home, folder: Path, lang: str) -> list[Path]:
    """Write the templates of all contracts into `folder`, with the QA points of this home's form."""
    points = [
        (point.item if lang == "zh" else point.name_en, point.maximum)
        for point in load_catalog(home.config).qa_points
    ]
    return write_templates(folder, lang, points, date.today())
