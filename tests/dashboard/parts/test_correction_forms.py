"""The page of corrections: a draft, its approval, the figures after it, its withdrawal; nothing runs as markup."""

from __future__ import annotations

from datetime import date

import filelock
import pytest
from streamlit.testing.v1 import AppTest

from etl.corrections.corrections import Correction
from etl.home import Home
from etl.snapshots.snapshot import current_id
from kpi.figures.figures import figures
from kpi.figures.view import open_view, records_of
from kpi.loading.correction_list import propose
from kpi.loading.load import reapply
from kpi.records.corrections import all_corrections, approve, withdraw
from kpi.scope import Scope, parse_month
from tests.dashboard.views.test_pages import faults, opened, shown, warnings
from tests.dashboard.words.test_corrections import ONE_DAY, keep

HOSTILE = '<img src=x onerror="alert(1)"> **bold** :material/home: {x} $x$ — –\u2014 -->'


def page(home: Home, monkeypatch: pytest.MonkeyPatch, lang: str = "en") -> AppTest:
    return opened(home, monkeypatch, "corrections", lang=lang)


def field(test: AppTest, label: str, kind: str = "text_input") -> object:
    return next(one for one in test.get(kind) if one.label == label)


def offered(home: Home) -> tuple[float | None, tuple[int, ...]]:
    (figure,) = figures(open_view(home), Scope(parse_month("2026-10")), ["offered"])
    return figure.value, figure.corrections


def ask(test: AppTest, **texts: str) -> AppTest:
    """Fill the form for the calls of 5 October and keep the draft."""
    for label in ("From", "Until before"):
        day = {"From": "2026-10-05", "Until before": "2026-10-06"}[label]
        field(test, label, "date_input").set_value(date.fromisoformat(day))
    said = {"Who asks for it": "王组长", "Evidence": "故障单 7"} | texts
    field(test, "Reason", "text_area").set_value(said.pop("Reason", "线路中断"))
    for label, text in said.items():
        field(test, label).set_value(text)
    field(test, "Keep as a draft", "button").click()
    return test.run()


def test_from_draft_to_figures_and_back(
    home: Home, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    test = ask(page(home, monkeypatch))
    assert not warnings(test)
    (record,) = all_corrections(records_of(home))
    assert (record.state, record.reason, record.evidence, record.asked_by) == (
        "draft", "线路中断", "故障单 7", "王组长",
    )  # fmt: skip
    assert (record.what.starts_at, record.what.ends_at) == tuple(ONE_DAY.values())
    assert "Rows it would apply to</dt><dd>8<" in shown(test)
    assert offered(home) == (24, ())
    test.text_input(key="approver_1").set_value("李主管")
    test.button(key="approve_1_now").click().run()
    assert not warnings(test)
    assert offered(home) == (16, (1,))
    assert "Rows it applies to</dt><dd>8<" in shown(test)
    assert "Approved by 李主管" in shown(test)
    assert "same person" not in shown(test)
    test.text_input(key="withdrawer_1").set_value("李主管")
    test.text_input(key="because_1").set_value("没有中断")
    test.button(key="withdraw_1_now").click().run()
    assert offered(home) == (24, ())
    assert "Withdrawn by 李主管" in shown(test)
    assert records_of(home).verify_trail() == 3
    assert not faults(caplog)


def test_what_is_refused_is_said_and_what_was_typed_stays(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    test = ask(page(home, monkeypatch), Reason="")
    assert warnings(test) == ["A correction needs its reason. Say why the data are wrong."]
    assert field(test, "Evidence").value == "故障单 7"
    field(test, "Reason", "text_area").set_value("线路中断")
    field(test, "Until before", "date_input").set_value(ONE_DAY["starts_at"].date())
    field(test, "Keep as a draft", "button").click()
    test.run()
    assert warnings(test) == ["The span ends before it begins. Give an end that is later than the beginning."]
    assert all_corrections(records_of(home)) == []


def test_an_approval_needs_a_name(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    keep(home, Correction(0, "exclude", "calls", **ONE_DAY))
    test = page(home, monkeypatch)
    test.button(key="approve_1_now").click().run()
    assert warnings(test) == ["It does not say who approves it. Give the name."]
    assert offered(home) == (24, ())


def test_approving_ones_own_request_is_shown(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    keep(home, Correction(0, "exclude", "calls", **ONE_DAY))
    test = page(home, monkeypatch, "en")
    test.text_input(key="approver_1").set_value("王组长")
    test.button(key="approve_1_now").click().run()
    assert "Asked and approved by the same person" in shown(test)
    assert offered(home)[1] == (1,)


def test_while_another_load_runs_the_approval_is_kept_and_applied_by_a_button(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep(home, Correction(0, "exclude", "calls", **ONE_DAY))
    test = page(home, monkeypatch)
    test.text_input(key="approver_1").set_value("李主管")
    with filelock.FileLock(home.snapshots / "load.lock"):
        test.button(key="approve_1_now").click().run()
        assert any("Another load is running." in text and "record is kept" in text for text in warnings(test))
    assert offered(home) == (24, ())
    assert "not in the figures yet" in shown(test)
    test.button(key="apply_now").click().run()
    assert not warnings(test)
    assert offered(home) == (16, (1,))


@pytest.mark.parametrize("action", ["reassign", "amend"])
def test_the_other_two_ways_are_asked_for_by_key(
    home: Home, monkeypatch: pytest.MonkeyPatch, action: str
) -> None:
    test = page(home, monkeypatch)
    test.selectbox(key="new_action").select(action).run()
    test.selectbox(key="new_way").select("rows").run()
    keys = next(one for one in test.text_area if one.label.startswith("Keys"))
    keys.set_value("2026-10-05/0\n2026-10-05/2")
    if action == "reassign":
        field(test, "To this person", "selectbox").select("1002")
    else:
        field(test, "Column", "selectbox").select("talk_s")
        field(test, "Its value").set_value("0:01:30")
    field(test, "Reason", "text_area").set_value("转错了")
    field(test, "Who asks for it").set_value("王组长")
    field(test, "Keep as a draft", "button").click()
    test.run()
    assert not warnings(test)
    (record,) = all_corrections(records_of(home))
    assert record.what.keys == (("2026-10-05/0",), ("2026-10-05/2",))
    assert (record.what.to_agent, record.what.value) == (
        ("1002", "") if action == "reassign" else ("", "0:01:30")
    )


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_what_people_type_is_text_and_nothing_else(
    home: Home, monkeypatch: pytest.MonkeyPatch, lang: str
) -> None:
    view, records = open_view(home), records_of(home, create=True)
    what = Correction(0, "amend", "calls", keys=((HOSTILE,),), column="reason", value=HOSTILE)
    propose(view, records, what, reason=HOSTILE, evidence=HOSTILE, asked_by=HOSTILE, who="local")
    approve(records, 1, HOSTILE, version=1, who="local")
    reapply(home)
    propose(view, records, what, reason="x", evidence="", asked_by="y", who="local")
    withdraw(records, 2, HOSTILE, HOSTILE, version=1, who="local")
    test = page(home, monkeypatch, lang)
    html = shown(test)
    assert "<img" not in html
    assert html.count("&lt;img src=x onerror=&#34;alert(1)&#34;&gt; **bold** :material/home:") >= 7
    assert not test.exception
    drawn = [one.value for one in (*test.markdown, *test.subheader, *test.caption)]
    assert not [text for text in drawn if "img" in str(text)]


def test_a_page_of_before_stays_readable_when_the_snapshot_is_gone_on(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two windows: the second sees that the first one withdrew what it wants to approve."""
    keep(home, Correction(0, "exclude", "calls", **ONE_DAY))
    test = page(home, monkeypatch)
    withdraw(records_of(home), 1, "王组长", "写错了", version=1, who="local")
    before = current_id(home)
    test.text_input(key="approver_1").set_value("李主管")
    test.button(key="approve_1_now").click().run()
    assert current_id(home) == before
    assert all_corrections(records_of(home))[0].state == "withdrawn"
