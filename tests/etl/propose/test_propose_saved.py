"""Proposals that are kept: the map is read back with all its checks, and files of the kind load from then on."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from pathlib import Path

import pytest

from etl.errors import Problem
from etl.home import Home
from etl.loading.load import LoadReport, load
from etl.maps.maps import load_sources
from etl.propose import Draft, answer, doubtful, map_text, propose, save
from etl.propose.written import read_back
from etl.snapshots.snapshot import current
from tests.etl.vendor_exports import EXPORTS, write_export, write_grouped

NASTY = [
    'say "hi"',
    "C:\\temp\\n",
    "<script>alert(1)</script>",
    '=HYPERLINK("http://x","y")',
    "it's",
    "a{b}c",
    "x'); --",
]


@pytest.fixture
def keep(home: Home, tmp_path: Path) -> Callable[..., Path]:
    """Save the proposal for a made-up export under its own name, with answers; the path of the export."""

    def keeper(name: str, *answers: str) -> Path:
        path = write_export(tmp_path, name)
        save(home, propose(home, path, answers=answers)[0], name, name)
        return path

    return keeper


def rows(home: Home, sql: str) -> list[tuple]:
    return current(home).query(sql).rows()


def told(report: LoadReport) -> list[tuple]:
    return [
        (one.source, one.table, one.rows_read, one.counts.loaded, one.reject_rules) for one in report.files
    ]


@pytest.mark.parametrize(
    "name", sorted(set(EXPORTS) - {"ambiguous_days", "keys_pressed", "wide_roster", "deductions"})
)
def test_every_proposal_is_a_map_that_passes_its_checks(name: str, home: Home, tmp_path: Path) -> None:
    found = propose(home, write_export(tmp_path, name))[0]
    source = read_back(name, map_text(found, name))
    assert source.tables[0].contract.name == found.tables[0].contract


def test_a_saved_map_is_recognised_from_then_on_and_loads(home: Home, keep) -> None:
    path = keep("cloud_calls", "answered:转语音信箱=false", "wait_s=mm:ss", "ring_s=mm:ss")
    assert load_sources(home.config)["cloud_calls"].headers[0] == "通话id"
    report = load(home, [path])
    assert told(report) == [("cloud_calls", "calls", 60, 60, {}), ("cloud_calls", "surveys", 60, 30, {})]
    assert rows(home, "SELECT answered, wait_s, talk_s, queue FROM calls ORDER BY call_id LIMIT 2") == [
        (True, 12.0, 205.0, "售后"),
        (False, 60.0, None, "售后"),
    ]
    assert rows(home, "SELECT DISTINCT score, scale FROM surveys ORDER BY score") == [
        (1.0, 3.0),
        (2.0, 3.0),
        (3.0, 3.0),
    ]
    assert answer(home, path)[0]["source"] == "cloud_calls"


def test_an_undecided_column_that_must_be_there_is_not_saved(home: Home, tmp_path: Path) -> None:
    for name, column in (
        ("ambiguous_days", "calls.started_at"),
        ("cloud_calls", "calls.answered"),
        ("deductions", "qa_items.applicable"),
        ("wide_roster", "schedule.start_at"),
    ):
        found = propose(home, write_export(tmp_path, name))[0]
        with pytest.raises(Problem, match=f"{column} must be decided"):
            save(home, found, name, name)
    assert not (home.config / "sources").exists()


def test_what_is_open_and_not_needed_is_left_out_until_it_is_decided(home: Home, keep) -> None:
    path = keep("cloud_calls", "answered:转语音信箱=false")
    load(home, [path])
    assert rows(home, "SELECT count(wait_s), count(talk_s) FROM calls") == [(0, 30)]


def test_a_value_that_came_later_is_rejected_and_shows(home: Home, keep, tmp_path: Path) -> None:
    path = keep("tickets", "kind:建议=service")
    later = tmp_path / "later.csv"
    later.write_text(path.read_text("utf-8").replace("建议", "表扬"), encoding="utf-8")
    assert told(load(home, [later])) == [("tickets", "tickets", 4, 3, {"unknown_value": 1})]


def test_a_value_may_mean_nothing_or_leave_its_rows_out(home: Home, keep) -> None:
    path = keep("tickets", "kind:建议=ignore", "responsibility:客户=-")
    report = load(home, [path])
    assert (report.files[0].counts.loaded, report.files[0].counts.ignored) == (3, 1)
    assert rows(home, "SELECT responsibility FROM tickets ORDER BY ticket_id") == [
        ("process",),
        (None,),
        (None,),
    ]


def test_the_order_of_day_and_month_as_decided(home: Home, keep) -> None:
    path = keep("ambiguous_days", "started_at=mdy", "talk_s=s")
    load(home, [path])
    assert str(rows(home, "SELECT min(started_at) FROM calls")[0][0]) == "2026-01-09 09:05:00"


def test_clocks_of_twelve_hours(home: Home, keep) -> None:
    load(home, [keep("twelve_hours")])
    assert [str(at) for (at,) in rows(home, "SELECT started_at FROM calls ORDER BY call_id LIMIT 3")] == [
        "2026-10-15 15:20:15",
        "2026-10-15 11:02:09",
        "2026-10-15 12:40:00",
    ]


def test_deductions_become_points_earned_of_the_maxima(home: Home, keep) -> None:
    tops = {"开头语扣分": 10, "业务解答扣分": 40, "服务态度扣分": 40, "结束语扣分": 10}
    path = keep("deductions", *(f"applicable:{point}={top}" for point, top in tops.items()))
    assert [one[2:4] for one in told(load(home, [path]))] == [(5, 5), (5, 5)]
    assert rows(
        home, "SELECT sum(earned), sum(applicable) FROM qa_items GROUP BY review_id ORDER BY review_id"
    ) == [
        (95.0, 100.0),
        (86.0, 100.0),
        (100.0, 100.0),
        (80.0, 100.0),
        (58.0, 60.0),  # one point did not apply
    ]
    assert rows(home, "SELECT DISTINCT item FROM qa_items ORDER BY item") == [
        ("业务解答",),
        ("开头语",),
        ("服务态度",),
        ("结束语",),
    ]


def test_a_deduction_beyond_the_maximum_is_rejected(home: Home, keep) -> None:
    tops = {"开头语扣分": 1, "业务解答扣分": 40, "服务态度扣分": 40, "结束语扣分": 10}
    path = keep("deductions", *(f"applicable:{point}={top}" for point, top in tops.items()))
    assert told(load(home, [path]))[1][4] == {"off_scale": 2}


def test_points_and_verdicts(home: Home, keep) -> None:
    load(home, [keep("points"), keep("verdicts", "earned:部分合格=0.5", "applicable:主动挽留=1")])
    assert rows(
        home, "SELECT item, earned, applicable FROM qa_items WHERE review_id = 'P3' ORDER BY item"
    ) == [
        ("信息准确", 30.0, 30.0),
        ("礼貌用语", 10.0, 10.0),
        ("系统记录", 20.0, 20.0),
    ]
    assert rows(home, "SELECT earned FROM qa_items WHERE review_id = 'V3' ORDER BY item") == [
        (0.5,),
        (1.0,),
        (1.0,),
    ]


def test_a_wide_roster_with_its_codes(home: Home, keep) -> None:
    load(home, [keep("wide_roster", "start_at:A1=07:00-15:00")])
    assert rows(home, "SELECT count(*), min(start_at)::VARCHAR FROM schedule WHERE shift = 'A1'") == [
        (2, "2026-10-02 07:00:00")
    ]
    assert rows(home, "SELECT agent_id, leave_type FROM leave") == [("8003", "年假")]
    assert rows(home, "SELECT count(*) FROM schedule") == [(8,)]


def test_a_roster_of_another_month_is_the_same_map(home: Home, keep, tmp_path: Path) -> None:
    path = keep("wide_roster", "start_at:A1=07:00-15:00")
    later = tmp_path / "november.csv"
    later.write_text(path.read_text("utf-8").replace("2026-10", "2026-11"), encoding="utf-8")
    assert [one[0] for one in told(load(home, [later]))] == ["wide_roster", "wide_roster"]


def test_a_file_without_header_is_recognised_by_its_shape(home: Home, keep, tmp_path: Path, write) -> None:
    path = keep("no_header")
    assert told(load(home, [path])) == [("no_header", "calls", 30, 30, {})]
    other = write("other.csv", "a,b,c,d,e,f", *["1,2,3,4,5,6"] * 5)
    assert load(home, [other]).files[0].status == "refused"


def test_two_header_rows(home: Home, tmp_path: Path) -> None:
    path = write_grouped(tmp_path / "grouped.xlsx")
    save(home, propose(home, path, answers=["wait_s=s", "talk_s=s"])[0], "grouped", "x")
    assert told(load(home, [path])) == [("grouped", "calls", 12, 12, {})]


def test_keys_pressed_with_their_meaning(home: Home, keep) -> None:
    load(home, [keep("keys_pressed", "score:1=3", "score:2=2", "score:3=1")])
    assert rows(home, "SELECT score, scale, count(*) FROM surveys GROUP BY ALL ORDER BY score") == [
        (1.0, 3.0, 6),
        (2.0, 3.0, 6),
        (3.0, 3.0, 12),
    ]


def test_a_column_may_be_chosen_or_left_out(home: Home, tmp_path: Path) -> None:
    path = write_export(tmp_path, "cloud_calls")
    found = propose(home, path, answers=["customer=被叫号码", "queue=-", "started_at=接听时间"])[0]
    columns = {one.column: one.words for one in found.tables[0].fields}
    assert columns["customer"] == ("被叫号码",)
    assert columns["started_at"] == ("接听时间",)
    assert "queue" not in columns


@pytest.mark.parametrize(
    ("said", "what"),
    [
        ("nonsense", "answers no question"),
        ("colour=red", "answers no question"),
        ("answered:转语音信箱=perhaps", "none of the values"),
        ("wait_s=fortnights", "neither a column"),
        ("score:满意=many", "not a number"),
    ],
)
def test_an_answer_that_says_nothing_is_refused(said: str, what: str, home: Home, tmp_path: Path) -> None:
    with pytest.raises(Problem, match=what):
        propose(home, write_export(tmp_path, "cloud_calls"), answers=[said])


@pytest.mark.parametrize(
    "name", ["../evil", "a/b", "", "Übung", "x" * 61, "A", "a.b", "calls\n", "plain_calls", "bank_calls"]
)
def test_a_name_is_plain_letters_and_none_that_is_taken(name: str, home: Home, tmp_path: Path) -> None:
    found = propose(home, write_export(tmp_path, "points"))[0]
    with pytest.raises(Problem):
        save(home, found, name, "x")
    assert not home.config.exists()


def test_an_own_map_is_replaced_only_when_that_is_said(home: Home, keep, tmp_path: Path) -> None:
    path = keep("points")
    found = propose(home, path)[0]
    with pytest.raises(Problem, match="There is a map of this name"):
        save(home, found, "points", "x")
    assert save(home, found, "points", "x", replace=True).is_file()


def odd_file(path: Path) -> Path:
    """A file whose titles and states are meant to break out of a map."""
    text = io.StringIO()
    header = ["工单号", "创建时间", "工单类型", *NASTY]
    body = [
        [f"G{n}", f"2026-10-{n:02d} 09:00", (["投诉", "咨询", *NASTY] * 2)[n], *NASTY] for n in range(1, 10)
    ]
    csv.writer(text, lineterminator="\n").writerows([header, *body])
    path.write_text(text.getvalue(), encoding="utf-8")
    return path


def test_texts_of_files_stay_texts_in_a_map(home: Home, tmp_path: Path) -> None:
    path = odd_file(tmp_path / "odd.csv")
    found = propose(
        home,
        path,
        answers=[
            f"kind:{word}={'ignore' if n % 3 == 0 else 'service' if n % 3 == 1 else '-'}"
            for n, word in enumerate(NASTY)
        ],
    )[0]
    saved = save(home, found, "odd", 'a "title"\nwith\\all <b>of</b> it')
    source = load_sources(home.config)["odd"]
    assert source.title["en"] == 'a "title"\nwith\\all <b>of</b> it'
    assert "<script>alert(1)</script>" in source.headers
    report = load(home, [path])
    assert report.files[0].status == "loaded", report.files[0].problem
    counts = report.files[0].counts
    assert counts.loaded + counts.ignored == 9
    assert counts.ignored > 0
    assert "\n" not in saved.name


def test_doubts_that_are_left_are_told(home: Home, tmp_path: Path) -> None:
    found: Draft = propose(
        home, write_export(tmp_path, "cloud_calls"), answers=["answered:转语音信箱=false"]
    )[0]
    assert [(table, one.column) for table, one in doubtful(found)] == [
        ("calls", "wait_s"),
        ("calls", "ring_s"),
        ("calls", "customer"),
    ]
