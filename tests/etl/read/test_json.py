"""JSON in every shape as rows of text: whole records, exact values, nothing in silence."""

from __future__ import annotations

import json

import pytest

from etl.errors import Problem
from etl.loading.load import load
from etl.loading.report import report_json
from etl.snapshots.snapshot import current
from tests.etl.reading import CALLS, cells


@pytest.fixture
def json_file(tmp_path):
    def writer(text, encoding="utf-8"):
        path = tmp_path / "data.json"
        path.write_bytes(text.encode(encoding))
        return path

    return writer


@pytest.mark.parametrize(
    ("text", "sheet", "expected"),
    [
        ('[{"a": 1}, {"b": "x"}]', None, [(1, ("1", "")), (2, ("", "x"))]),
        ('{"a": 1}\n\n{"b": "x"}\n', None, [(1, ("1", "")), (3, ("", "x"))]),
        ('{"a": 1}{"b": "x"}', None, [(1, ("1", "")), (2, ("", "x"))]),
        ('{"a":\n 1}\n{"b": "x"}', None, [(1, ("1", "")), (2, ("", "x"))]),
        ('{"a": 1, "b": "x"}', None, [(1, ("1", "x"))]),
        ('{"n": 2, "data": [{"a": 1}, {"b": "x"}]}', "data", [(1, ("1", "")), (2, ("", "x"))]),
        ('{"r": {"Records": [{"a": 1}]}}\n{"r": {"Records": [{"b": "x"}]}}', "r.Records", [(1, ("1", "")), (2, ("", "x"))]),
        ('[{"a": 1}, {}]', None, [(1, ("1",)), (2, ("",))]),
    ],
)  # fmt: skip
def test_records_are_found_wherever_they_are(json_file, look, text, sheet, expected):
    for start, encoding in [("", "utf-8"), ("\ufeff", "utf-8"), ("\ufeff", "utf-16-le")]:
        found = look(json_file(start + text, encoding))
        assert look.content.kind == "json"
        assert [(row.number, row.cells) for row in found[sheet]] == expected
        assert look.heads[sheet][0][0] == 0
        assert [row.fault for row in found[sheet]] == [None] * len(expected)


def test_values_stay_as_they_are_written(json_file, look):
    text = """[{"price": 12.50, "id": 123456789012345678901, "e": 1E5, "yes": true, "no": false, "none": null,
        "nan": NaN, "text": " 007 ", "agent": {"id": 7, "team": {"name": "甲组"}}, "tags": ["a", 1, null, true],
        "empty": [], "gone": {}, "line": "a
b"}]"""
    found = look(json_file(text))[None]
    assert dict(zip(look.heads[None][0].cells, found[0].cells, strict=True)) == {
        "price": "12.50", "id": "123456789012345678901", "e": "1E5", "yes": "true", "no": "false", "none": "",
        "nan": "", "text": "007", "agent.id": "7", "agent.team.name": "甲组", "tags": "a, 1, true",
        "empty": "", "gone": "", "line": "a\nb",
    }  # fmt: skip


def test_lists_of_objects_become_columns_as_far_as_they_are_short(json_file, look):
    steps = [{"n": number} for number in range(5)]
    text = json.dumps(
        [{"id": "a", "steps": steps[:2]}, {"id": "b", "steps": steps}, {"id": "c", "mix": [1, [2.50]]}]
    )
    found = look(json_file(text.replace("2.5", "2.50")))[None]
    words = look.heads[None][0].cells
    assert words == ("id", "steps.0.n", "steps.1.n", "steps.2.n", "steps", "mix")
    assert cells(found) == [
        ("a", "0", "1", "", "", ""),
        ("b", "0", "1", "2", '[{"n": 0}, {"n": 1}, {"n": 2}, {"n": 3}, {"n": 4}]', ""),
        ("c", "", "", "", "", "[1, [2.50]]"),
    ]


@pytest.mark.parametrize(
    "record", ['{"a": 1, "a": 2}', '{"a.b": 1, "a": {"b": 2}}', '{"x": [[{"a": 1, "a": 2}]]}']
)
def test_a_key_that_stands_twice_sets_its_record_aside(json_file, look, record):
    found = look(json_file(f'[{{"a": 1, "a": 1}}, {record}]'))[None]
    assert [row.fault for row in found] == [None, "repeated_key"]


def test_a_wrapping_key_that_stands_twice_is_refused(json_file, look):
    with pytest.raises(Problem, match="has the key “data” or another key twice"):
        look(json_file('{"data": [{"a": 1}], "data": [{"a": 2}]}'))


@pytest.mark.parametrize(
    ("text", "sheet", "whole", "rest"),
    [
        ('[{"a": 1}, {"a": 2}, {"a": "x', None, 2, '{"a": "x'),
        ('[{"a": 1}, {"a": 2}, {"b": tr', None, 2, '{"b": tr'),
        ('[{"a": 1}, {"a": 2}', None, 2, None),
        ('[{"a": 1}, {"a": 2},', None, 2, None),
        ('{"n": 1, "d": {"rows": [{"a": 1}, {"a": {"b": 2', "d.rows", 1, '{"a": {"b": 2'),
        ('{"a": 1}\n{"a": 2}\n{"a": 3', None, 2, '{"a": 3'),
        ('{"d": [{"a": 1}]}\n{"d": [{"a": 2}, {"a"', "d", 1, '{"d": [{"a": 2}, {"a"'),
    ],
)
def test_a_file_that_is_cut_off_keeps_its_whole_records(json_file, look, text, sheet, whole, rest):
    found = look(json_file(text))[sheet]
    assert [row.fault for row in found] == [None] * whole + ["cut_off"] * (rest is not None)
    if rest:
        assert found[-1].cells == (rest,)
    assert look.said[sheet] == ["The file is cut off: records after its end are missing."]


def test_a_single_record_that_is_cut_off_is_not_loaded_in_half(json_file, look):
    with pytest.raises(Problem, match="holds no record"):
        look(json_file('{"id": 1, "name": "x'))


def test_broken_lines_are_set_aside_alone(json_file, look):
    found = look(json_file('{"a": 1}\n{"a": 1 2}\n[1]\n7\n{"a": 3}\n'))[None]
    assert [(row.number, row.fault) for row in found] == [
        (1, None), (2, "unreadable_json"), (3, "not_a_record"), (4, "not_a_record"), (5, None),
    ]  # fmt: skip
    assert found[1].cells == ('{"a": 1 2}',)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ('[{"a": 1},\n {"a": 1 2},' + ' {"a": 3},' * 9 + ' {"a": 4}]', r"line 2, character 10\."),
        ("[]", "holds no record"),
        ('[{"a": 1}]}', r"not JSON: line 1, character 11"),
        ("[[1, 2], [3, 4]]", "holds no record"),
        ("[" * 100_000, "nested too deeply"),
        (json.dumps([{f"k{n}": 1} for n in range(2001)]), "more than 2000 different keys"),
    ],
)
def test_what_is_no_table_in_json_is_a_sentence(json_file, look, text, sentence):
    with pytest.raises(Problem, match=sentence):
        look(json_file(text))


def test_bytes_that_are_no_text_set_their_record_aside(tmp_path, look):
    path = tmp_path / "data.json"
    for between in (b"\n", b","):
        parts = [
            '{"名字": "张三"}'.encode(),
            b'{"\xe5\x90\x8d\xe5\xad\x97": "\xff"}',
            '{"名字": "李四的名字"}'.encode(),
        ]
        lines = between.join(parts)
        path.write_bytes(lines if between == b"\n" else b"[" + lines + b"]")
        assert [row.fault for row in look(path)[None]] == [None, "unreadable_text", None]


def test_a_json_export_loads(json_file, home):
    record = dict(
        zip(CALLS, ["C1", "2026-10-01T09:00:00+08:00", True, "007", 12, 60, "13800138000"], strict=True)
    )
    (file,) = report_json(load(home, [json_file(json.dumps({"total": 1, "data": {"list": [record]}}))]))[
        "files"
    ]
    assert (file["loaded"], file["source"]) == (1, "plain_calls")
    found = current(home).query("SELECT agent_id, wait_s, answered, customer_shown, file_row FROM calls")
    assert found.rows() == [("7", 12.0, True, "138****8000", 1)]
