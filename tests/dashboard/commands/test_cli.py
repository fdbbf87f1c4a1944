"""The command line's contract: documents, sentences, exit codes, and nothing changed by what is refused."""

from __future__ import annotations

import json
import re
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import openpyxl
import pytest

from etl.contracts.facts import CONTRACTS
from etl.home import Home
from kpi.figures.view import open_view
from kpi.loading.load import load_files

HEADER = "通话编号,来电时间,是否接通,接听工号,等待秒数,通话秒数,客户号码"
CALLS = [
    "C1,2026-10-01 09:00:00,是,0042,12,200,13800138000",
    "C2,2026-10-02 09:05:00,否,,30,,",
    "C3,2026-10-03 09:05:00,是,0042,25,100,13800138001",
]


def calls_in(folder):
    path = folder / "calls.csv"
    path.write_text("\n".join([HEADER, *CALLS]) + "\n", encoding="utf-8")
    return path


@pytest.fixture
def calls(tmp_path):
    return calls_in(tmp_path)


@pytest.fixture(scope="module")
def loaded(tmp_path_factory):
    folder = tmp_path_factory.mktemp("loaded")
    load_files(Home(folder / "home"), [calls_in(folder)])
    return folder / "home"


@pytest.fixture
def home(tmp_path, loaded):
    """A home with these calls, to write into."""
    return Path(shutil.copytree(loaded, tmp_path / "home"))


def state(home):
    """Everything that a refused command must leave as it was."""
    return {
        path.relative_to(home): path.read_bytes()
        for path in home.rglob("*")
        if path.is_file() and path.suffix not in (".lock", ".log")
    }


def test_a_load_answers_with_its_accounting(tmp_path, calls, run):
    code, out, err = run("load", calls, "--home", tmp_path / "h", "--json")
    document = json.loads(out)
    assert code == 0
    assert document["snapshot"] == "000001"
    (file,) = document["files"]
    assert {key: file[key] for key in ("status", "rows_read", "loaded", "facts", "table", "source")} == {
        "status": "loaded", "rows_read": 3, "loaded": 3, "facts": 3, "table": "calls", "source": "plain_calls",
    }  # fmt: skip
    assert err == ""


def test_a_load_is_told_what_its_ratings_mean(tmp_path, run):
    path = tmp_path / "ratings.csv"
    rows = [f"S{n},2026-10-01 10:{n:02d}:00,1001,{1 + n % 5}" for n in range(20)]
    path.write_text("\n".join(["评价编号,评价时间,客服工号,评分", *rows]), encoding="utf-8")
    home = ("--home", tmp_path / "h", "--json")
    _, out, _ = run("load", path, *home)
    assert "--answer scale=5" in json.loads(out)["files"][0]["warnings"][0]
    _, out, _ = run("show", "indicators", "--month", "2026-10", *home)
    csat = next(one for one in json.loads(out) if one["key"] == "csat")
    assert (csat["value"], csat["verdict"], csat["reason"]) == (None, "no_data", "scale_unknown")
    code, out, _ = run("load", path, "--answer", "scale=5", "--answer", "best=1", *home)
    assert (code, json.loads(out)["files"][0]["warnings"]) == (0, [])
    _, out, _ = run("show", "indicators", "--month", "2026-10", *home)
    csat = next(one for one in json.loads(out) if one["key"] == "csat")
    assert (csat["numerator"], csat["denominator"]) == (8, 20)
    code, _, err = run("load", path, "--answer", "scale=perhaps", "--home", tmp_path / "h", "--lang", "en")
    assert (code, err) == (
        1,
        "scale=perhaps: This says nothing about the answers of surveys."
        " Write it as scale=5; known are scale, best, satisfied, no_answer.\n",
    )


def test_show_indicators_gives_plain_numbers(home, run):
    code, out, _ = run("show", "indicators", "--month", "2026-10", "--home", home, "--json", "--lang", "en")
    found = {figure["key"]: figure for figure in json.loads(out)}
    assert code == 0
    level = found["service_level"]
    assert (level["numerator"], level["denominator"], level["value"]) == (1, 3, pytest.approx(1 / 3))
    assert (level["unit"], level["target"], level["target_source"]) == ("share", 0.8, "default")
    assert level["verdict"] == "cannot_tell"
    assert (level["days_with_data"], level["days"]) == (3, 31)
    assert (found["offered"]["value"], found["offered"]["denominator"]) == (3, None)
    assert (found["csat"]["value"], found["csat"]["verdict"]) == (None, "no_data")
    assert found["complaints_per_1000"]["verdict"] == "no_data"


def test_an_agent_gets_no_unit_indicators(home, run):
    code, out, _ = run("show", "indicators", "--month", "2026-10", "--agent", "42", "--home", home, "--json")
    keys = {figure["key"] for figure in json.loads(out)}
    assert code == 0
    assert "handled" in keys
    assert not keys & {"service_level", "abandonment", "offered"}


def test_show_goals_and_appraisal_and_standards(home, run):
    _, out, _ = run("show", "goals", "--month", "2026-10", "--agent", "0042", "--home", home, "--json")
    goals = json.loads(out)
    assert goals["sheet"]["subject_kind"] == "person"
    assert goals["sheet"]["subject_id"] == "0042"
    assert len(goals["rows"]) == 8
    _, out, _ = run("show", "appraisal", "--month", "2026-10", "--agent", "0042", "--home", home, "--json")
    appraisal = json.loads(out)
    assert [row["status"] for row in appraisal["parameters"]] == ["insufficient"] * 7
    assert (appraisal["total"], appraisal["grade"]) == (None, None)
    _, out, _ = run("show", "appraisal", "--month", "2026-10", "--home", home, "--json")
    assert [sheet["agent"] for sheet in json.loads(out)] == ["0042"]
    _, out, _ = run("show", "standards", "--month", "2026-10", "--home", home, "--json")
    assert json.loads(out)


def test_a_month_without_data_is_no_error(home, run):
    code, out, _ = run("show", "goals", "--month", "2020-01", "--home", home, "--json")
    assert code == 0
    assert {row["verdict"] for row in json.loads(out)["rows"]} == {"no_data"}


@pytest.mark.parametrize(
    "arguments",
    [
        ("show", "goals", "--month", "2026-10"),
        ("show", "indicators", "--month", "2026-10"),
        ("rejects",),
        ("check",),
        ("sources",),
    ],
)
def test_reading_creates_no_home(tmp_path, run, arguments):
    folder = tmp_path / "nowhere"
    code, out, _ = run(*arguments, "--home", folder, "--json")
    assert code == 0
    assert json.loads(out) is not None
    assert not folder.exists()


@pytest.mark.parametrize(
    ("name", "content", "word"),
    [
        ("page.csv", b"<html><head></head></html>", "HTML"),
        ("empty.csv", b"", "empty"),
        ("binary.csv", bytes(range(256)), "neither text"),
        ("pointer.csv", b"version https://git-lfs.github.com/spec/v1\n", "Git LFS"),
        ("other.csv", b"x,y\n1,2\n", "no known source"),
    ],
)
def test_bad_files_get_a_sentence_and_change_nothing(home, tmp_path, run, name, content, word):
    path = tmp_path / name
    path.write_bytes(content)
    before = state(home)
    code, out, _ = run("load", path, "--home", home, "--json", "--lang", "en")
    (file,) = json.loads(out)["files"]
    assert (code, file["status"]) == (1, "refused")
    assert word in file["message"]
    assert name in file["message"]
    assert state(home) == before


def test_a_missing_path_is_named(home, tmp_path, run):
    before = state(home)
    code, out, _ = run("load", tmp_path / "absent.csv", "--home", home, "--lang", "en")
    assert code == 1
    assert "absent.csv" in out
    assert state(home) == before


def test_one_refused_file_does_not_stop_the_others(home, tmp_path, run):
    (tmp_path / "bad.csv").write_bytes(b"")
    (tmp_path / "more.csv").write_text(HEADER + "\n" + CALLS[0].replace("C1", "C9") + "\n", encoding="utf-8")
    code, out, _ = run("load", tmp_path / "bad.csv", tmp_path / "more.csv", "--home", home, "--json")
    assert code == 1
    assert [file["status"] for file in json.loads(out)["files"]] == ["refused", "loaded"]


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (("--agent", "nobody"), "nobody"),
        (("--team", "no such team"), "no such team"),
    ],
)
def test_an_unknown_subject_is_a_sentence_and_an_error_document(home, run, arguments, word):
    before = state(home)
    code, out, _ = run(
        "show", "goals", "--month", "2026-10", *arguments, "--home", home, "--json", "--lang", "en"
    )
    error = json.loads(out)["error"]
    assert code == 1
    assert set(error) == {"where", "what", "do"}
    assert word in error["what"]
    assert all(error.values())
    code, out, err = run("show", "goals", "--month", "2026-10", *arguments, "--home", home, "--lang", "en")
    assert (code, out) == (1, "")
    assert word in err
    assert state(home) == before


@pytest.mark.parametrize(
    "arguments",
    [
        ("show", "goals", "--month", "2026-10", "--team", "A", "--agent", "B"),
        ("export", "goals", "--month", "2026-10", "--format", "pdf", "--out", "x", "--all", "--team", "A"),
        ("export", "goals", "--month", "2026-10", "--format", "png", "--out", "x"),
        ("export", "overview", "--month", "2026-10", "--format", "xlsx", "--out", "x"),
        ("export", "overview", "--month", "2026-10", "--format", "pdf", "--out", "x", "--agent", "42"),
        ("export", "overview", "--month", "2026-10", "--format", "pdf", "--out", "x", "--all"),
        ("show", "everything", "--month", "2026-10"),
        ("show", "daily", "--month", "2026-10"),
        ("show", "daily", "--day", "2026-10-01", "--agent", "42"),
        ("show", "daily", "--day", "October"),
        ("show", "goals", "--month", "2026-10", "--day", "2026-10-01"),
        ("export", "daily", "--format", "pdf", "--out", "x"),
        ("show", "goals"),
        ("load",),
    ],
)
def test_wrong_usage_exits_2(home, run, arguments):
    assert run(*arguments, "--home", home)[0] == 2


def test_a_day_is_shown_in_six_lines_and_as_plain_numbers(home, run):
    code, out, _ = run("show", "daily", "--day", "2026-10-02", "--home", home, "--json", "--lang", "en")
    document = json.loads(out)
    assert code == 0
    assert {"sheet", "day", "compared", "unusual", "text", "rows", "half_hours"} <= set(document)
    assert (document["day"], document["compared"][0]) == ("2026-10-02", "2026-09-25")
    assert {"day": "2026-10-02", "working": False} in document["unusual"]
    rows = {row["key"]: row for row in document["rows"]}
    assert [rows["offered"][key] for key in ("value", "usual", "weeks")] == [1, None, 0]
    assert (rows["connection_rate"]["value"], rows["csat"]["value"]) == (0, None)
    assert document["half_hours"] == [
        {"from": "09:00", "calls": 1, "usual": None, "counted": 1, "in_time": 0, "service_level": 0}
    ]
    assert len(document["text"]) == 6
    newest = json.loads(run("show", "daily", "--home", home, "--json")[1])
    assert newest["day"] == "2026-10-03"
    said = run("show", "daily", "--day", "2026-10-02", "--home", home, "--lang", "en")[1]
    assert "Calls offered 1, Connection rate 0%" in said


def test_a_day_is_exported_as_a_picture(home, tmp_path, run):
    folder = tmp_path / "out"
    code, out, _ = run(
        "export", "daily", "--day", "2026-10-02", "--format", "png", "--out", folder, "--home", home, "--json"
    )
    assert (code, json.loads(out)["path"]) == (0, str(folder / "daily-2026-10-02-everyone.png"))
    assert (folder / "daily-2026-10-02-everyone.png").read_bytes().startswith(b"\x89PNG")


def test_a_month_that_is_none_is_named(home, run):
    code, out, _ = run("show", "goals", "--month", "October", "--home", home, "--json", "--lang", "en")
    assert code == 1
    assert "October" in json.loads(out)["error"]["what"]


def test_a_broken_catalogue_entry_is_left_out_and_named(home, run, calls):
    before = json.loads(run("show", "indicators", "--month", "2026-10", "--home", home, "--json")[1])
    (home / "config" / "indicators.toml").write_text('[service_level]\nbettr = "higher"\n', encoding="utf-8")
    code, out, err = run("show", "indicators", "--month", "2026-10", "--home", home, "--json", "--lang", "zh")
    assert (code, json.loads(out)) == (0, before)
    assert "有 1 处条目有误" in err
    code, _, err = run("load", calls, "--home", home, "--lang", "en")
    assert code == 0
    assert "that are left out: 1." in err
    code, out, err = run("check", "--home", home, "--lang", "en")
    assert code == 1
    assert re.search(r"indicators\.toml.*service_level.*bettr.*better", out + err, re.DOTALL)


OWN = """[handled_late]
name = { zh = "晚接量", en = "Answered late" }
definition = { zh = "等待 20 秒以上接通的电话。", en = "Calls answered after 20 s." }
exclusions = { zh = "无。", en = "None." }
reference = "own"
relation = "calls"
kind = "count"
unit = "count"
better = "lower"
base = "answered AND wait_s > 20"
levels = ["unit"]
material = 5
"""


def test_a_changed_catalogue_is_added_up_anew(home, run):
    month = ("--month", "2026-10", "--home", home, "--json")
    assert open_view(Home(home)).rolled_up()
    (home / "config" / "indicators.toml").write_text(OWN, encoding="utf-8")
    assert not open_view(Home(home)).rolled_up()
    slow = json.loads(run("show", "indicators", *month)[1])
    code, out, _ = run("rebuild", "--home", home, "--json", "--lang", "en")
    assert (code, json.loads(out)) == (0, {"done": "The figures were added up anew, as data 000002."})
    assert open_view(Home(home)).rolled_up()
    assert json.loads(run("show", "indicators", *month)[1]) == slow
    assert [one["numerator"] for one in slow if one["key"] == "handled_late"] == [1]


def test_a_home_without_data_has_nothing_to_add_up(tmp_path, run):
    assert run("rebuild", "--home", tmp_path / "none", "--lang", "en")[:2] == (0, "Nothing to show.\n")
    assert not (tmp_path / "none").exists()


def test_a_home_that_cannot_be_written_is_named(tmp_path, calls, run):
    (tmp_path / "file").write_text("not a folder")
    code, out, _ = run("load", calls, "--home", tmp_path / "file", "--json", "--lang", "en")
    assert code == 1
    assert "file" in json.loads(out)["error"]["where"]


def test_a_port_in_use_is_named(home, run):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        code, _, err = run("serve", "--port", port, "--home", home, "--lang", "en")
    assert code == 1
    assert str(port) in err
    assert "--port" in err


def test_it_listens_on_this_computer_only(home, run):
    code, _, err = run("serve", "--host", "0.0.0.0", "--home", home, "--lang", "en")
    assert code == 1
    assert len(err.strip().splitlines()) == 1
    assert "127.0.0.1" in err


def test_rejects_as_json_and_csv(home, tmp_path, run):
    path = tmp_path / "bad.csv"
    path.write_text(HEADER + "\nC7,31/02/2026 09:00,是,1,1,1,\n", encoding="utf-8")
    run("load", path, "--home", home)
    _, out, _ = run("rejects", "--home", home, "--json")
    assert json.loads(out) == [
        {
            "file": "bad.csv",
            "table": "calls",
            "row": 2,
            "column": "started_at",
            "raw": "31/02/2026 09:00",
            "rule": "unreadable_time",
        }
    ]
    _, out, _ = run("rejects", "--home", home, "--csv", "--file", "bad.csv")
    assert out.splitlines()[1] == "bad.csv,calls,2,started_at,31/02/2026 09:00,unreadable_time"
    _, out, _ = run("rejects", "--home", home, "--json", "--file", "other.csv")
    assert json.loads(out) == []


def test_rejects_as_a_workbook_come_back_corrected(home, tmp_path, run):
    path, out_path = tmp_path / "bad.csv", tmp_path / "new" / "rejects.xlsx"
    path.write_text(HEADER + "\nC7,31/02/2026 09:00,是,1,1,1,\n", encoding="utf-8")
    run("load", path, "--home", home)
    code, out, _ = run("rejects", "--xlsx", out_path, "--home", home, "--json")
    assert (code, json.loads(out)) == (0, {"path": str(out_path)})
    book = openpyxl.load_workbook(out_path)
    book.active.cell(3, 5).value = "2026-10-31 09:00"
    book.save(out_path)
    _, out, _ = run("load", out_path, "--home", home, "--json")
    assert [(file["table"], file["loaded"]) for file in json.loads(out)["files"]] == [("calls", 1)]
    assert json.loads(run("rejects", "--home", home, "--json")[1]) == []
    code, out, _ = run("rejects", "--xlsx", out_path, "--home", home, "--json", "--lang", "en")
    assert (code, "no rejected row" in json.loads(out)["error"]["what"]) == (1, True)


def test_sources_says_what_a_file_is_and_keeps_nothing(tmp_path, calls, run):
    folder = tmp_path / "nowhere"
    _, out, _ = run("sources", calls, "--home", folder, "--json")
    document = json.loads(out)
    assert document["source"] == "plain_calls"
    assert document["tables"]["calls"][0]["call_id"] == "C1"
    assert "13800138000" not in out
    assert not folder.exists()


def test_templates_have_the_points_of_the_qa_form(tmp_path, run):
    code, out, _ = run("sources", "--template", tmp_path / "t", "--home", tmp_path / "nowhere", "--json")
    assert code == 0
    written = {Path(path).name for path in json.loads(out)["written"]}
    assert written == {f"{name}.{suffix}" for name in CONTRACTS for suffix in ("csv", "xlsx")}
    assert {"teams.csv", "punches.xlsx"} <= written
    header = (tmp_path / "t" / "qa_reviews.csv").read_text(encoding="utf-8-sig")
    assert header.count("[") == 15


@pytest.mark.parametrize("fmt", ["xlsx", "pdf", "csv"])
@pytest.mark.parametrize("what", ["goals", "appraisal", "standards"])
def test_an_export_is_named_by_sheet_month_and_subject(home, tmp_path, run, what, fmt):
    code, out, _ = run(
        "export", what, "--month", "2026-10", "--agent", "42", "--format", fmt,
        "--out", tmp_path / "out", "--home", home, "--json",
    )  # fmt: skip
    assert code == 0
    path = tmp_path / "out" / f"{what}-2026-10-0042.{fmt}"
    assert json.loads(out)["path"] == str(path)
    assert path.stat().st_size > 100


@pytest.mark.parametrize(("fmt", "start"), [("pdf", b"%PDF"), ("png", b"\x89PNG")])
def test_the_overview_of_a_month_is_exported_for_everyone(home, tmp_path, run, fmt, start):
    code, out, _ = run(
        "export", "overview", "--month", "2026-10", "--format", fmt, "--out", tmp_path / "out",
        "--home", home, "--json",
    )  # fmt: skip
    assert code == 0
    path = tmp_path / "out" / f"overview-2026-10-everyone.{fmt}"
    assert json.loads(out)["path"] == str(path)
    assert path.read_bytes().startswith(start)


@pytest.mark.process
def test_the_installed_command_answers():
    done = subprocess.run(
        [sys.executable, "-m", "dashboard.cli", "--help"], capture_output=True, text=True, check=True
    )
    for command in ("load", "sources", "rejects", "show", "export", "serve", "demo", "check"):
        assert command in done.stdout


def test_show_prints_the_form_for_people(home, run):
    _, out, _ = run("show", "goals", "--month", "2026-10", "--agent", "42", "--home", home, "--lang", "zh")
    for heading in ("关键业绩指标", "与目标差距", "造成重要差距的原因", "具体措施", "2026年11月"):
        assert heading in out
    assert "gap_good" not in out
    _, out, _ = run(
        "show", "appraisal", "--month", "2026-10", "--agent", "42", "--home", home, "--lang", "zh"
    )
    assert out.count("数据不足，暂不评分") == 7 + 1  # the parameters, and so the total
    _, out, _ = run("show", "standards", "--month", "2026-10", "--home", home, "--lang", "en")
    assert "Answer within three rings" in out
    _, out, _ = run("show", "indicators", "--month", "2026-10", "--home", home, "--lang", "en")
    assert "1 / 3" in out


def test_a_home_without_data_is_said_on_stderr(tmp_path, run):
    code, _, err = run("show", "goals", "--month", "2026-10", "--home", tmp_path / "typo", "--lang", "en")
    assert code == 0
    assert "typo" in err
