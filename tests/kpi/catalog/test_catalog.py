"""The catalogue: what is shipped holds together, own entries override it, and faults are named."""

from __future__ import annotations

import re
from dataclasses import asdict, replace
from importlib.resources import files
from pathlib import Path

import duckdb
import pytest

from dashboard.words.translate import problem_text
from etl.snapshots.snapshot import create_tables
from kpi.catalog.conditions import condition_faults
from kpi.catalog.entries import FILES
from kpi.catalog.left_out import OWN
from kpi.catalog.load import CatalogFaults, _load, load_catalog
from kpi.catalog.never_true import choices_of, fill_facts, never_true
from kpi.catalog.relations import RELATIONS, WITHIN

SHIPPED = load_catalog(None)

NEW = """
[answered_late]
name = { zh = "晚接", en = "Answered late" }
definition = { zh = "等待超过 {limit_s} 秒", en = "Waited over {limit_s} s" }
exclusions = { zh = "无", en = "None" }
reference = "own"
relation = "calls"
kind = "proportion"
unit = "share"
better = "lower"
base = "answered AND wait_s IS NOT NULL"
hit = "wait_s > {limit_s}"
levels = ["unit"]
material = 0.01
limits = { limit_s = 90 }
"""


def _own(folder: Path, name: str, text: str) -> Path:
    (folder / name).write_text(text, encoding="utf-8")
    return folder


def _faults(folder: Path, name: str, text: str) -> list[str]:
    return [str(fault) for fault in load_catalog(_own(folder, name, text)).left_out]


@pytest.mark.parametrize("key", sorted(SHIPPED.indicators))
def test_texts_are_there_in_both_languages_and_filled(key: str) -> None:
    indicator = SHIPPED.indicators[key]
    for words in (indicator.name, indicator.definition, indicator.exclusions):
        assert set(words) == {"zh", "en"}
        assert words["zh"] != words["en"]
        assert not re.search("[\u4e00-\u9fff]", words["en"])
        assert not any("{" in text for text in words.values())


def test_dimensions_have_a_name_in_both_languages_and_rows_to_tell_apart() -> None:
    for dimension in SHIPPED.dimensions.values():
        assert set(dimension.name) == {"zh", "en"}
        assert dimension.rows
        assert set(dimension.rows) <= {*RELATIONS, *WITHIN}


def test_qa_score_is_never_called_satisfaction() -> None:
    qa = [i for i in SHIPPED.indicators.values() if i.relation == "qa"]
    assert qa
    assert not [i.key for i in qa if "满意" in i.name["zh"]]


def test_the_seven_parameters_stand_in_the_documents_order() -> None:
    assert [parameter.name["zh"] for parameter in SHIPPED.parameters] == [
        *("客户投诉率", "专业素质", "沟通技巧", "团队精神", "服从领导", "工作态度", "出勤率")
    ]
    assert [parameter.weight for parameter in SHIPPED.parameters] == [20, 20, 20, 10, 10, 10, 10]


def test_the_six_standards_stand_in_the_documents_order() -> None:
    assert [standard.indicator for standard in SHIPPED.standards] == [
        *("answered_in_3_rings", "reply_24h", "attention_5s", "apology", "name_given", "uniform")
    ]
    assert [SHIPPED.targets[standard.indicator]["default"] for standard in SHIPPED.standards] == [0.95] * 6


def test_figures_that_later_data_can_change_say_for_how_long() -> None:
    assert {key: one.look_back_days for key, one in SHIPPED.indicators.items() if one.look_back_days} == {
        "first_contact_resolution": 7,
        "repeat_complaint": 30,
        "follow_up_done": 3,
        "response_in_limit": 1,
        "resolution_in_limit": 7,
        "reopened": 7,
        "reply_24h": 1,
        "promise_kept": 7,
    }


def test_an_override_changes_only_the_fields_it_gives(tmp_path: Path) -> None:
    catalog = load_catalog(_own(tmp_path, "indicators.toml", "[service_level]\nlimits = { within_s = 15 }\n"))
    own, shipped = catalog.indicators["service_level"], SHIPPED.indicators["service_level"]
    assert own.limits == {"within_s": 15, "short_s": 5}
    assert own.hit == "answered AND wait_s <= 15.0"
    assert own.name["zh"] == "服务水平（15 秒）"
    assert own.base == shipped.base
    assert list(catalog.indicators) == list(SHIPPED.indicators)


def test_a_new_key_adds(tmp_path: Path) -> None:
    indicator = load_catalog(_own(tmp_path, "indicators.toml", NEW)).indicators["answered_late"]
    assert indicator.should == indicator.base
    assert indicator.needs == ("calls",)
    assert indicator.min_base == 10
    assert indicator.definition["zh"] == "等待超过 90 秒"


def test_causes_of_the_home_are_offered_and_old_keys_stay_valid(tmp_path: Path) -> None:
    own = """
[[cause]]
key = "lift"
group = "team"
name = { zh = "电梯停运", en = "Lift out of order" }

[[cause]]
key = "time"
hidden = false

[[cause]]
key = "policy"
hidden = true
"""
    catalog = load_catalog(_own(tmp_path, "causes.toml", own))
    assert catalog.left_out == ()
    offered = {cause.key for cause in catalog.causes if not cause.hidden}
    before = {cause.key for cause in SHIPPED.causes if not cause.hidden}
    assert len(before) == 10
    assert offered == before - {"policy"} | {"lift", "time"}
    assert {"unclear_goals", "other_cause"} <= {cause.key for cause in catalog.causes}


def test_the_catalogue_of_one_config_is_one_value(tmp_path: Path) -> None:
    config = _own(tmp_path, "home.toml", '[leave]\n"事假" = "excused"\n')
    assert load_catalog(config).leave["事假"] == "excused"
    assert load_catalog(config) is load_catalog(config)  # what is remembered of a snapshot hangs on it


def test_an_empty_config_changes_nothing(tmp_path: Path) -> None:
    assert asdict(load_catalog(tmp_path)) == asdict(SHIPPED)
    assert asdict(load_catalog(tmp_path / "missing")) == asdict(SHIPPED)


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("indicators.toml", "[x", "config/indicators.toml: This is not TOML: "),
        (
            "dimensions.toml",
            '[queue]\ncals = "queue"',
            "config/dimensions.toml [queue]: Unknown field “cals”. Did you mean “calls”?",
        ),
        (
            "dimensions.toml",
            '[queue]\ncalls = "quueue"',
            "config/dimensions.toml [queue]: calls: “quueue” is no column of calls. Did you mean “queue”?",
        ),
        (
            "dimensions.toml",
            '[qa_point]\nqa_points = "max(item)"',
            "config/dimensions.toml [qa_point]: qa_points: max() is not allowed, only a value of the row.",
        ),
        (
            "indicators.toml",
            '[service_level]\nbettr = "higher"',
            "config/indicators.toml [service_level]: Unknown field “bettr”. Did you mean “better”?",
        ),
        (
            "indicators.toml",
            '[service_level]\nname = { fr = "x" }',
            "config/indicators.toml [service_level]: Unknown field “name.fr”. Known are zh, en.",
        ),
        (
            "indicators.toml",
            NEW.replace('unit = "share"\n', ""),
            "config/indicators.toml [answered_late]: “unit” is missing. Add it.",
        ),
        (
            "indicators.toml",
            '[service_level]\nbetter = "up"',
            "config/indicators.toml [service_level]: “better” cannot be 'up': "
            "expected higher, lower, band. Correct it.",
        ),
        (
            "indicators.toml",
            '[service_level]\nhit = "wait_sec <= 20"',
            "config/indicators.toml [service_level]: hit: “wait_sec” is no column of contacts. "
            "Did you mean “wait_s”?",
        ),
        (
            "indicators.toml",
            '[service_level]\nhit = "wait_s <= {within}"',
            "config/indicators.toml [service_level]: “{within}” is not among its limits. "
            "Add it to limits, or remove it.",
        ),
        (
            "indicators.toml",
            '[service_level]\nhit = "sum(wait_s) > 20"',
            "config/indicators.toml [service_level]: hit: ",
        ),
        (
            "indicators.toml",
            '[service_level]\nbase = "wait_s > (SELECT 1)"',
            "config/indicators.toml [service_level]: base: ",
        ),
        (
            "indicators.toml",
            '[service_level]\nbase = "lead(wait_s) OVER () > 1"',
            "config/indicators.toml [service_level]: base: ",
        ),
        (
            "indicators.toml",
            '[service_level]\nbase = "TRUE); DROP TABLE calls; --"',
            "config/indicators.toml [service_level]: base: ",
        ),
        (
            "indicators.toml",
            '[service_level]\nbase = "TRUE), (FALSE"',
            "config/indicators.toml [service_level]: base: ",
        ),
        (
            "indicators.toml",
            '[service_level]\nhit = "wait_s"',
            "config/indicators.toml [service_level]: hit is DOUBLE, expected true or false. Correct it.",
        ),
        (
            "indicators.toml",
            '[speed_of_answer]\nx = "queue"',
            "config/indicators.toml [speed_of_answer]: x is VARCHAR, expected a number. Correct it.",
        ),
        (
            "indicators.toml",
            '[speed_of_answer]\nhit = "answered"',
            "config/indicators.toml [speed_of_answer]: A mean has no “hit”. Remove it.",
        ),
        (
            "indicators.toml",
            '[speed_of_answer]\nkind = "points"',
            "config/indicators.toml [speed_of_answer]: A points needs “y”. Add it.",
        ),
        (
            "indicators.toml",
            '[speed_of_answer]\nrelation = "call"',
            "config/indicators.toml [speed_of_answer]: relation: “call” does not exist. "
            "Did you mean “calls”?",
        ),
        (
            "indicators.toml",
            '[speed_of_answer]\nneeds = ["phone"]',
            "config/indicators.toml [speed_of_answer]: needs: “phone” does not exist. Known are calls, ",
        ),
        (
            "indicators.toml",
            NEW.replace("answered_late", "Answered-Late"),
            "config/indicators.toml [Answered-Late]: This is no key. "
            "Write it in small letters, digits and _.",
        ),
        (
            "targets.toml",
            "[service_levels]\ndefault = 0.8",
            "config/targets.toml [service_levels]: target: “service_levels” does not exist. "
            "Did you mean “service_level”?",
        ),
        (
            "targets.toml",
            "[service_level]\nall = 85",
            "config/targets.toml [service_level]: 85.0 is no target for it: it lies between 0 and 1. "
            "Write a share as a fraction, such as 0.95.",
        ),
        (
            "targets.toml",
            '[service_level]\nteam = { "一班" = { "2026-13" = 0.8 } }',
            "config/targets.toml [service_level]: “team.一班",
        ),
        (
            "profiles.toml",
            '[person]\nindicators = ["service_level"]',
            "config/profiles.toml [person]: “service_level” is not measured for a person. "
            "Remove it from the form.",
        ),
        (
            "profiles.toml",
            f"[person]\nindicators = {['handled'] * 9}",
            "config/profiles.toml [person]: 9 indicators, at most 8 fit the form. Remove some.",
        ),
        (
            "profiles.toml",
            '[persons]\nindicators = ["handled"]',
            "config/profiles.toml [persons]: profile: “persons” does not exist. Did you mean “person”?",
        ),
        (
            "appraisal.toml",
            '[[parameter]]\nkey = "attitude"\nweight = 5',
            "config/appraisal.toml: The weights sum to 95, expected 100. Correct them.",
        ),
        (
            "appraisal.toml",
            '[[parameter]]\nkey = "attitude"\nevidence = "service_level"',
            "config/appraisal.toml [attitude]: evidence: “service_level” does not exist. Known are rating, ",
        ),
        (
            "appraisal.toml",
            '[[parameter]]\nkey = "attitude"\nfloor = 4.2',
            "config/appraisal.toml [attitude]: floor and target are the same. Give them different values.",
        ),
        (
            "appraisal.toml",
            "[[parameter]]\nweight = 20",
            "config/appraisal.toml [parameter 1]: “key” is missing. Add it.",
        ),
        (
            "appraisal.toml",
            "[[parameters]]\nweight = 20",
            "config/appraisal.toml [parameters]: This is no entry of this file. "
            "Entries are written as [key], [[parameter]].",
        ),
        (
            "standards.toml",
            '[[standard]]\nkey = "answer_quickly"\nindicator = "rings"',
            "config/standards.toml [answer_quickly]: indicator: “rings” does not exist. ",
        ),
        (
            "services.toml",
            '[[item]]\nkey = "complaint"\naliases = ["系统BUG受理"]',
            "config/services.toml [complaint]: “系统BUG受理” names more than one item. "
            "Give each its own name.",
        ),
        (
            "qa_form.toml",
            '[[point]]\nkey = "respect"\ngroup = "relation"',
            "config/qa_form.toml [respect]: group: “relation” does not exist. Did you mean “relationship”?",
        ),
    ],
)
def test_faults_are_named_with_file_and_entry(tmp_path: Path, name: str, text: str, said: str) -> None:
    found = _faults(tmp_path, name, text)
    assert any(fault.startswith(said) for fault in found), found


def test_all_faults_of_all_files_are_said_at_once(tmp_path: Path) -> None:
    _own(tmp_path, "indicators.toml", '[service_level]\nbettr = "higher"\nbase = 1\n')
    _own(tmp_path, "targets.toml", '[csat]\ndefault = "high"\n')
    found = _faults(tmp_path, "standards.toml", "[[standard]]\nnumber = 1\n")
    assert [fault.split("]")[0] for fault in found] == [
        "config/standards.toml [standard 1",
        "config/indicators.toml [service_level",
        "config/indicators.toml [service_level",
        "config/targets.toml [csat",
    ]


def test_the_fault_of_a_shipped_entry_is_not_blamed_on_config(tmp_path: Path) -> None:
    found = _faults(tmp_path, "appraisal.toml", "[scheme]\nminimum_coverage = 60\n")
    assert found[0].startswith("config/appraisal.toml [scheme]: “minimum_coverage” cannot be 60")
    assert len(found) == 1


def test_an_entry_at_fault_is_left_out_and_the_rest_stays(tmp_path: Path) -> None:
    _own(
        tmp_path,
        "targets.toml",
        "[csat]\ndefault = 0.99\n[answered_late]\ndefault = 0.2\n[csa]\ndefault = 0.8\n",
    )
    _own(tmp_path, "profiles.toml", '[unit]\nindicators = ["csat", "answered_late"]\n')
    text = NEW.replace("wait_s > {limit_s}", "wait_sec > 20") + "\n[transfer]\nmaterial = 0.05\n"
    catalog = load_catalog(_own(tmp_path, "indicators.toml", text))
    assert catalog.indicators["transfer"].material == 0.05
    assert catalog.targets["csat"]["default"] == 0.99
    # What is at fault, and what needs it.
    assert "answered_late" not in catalog.indicators | catalog.targets
    assert catalog.profiles["unit"] == SHIPPED.profiles["unit"]
    assert sorted(fault.where for fault in catalog.left_out) == [
        "config/indicators.toml [answered_late]",
        *("config/profiles.toml [unit]", "config/targets.toml [answered_late]", "config/targets.toml [csa]"),
    ]


@pytest.mark.parametrize(
    ("name", "text", "said", "kept"),
    [
        # The fault shows in a shipped entry that the own one no longer fits.
        (
            "indicators.toml",
            '[csat]\nlevels = ["unit"]',
            "config/indicators.toml [csat]: “csat” is not",
            "csat",
        ),
        (
            "indicators.toml",
            '[attendance]\nlevels = ["unit"]',
            "config/indicators.toml [attendance]",
            "attendance",
        ),
        ("indicators.toml", "[x", "config/indicators.toml: This is not TOML", "csat"),
    ],
)
def test_a_shipped_entry_holds_where_the_own_one_is_left_out(tmp_path, name, text, said, kept) -> None:
    catalog = load_catalog(_own(tmp_path, name, text))
    assert str(catalog.left_out[0]).startswith(said)
    assert catalog.indicators == SHIPPED.indicators
    assert catalog.indicators[kept] == SHIPPED.indicators[kept]


@pytest.mark.parametrize("file", ["config/services.toml", "config/appraisal.toml"])
def test_a_fault_of_a_whole_file_leaves_its_own_entries_out(tmp_path, file) -> None:
    text = {
        "config/services.toml": '[[item]]\nkey = "complaint"\naliases = ["系统BUG受理"]',
        "config/appraisal.toml": '[[parameter]]\nkey = "attitude"\nweight = 5\n[[parameter]]\nkey = "teamwork"\nfloor = 0',
    }[file]
    catalog = load_catalog(_own(tmp_path, file.removeprefix("config/"), text))
    assert {str(one.where).split(" [")[0] for one in catalog.left_out} == {file}
    assert (catalog.items, catalog.parameters) == (SHIPPED.items, SHIPPED.parameters)


@pytest.mark.parametrize(
    ("more", "said"), [(b"\n[csa]\ndefault = 0.8\n", r"\[csa\]"), (b"[x", "no TOML|not TOML")]
)
def test_only_a_fault_of_the_program_itself_stops_everything(more: bytes, said: str) -> None:
    shipped = files("kpi").joinpath("catalog")
    texts = (
        (n, f"kpi/catalog/{n}", shipped.joinpath(n).read_bytes() + more * (n == "targets.toml"))
        for n in FILES
    )
    with pytest.raises(CatalogFaults, match=rf"(?s)^kpi/catalog/targets.toml: 1 faults.*({said})"):
        _load(tuple(texts), (), ())


CALLED = NEW.replace("answered_late", "own").replace(
    "limits = { limit_s = 90 }", "limits = { limit_s = 90, a = 5 }"
)


@pytest.mark.parametrize(
    ("base", "possible"),
    [
        # A word that the column does not have.
        ("direction = 'outbound'", False),
        ("upper(direction) = 'OUTBOUND' AND answered", False),
        ("CASE WHEN direction = '呼出' THEN TRUE ELSE FALSE END", False),
        ("direction NOT IN ('in', 'out', 'internal', 'callback')", False),
        ("direction = 'outbound' OR queue = '业务'", True),
        ("direction = 'out'", True),
        # Of measures beyond their bounds nothing is kept.
        ("wait_s < 0", False),
        ("ring_count > 100", False),
        ("wait_s > 20 AND wait_s < 10", False),
        ("wait_s > 100 AND wait_s < 100.5", True),
        ("talk_s BETWEEN 20 * 60 AND 10 * 60", False),
        ("talk_s NOT BETWEEN 20 AND 30", True),
        ("answered AND NOT answered", False),
        ("queue = 'a' AND queue IN ('b', 'c')", False),
        ("NOT (answered OR wait_s >= 0 OR wait_s IS NULL)", False),
        # What cannot be tried is possible.
        ("queue LIKE '%a%' AND hour(started_at) = 3", True),
        ("wait_s > talk_s AND wait_s < talk_s", True),
        ("wait_s IS NULL OR team = '一组'", True),
    ],
)
def test_a_condition_that_no_row_can_meet_is_a_fault(tmp_path: Path, base: str, possible: bool) -> None:
    found = _faults(tmp_path, "indicators.toml", CALLED.replace("answered AND wait_s IS NOT NULL", base))
    assert [fault for fault in found if "base can never be true" in fault] == found
    assert bool(found) != possible


@pytest.mark.parametrize(
    ("field", "text", "said"),
    [
        ("hit", "wait_s > {limit_s} AND NOT answered", "its parts exclude each other"),
        (
            "should",
            "direction = '呼入'",
            "in all_calls there is only direction: callback, in, internal, out.",
        ),
    ],
)
def test_no_row_can_pass_is_a_fault_as_well(tmp_path: Path, field: str, text: str, said: str) -> None:
    entry = (
        CALLED.replace('hit = "wait_s > {limit_s}"', f'hit = "{text}"')
        if field == "hit"
        else CALLED + f'should = "{text}"\n'
    )
    (found,) = _faults(tmp_path, "indicators.toml", entry)
    assert f"{field} can never be true" in found
    assert said in found


def test_the_shipped_conditions_would_be_sound_in_a_home_too() -> None:
    entries = [("indicators.toml", "", key) for key in SHIPPED.indicators]
    entries += [("dimensions.toml", "", key) for key in SHIPPED.dimensions]
    as_own = {place: f"{OWN}{place[0]} [{place[2]}]" for place in entries}
    assert [str(fault) for fault in condition_faults(SHIPPED, as_own)] == []
    broken = replace(SHIPPED.indicators["offered"], base="answered +")
    other = replace(SHIPPED, indicators=SHIPPED.indicators | {"offered": broken})
    assert [fault.where for fault in condition_faults(other, as_own)] == [f"{OWN}indicators.toml [offered]"]


def test_every_shipped_condition_can_be_met() -> None:
    con = duckdb.connect()
    create_tables(con)
    for relation in RELATIONS:
        fill_facts(con, relation)
        choices = choices_of(con, SHIPPED, relation)
        for one in SHIPPED.indicators.values():
            own = (
                [one.base, one.should, f"({one.base}) AND ({one.hit or 'TRUE'})"]
                if one.relation == relation
                else []
            )
            for condition in [*own, *([one.per_base] if one.per == relation else [])]:
                assert not never_true(con, SHIPPED, relation, condition, choices), one.key


@pytest.mark.parametrize(
    ("base", "said"),
    [
        ("answered = 'maybe'", "answered BOOLEAN"),
        ("CAST(queue AS INTEGER) > 3", "queue VARCHAR"),
        ("queue > 5", "queue VARCHAR"),
        ("wait_s + queue > 1", "queue VARCHAR, wait_s DOUBLE"),
        ("started_at > 5", "started_at TIMESTAMP"),
    ],
)
def test_what_would_fail_on_a_row_is_a_fault(tmp_path: Path, base: str, said: str) -> None:
    (found,) = _faults(tmp_path, "indicators.toml", CALLED.replace("answered AND wait_s IS NOT NULL", base))
    assert f"base compares or converts what does not fit: {said}." in found


FAULTY = {
    "indicators.toml": CALLED.replace("answered AND wait_s IS NOT NULL", "wait_s >")
    + "[csat]\nmaterial = -1\nlevels = 5\nmin_base = 1.5\nname = 'x'\nreference = ''\n"
    + "[offered]\nbase = 'nosuch(wait_s)'\n[handled]\nbase = 'count(*) > 1'\n[transfer]\nhit = 'queue + 1'\n"
    + "[uniform]\nbase = \"standard = 'smile'\"\n",
    "targets.toml": "[csat]\nall = { 2026-13 = 'x' }\n[qa]\nall = 5\n",
    "profiles.toml": "[x",
    "appraisal.toml": "[scheme]\nminimum_coverage = 60\n",
}


def test_faults_are_said_in_one_language(tmp_path: Path) -> None:
    for name, text in FAULTY.items():
        _own(tmp_path, name, text)
    faults = load_catalog(tmp_path).left_out
    assert len(faults) >= 13
    for fault in faults:
        _, what, do = problem_text(fault, "zh")
        # Names of fields and what somebody wrote stay; no sentence of a library does.
        assert not re.search(r"[A-Za-z]{3,} [A-Za-z]{2,} [A-Za-z]{2,}", what + do), what + do
        assert re.search("[\u4e00-\u9fff]", what + do)
