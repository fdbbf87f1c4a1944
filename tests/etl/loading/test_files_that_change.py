"""Files that grow, change or go away while they are read are refused, never loaded in part."""

from __future__ import annotations

import pytest

from etl.errors import Problem
from etl.loading import load as loading
from etl.loading.load import load
from etl.loading.report import report_json
from etl.read import Content, contents, grids
from etl.snapshots.snapshot import current


def test_a_file_that_grows_while_it_is_read_is_refused(tmp_path, calls):
    path = calls("a.csv", "C1,2026-10-01 09:00:00,是,1,1,1,")
    (content,) = contents(path, tmp_path)
    assert isinstance(content, Content)
    content.check_unchanged()
    with path.open("a") as file:
        file.write("C2,2026-10-01 09:00:00,是,1,1,1,\n")
    with pytest.raises(Problem, match="still being written"):
        content.check_unchanged()
    path.unlink()
    with pytest.raises(Problem, match="cannot be read"):
        list(grids(content))


def test_a_growing_file_is_not_loaded_in_part(home, calls, monkeypatch):
    path = calls("a.csv", "C1,2026-10-01 09:00:00,是,1,1,1,")
    recognise = loading.recognise

    def meanwhile(*given, **options):
        found = recognise(*given, **options)
        with path.open("a") as file:
            file.write("C2,2026-10-01 09:00:00,是,1,1,1,\n")
        return found

    monkeypatch.setattr(loading, "recognise", meanwhile)
    (file,) = report_json(load(home, [path]))["files"]
    assert (file["status"], file["message"]) == (
        "refused", "a.csv: It is still being written. Load it again when it is complete.",
    )  # fmt: skip
    assert current(home) is None
