"""Unknown files: the table and the columns proposed for them, and every doubtful choice named."""

from __future__ import annotations

import tomllib
from pathlib import Path

import duckdb
import pytest

from etl.home import Home, Settings
from etl.propose import answer, compose, propose, read_layouts, undecided
from etl.propose.written import map_text
from etl.sql_text import quoted
from tests.etl.proposals import field, said, sources
from tests.etl.vendor_exports import write_export, write_grouped

EXPECTED = {
    "cloud_calls": (
        "calls",
        {
            "call_id": "通话ID", "started_at": "进线时间", "answered": "接听状态", "agent_id": "坐席工号",
            "queue": "技能组", "answered_at": "接听时间", "wait_s": "排队时长", "ring_s": "振铃时长",
            "talk_s": "通话时长", "customer": "主叫号码",
        },
    ),
    "snake_case": (
        "calls",
        {
            "call_id": "conversation_id", "started_at": "start_ts", "answered": "call_outcome",
            "agent_id": "agent_login", "queue": "queue_name", "direction": "call_direction",
            "wait_s": "wait_time_ms", "talk_s": "talk_time_ms", "customer": "ani",
        },
    ),
    "ambiguous_days": (
        "calls",
        {
            "call_id": "callId", "started_at": "startTime", "answered": "result", "agent_id": "agentId",
            "talk_s": "durationSec", "customer": "fromNumber",
        },
    ),
    "twelve_hours": (
        "calls",
        {
            "call_id": "话单号", "started_at": "呼入日期时间", "answered": "结果", "agent_id": "座席账号",
            "talk_s": "通话秒数", "customer": "来电电话",
        },
    ),
    "split_day": (
        "calls",
        {
            "call_id": "日期 + 时间 + 工号 + 客户号码", "started_at": "日期 + 时间", "answered": "是否接通",
            "agent_id": "工号", "wait_s": "等待秒数", "talk_s": "通话时长（分钟）", "customer": "客户号码",
        },
    ),
    "german": (
        "calls",
        {
            "call_id": "Anruf-ID", "started_at": "Anrufbeginn", "answered": "Angenommen",
            "agent_id": "Mitarbeiter", "wait_s": "Wartezeit (s)", "talk_s": "Gesprächsdauer",
            "customer": "Rufnummer",
        },
    ),
    "tickets": (
        "tickets",
        {
            "ticket_id": "工单编号", "kind": "工单类型", "opened_at": "创建时间",
            "first_response_at": "首次响应时间", "resolved_at": "办结时间", "agent_id": "处理人",
            "cause": "投诉原因", "validity": "是否属实", "responsibility": "责任归属", "severity": "优先级",
            "status": "工单状态", "customer": "客户电话",
        },
    ),
    "keys_pressed": (
        "surveys",
        {
            "survey_id": "评价流水号", "surveyed_at": "评价时间", "agent_id": "坐席工号",
            "call_id": "通话流水号", "score": "满意度按键",
        },
    ),
    "clockings": (
        "attendance",
        {
            "agent_id": "工号", "shift_date": "考勤日期", "in_at": "上班1打卡时间",
            "out_at": "下班1打卡时间",
        },
    ),
    "leave": (
        "leave",
        {
            "agent_id": "申请人工号", "starts_at": "开始时间", "ends_at": "结束时间",
            "leave_type": "请假类型", "approved": "审批结果",
        },
    ),
    "by_name": (
        "calls",
        {
            "call_id": "通话编号", "started_at": "来电时间", "answered": "是否接通",
            "agent_id": "接听人姓名", "talk_s": "通话时长",
        },
    ),
    "deductions": (
        "qa_reviews",
        {
            "review_id": "质检单号", "agent_id": "被检坐席", "reviewed_at": "质检日期", "call_id": "录音编号",
            "reviewer": "质检员", "fatal": "致命错误",
        },
    ),
    "verdicts": (
        "qa_reviews",
        {
            "review_id": "抽检编号", "agent_id": "坐席姓名", "reviewed_at": "抽检日期",
            "name_given": "自报工号姓名",
        },
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", EXPECTED)
def test_table_and_columns_follow_from_header_words_in_any_language(name: str, draft) -> None:
    table, columns = EXPECTED[name]
    found = draft(name)
    assert found.tables[0].contract == table
    assert sources(found) == columns


def test_each_contract_column_stands_at_most_once_and_tables_best_first(draft) -> None:
    for name in EXPECTED:
        found = draft(name)
        for table in found.tables:
            columns = [one.column for one in table.fields]
            assert len(columns) == len(set(columns)), name
        others = [table.score for table in found.tables if not table.use]
        assert others == sorted(others, reverse=True), name
        assert all(found.tables[0].score >= score for score in others), name


def test_a_file_without_header_words_is_told_by_the_look_of_its_cells(draft) -> None:
    found = draft("no_header")
    assert found.layout.header_row == 0
    assert found.tables[0].contract == "calls"
    assert sources(found) == {
        "call_id": "column 1", "started_at": "column 2", "customer": "column 3", "agent_id": "column 4",
        "talk_s": "column 5", "answered": "column 6",
    }  # fmt: skip
    assert "Guessed" in said(found, "agent_id")


def test_columns_whose_titles_say_nothing_are_told_by_their_cells(draft) -> None:
    rows = [["xq", "zb", "wk", "pl"]]
    rows += [
        [f"a-{n}", f"2026-10-{n:02d} 09:00:00", f"138001380{n:02d}", "YES" if n % 2 else "NO"]
        for n in range(1, 25)
    ]
    found = draft("strange", rows, table="calls")
    assert sources(found) == {"call_id": "xq", "started_at": "zb", "customer": "wk"}
    assert "no column" in " ".join(said(found, one.column) for _, one in undecided(found))


def test_two_header_rows_of_a_workbook_with_a_title_above(tmp_path: Path) -> None:
    found = compose(read_layouts(write_grouped(tmp_path / "grouped.xlsx"))[0], Settings())
    assert found.layout.header_row == 3
    assert sources(found) == {
        "call_id": "流水号", "started_at": "时间", "answered": "状态", "agent_id": "工号", "wait_s": "等待",
        "talk_s": "通话", "customer": "号码",
    }  # fmt: skip


def test_call_states_are_proposed_and_what_is_not_known_is_asked_with_its_count(draft) -> None:
    found = draft("cloud_calls")
    one = field(found, "answered")
    assert dict(one.values) == {
        "已接听": "true",
        "排队放弃": "false",
        "振铃放弃": "false",
        "转语音信箱": None,
    }
    assert one.undecided
    assert "转语音信箱 (10)" in said(found, "answered")


@pytest.mark.parametrize(
    "title", ["Abandoned", "Call Abandoned", "客户是否放弃", "是否呼损标志", "是否未接听"]
)
def test_a_yes_under_abandoned_is_a_no_to_answered(draft, title) -> None:
    rows = [["Call ID", "Start time", title, "Agent", "Abandon time"]]
    rows += [[f"C{n}", f"2026-10-01 09:{n:02}", "0", "1001", "17" if n > 15 else "0"] for n in range(20)]
    found = draft("abandoned", rows)
    assert sources(found)["answered"] == title
    assert "is taken for a no" in said(found, "answered")
    texts = {"0": "true", "1": "false", "NO": "true", "Yes": "false", "sí": "false", "Answered": "Answered"}
    word = quoted(field(found, "answered").words[0])
    read = f"SELECT {field(found, 'answered').expression} FROM (SELECT unnest(?) AS {word})"
    assert [row[0] for row in duckdb.sql(read, params=[list(texts)]).fetchall()] == list(texts.values())


def test_words_under_abandoned_mean_what_they_say(draft) -> None:
    rows = [["Call ID", "Start time", "Abandoned", "Agent"]]
    rows += [[f"C{n}", f"2026-10-01 09:{n:02}", "Abandoned" if n % 4 else "Answered", "1"] for n in range(20)]
    assert dict(field(draft("said", rows), "answered").values) == {"Answered": "true", "Abandoned": "false"}


def test_our_own_lines_are_no_customers_numbers(draft) -> None:
    rows = [["Call ID", "Start time", "Result", "DNIS", "ANI"]]
    rows += [
        [f"C{n}", f"2026-10-01 09:{n:02}", "answered", f"400800123{n % 2}", f"138001380{n:02}"]
        for n in range(20)
    ]
    found = draft("lines", rows)
    assert (sources(found)["queue"], sources(found)["customer"]) == ("DNIS", "ANI")
    assert tomllib.loads(map_text(found, "x"))["personal"] == {"ani": []}
    rows = [rows[0], *([*row[:3], row[4], row[4]] for row in rows[1:])]
    assert "dnis" in tomllib.loads(map_text(draft("mobiles", rows), "x"))["personal"]


def test_order_of_day_and_month_is_asked_when_nothing_proves_it(draft) -> None:
    found = draft("ambiguous_days")
    question = field(found, "started_at").questions[0]
    assert {key for key, _ in question.choices} == {"dmy", "mdy"}
    assert question.chosen == ""
    assert ("calls", field(found, "started_at")) in undecided(found)
    proved = draft("split_day")
    assert field(proved, "started_at").questions == ()
    assert field(proved, "started_at").formats[0] == "%d/%m/%Y %H:%M:%S"


def test_units_follow_from_titles_and_are_asked_otherwise(draft) -> None:
    assert "0.001" in field(draft("snake_case"), "wait_s").expression
    assert "60" in field(draft("split_day"), "talk_s").expression
    found = draft("cloud_calls")
    assert "minutes_seconds" in field(found, "talk_s").expression
    assert {key for key, _ in field(found, "wait_s").questions[0].choices} == {"mm:ss", "hh:mm"}
    assert undecided(found) == [("calls", field(found, "answered"))]


def test_a_second_candidate_is_named(draft) -> None:
    rows = [["工单号", "受理时间", "登记时间", "处理人", "责任人", "工单类型"]]
    rows += [
        [f"G{n}", f"2026-10-{n:02d} 09:00", f"2026-10-{n:02d} 09:05", "8001", "8002", "投诉"]
        for n in range(1, 9)
    ]
    found = draft("two", rows)
    assert "登记时间" in said(found, "opened_at")
    assert field(found, "opened_at").others == ("登记时间",)
    assert {"处理人", "责任人"} == {sources(found)["agent_id"], *field(found, "agent_id").others}


def test_a_date_and_a_clock_beside_it_are_one_time_and_an_end_may_be_on_the_next_day(draft) -> None:
    rows = [["工号", "班次日期", "上班", "下班"]]
    rows = [
        ["工号", "排班日期", "开始时间", "结束时间"],
        ["1", "2026-10-01", "22:00", "06:00"],
        ["2", "2026-10-01", "08:00", "16:00"],
    ]
    found = draft("shifts", rows)
    assert found.tables[0].contract == "schedule"
    assert field(found, "start_at").words == ("排班日期", "开始时间")
    assert "at_or_after" in field(found, "end_at").expression


def test_what_is_missing_is_worked_out_from_other_columns_and_said(draft) -> None:
    rows = [["通话ID", "来电时间", "应答时间", "挂断时间", "工号"]]
    rows += [
        [f"k{n}", "2026-10-01 09:00:00", "2026-10-01 09:00:05" if n % 2 else "", "2026-10-01 09:03:00", "7"]
        for n in range(8)
    ]
    found = draft("derived", rows)
    assert field(found, "answered").derived
    assert "应答时间" in said(found, "answered")
    assert "应答时间" in said(found, "talk_s")
    assert "挂断时间" in said(found, "talk_s")


def test_row_numbers_are_no_ids_and_repeated_ids_are_joined_by_more(draft) -> None:
    assert "put together" in said(draft("split_day"), "call_id")
    rows = [["通话编号", "来电时间", "是否接通", "工号"]]
    rows += [[str(n % 5), f"2026-10-01 09:{n:02d}:00", "是", "7"] for n in range(40)]
    found = draft("repeated", rows)
    assert field(found, "call_id").words[:2] == ("通话编号", "来电时间")
    assert "repeats" in said(found, "call_id")


def test_nothing_of_a_customer_is_shown_in_clear(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    document, _ = answer(home, write_export(tmp_path, "cloud_calls"))
    assert "13800138001" not in str(document)
    assert not home.path.exists()


def test_the_answer_has_the_first_rows_mapped_with_their_faults(tmp_path: Path) -> None:
    document, _ = answer(Home(tmp_path / "home"), write_export(tmp_path, "cloud_calls"))
    assert document["source"] is None
    assert document["proposals"][0]["table"] == "calls"
    assert document["rows"][0] | {"fault_rule": None} == document["rows"][0]
    assert document["rows"][0]["started_at"] == "2026-10-01 08:00:04"
    assert [row["fault_rule"] for row in document["rows"]][-1] == "unreadable_flag"


def test_a_known_file_says_its_source_but_not_when_the_plain_format_leaves_much_of_it(
    tmp_path: Path, write
) -> None:
    plain = write("plain.csv", "通话编号,来电时间,是否接通,接听工号", "1,2026-10-01 09:00,是,7")
    document, draft_ = answer(Home(tmp_path / "home"), plain)
    assert (document["source"], draft_) == ("plain_calls", None)
    document, draft_ = answer(Home(tmp_path / "home"), write_export(tmp_path, "clockings"))
    assert document["proposals"][0]["table"] == "attendance"


def test_a_file_that_nothing_fits_says_so(tmp_path: Path, write) -> None:
    path = write("weather.csv", "Stadt,Himmel", "Bonn,heiter", "Kiel,bedeckt")
    document, draft_ = answer(Home(tmp_path / "home"), path)
    assert (document["proposals"], document["rows"], draft_) == ([], [], None)


def test_every_file_of_the_home_that_is_refused_is_refused_here_too(tmp_path: Path, write) -> None:
    from etl.errors import Problem

    with pytest.raises(Problem, match="PDF"):
        propose(Home(tmp_path / "home"), write("x.csv", "%PDF-1.7"))


def test_seconds_of_an_agent_name_nobody(draft) -> None:
    rows = [["contactId", "contactStart", "abandoned", "agentSeconds", "agent.agentId", "inQueueSeconds"]]
    rows += [
        [f"7{n:03}", f"2026-10-01 09:{n:02}", "false", str(70 + 7 * n), str(501 + n % 3), "9"]
        for n in range(20)
    ]
    found = draft("contacts", rows)
    assert sources(found)["agent_id"] == "agent.agentId"
    assert (sources(found)["talk_s"], sources(found)["wait_s"]) == ("agentSeconds", "inQueueSeconds")


def test_a_list_that_calls_itself_complaints_holds_complaints(draft) -> None:
    rows = [["工单编号", "受理时间", "责任人", "渠道"]]
    rows += [[f"T{n}", f"2026-10-{n:02} 09:00", "8001", "电话"] for n in range(1, 9)]
    found = draft("投诉工单", rows)
    assert field(found, "kind").expression == "'complaint'"
    assert "a title says so" in said(found, "kind")
    assert "kind" not in sources(draft("工单(不含投诉)", rows))
    rows[0][3] = "投诉次数"
    assert "kind" not in sources(draft("other", rows))
