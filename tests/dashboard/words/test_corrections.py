"""Corrections in words and on paper: beside each figure, at the foot of each sheet, in the command's list."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from dashboard.commands.terminal_tables import sheet_table
from dashboard.export.csv_table import csv_bytes
from dashboard.export.excel import workbook_bytes
from dashboard.export.pdf import pdf_bytes
from dashboard.markup.appraisal import appraisal_html
from dashboard.markup.goals import goals_html
from dashboard.markup.lists import indicators_html, items_html, standard_html
from dashboard.words.corrections import corrections_note, corrections_text, people_lines, what_text
from etl.corrections.corrections import Correction
from etl.home import Home
from kpi.analysis.real_gaps import judged
from kpi.figures.view import open_view, records_of
from kpi.loading.correction_list import propose
from kpi.loading.load import reapply
from kpi.records.corrections import CorrectionRecord, approve, withdraw
from tests.dashboard.export.reading import cells, pages, squeezed
from tests.dashboard.hand_made import APPRAISAL, GOALS, MET, STANDARDS

TWO = {"corrections": (3, 5), "value_without": 0.961}
NOTHING_LEFT = {"corrections": (3,), "value_without": None}
CORRECTED_GOALS = replace(
    GOALS, rows=(replace(GOALS.rows[0], figure=replace(GOALS.rows[0].figure, **TWO)), *GOALS.rows[1:])
)
_score = next(s for s in APPRAISAL.scores if s.figure is not None and s.figure.indicator.unit == "share")
CORRECTED_APPRAISAL = replace(
    APPRAISAL,
    scores=tuple(
        replace(score, figure=replace(score.figure, **TWO)) if score is _score else score
        for score in APPRAISAL.scores
    ),
)
CORRECTED_STANDARDS = replace(
    STANDARDS,
    rows=(replace(STANDARDS.rows[0], figure=replace(STANDARDS.rows[0].figure, **TWO)), *STANDARDS.rows[1:]),
    items=(
        replace(STANDARDS.items[0], response=judged(replace(STANDARDS.items[0].response.figure, corrections=(7,), value_without=0.5))),
        *STANDARDS.items[1:],
    ),
)  # fmt: skip
SHEETS = {"goals": CORRECTED_GOALS, "appraisal": CORRECTED_APPRAISAL, "standards": CORRECTED_STANDARDS}
PLAIN = {"goals": GOALS, "appraisal": APPRAISAL, "standards": STANDARDS}
SAYS = "2 corrections (without: 96.1%)"


def test_a_figure_says_how_many_apply_and_what_it_is_without() -> None:
    assert corrections_text(replace(MET, **TWO), "en") == SAYS
    assert corrections_text(replace(MET, **NOTHING_LEFT), "en") == "1 correction (without: No data)"
    assert corrections_text(MET, "en") == ""


@pytest.mark.parametrize("what", SHEETS)
def test_the_foot_names_them_and_every_figure_without(what: str) -> None:
    note = corrections_note(SHEETS[what], "en")
    number = 3 if what == "standards" else 2
    assert note.startswith(f"Corrections that apply: {number} (no. 3, 5")
    item = STANDARDS.items[0].item.name["en"]
    assert (f" Without them: {item}, Response within limit: 50.0%." in note) is (what == "standards")
    assert corrections_note(PLAIN[what], "en") == ""


@pytest.mark.parametrize("what", SHEETS)
def test_the_workbook_says_it_beside_the_figure_and_in_the_footer(what: str) -> None:
    (sheet,) = cells(workbook_bytes((SHEETS[what],), "en")).values()
    texts = [str(value) for value in sheet.values() if isinstance(value, str)]
    assert sum(SAYS in text for text in texts) == 1
    assert corrections_note(SHEETS[what], "en") in texts
    (before,) = cells(workbook_bytes((PLAIN[what],), "en")).values()
    assert not [text for text in before.values() if "orrection" in str(text)]
    changed = {at for at in before if before[at] != sheet.get(at)}
    assert len(changed) <= 4, "nothing else moves: the figure's cell, and the lines at the foot"


@pytest.mark.parametrize("what", SHEETS)
def test_the_pdf_says_it_too(what: str) -> None:
    text = "".join(pages(pdf_bytes((SHEETS[what],), "en")))
    assert squeezed(SAYS) in text
    assert squeezed(corrections_note(SHEETS[what], "en")) in text
    assert "orrection" not in "".join(pages(pdf_bytes((PLAIN[what],), "en")))


@pytest.mark.parametrize("what", SHEETS)
def test_the_csv_has_two_more_columns_only_where_some_apply(what: str) -> None:
    def rows(sheet: object) -> list[list[str]]:
        return list(csv.reader(io.StringIO(csv_bytes((sheet,), "en").decode("utf-8-sig"), newline="")))

    (header, *lines), (plain_header, *plain_lines) = rows(SHEETS[what]), rows(PLAIN[what])
    assert header == [*plain_header, "Corrections that apply", "Without corrections"]
    touched = {"standards": 2}.get(what, 1)
    assert sorted(line[-2:] for line in lines if line[-2]) == sorted([["2", "0.961"], ["1", "0.5"]][:touched])
    remarks = header.index("Scale and remarks") if what == "appraisal" else None
    for line, before in zip(lines, plain_lines, strict=True):
        same = [at for at in range(len(before)) if at != remarks]
        assert [line[at] for at in same] == [before[at] for at in same]


def test_the_pages_say_it_at_the_figure() -> None:
    for html in (
        str(goals_html(CORRECTED_GOALS, (), "en")),
        str(appraisal_html(CORRECTED_APPRAISAL, "en")),
        str(standard_html(CORRECTED_STANDARDS.rows[0], "en")),
        str(indicators_html([judged(replace(MET, **TWO))], "en")),
    ):
        assert html.count(SAYS) == 1
    assert "1 correction (without: 50.0%)" in str(items_html(CORRECTED_STANDARDS.items, "en"))
    assert "orrection" not in str(goals_html(GOALS, (), "en")) + str(appraisal_html(APPRAISAL, "en"))
    assert SAYS in str(sheet_table(CORRECTED_GOALS, "en").columns[2]._cells)


def test_what_a_correction_does_is_one_line() -> None:
    span = Correction(
        1, "exclude", "calls", starts_at=datetime(2026, 10, 12, 14), ends_at=datetime(2026, 10, 12, 16), queue="A"
    )  # fmt: skip
    assert what_text(span, "en") == (
        "Take out · Calls · from 2026-10-12 14:00 until before 2026-10-12 16:00 · queue: A"
    )
    rows = Correction(2, "reassign", "calls", keys=tuple((f"C{n}",) for n in range(7)), to_agent="1002")
    assert what_text(rows, "en") == "Re-attribute · Calls · C0; C1; C2; C3; C4 and 2 more · to agent: 1002"
    value = Correction(3, "amend", "qa_items", keys=(("Q1", "问候"),), column="earned", value="")
    assert what_text(value, "en") == "Amend a value · QA items · Q1 / 问候 · Points earned becomes (empty)"


def test_times_of_people_are_the_homes() -> None:
    record = CorrectionRecord(
        Correction(1, "exclude", "calls"), "r", "", "A", datetime(2026, 10, 12, 20, tzinfo=UTC), 3,
        "B", datetime(2026, 10, 12, 21, tzinfo=UTC), "C", datetime(2026, 10, 12, 22, tzinfo=UTC), "why",
    )  # fmt: skip
    assert people_lines(record, "Asia/Shanghai", "en") == [
        "Asked for by A, 2026-10-13 04:00",
        "Approved by B, 2026-10-13 05:00",
        "Withdrawn by C, 2026-10-13 06:00: why",
    ]


def keep(home: Home, what: Correction, reason: str = "线路中断") -> int:
    view, records = open_view(home), records_of(home, create=True)
    return propose(view, records, what, reason=reason, evidence="", asked_by="王组长", who="local")


ONE_DAY = {"starts_at": datetime(2026, 10, 5), "ends_at": datetime(2026, 10, 6)}


def test_the_command_lists_every_correction(home: Home, run: Callable[..., tuple[int, str]]) -> None:
    assert run("corrections", "--home", home.path, "--json", "--lang", "en")[:2] == (0, "[]\n")
    records = records_of(home, create=True)
    for reason in ("<b>[red]a[/red]</b>", "b", "c"):
        keep(home, Correction(0, "exclude", "calls", **ONE_DAY), reason)
    approve(records, 1, "王组长", version=1, who="local")
    approve(records, 2, "李主管", version=1, who="local")
    reapply(home)
    withdraw(records, 2, "李主管", "误报", version=2, who="local")
    code, out, _ = run("corrections", "--home", home.path, "--json", "--lang", "en")
    third, second, first = json.loads(out)
    assert code == 0
    assert (first["state"], first["rows"], first["pending"], first["same_person"]) == (
        "approved",
        8,
        False,
        True,
    )
    assert (second["state"], second["rows"], second["pending"], second["same_person"]) == (
        "withdrawn", None, True, False,
    )  # fmt: skip
    assert (third["state"], third["rows"], third["approved_at"]) == ("draft", 8, None)
    assert (first["from"], first["until"], first["table"]) == (
        "2026-10-05T00:00:00",
        "2026-10-06T00:00:00",
        "calls",
    )
    code, out, _ = run("corrections", "--home", home.path, "--lang", "en")
    assert code == 0
    assert "[red]a[/red]" in out
    assert "same person" in out.replace("\n", " ")


def test_show_prints_the_figure_without(home: Home, run: Callable[..., tuple[int, str]]) -> None:
    show = ("show", "indicators", "--month", "2026-10", "--home", home.path, "--json")
    before = {row["key"]: row for row in json.loads(run(*show)[1])}
    keep(home, Correction(0, "exclude", "calls", **ONE_DAY))
    approve(records_of(home), 1, "李主管", version=1, who="local")
    reapply(home)
    after = {row["key"]: row for row in json.loads(run(*show)[1])}
    assert (after["offered"]["value"], after["offered"]["corrections"]) == (16, 1)
    assert after["offered"]["value_without"] == before["offered"]["value"] == 24
    assert "corrections" not in after["csat"]
    assert after["csat"] == before["csat"]
    goals = json.loads(run("show", "goals", "--month", "2026-10", "--home", home.path, "--json")[1])
    assert goals["sheet"]["corrections"] == 1
    _, out, _ = run("show", "goals", "--month", "2026-10", "--home", home.path, "--lang", "en")
    assert "1 correction (without" in out.replace("\n", " ")


def test_a_home_that_is_not_there_has_no_corrections(tmp_path, run: Callable[..., tuple[int, str]]) -> None:
    assert run("corrections", "--home", tmp_path / "none", "--json")[:2] == (0, "[]\n")
    assert not (tmp_path / "none").exists()
