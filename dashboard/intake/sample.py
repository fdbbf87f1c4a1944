"""The sample: made, and loaded into a home that has no data yet."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from etl.errors import N_, Problem
from etl.home import Home
from etl.loading.report import LoadReport
from etl.progress import Progress
from etl.snapshots.snapshot import current_id
from kpi.loading.load import load_files

SETTINGS = """organisation = "示例客户服务中心"

[departments]
"热线部" = ["热线一组", "热线二组", "热线三组", "夜班组"]
"""


def load_sample(home: Home, progress: Progress) -> LoadReport:
    """Make the sample, load it and return the report; Problem where anything is loaded already.

    The settings of a home that has any stay as they are.
    """
    import sample_data

    _refuse_data(home)
    with tempfile.TemporaryDirectory() as folder:
        progress.step("make")
        sample_data.make(Path(folder))
        files = sorted(path for path in Path(folder).iterdir() if path.suffix != ".md")
        _refuse_data(home)  # making them takes some seconds
        home.create()
        report = load_files(home, files, progress=progress, wait=True)
        if not (home.config / "home.toml").exists():
            (home.config / "home.toml").write_text(SETTINGS, encoding="utf-8")
        _type_measures(home)
        shutil.copy(Path(folder) / "README.md", home.path / "README.md")
    return report


def _refuse_data(home: Home) -> None:
    """Raise Problem where invented figures would get among others."""
    if current_id(home) is not None:
        raise Problem(
            str(home.path), N_("There are data in it already."), N_("The sample needs a home of its own.")
        )


def _type_measures(home: Home) -> None:
    """The measures of the sample's stories on the goal sheets they were agreed on."""
    from kpi.figures.subjects import find_subject
    from kpi.figures.view import open_view, records_of
    from kpi.records import SheetKey
    from kpi.sheets.measures import MEASURE
    from sample_data.measures import PLANTED_MEASURES

    view, records = open_view(home), records_of(home, create=True)
    for planted in PLANTED_MEASURES:
        sheet = SheetKey("goals", planted.month, "person", find_subject(view, agent=planted.agent).key)
        texts = {"text": planted.text_zh, "owner": planted.owner, "due": str(planted.due), "status": "done"}
        records.save_many(
            sheet, [(planted.indicator, MEASURE[name], text, 0) for name, text in texts.items()], "sample"
        )
