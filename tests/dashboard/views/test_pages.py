"""Every page with every kind of home: something to read, nothing broken, the figures of the sheets."""

from __future__ import annotations

import json
import re
from pathlib import Path

import duckdb
import pytest
from streamlit.testing.v1 import AppTest

import dashboard
from dashboard.server import access
from dashboard.words.numbers import value_parts
from etl.home import Home
from etl.snapshots.closed_months import close_month
from kpi.figures.figures import figures
from kpi.figures.subjects import find_subject
from kpi.figures.view import open_view
from kpi.records import SheetKey, open_records
from kpi.scope import Scope, parse_month
from tests.dashboard.conftest import make_home, two_of_one_name

APP = Path(dashboard.__file__).parent / "app.py"
PAGES = sorted(path.stem for path in (APP.parent / "views").glob("*.py"))
WITH_FORMS = {"appraisal", "goals", "indicators", "mapping", "meeting", "prepare", "targets"}
OF_THE_BAR = ('<div class="kpi-search">', '<details class="kpi-export">')
CHINESE = re.compile(r"[\u3400-\u9fff]")


def opened(home: Home, monkeypatch: pytest.MonkeyPatch, page: str = "goals", **query: str) -> AppTest:
    """The page after its first run, with this address: by itself, as a file of a page is called like its path."""
    monkeypatch.setenv("SERVICE_KPI_HOME", str(home.path))
    test = AppTest.from_file(str(APP), default_timeout=600)
    for name, value in query.items():
        test.query_params[name] = value
    if page != "overview":
        test.switch_page(f"views/{page}.py")
    return test.run()


def drawn(test: AppTest) -> list[str]:
    """The HTML of all that has a script of its own."""
    return [json.loads(one.proto.json)["html"] for one in test.main if one.type == "bidi_component"]


def forms(test: AppTest) -> list[str]:
    """The HTML of every form and table on the page."""
    return [html for html in drawn(test) if not html.startswith(OF_THE_BAR)]


def faults(caplog: pytest.LogCaptureFixture) -> list[str]:
    """What the dashboard's own log says."""
    return [record.getMessage() for record in caplog.records if record.name == "service_kpi"]


def shown(test: AppTest) -> str:
    """All HTML and text of the page and the sidebar."""
    texts = [str(one.proto.body) for one in test.get("html")]
    return "\n".join([*texts, *drawn(test)])


def warnings(test: AppTest) -> list[str]:
    """What the page warns of, as HTML."""
    assert not test.warning, "Streamlit's own would read markup"
    return re.findall(r'<p class="kpi-warning"[^>]*>(.*?)</p>', shown(test), re.S)


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("agent", ["", "1001"])
@pytest.mark.parametrize("kind", ["full", "calls only", "empty"])
@pytest.mark.parametrize("page", PAGES)
def test_page_opens(
    page: str,
    kind: str,
    agent: str,
    lang: str,
    homes: dict[str, Home],
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    test = opened(homes[kind], monkeypatch, page, lang=lang, **({"agent": agent} if agent else {}))
    assert not test.exception
    assert not faults(caplog)
    # Nobody is known in a home without data.
    assert len(warnings(test)) == (kind == "empty" and agent != "")
    assert "<h1>" in shown(test)
    if kind == "empty":
        assert not homes["empty"].exists, "a page must not create a home"
        assert not test.code, "no command line"
        ways = (
            "/export/templates/templates.zip" in shown(test),
            "load_sample" in {one.key for one in test.button},
        )
        assert set(ways) == {page != "settings"}
    elif page in WITH_FORMS:
        assert forms(test)


@pytest.mark.parametrize("agent", ["", "1001"])
@pytest.mark.parametrize("page", ["goals", "indicators"])
def test_page_shows_the_figures_of_the_sheet(
    page: str, agent: str, homes: dict[str, Home], monkeypatch: pytest.MonkeyPatch
) -> None:
    query = {"agent": agent} if agent else {}
    html = forms(opened(homes["full"], monkeypatch, page, lang="en", month="2026-09", **query))[-1]
    view = open_view(homes["full"])
    keys = view.catalog.profiles["person" if agent else "unit"] if page == "goals" else None
    expected = figures(view, Scope(parse_month("2026-09"), find_subject(view, agent=agent or None)), keys)
    assert expected
    for figure in expected:
        button = html.split(f'data-how="{figure.indicator.key}"')[1]
        number, unit = value_parts(figure.value, figure.indicator.unit, "en")
        if figure.value is None and page == "indicators":
            assert html.index(f'data-how="{figure.indicator.key}"') > html.index("No data · ")
        elif figure.value is None:
            assert ">No data<" in button.split("</button>")[0]
        else:
            assert f">{number}<small>{unit}</small>" in button.split("</button>")[0]


def test_rows_keep_their_places_while_the_sheet_is_open(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    """A target of 10 s, set meanwhile on the sheet of the month before, makes a real gap of 15.7 s and more."""

    def rows(test: AppTest) -> list[tuple[str, str | None]]:
        return re.findall(r'data-row="(\w+)"(?: class="(kpi-important)")?', forms(test)[-1])

    before = SheetKey("goals", "2026-09", "all", "")
    records = open_records(home.records_url, create=True)
    test = opened(home, monkeypatch, month="2026-10")
    first = rows(test)
    key = "speed_of_answer"
    assert (key, "") in first
    records.save(before, key, "next_target", "10", version=0, who="local")
    later = rows(test.run())
    assert later != first
    assert (key, "kpi-important") in later
    assert [one for one, _ in later] == [one for one, _ in first]
    anew = rows(opened(home, monkeypatch, month="2026-10"))
    assert [one for one, _ in anew].index(key) < [one for one, _ in first].index(key)
    records.close()


@pytest.mark.parametrize("page", PAGES)
def test_english_pages_have_no_chinese_outside_data(
    page: str, homes: dict[str, Home], monkeypatch: pytest.MonkeyPatch
) -> None:
    test = opened(homes["full"], monkeypatch, page, lang="en")
    text = re.sub(r"<style>.*?</style>", "", shown(test), flags=re.S)
    for datum in ("示例热线", "样例员工01", "样例员工02", "一班", "二班"):
        text = text.replace(datum, "")
    assert not CHINESE.findall(text)
    labels = [one.label for kind in ("selectbox", "date_input", "button_group") for one in test.get(kind)]
    assert labels
    assert not CHINESE.findall(" ".join(labels))


def test_the_last_whole_month_comes_first_until_it_is_closed(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert opened(home, monkeypatch).query_params["period"] == "2026-09"  # there are data up to 7 October
    close_month(home, "2026-09")
    assert opened(home, monkeypatch).query_params["period"] == "2026-10"


def test_address_keeps_period_person_and_language(
    homes: dict[str, Home], monkeypatch: pytest.MonkeyPatch
) -> None:
    test = opened(homes["full"], monkeypatch, "indicators", lang="en", period="2026-Q4", agent="1002")
    assert "样例员工02 1002 · Q4 2026" in shown(test)
    test.selectbox(key="choose_period").select("year").run()
    assert "样例员工02 1002 · 2026 (whole year)" in shown(test)
    assert dict(test.query_params) == {"lang": "en", "period": "2026", "agent": "1002"}


@pytest.mark.parametrize("period", ["2026-10-05", "2026-W41", "2026-Q4", "2026", "2026-09-20..2026-10-06"])
@pytest.mark.parametrize("page", ["goals", "standards"])
def test_every_kind_of_period_opens(
    page: str,
    period: str,
    homes: dict[str, Home],
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    test = opened(homes["full"], monkeypatch, page, lang="en", period=period)
    assert not faults(caplog)
    if page == "goals":
        assert "This form is monthly" in shown(test)


def test_changing_the_team_narrows_the_people(
    homes: dict[str, Home], monkeypatch: pytest.MonkeyPatch
) -> None:
    test = opened(homes["full"], monkeypatch, lang="en")
    assert test.selectbox(key="choose_agent").options == [
        "Everyone", "样例员工01 · 1001", "样例员工02 · 1002",
    ]  # fmt: skip
    test.selectbox(key="choose_team").select("二班").run()
    assert test.selectbox(key="choose_agent").options == ["Everyone", "样例员工02 · 1002"]


def test_an_unknown_person_is_said_and_everyone_shown(
    homes: dict[str, Home], monkeypatch: pytest.MonkeyPatch
) -> None:
    test = opened(homes["full"], monkeypatch, lang="en", agent="7777")
    assert "7777" in warnings(test)[0]
    assert "Everyone · September 2026" in shown(test)


def test_an_unknown_team_is_said_and_everyone_shown(
    homes: dict[str, Home], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    test = opened(homes["full"], monkeypatch, lang="en", team="七班")
    assert "七班" in warnings(test)[0]
    assert "Everyone · September 2026" in shown(test)
    assert "team" not in test.query_params
    assert not faults(caplog)
    assert warnings(test.run()) == []


def test_an_address_cannot_bring_markup(homes: dict[str, Home], monkeypatch: pytest.MonkeyPatch) -> None:
    evil = "[x](http://elsewhere.example) <b>**y**</b>"
    test = opened(homes["full"], monkeypatch, lang="en", team=evil, agent=evil)
    assert len(warnings(test)) == 2
    assert all("[x](http://elsewhere.example) &lt;b&gt;**y**&lt;/b&gt;" in text for text in warnings(test))


def test_a_tab_at_rest_holds_no_snapshot(homes: dict[str, Home], monkeypatch: pytest.MonkeyPatch) -> None:
    assert "frame" not in opened(homes["full"], monkeypatch, "indicators").session_state


def test_a_stranger_sees_one_sentence(homes: dict[str, Home], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(access, "LOCAL", None)
    test = opened(homes["full"], monkeypatch, lang="en")
    assert warnings(test) == ["This dashboard is not open to you."]
    assert forms(test) == []


def test_files_of_one_name_are_told_apart(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = make_home(tmp_path / "home", **two_of_one_name())
    test = opened(home, monkeypatch, "data", lang="en")
    files = test.selectbox(key="reject_file")
    assert files.options == ["All files", "same.csv (file 7)", "same.csv (file 8)"]
    assert files.select(8).run().dataframe[1].value["Raw value"].to_list() == ["second"]
    assert "rejects.csv?lang=en&amp;file_id=8" in shown(test)
    assert [text.split(" · ")[0] for text in test.selectbox(key="audit").options] == [
        "same.csv (file 8)",
        "same.csv (file 7)",
    ]
    assert test.selectbox(key="audit").select(1).run().dataframe[0].value["Detail"].to_list() == ["first"]


def test_a_newer_snapshot_is_remarked_once(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    test = opened(home, monkeypatch, lang="en")
    assert not test.toast
    (home.snapshots / "000002.duckdb").write_bytes((home.snapshots / "000001.duckdb").read_bytes())
    (home.snapshots / "CURRENT").write_text("000002\n", encoding="utf-8")
    test.run()
    assert test.toast[0].value == "The figures were updated. Data up to 7 October 2026"
    test.run()
    assert not test.toast


def test_an_own_entry_at_fault_is_said_on_the_page_of_data_and_the_rest_stays(
    home: Home, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    text = '[csat]\nbetter = "sideways"\n[transfer]\nhit = "<b>"\n'
    (home.config / "indicators.toml").write_text(text, encoding="utf-8")
    assert not warnings(opened(home, monkeypatch, lang="en"))
    test = opened(home, monkeypatch, "data", lang="zh")
    assert not test.exception
    assert "未采用的自定义条目" in [one.value for one in test.subheader]
    (table,) = [
        one for one in forms(test) + [str(one.proto.body) for one in test.get("html")] if "[csat]" in one
    ]
    assert "“better”不能是 'sideways'：应为higher, lower, band。" in table.replace("&#39;", "'")
    assert "&lt;b&gt;" in table or "不是 SQL 表达式" in table
    assert "<b>" not in table
    assert not faults(caplog)


def test_a_changed_catalogue_is_added_up_anew_on_the_page_of_data(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    (home.config / "indicators.toml").write_text("[transfer]\nlimits = { a = 1 }\nhit = 'NOT transferred'\n")
    test = opened(home, monkeypatch, "data", lang="en")
    assert "The catalogue changed" in warnings(test)[0]
    before = home.snapshots.joinpath("CURRENT").read_text()
    test.button(key="rebuild").click().run()
    assert not test.exception
    assert home.snapshots.joinpath("CURRENT").read_text() > before
    assert open_view(home).rolled_up()
    assert not [one for one in warnings(test) if "catalogue" in one]
    assert "rebuild" not in [one.key for one in test.button]


def test_a_fault_is_one_calm_sentence_and_a_line_without_data_in_the_log(
    home: Home, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    # A snapshot that lost a table: nothing that a person can put right by reading a traceback.
    with duckdb.connect(str(home.snapshots / "000001.duckdb")) as con:
        con.execute("DROP TABLE audits")
    test = opened(home, monkeypatch, "data", lang="en")
    assert not test.exception
    assert warnings(test) == ["Something went wrong. The reason is in the log."]
    (line,) = faults(caplog)
    assert line.startswith("CatalogException at ")
    assert "does not exist" not in line  # the text of an exception may hold data


def _dialog(key: str, agent: str) -> None:
    from dashboard.parts.common import show_figure
    from dashboard.parts.session import Frame
    from dashboard.server.address import Choice
    from dashboard.words.translate import words
    from etl.home import find_home
    from kpi.figures.subjects import find_subject
    from kpi.figures.view import open_view
    from kpi.scope import Scope, parse_month

    view = open_view(find_home())
    scope = Scope(parse_month("2026-10"), find_subject(view, agent=agent or None))
    show_figure(Frame(view.home, view, scope, Choice("en", scope.period), words("en")), key, scope)


@pytest.mark.parametrize(
    ("key", "agent", "definition", "rows"),
    [
        ("service_level", "", "Calls answered within 20 s", 24),
        ("transfer", "1001", "Transferred calls", 12),
        ("complaints", "", "complaints", 3),
        ("complaints_per_1000", "", "complaints", 3),  # those of the numerator come first
        ("promise_kept", "", "promise", 0),
    ],
)
def test_a_figure_says_how_it_was_computed(
    key: str, agent: str, definition: str, rows: int, homes: dict[str, Home], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SERVICE_KPI_HOME", str(homes["full"].path))
    test = AppTest.from_function(_dialog, kwargs={"key": key, "agent": agent}, default_timeout=600).run()
    assert not test.exception
    text = shown(test)
    assert definition in text
    whose = "&amp;kind=person&amp;id=1001" if agent else ""
    assert f"/export/rows/{key}.csv?period=2026-10&amp;lang=en{whose}" in text
    assert len(test.dataframe[0].value) == rows
    assert not CHINESE.findall(text.replace("样例员工01", ""))
