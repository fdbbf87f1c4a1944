"""A file of many rows: every row is accounted for, and the roll-ups count what the file holds."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import duckdb
import pytest

import etl.loading.raw_rows
from benchmarks.calls import write_calls
from etl.home import Home
from kpi.figures.figures import figures
from kpi.figures.view import open_view
from kpi.loading.load import load_files
from kpi.scope import Scope, parse_month

IN_THE_FILE = """
    SELECT count(*), count(*) FILTER (Answered = 'yes'), sum("Talk (s)")
    FROM (SELECT DISTINCT * FROM read_csv(?))
    WHERE try_cast("Started at" AS TIMESTAMP) IS NOT NULL AND try_cast("Wait (s)" AS DOUBLE) IS NOT NULL"""
IN_THE_FACTS = "SELECT count(*), count(*) FILTER (answered), sum(talk_s) FROM calls"


@pytest.mark.parametrize("rows", [20_000, pytest.param(10_000_000, marks=pytest.mark.soak)])
def test_many_rows_are_all_accounted_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, rows: int) -> None:
    path, home = tmp_path / "calls.csv", Home(tmp_path / "home")
    write_calls(path, rows, 30, date(2026, 9, 1), bad=0.005, doubled=0.01)
    monkeypatch.setattr(etl.loading.raw_rows, "LARGE", 0)  # few rows are read in the way of many
    (file,) = load_files(home, [path]).files
    counts = file.counts
    assert file.rows_read == rows + rows // 100
    assert (counts.rejected, counts.duplicate) == (rows // 200, rows // 100)
    assert counts.loaded == rows - rows // 200
    view = open_view(home)
    with duckdb.connect() as con:
        said = con.execute(IN_THE_FILE, [str(path)]).fetchone()
    assert view.query(IN_THE_FACTS).rows() == [said]
    (offered,) = figures(view, Scope(parse_month("2026-09")), ["offered"])
    assert view.rolled_up()
    assert offered.value == said[0]
