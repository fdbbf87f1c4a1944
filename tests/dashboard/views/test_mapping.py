"""“Map a file”: the page and the command propose, ask, and keep a map that loads."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

import dashboard
from dashboard.intake.batches import Batch, uploads_of
from dashboard.markup.mapping_html import doubts_html, name_for, rows_html, table_choices
from etl.home import Home
from etl.loading.load import load
from etl.loading.preview import Look
from etl.maps.maps import load_sources
from etl.people.aliases import load_aliases
from etl.propose import propose
from tests.etl.vendor_exports import write_export

APP = Path(dashboard.__file__).parent / "app.py"
BATCH = "0123456789abcdef" * 2
ROSTER = "工号,姓名\n8001,张三\n8002,李四\n8003,王五\n"


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """A home with a roster of three people."""
    folder = tmp_path_factory.mktemp("loaded")
    roster = folder / "roster.csv"
    roster.write_text(ROSTER, encoding="utf-8")
    load(Home(folder / "home"), [roster])
    return Home(folder / "home")


@pytest.fixture
def home(tmp_path: Path, loaded: Home) -> Iterator[Home]:
    """A copy of it to write into; its uploads are closed after the test."""
    made = Home(Path(shutil.copytree(loaded.path, tmp_path / "home")))
    yield made
    uploads_of(made).close()


def dropped(home: Home, path: Path) -> Batch:
    """The batch of a file that the browser sent, as the page finds it."""
    here = uploads_of(home)
    batch, place = here.place(BATCH, path.name, path.stat().st_size)
    shutil.copy(path, place)
    here.add(batch, place)
    return batch


def opened(home: Home, batch: Batch | None, monkeypatch: pytest.MonkeyPatch, lang: str = "en") -> AppTest:
    monkeypatch.setenv("SERVICE_KPI_HOME", str(home.path))
    test = AppTest.from_file(str(APP), default_timeout=600)
    test.query_params["lang"] = lang
    if batch is not None:
        test.session_state["mapping"] = batch.id
    return test.switch_page("views/mapping.py").run()


def shown(test: AppTest) -> str:
    return "\n".join(str(one.proto.body) for one in test.get("html"))


def choose(test: AppTest, label: str, value: str) -> None:
    next(one for one in test.selectbox if one.label == label).select(value).run()


def save(test: AppTest) -> object:
    return next(one for one in test.button if one.key == "map_save")


@pytest.mark.usefixtures("in_thread")
def test_the_page_asks_what_is_open_saves_and_hands_the_file_over(home, tmp_path, monkeypatch) -> None:
    batch = dropped(home, write_export(tmp_path, "cloud_calls"))
    test = opened(home, batch, monkeypatch)
    assert "转语音信箱 (10)" in shown(test)
    assert "Still to be decided: Answered" in shown(test)
    assert save(test).disabled
    choose(test, "转语音信箱 (10)", "false")
    assert "Still to be decided" not in shown(test)
    assert "Left out until it is decided: Wait (s), Ring (s)" in shown(test)
    save(test).click().run()
    assert load_sources(home.config)["cloud_calls"].tables[0].contract.name == "calls"
    assert "config/sources/cloud_calls.toml" in shown(test)
    next(one for one in test.button if one.key == "map_load").click().run()
    assert batch.work.wait(600)
    assert {file.source for file in batch.report.files} == {"cloud_calls"}


def test_a_column_chosen_otherwise_changes_the_rows_shown(home, tmp_path, monkeypatch) -> None:
    test = opened(home, dropped(home, write_export(tmp_path, "cloud_calls")), monkeypatch)
    assert "2026-10-01 08:00:04" in shown(test)
    choose(test, "Started at *", "接听时间")
    assert "2026-10-01 08:00:04</td>" not in shown(test)
    assert "Started at: A required cell is empty" in shown(test)


def test_codes_maxima_and_answers_are_typed(home, tmp_path, monkeypatch) -> None:
    test = opened(home, dropped(home, write_export(tmp_path, "wide_roster")), monkeypatch)
    assert "Shift codes" in shown(test)
    code = next(one for one in test.text_input if one.label == "A1 (2)")
    code.input("8-16").run()
    assert save(test).disabled
    next(one for one in test.text_input if one.label == "A1 (2)").input("07:00-15:00").run()
    assert not save(test).disabled
    save(test).click().run()
    assert load_sources(home.config)["wide_roster"].shifts == {"A1": "07:00-15:00"}


def test_maxima_of_a_deduction_form(home, tmp_path, monkeypatch) -> None:
    test = opened(home, dropped(home, write_export(tmp_path, "deductions")), monkeypatch)
    for point, top in (
        ("开头语扣分", "10"),
        ("业务解答扣分", "40"),
        ("服务态度扣分", "x"),
        ("结束语扣分", "10"),
    ):
        next(one for one in test.text_input if one.label == point).input(top).run()
    assert save(test).disabled
    next(one for one in test.text_input if one.label == "服务态度扣分").input("40").run()
    assert "业务解答" in shown(test)
    save(test).click().run()
    assert load_sources(home.config)["deductions"].points["服务态度扣分"] == 40.0


def test_people_are_proposed_and_kept_as_aliases(home, tmp_path, monkeypatch) -> None:
    test = opened(home, dropped(home, write_export(tmp_path, "by_name")), monkeypatch)
    assert "Who is who" in str(test.expander)
    choose(test, "张三/李四 (1)", "8001")
    save(test).click().run()
    assert load_aliases(home.config) == {"wangwu": "8003", "张三/李四": "8001"}


def test_texts_of_a_file_are_inert_on_the_page(home, tmp_path, monkeypatch) -> None:
    path = tmp_path / "odd.csv"
    script = "<script>alert(1)</script>"
    rows = "\n".join(f"G{n},2026-10-{n:02d} 09:00,{script},{script}" for n in range(1, 9))
    path.write_text(f"工单号,创建时间,工单类型,{script}\n{rows}\n", encoding="utf-8")
    test = opened(home, dropped(home, path), monkeypatch)
    assert script not in shown(test)
    assert "&lt;script&gt;" in shown(test)


def test_no_customer_is_shown_whatever_their_numbers_look_like(home, tmp_path, monkeypatch) -> None:
    path = tmp_path / "foreign.csv"
    rows = [f"K{n},2026-10-01 09:{n:02},answered,555149427{n}" for n in range(9)]
    path.write_text(
        "\n".join(["Contact ref,Start time,Call result,Caller number", *rows]) + "\n", encoding="utf-8"
    )
    page = shown(opened(home, dropped(home, path), monkeypatch))
    assert "****70" in page
    assert "55514942" not in page


def test_refused_and_known_files_are_said(home, tmp_path, monkeypatch) -> None:
    page = tmp_path / "page.csv"
    page.write_text("<!doctype html><p>x</p>", encoding="utf-8")
    assert "kpi-warning" in shown(opened(home, dropped(home, page), monkeypatch))
    uploads_of(home).close()
    known = tmp_path / "known.csv"
    known.write_text(ROSTER, encoding="utf-8")
    test = opened(home, dropped(home, known), monkeypatch)
    assert "A source fits this file already" in shown(test)
    next(one for one in test.button if one.key == "map_anew").click().run()
    assert "First rows" in [one.value for one in test.subheader]


def test_the_choices_and_names_of_the_page(home, tmp_path) -> None:
    draft = propose(home, write_export(tmp_path, "tickets"))[0]
    choices = table_choices(draft, "zh")
    assert next(iter(choices.values())).startswith("工单 · ")
    kind = draft.tables[0].field("kind")
    assert "kpi-open" in str(doubts_html(draft.layout, kind, "en"))
    assert name_for("通话记录.csv", "calls") == "own_calls"
    assert name_for("Vendor Calls 20261001.xlsx", "calls") == "vendor_calls"


def test_a_faulty_cell_shows_its_raw_text(home) -> None:
    row = {"file_row": "2", "call_id": "1", "started_at": None, "talk_s": "60.0", "answered": "true"}
    fault = {"fault_column": "started_at", "fault_rule": "unreadable_time", "fault_text": "<b>gestern"}
    html = str(rows_html("calls", Look([row | fault], 0, 0, {}), "en"))
    assert '<td class="kpi-fault">&lt;b&gt;gestern</td>' in html
    assert "<td>60</td>" in html
    assert "<td>Yes</td>" in html


def test_the_command_proposes_and_changes_nothing(run, tmp_path) -> None:
    path, folder = write_export(tmp_path, "cloud_calls"), tmp_path / "none"
    code, out, _ = run("sources", path, "--propose", "--json", "--home", folder)
    document = json.loads(out)
    assert code == 0
    assert document["source"] is None
    assert {"table", "score", "columns"} <= set(document["proposals"][0])
    assert {"column", "from", "expression", "doubt"} <= set(document["proposals"][0]["columns"][0])
    answered = next(one for one in document["proposals"][0]["columns"] if one["column"] == "answered")
    assert answered["values"]["转语音信箱"] is None
    assert "转语音信箱 (10)" in answered["doubt"]
    assert document["rows"][0]["call_id"] == "c-2026-00000"
    assert not folder.exists()


def test_the_command_saves_with_answers_and_says_what_was_left(run, tmp_path) -> None:
    path, folder = write_export(tmp_path, "cloud_calls"), tmp_path / "home"
    code, out, err = run("sources", path, "--save", "vendor", "--lang", "en", "--home", folder)
    assert (code, folder.exists()) == (1, True)
    assert "calls.answered must be decided" in err
    code, out, _ = run(
        "sources",
        path,
        "--save",
        "vendor",
        "--answer",
        "answered:转语音信箱=false",
        "--lang",
        "en",
        "--home",
        folder,
    )
    assert code == 0
    assert "config/sources/vendor.toml" in out
    assert "left as they stand: calls.wait_s, calls.ring_s, calls.customer" in out
    code, out, _ = run("sources", path, "--save", "again", "--json", "--home", folder)
    assert code == 1
    assert "vendor" in json.loads(out)["error"]["what"]


@pytest.mark.parametrize("options", [["--propose"], ["--save", "x"], ["--answer", "a=b"]])
def test_proposing_needs_a_file(options, run) -> None:
    assert run("sources", *options)[0] == 2


def test_the_check_command_names_faulty_aliases(run, home) -> None:
    home.config.mkdir(exist_ok=True)
    (home.config / "aliases.toml").write_text("[agents]\na = 'b'\nb = 'c'\n", encoding="utf-8")
    code, out, _ = run("check", "--json", "--home", home.path)
    assert code == 1
    assert any("config/aliases.toml" in fault for fault in json.loads(out)["faults"])
