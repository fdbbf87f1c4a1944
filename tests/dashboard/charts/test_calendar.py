"""The calendar of loaded data as a picture, as a table and in words; findings of audits in words."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import polars as pl
import pytest

from dashboard.charts.calendar import STATES, alt_text, month_chart, summaries, summary_table, year_chart
from dashboard.charts.style import standard_trend_chart
from dashboard.markup.lists import trend_alt
from dashboard.words.attention import attention_line
from dashboard.words.form_labels import partial_notes
from dashboard.words.frames import audit_rows_shown, detail_text, findings
from dashboard.words.numbers import partial_text
from dashboard.words.verdicts import judgement_text
from etl.audits.audit import audits
from kpi.analysis.real_gaps import judged
from kpi.figures.coverage import CoveredDay
from tests.dashboard.hand_made import EMPTY, GOALS, MET, MISSED, NEAR, STANDARDS, figure

OCTOBER = [date(2026, 10, 1) + timedelta(days=n) for n in range(31)]


def in_chinese(text: str) -> bool:
    return any("\u3400" <= character <= "\u9fff" for character in text)


def month(contract: str, states: dict[int, str]) -> list[CoveredDay]:
    """A month of `data`, but for the days in `states`."""
    marked = [(day, states.get(day.day, "data")) for day in OCTOBER]
    return [CoveredDay(contract, day, 9 * (state in ("data", "few")), state) for day, state in marked]


DAYS = [
    *month("calls", {4: "none", 11: "none", 12: "missing", 13: "missing", 20: "missing", 21: "few"}),
    *month("tickets", {}),
]


def test_a_summary_counts_days_and_names_the_spans_that_lack_data():
    calls, tickets = summaries(DAYS)
    assert (calls.contract, calls.loaded, calls.expected) == ("calls", 26, 29)
    assert calls.lacking == ((OCTOBER[11], OCTOBER[12]), (OCTOBER[19], OCTOBER[19]))
    assert (tickets.loaded, tickets.expected, tickets.lacking) == (31, 31, ())


def test_the_picture_as_a_table_and_in_words():
    headings, rows = summary_table(DAYS, "en")
    assert headings == ("Table", "Days with data", "Share of days", "Days missing")
    lacking = "12 October 2026 – 13 October 2026, 20 October 2026"
    assert rows == [("Calls", "26 of 29", "89%", lacking), ("Tickets", "31 of 31", "100%", "")]
    assert alt_text(DAYS, "en") == f"Calls: 26 of 29 (Missing: {lacking}); Tickets: 31 of 31"


def test_many_spans_are_cut_short():
    days = month("calls", dict.fromkeys(range(1, 31, 2), "missing"))
    (row,) = summary_table(days, "en")[1]
    assert row[3].endswith(", …")
    assert row[3].count("October") == 6


def test_the_months_picture_has_a_square_for_every_day_and_a_cross_where_one_is_missing():
    spec = month_chart(DAYS, "en").to_dict()
    squares, crosses = spec["layer"]
    (cells,) = spec["datasets"].values()
    assert len(cells) == 62
    assert squares["encoding"]["y"]["sort"] == ["Calls", "Tickets"]
    assert crosses["transform"] == [{"filter": "datum.missing"}]
    assert crosses["mark"]["text"] == "×"
    assert sum(cell["missing"] for cell in cells) == 3
    assert squares["encoding"]["color"]["scale"]["domain"] == [text for text, _ in STATES.values()]
    assert spec["config"]["background"] == "transparent"


def test_the_years_picture_has_a_row_for_every_month():
    days = [CoveredDay("calls", date(2025, 11, 1) + timedelta(days=n), 1, "data") for n in range(365)]
    rows = year_chart(days, "en").to_dict()["layer"][0]["encoding"]["y"]["sort"]
    assert (len(rows), rows[0], rows[-1]) == (12, "November 2025", "October 2026")


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_finding_is_said_in_the_language_of_the_page(lang):
    found = pl.DataFrame(
        [
            {
                "file_id": 1 if audit.over == "file" else None,
                "audit": audit.name,
                "file": "a.csv" if audit.over == "file" else None,
                "found": 3,
                "since": None if audit.over == "file" else date(2026, 10, 1),
                "until": None if audit.over == "file" else date(2026, 10, 2),
            }
            for audit in audits()
        ]
    )
    said = findings(found, lang)
    assert [one.importance for one in said] == sorted((one.importance for one in said), reverse=True)
    assert {one.audit for one in said} == {audit.name for audit in audits()}
    for one in said:
        assert in_chinese(one.title) == in_chinese(one.todo) == (lang == "zh"), one
        assert one.where == "a.csv" or one.where.endswith(" 2026-10-01 – 2026-10-02")


def test_a_finding_of_an_audit_that_is_no_more_keeps_its_name():
    row = {"file_id": 1, "audit": "of_old", "file": "a.csv", "found": 3, "since": None, "until": None}
    (one,) = findings(pl.DataFrame([row], schema_overrides={"since": pl.Date, "until": pl.Date}), "en")
    assert (one.title, one.todo, one.where) == ("of_old", "", "a.csv")


def test_a_detail_is_a_sentence_or_columns_in_words():
    (says,) = (audit.says for audit in audits() if audit.name == "orphan_agents")
    values = '{"agent":"9999","contract":"calls","rows":12}'
    assert detail_text(values, says, "en") == "9999: 12 rows of Calls"
    assert detail_text(values, says, "zh") == "9999：通话记录 12 行"
    assert detail_text(values[:20], says, "en") == values[:20]
    assert detail_text("talk_s = -240.0", None, "en") == "Talk (s) = -240"
    assert detail_text(None, None, "en") == ""


def test_rows_of_a_file_have_no_day_and_rows_of_all_data_have_one():
    schema = {"day": pl.Date, "file": pl.String, "row": pl.Int64, "detail": pl.String}
    of_file = pl.DataFrame([(None, "a.csv", 7, "talk_s = -1.0")], schema=schema, orient="row")
    assert audit_rows_shown(of_file, "negative_duration", "en").columns == ["File row", "Detail"]
    values = '{"agent":"9","contract":"calls","rows":1}'
    of_all = pl.DataFrame([(date(2026, 10, 1), "a.csv", 7, values)], schema=schema, orient="row")
    assert audit_rows_shown(of_all, "orphan_agents", "en").rows() == [
        ("2026-10-01", "a.csv", 7, "9: 1 rows of Calls")
    ]


def test_partial_months_are_said_where_figures_are_counted_in_the_trend_and_under_a_form():
    part = figure("csat", 0.9, share_of_days=0.8349)
    assert attention_line([judged(part), judged(figure("csat", 0.9))], "en").endswith(", 1 on partial data")
    row = replace(STANDARDS.rows[0], trend=(*STANDARDS.rows[0].trend[:-1], part))
    assert trend_alt(row, "en").endswith("October 2026 90.0% (partial, 83% of days)")
    rings = [layer for layer in standard_trend_chart(row, "en").to_dict()["layer"] if "transform" in layer]
    assert [ring["transform"] for ring in rings] == [[{"filter": "datum.partial && datum.value != null"}]]
    plain = standard_trend_chart(STANDARDS.rows[0], "en").to_dict()
    assert not [layer for layer in plain["layer"] if "transform" in layer]
    goals = replace(GOALS, rows=tuple(replace(one, figure=part) for one in GOALS.rows[:2]))
    assert partial_notes(goals, "en") == ("Incomplete data. Customer satisfaction: partial, 83% of days.",)


@pytest.mark.parametrize(("share", "said"), [(0.999, "99%"), (0.001, "1%"), (29 / 31, "93%")])
def test_a_share_of_days_is_never_rounded_to_all_or_none(share, said):
    assert partial_text(figure("csat", 0.9, share_of_days=share), "en") == f"partial, {said} of days"


def test_a_verdict_on_part_of_the_days_says_so_and_one_that_cannot_tell_does_not_need_to():
    said = [
        judgement_text(judged(replace(one, share_of_days=0.5)), "en") for one in (MISSED, MET, NEAR, EMPTY)
    ]
    assert said == [
        "Clearly missed (partial data)",
        "Met (partial data)",
        "Cannot tell: 38.0% of the rows missing",
        "No data",
    ]
