"""Empty templates of all tables, with the QA points of the home's own form: as files, and as one archive."""

from __future__ import annotations

import io
import tempfile
import zipfile
from datetime import date
from pathlib import Path

from etl.home import Home
from etl.maps.templates import write_templates
from kpi.catalog.load import load_catalog


def templates(home: Home, folder: Path, lang: str) -> list[Path]:
    """Write the templates of all contracts into `folder`, with the QA points of this home's form."""
    points = [
        (point.item if lang == "zh" else point.name_en, point.maximum)
        for point in load_catalog(home.config).qa_points
    ]
    return write_templates(folder, lang, points, date.today())


def templates_archive(home: Home, lang: str) -> bytes:
    """The same templates as one ZIP."""
    packed = io.BytesIO()
    with (
        tempfile.TemporaryDirectory() as folder,
        zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive,
    ):
        for path in templates(home, Path(folder), lang):
            archive.write(path, path.name)
    return packed.getvalue()
