"""The command line's tables and CSV: texts from files come out as they are, and run nowhere."""

from __future__ import annotations

import csv
import io

import polars as pl
import pytest

from dashboard.commands.answers import Answers
from dashboard.words.csv_cells import csv_bytes, inert
from tests.dashboard.export.sheets import NASTY

TEXTS = ["=1+1", "  =1", "\n=1", "＝1", "@a", "a=1", "", "x\n=1", NASTY]


@pytest.mark.parametrize("text", ["calls[old].csv", "[/a]", "[bold]x[/bold]", ":smile:", "\\[x]"])
def test_a_table_prints_texts_as_they_are(text: str, capsys: pytest.CaptureFixture) -> None:
    Answers("en", as_json=False).rows([{"file": text, text: 1}])
    assert capsys.readouterr().out.count(text) == 2


def test_a_frame_as_csv_is_guarded_like_any_export() -> None:
    content = csv_bytes(pl.DataFrame({"raw": TEXTS, "n": [-1] * len(TEXTS)}))
    assert content.startswith(b"\xef\xbb\xbf")
    (_, *lines) = csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""))
    assert [raw for raw, _ in lines] == [inert(text) for text in TEXTS]
    assert {n for _, n in lines} == {"-1"}
