"""People named by name, login or several at once: matched where it is certain, proposed or asked otherwise."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from etl.contracts.facts import CONTRACTS
from etl.errors import Problem
from etl.home import Home
from etl.loading.load import load
from etl.people.aliases import (
    NOT_ONE,
    People,
    load_aliases,
    people_of,
    save_aliases,
    settle,
    settle_agents,
    several,
)
from etl.people.resembling import logins, near
from etl.propose import propose
from etl.snapshots.snapshot import current
from tests.etl.vendor_exports import write_export

ROSTER = [
    ("1001", "李四"),
    ("1003", "张三"),
    ("1004", "王伟"),
    ("1005", "王伟"),
    ("1020", "欧阳娜娜"),
    ("1030", "John Smith"),
]
PEOPLE = people_of(ROSTER, {"zs2": "1003"})


@pytest.mark.parametrize(
    ("text", "who"),
    [
        ("1003", "1003"),
        ("01003", "1003"),
        ("张三", "1003"),
        (" 李四 ", "1001"),
        ("john smith", "1030"),
        ("zs2", "1003"),
        ("1001 李四", "1001"),
        ("李四(1001)", "1001"),
        ("1001-李四", "1001"),
        ("王伟", None),
        ("张三/李四", None),
        ("张三、李四", None),
        ("1001,1003", None),
        ("李四和赵六", None),
        ("赵六", "赵六"),
        ("Agent/1003", "agent/1003"),
        ("1003 李四", None),  # whose number is it, and whose name?
        ("1009 李四", "1009 李四"),
    ],
)
def test_who_a_text_means(text: str, who: str | None) -> None:
    assert settle(text, PEOPLE) == who


def test_one_person_with_blanks_or_slashes_is_not_several() -> None:
    assert not any(
        several(text, PEOPLE) for text in ("John Smith", "SIP/101", "Local/1141@queue", "王 五班", "A+")
    )


@pytest.mark.parametrize(
    ("text", "who"),
    [
        ("zhangsan", "1003"),
        ("zhang.san", "1003"),
        ("San Zhang", "1003"),
        ("lisi01", "1001"),
        ("ouyangnana", "1020"),
        ("jsmith", "1030"),
        ("Smith, John", "1030"),
        ("agent1003", "1003"),
        ("SIP/1001-0000a1", "1001"),
        ("李肆", "1001"),
        ("wangwei", None),
        ("someone", None),
        ("张三、李四", None),
        ("x", None),
    ],
)
def test_near_ids_are_proposed_when_exactly_one_person_is_near(text: str, who: str | None) -> None:
    assert near(text, PEOPLE) == who


def test_usual_logins_of_a_chinese_name() -> None:
    assert {"zhangsan", "sanzhang", "zhangs", "zsan", "zs"} <= logins("张三")


def test_aliases_are_read_by_the_rule_for_agents(tmp_path: Path) -> None:
    (tmp_path / "aliases.toml").write_text(
        '[agents]\n"ZhangSan" = 1003\n"０９" = "01001"\n', encoding="utf-8"
    )
    found = load_aliases(tmp_path)
    assert found == {"zhangsan": "1003", "9": "01001"}
    assert people_of(ROSTER, found).aliases == {"zhangsan": "1003", "9": "1001"}
    assert load_aliases(tmp_path / "none") == {}


@pytest.mark.parametrize(
    "text",
    [
        "agents",
        "agents = 3",
        "[people]\na = 'b'",
        "[agents]\na = ['b']",
        "[agents]\na = ''",
        "[agents]\na = true",
        "[agents]\na = 'b'\nb = 'c'",
        "[agents]\nA = 'b'\na = 'c'",
    ],
)
def test_faulty_aliases_are_a_sentence(text: str, tmp_path: Path) -> None:
    (tmp_path / "aliases.toml").write_text(text, encoding="utf-8")
    with pytest.raises(Problem, match=r"config/aliases\.toml"):
        load_aliases(tmp_path)


def test_aliases_are_added_and_replaced_and_hold_any_text(tmp_path: Path) -> None:
    save_aliases(tmp_path, {'a "b"\n\\<c>': "1001", "x": "1"})
    save_aliases(tmp_path, {"X": "1003"})
    assert load_aliases(tmp_path) == {'a "b"\n\\<c>': "1001", "x": "1003"}


@pytest.mark.parametrize("contract", ["calls", "attendance"])
def test_rows_get_the_ids_that_their_texts_mean(contract: str) -> None:
    """A call counts for the unit, whoever it was; a row of attendance is a person's or nobody's."""
    con = duckdb.connect()
    con.execute("""
        CREATE TEMP TABLE typed_rows AS
        SELECT agent_id, text AS "text agent_id", NULL::VARCHAR AS assigned_to,
            NULL::VARCHAR AS "text assigned_to", fault::USMALLINT AS fault, fault_text
        FROM (VALUES ('1001', NULL, NULL, NULL), ('王伟', NULL, NULL, NULL), ('李四', '李四 ', NULL, NULL),
            ('张三、李四', NULL, 1, 'other'), ('zs2', 'ZS2', NULL, NULL), (NULL, NULL, NULL, NULL),
            ('赵六', NULL, NULL, NULL)) AS given(agent_id, text, fault, fault_text)""")
    faults = [("…", "call_id", "missing"), ("false", "agent_id", NOT_ONE), ("false", "assigned_to", NOT_ONE)]
    settle_agents(con, CONTRACTS[contract], PEOPLE, faults)
    of_nobody = {
        "calls": (("王伟", None, None, None), ("张三、李四", None, 1, "other")),
        "attendance": ((None, "王伟", 2, "王伟"), (None, "张三、李四", 1, "other")),
    }
    namesake, two = of_nobody[contract]
    assert con.execute('SELECT agent_id, "text agent_id", fault, fault_text FROM typed_rows').fetchall() == [
        ("1001", None, None, None),
        namesake,
        ("1001", None, None, None),
        two,
        ("1003", None, None, None),
        (None, None, None, None),
        ("赵六", None, None, None),
    ]


def test_nobody_is_settled_without_a_roster_but_several_are_several() -> None:
    assert settle("张三", People()) == "张三"
    assert settle("张三、李四", People()) is None


def test_a_proposal_matches_people_with_the_roster_of_the_home(home: Home, tmp_path: Path, write) -> None:
    roster = write("roster.csv", "工号,姓名", *(f"{who},{name}" for who, name in ROSTER), "1006,王五")
    load(home, [roster])
    found = propose(home, write_export(tmp_path, "by_name"))[0].tables[0].field("agent_id")
    assert dict(found.people) == {"张三/李四": None, "王伟": None, "wangwu": "1006"}
    said = " ".join(map(str, found.doubts))
    assert "wangwu = 1006 王五" in said
    assert "Not one person: 张三/李四 (1), 王伟 (1)" in said


CALLS = "通话编号,来电时间,是否接通,接听工号,客户号码"
ANSWERED = "SELECT call_id, agent_id FROM calls ORDER BY call_id"


@pytest.mark.parametrize("large", [False, True])
def test_a_load_matches_names_and_aliases_and_asks_the_rest(home: Home, write, monkeypatch, large) -> None:
    monkeypatch.setattr("etl.loading.raw_rows.LARGE", 0 if large else 1 << 30)
    load(home, [write("roster.csv", "工号,姓名", *(f"{who},{name}" for who, name in ROSTER))])
    texts = ["1001", "张三", "王伟", "张三、李四", "ZS2", "赵六", "", "01003"]
    path = write("c.csv", CALLS, *(f"C{n},2026-10-01 09:00:0{n},是,{text}," for n, text in enumerate(texts)))
    (file,) = load(home, [path]).files
    assert (file.counts.loaded, file.reject_rules) == (8, {})
    before = dict(current(home).query(ANSWERED).rows())
    known = {"C0": "1001", "C1": "1003", "C4": "zs2", "C5": "赵六", "C6": None, "C7": "1003"}
    assert before == known | {"C2": "王伟", "C3": "张三、李四"}
    shown = dict(current(home).query("SELECT agent_id, shown FROM people").rows())
    assert (shown["1003"], shown["赵六"]) == ("1003", "赵六")
    assert not shown.keys() & {"王伟", "张三、李四"}
    save_aliases(home.config, {"zs2": "1003", "王伟": "1005", "张三、李四": "1001"})
    (file,) = load(home, [path]).files
    assert (file.counts.rejected, file.counts.updated, file.counts.loaded) == (0, 3, 0)
    after = dict(current(home).query(ANSWERED).rows())
    assert after == before | {"C2": "1005", "C3": "1001", "C4": "1003"}
    (file,) = load(home, [path]).files
    assert file.status == "unchanged"


def test_a_shift_of_namesakes_is_set_aside_until_an_alias_says_whose_it_is(home: Home, write) -> None:
    load(home, [write("roster.csv", "工号,姓名", *(f"{who},{name}" for who, name in ROSTER))])
    path = write("days.csv", *DAY_LINES, "王伟,2026-10-01,2026-10-01 08:30")
    (file,) = load(home, [path]).files
    assert (file.counts.loaded, file.reject_rules) == (3, {NOT_ONE: 1})
    rejected = current(home).query('SELECT file_row, "column", raw FROM rejects').rows()
    assert rejected == [(5, "agent_id", "王伟")]
    save_aliases(home.config, {"王伟": "1005"})
    assert load(home, [path]).files[0].counts.rejected == 0


def test_faulty_aliases_stop_a_load(home: Home, write) -> None:
    home.create()
    (home.config / "aliases.toml").write_text("[agents]\na = true\n", encoding="utf-8")
    with pytest.raises(Problem, match=r"config/aliases\.toml"):
        load(home, [write("c.csv", CALLS, "C1,2026-10-01 09:00:00,是,a,")])


ROSTER_LINES = ["工号,姓名,班组", *(f"{who},{name},一班" for who, name in ROSTER)]
CALL_LINES = [
    CALLS,
    *(f"C{n},2026-10-01 09:00:0{n},是,{who}," for n, who in enumerate(["张三", "1003", "赵六"])),
]
DAY_LINES = [
    "工号,班次日期,上班打卡",
    "张三,2026-10-01,2026-10-01 08:58",
    "1003,2026-10-02,2026-10-02 09:01",
    "李四,2026-10-01,2026-10-01 08:59",
]
FACTS = """
    SELECT call_id AS "key", agent_id, NULL AS in_at FROM calls
    UNION ALL SELECT strftime(business_date, '%m-%d'), agent_id, in_at FROM attendance ORDER BY ALL"""


def test_the_order_of_roster_and_facts_does_not_matter(tmp_path: Path, write) -> None:
    files = [write("roster.csv", *ROSTER_LINES), write("c.csv", *CALL_LINES), write("days.csv", *DAY_LINES)]
    first, last = Home(tmp_path / "first"), Home(tmp_path / "last")
    load(first, files)
    for path in reversed(files):
        load(last, [path])
    wanted = current(first).query(FACTS).rows()
    assert {who for _, who, _ in wanted} == {"1001", "1003", "赵六"}
    assert current(last).query(FACTS).rows() == wanted
    people = "SELECT agent_id, name FROM people ORDER BY ALL"
    assert current(last).query(people).rows() == current(first).query(people).rows()


def test_a_new_alias_moves_what_was_loaded_and_says_what_it_cannot(home: Home, write) -> None:
    load(
        home, [write("days.csv", *DAY_LINES, "zs2,2026-10-01,2026-10-01 08:30"), write("c.csv", *CALL_LINES)]
    )
    save_aliases(home.config, {"zs2": "1003", "张三": "1003"})
    report = load(home, [write("roster.csv", *ROSTER_LINES)])
    said = " ".join(map(str, report.remarks))
    assert "2 rows loaded before" in said  # 张三's call, 李四's day
    assert "2 rows keep a name" in said  # both are 1003 on the first of October, at other times
    assert dict(current(home).query("SELECT call_id, agent_id FROM calls").rows())["C0"] == "1003"


def test_a_name_that_became_two_peoples_stays_and_is_said(home: Home, write) -> None:
    load(home, [write("c.csv", CALLS, "C1,2026-10-01 09:00:00,是,王伟,")])
    report = load(home, [write("roster.csv", *ROSTER_LINES)])
    assert "王伟" in " ".join(map(str, report.remarks))
    assert current(home).query("SELECT agent_id FROM calls").rows() == [("王伟",)]


def test_an_alias_of_a_name_leads_to_the_id_in_the_end(home: Home, write) -> None:
    load(
        home,
        [write("c.csv", CALLS, "C1,2026-10-01 09:00:00,是,zhangsan,", "C2,2026-10-01 09:01:00,是,张三,")],
    )
    save_aliases(home.config, {"zhangsan": "张三"})
    load(home, [write("roster.csv", *ROSTER_LINES)])
    assert current(home).query("SELECT DISTINCT agent_id FROM calls").rows() == [("1003",)]
