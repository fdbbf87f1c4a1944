"""The words of other systems."""

from __future__ import annotations

import pytest

from etl.contracts.facts import CONTRACTS
from etl.maps.vocabulary import canonical, likeness, meaning, unit, vocabulary


def test_the_vocabulary_names_columns_that_exist() -> None:
    helpers = {"agent_name", "total", "ended_at"}
    for table, columns in vocabulary().headers.items():
        known = {one.name for c in CONTRACTS.values() for one in c.columns} if table == "any" else {
            one.name for one in CONTRACTS[table].columns
        }  # fmt: skip
        assert set(columns) <= known | helpers, table


def test_every_value_of_the_vocabulary_exists_and_is_known_once() -> None:
    for table, columns in vocabulary().values.items():
        for column, values in columns.items():
            words = [word for said_ in values.values() for word in said_]
            assert len(words) == len(set(words)), (table, column)
            if table != "any" and CONTRACTS[table].column(column).choices:
                assert set(values) <= set(CONTRACTS[table].column(column).choices), (table, column)


@pytest.mark.parametrize(
    ("title", "plain", "in_unit"),
    [
        ("callStartTime", "call start time", ""),
        ("Call_Start (UTC)", "call start", ""),
        ("通话时长（秒）", "通话时长", "s"),
        ("talk_time_ms", "talk time", "ms"),
        ("通话时长(分钟)", "通话时长", "min"),
        ("start_ts", "start time", ""),
        ("坐席 工号：", "坐席工号", ""),
    ],
)
def test_titles_are_compared_without_case_units_and_separators(title: str, plain: str, in_unit: str) -> None:
    assert canonical(title) == plain
    assert unit(title) == in_unit


def test_the_end_of_a_chinese_word_says_what_it_is() -> None:
    assert likeness(canonical("客户挂机时间"), "calls", "customer") < 0.3
    assert likeness(canonical("客户来电号码"), "calls", "customer") > 0.6


def test_words_in_cells() -> None:
    calls, tickets = CONTRACTS["calls"], CONTRACTS["tickets"]
    assert meaning("排队放弃", calls, "answered") == "false"
    assert meaning("No Answer", calls, "answered") == "false"
    assert meaning("语音信箱", calls, "answered") is None
    assert meaning("呼出", calls, "direction") == "out"
    assert meaning("不成立", tickets, "validity") == "invalid"
