"""A column is said once: it appears wherever its form is shown, and an agreed sheet shows what it kept of it."""

from __future__ import annotations

import csv
import io
import json
import re
from dataclasses import replace
from html import unescape

import openpyxl
import pytest

from dashboard.commands.terminal_tables import sheet_table
from dashboard.export.csv_table import csv_bytes
from dashboard.export.excel import workbook_bytes
from dashboard.export.pdf import pdf_bytes
from dashboard.markup.appraisal import appraisal_html
from dashboard.markup.goals import goals_html
from dashboard.markup.lists import items_html, standard_html
from dashboard.words import columns as forms
from dashboard.words.column import NOT_KEPT, Column
from dashboard.words.form_labels import Sheet, kind_of
from dashboard.words.translate import words
from etl.home import Home
from kpi.analysis.real_gaps import judged
from kpi.figures.view import View, open_view
from kpi.records.cycle_kept import steps_of
from kpi.scope import Scope, Subject, parse_month
from kpi.sheets import closing, cycle, goals
from kpi.sheets.agreed import thaw
from kpi.sheets.goals import goal_sheet as sheet_of
from kpi.sheets.goals import sheet_key
from kpi.sheets.json_shapes import goals_json
from tests.dashboard.export import sheets as made
from tests.dashboard.export.reading import pages, recalculated, squeezed

SHEETS = {
    "goals": made.goal_sheet(),
    "appraisal": made.appraisal_sheet(),
    "standards": made.standards_sheet(),
}
TUPLES = {
    "goals": "GOAL_COLUMNS",
    "appraisal": "APPRAISAL_COLUMNS",
    "standards": "STANDARD_COLUMNS",
    "items": "ITEM_COLUMNS",
}
HEADING = "Entirely new"
NUMBERED = Column("extra", HEADING, lambda line: 731_000 + line.number, format="whole")
LAST_YEAR = Column(
    "last_year", HEADING, lambda line: line.row.more["last_year"], format="value", needs=("last_year",)
)
SCOPE = Scope(parse_month("2026-10"), Subject("person", "1001", "1001", "样例员工01"))


def set_columns(monkeypatch: pytest.MonkeyPatch, form: str, *columns: Column) -> None:
    monkeypatch.setattr(forms, TUPLES[form], columns)


def add(monkeypatch: pytest.MonkeyPatch, form: str, column: Column) -> None:
    set_columns(monkeypatch, form, *getattr(forms, TUPLES[form]), column)


def by_heading(rows: list[list], first: str, count: int) -> dict[str, list]:
    """The cells of a table by their heading; `first` is a heading of the row that has them."""
    row = next(n for n, row in enumerate(rows) if first in row)
    return {
        name: [line[at] for line in rows[row + 1 : row + 1 + count]]
        for at, name in enumerate(rows[row])
        if name
    }


def in_workbook(sheet: Sheet, lang: str) -> list[list]:
    book = openpyxl.load_workbook(io.BytesIO(workbook_bytes((sheet,), lang)), data_only=True)
    # Excel's own fifteen digits: what a formula shows and what a number is may differ in the seventeenth.
    return [
        [round(cell, 15) if isinstance(cell, float) else cell for cell in row] for row in book.active.values
    ]


def in_csv(sheet: Sheet, lang: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(csv_bytes((sheet,), lang).decode("utf-8-sig"), newline="")))


def in_terminal(sheet: Sheet, lang: str) -> list[list[str]]:
    shown = sheet_table(sheet, lang).columns
    return [
        [str(column.header) for column in shown],
        *map(list, zip(*(c._cells for c in shown), strict=True)),
    ]


def in_pdf(sheet: Sheet, lang: str) -> str:
    return "".join(pages(pdf_bytes((sheet,), lang)))


def on_page(sheet: Sheet, lang: str) -> str:
    if kind_of(sheet) == "standards":
        return "".join(str(standard_html(row, lang)) for row in sheet.rows) + str(
            items_html(sheet.items, lang)
        )
    return str(goals_html(sheet, (), lang) if kind_of(sheet) == "goals" else appraisal_html(sheet, lang))


def page_table(sheet: Sheet, lang: str) -> list[list[str]]:
    """The rows of a form's table on its page, as texts, in its printed order; a form of cards has none."""
    html = re.sub(r"<tfoot>.*?</tfoot>", "", on_page(sheet, lang), flags=re.S)
    html = re.sub(r'<tr class="kpi-group-row".*?</tr>', "", html, flags=re.S)
    head, *body = re.findall(r"<tr.*?</tr>", html, re.S)
    body.sort(key=lambda row: [int(number) for number in re.findall(r'class="kpi-no">(\d+)', row)])
    rows = [re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.S) for row in (head, *body)]
    return [[unescape(re.sub("<[^>]+>", "", cell)) for cell in row] for row in rows]


def tables(sheet: Sheet, lang: str) -> dict[str, dict[str, list]]:
    """By renderer what stands in the columns of a form, by heading, in their order."""
    count = len(sheet.scores if kind_of(sheet) == "appraisal" else sheet.rows)
    found = {
        "excel": in_workbook(sheet, lang)[2:],
        "csv": in_csv(sheet, lang),
        "terminal": in_terminal(sheet, lang),
    } | ({} if kind_of(sheet) == "standards" else {"page": page_table(sheet, lang)})
    return {place: by_heading(rows, next(filter(None, rows[0])), count) for place, rows in found.items()}


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("form", SHEETS)
def test_a_column_added_at_run_time_is_shown_by_all_five(
    monkeypatch: pytest.MonkeyPatch, form: str, lang: str
) -> None:
    sheet = SHEETS[form]
    add(monkeypatch, form, NUMBERED)
    count = len(sheet.scores if form == "appraisal" else sheet.rows)
    numbers = [731_001 + n for n in range(count)]
    read = [f"{number:,}" for number in numbers]
    found = {place: shown[HEADING] for place, shown in tables(sheet, lang).items()}
    assert found.pop("excel") == numbers
    assert found.pop("csv") == [str(number) for number in numbers]
    assert all(shown == read for shown in found.values())
    assert len(found) == (1 if form == "standards" else 2)  # the page of the standards has cards, no table
    assert all(text in on_page(sheet, lang) for text in (HEADING, read[0]))
    printed = in_pdf(sheet, lang)
    assert all(squeezed(text) in printed for text in (HEADING, *read))


def test_a_column_of_the_ticket_limits_is_on_the_page_and_on_paper(monkeypatch: pytest.MonkeyPatch) -> None:
    sheet = SHEETS["standards"]
    add(monkeypatch, "items", NUMBERED)
    numbers = [731_001 + n for n in range(len(sheet.items))]
    shown = by_heading(in_workbook(sheet, "en"), HEADING, len(numbers))
    assert shown[HEADING] == numbers
    assert f"{numbers[-1]:,}" in in_pdf(sheet, "en")
    assert "731,001" in on_page(sheet, "en")


@pytest.mark.parametrize("form", SHEETS)
def test_no_renderer_counts_columns(monkeypatch: pytest.MonkeyPatch, form: str) -> None:
    sheet, columns = SHEETS[form], getattr(forms, TUPLES[form])
    whole = tables(sheet, "en")
    for left in (columns[::-1], *(tuple(c for c in columns if c is not one) for one in columns)):
        set_columns(monkeypatch, form, *left)
        for place, shown in tables(sheet, "en").items():
            names = [name for name in shown if name in whole[place]]
            gone = {name for name in whole[place] if name not in shown}
            assert len(gone) == (len(left) < len(columns) and place in on(columns, left))
            assert [shown[name] for name in names] == [whole[place][name] for name in names], (place, gone)
        printed = in_pdf(sheet, "en")
        assert all(squeezed(name) in printed for name in made.headings(sheet, "pdf", "en") if name != "Trend")


def on(columns: tuple[Column, ...], left: tuple[Column, ...]) -> frozenset[str]:
    """Where the column is shown that is not among those left."""
    return next(column.on for column in columns if column not in left)


def test_columns_keep_the_order_that_they_are_given(monkeypatch: pytest.MonkeyPatch) -> None:
    for form, sheet in SHEETS.items():
        set_columns(monkeypatch, form, *getattr(forms, TUPLES[form])[::-1])
        shown = tables(sheet, "en")
        assert (*shown["terminal"],) == made.headings(sheet, "terminal", "en")
        printed = made.headings(sheet, "pdf", "en")
        assert tuple(name for name in shown["excel"] if name in printed) == printed
        assert tuple(name for name in shown["csv"] if name in printed) == tuple(
            name for name in printed if name in shown["csv"]
        )
    assert page_table(SHEETS["goals"], "en")[0][0] == "Measures"
    assert page_table(SHEETS["appraisal"], "en")[0][0] == "Rating and example"


def test_a_difference_follows_its_columns_wherever_they_stand(
    monkeypatch: pytest.MonkeyPatch, tmp_path
) -> None:
    set_columns(monkeypatch, "goals", *forms.GOAL_COLUMNS[::-1])
    sheet = SHEETS["goals"]
    again = recalculated(workbook_bytes((sheet,), "en"), tmp_path / "goals.xlsx")
    gaps = [again[f"D{row}"] for row in range(4, 4 + len(sheet.rows))]
    assert gaps == [pytest.approx(row.figure.gap) if row.figure.gap is not None else "" for row in sheet.rows]


@pytest.fixture
def view(home: Home) -> View:
    return closing.close_month(open_view(home), SCOPE.period, by="王组长", who="local")


def agree(view: View) -> None:
    for row in sheet_of(view, SCOPE).rows:
        if row.important:
            key = row.figure.indicator.key
            view.records.save(sheet_key(SCOPE), key, "cause", "系统切换", version=0, who="local")
    cycle.agree(view, SCOPE, by="王组长", form_number="1", who="local")


def last_year(numbers: dict[str, float]):
    return lambda view, scope, keys: numbers


def never(*_: object) -> dict:
    raise AssertionError("computed for an agreed sheet")


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_an_agreed_sheet_says_that_it_had_no_such_column(
    view: View, monkeypatch: pytest.MonkeyPatch, lang: str
) -> None:
    agree(view)
    monkeypatch.setitem(goals.MORE, "last_year", never)
    add(monkeypatch, "goals", LAST_YEAR)
    sheet, said = sheet_of(view, SCOPE), words(lang)(NOT_KEPT)
    assert said == {"zh": "—（签字确认时无此栏）", "en": "— (no such column when it was agreed)"}[lang]
    found = {place: set(shown[HEADING]) for place, shown in tables(sheet, lang).items()}
    assert found == {place: {said} for place in ("excel", "csv", "terminal", "page")}
    assert in_pdf(sheet, lang).count(squeezed(said)) == len(sheet.rows)


def test_an_agreed_sheet_shows_a_new_column_from_its_kept_figures(
    view: View, monkeypatch: pytest.MonkeyPatch
) -> None:
    agree(view)
    add(monkeypatch, "goals", Column("sample", HEADING, lambda line: line.figure.base, format="whole"))
    sheet = sheet_of(view, SCOPE)
    kept = thaw(steps_of(view.records, sheet_key(SCOPE))[-1].content)
    assert tables(sheet, "en")["excel"][HEADING] == [row.figure.base for row in kept.values()]
    assert any(row.figure.base for row in kept.values())


def test_what_a_column_needs_is_kept_with_the_agreement(view: View, monkeypatch: pytest.MonkeyPatch) -> None:
    add(monkeypatch, "goals", LAST_YEAR)
    keys = [row.figure.indicator.key for row in sheet_of(view, SCOPE).rows]
    monkeypatch.setitem(goals.MORE, "last_year", last_year({key: 700.5 + n for n, key in enumerate(keys)}))
    before = tables(sheet_of(view, SCOPE), "en")
    agree(view)
    monkeypatch.setitem(goals.MORE, "last_year", never)
    sheet = sheet_of(view, SCOPE)
    assert sheet.locked
    assert {place: shown[HEADING] for place, shown in tables(sheet, "en").items()} == {
        place: shown[HEADING] for place, shown in before.items()
    }
    assert before["excel"][HEADING][:2] == [700.5, 701.5]
    assert [row["last_year"] for row in goals_json(sheet, "en")["rows"]] == before["excel"][HEADING]


def test_a_field_of_a_figure_that_an_old_agreement_lacks_is_not_made_up(
    view: View, monkeypatch: pytest.MonkeyPatch
) -> None:
    agree(view)
    (step,) = [one for one in steps_of(view.records, sheet_key(SCOPE)) if one.action == "agreed"]
    old = json.loads(step.content)
    for row in old:
        del row["more"], row["figure"]["variance"]
    monkeypatch.setattr(goals, "last_agreed", lambda steps: thaw(json.dumps(old)))
    spread = Column("spread", HEADING, lambda line: line.figure.variance, format="value", needs=("variance",))
    add(monkeypatch, "goals", spread)
    assert set(tables(sheet_of(view, SCOPE), "en")["csv"][HEADING]) == {NOT_KEPT}


def test_a_column_of_an_agreed_sheet_sees_nothing_of_today(monkeypatch: pytest.MonkeyPatch) -> None:
    agreed = [
        replace(row, now=judged(replace(row.figure, value=0.123)), kept=frozenset(("value",)))
        for row in SHEETS["goals"].rows
    ]
    today = Column("today", HEADING, lambda line: line.row.now and line.row.now.figure.value, format="value")
    add(monkeypatch, "goals", today)
    sheet = replace(SHEETS["goals"], rows=tuple(agreed), state="agreed")
    assert set(tables(sheet, "en")["excel"][HEADING]) == {None}
