"""The cycle of a goal sheet: the month closed, the sheet agreed, and what stays as it was signed."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from pathlib import Path

import duckdb
import pytest

from etl.errors import Problem
from etl.home import Home
from etl.snapshots.closed_months import closed
from kpi.analysis.real_gaps import Verdict
from kpi.catalog.load import load_catalog
from kpi.figures.targets import NewTarget
from kpi.figures.view import View, is_lost, open_view, records_of
from kpi.loading.load import load_files
from kpi.records import Records, Unwritten, month_key
from kpi.records.cycle_kept import states, steps_of
from kpi.records.steps import state_of
from kpi.scope import Scope, Subject, parse_month
from kpi.sheets import agreed as agreed_rows
from kpi.sheets import closing, cycle, goals
from kpi.sheets.agreed import thaw
from kpi.sheets.goals import goal_sheet, sheet_key
from kpi.sheets.team_targets import target_table
from kpi.sheets.values import GoalRow, GoalSheet

MONTH = parse_month("2026-10")
JIA = Scope(MONTH, Subject("person", "1001", "1001", ""))
HEADER = "评价时间,客服工号,评分,满分,评价编号\n"
SIGNED = {"by": "王组长", "form_number": "KPI-2026-10-001", "who": "local"}


def surveys(good: int, bad: int, month: str = "2026-10", first: int = 0) -> str:
    scores = [5] * good + [1] * bad
    return HEADER + "".join(
        f"{month}-{1 + n % 28:02} 10:00,1001,{score},5,{month}-{first + n}\n"
        for n, score in enumerate(scores)
    )


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / "home")


@pytest.fixture
def load(home: Home, tmp_path: Path) -> Callable[[str, str], View]:
    def load(name: str, text: str) -> View:
        path = tmp_path / f"满意度{name}.csv"
        path.write_text(text, encoding="utf-8")
        (file,) = load_files(home, [path]).files
        assert file.status == "loaded", file.message
        return open_view(home)

    return load


@pytest.fixture(scope="module")
def closed_home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """200 of 400 satisfied customers against a target of 90 %, in a month that is closed."""
    folder = tmp_path_factory.mktemp("closed")
    home = Home(folder / "home")
    (folder / "满意度10.csv").write_text(surveys(200, 200), encoding="utf-8")
    load_files(home, [folder / "满意度10.csv"])
    closed_on = closing.close_month(open_view(home), MONTH, by="王组长", who="local")
    closed_on.records.close()
    return home


@pytest.fixture
def missed(home: Home, closed_home: Home) -> View:
    """The view of a copy of that month, as `close_month` returns it, to work on."""
    shutil.copytree(closed_home.path, home.path)
    return replace(open_view(home), snapshot=closed(home, MONTH.month), records=records_of(home))


def row(sheet: GoalSheet, key: str = "csat") -> GoalRow:
    return next(one for one in sheet.rows if one.figure.indicator.key == key)


def type_in(view: View, **fields: str) -> None:
    versions = {f: s.version for (_, f), s in view.records.cells(sheet_key(JIA)).items()}
    view.records.save_many(
        sheet_key(JIA), [("csat", f, text, versions.get(f, 0)) for f, text in fields.items()], "a"
    )


def test_a_month_is_closed_on_the_data_there_are_and_keeps_them(
    load: Callable[[str, str], View], missed: View, home: Home
) -> None:
    first = closed(home, "2026-10").id
    load("更多", surveys(100, 0, first=5000))
    view = open_view(home)
    assert row(goal_sheet(view, JIA)).figure.denominator == 400
    assert goal_sheet(view, JIA).heading.snapshot == first
    assert goal_sheet(view, replace(JIA, period=parse_month("2026-09"))).month_closed is False
    closing.close_month(view, MONTH, by="李四", who="local")
    assert closed(home, "2026-10").id == first
    assert (
        view.records.cells(replace(sheet_key(JIA), kind="month", subject_kind="all", subject_key=""))[
            "", "closed_by"
        ].value
        == "王组长"
    )


def test_the_table_of_targets_stays_on_the_data_of_a_closed_month(
    load: Callable[[str, str], View], missed: View, home: Home
) -> None:
    load("更多", surveys(100, 0, first=5000))
    for line in target_table(open_view(home), MONTH).lines:
        csat = next(figure for figure in line.figures if figure.indicator.key == "csat")
        assert (csat.numerator, csat.denominator) == (200, 400)


def test_the_data_of_a_closed_month_outlive_the_pruning_of_snapshots(
    load: Callable[[str, str], View], missed: View, home: Home
) -> None:
    first = closed(home, "2026-10").id
    for number in range(4):
        load(str(number), surveys(1, 0, "2026-11", first=number))
    assert not (home.snapshots / f"{first}.duckdb").exists()
    assert row(goal_sheet(open_view(home), JIA)).figure.denominator == 400


def test_a_month_of_which_nothing_is_loaded_cannot_be_closed(missed: View) -> None:
    with pytest.raises(Problem, match="Nothing of this month"):
        closing.close_month(missed, parse_month("2027-01"), by="王组长", who="local")


def test_only_a_real_miss_demands_a_cause(missed: View) -> None:
    with pytest.raises(Problem, match="real miss") as refused:
        cycle.agree(missed, JIA, **SIGNED)
    assert refused.value.values["names"] == [load_catalog(None).indicators["csat"].name]
    type_in(missed, cause="新人多")
    cycle.agree(missed, JIA, **SIGNED)
    assert goal_sheet(missed, JIA).state == "agreed"


def test_a_sheet_is_not_agreed_before_its_month_is_closed(load: Callable[[str, str], View]) -> None:
    with pytest.raises(Problem, match="may still change"):
        cycle.agree(load("10", surveys(400, 0)), JIA, **SIGNED)


def test_the_cycle_goes_its_way_and_no_other(missed: View) -> None:
    type_in(missed, cause="新人多")
    with pytest.raises(Problem, match="moved this sheet on"):
        cycle.close(missed, JIA, by="王组长", who="local")
    cycle.discuss(missed, JIA, by="王组长", who="local")
    with pytest.raises(Problem, match="moved this sheet on"):
        cycle.discuss(missed, JIA, by="王组长", who="local")
    cycle.agree(missed, JIA, **SIGNED)
    with pytest.raises(Problem, match="does not say why"):
        cycle.reopen(missed, JIA, by="王组长", because=" ", who="local")
    cycle.reopen(missed, JIA, by="王组长", because="目标写错", who="local")
    cycle.agree(missed, JIA, **SIGNED | {"form_number": "KPI-2026-10-001B"})
    cycle.close(missed, JIA, by="王组长", who="local")
    taken = steps_of(missed.records, sheet_key(JIA))
    assert [one.action for one in taken] == ["discussed", "agreed", "reopened", "agreed", "closed"]
    assert [one.form_number for one in taken if one.action == "agreed"] == [
        *("KPI-2026-10-001", "KPI-2026-10-001B")
    ]
    assert states(missed.records, "goals", "2026-10") == {sheet_key(JIA): "closed"}
    assert missed.records.verify_trail() > len(taken)


def test_what_was_typed_stands_still_once_it_is_agreed_but_for_what_became_of_a_measure(missed: View) -> None:
    type_in(missed, cause="新人多", measures="每周旁听", next_target="0.8")
    cycle.agree(missed, JIA, **SIGNED)
    with pytest.raises(Problem, match="was agreed and stays"):
        type_in(missed, next_target="0.7")
    type_in(missed, status="done")
    assert (row(goal_sheet(missed, JIA)).status.value, row(goal_sheet(missed, JIA)).next_target.value) == (
        *("done", "0.8"),
    )
    cycle.reopen(missed, JIA, by="王组长", because="目标写错", who="local")
    type_in(missed, next_target="0.7")


def test_a_text_that_came_in_between_stops_the_agreement(
    missed: View, monkeypatch: pytest.MonkeyPatch
) -> None:
    type_in(missed, cause="新人多")
    frozen = cycle.freeze

    def type_meanwhile(*given: object) -> str:
        type_in(missed, cause="改了")
        return frozen(*given)

    monkeypatch.setattr(cycle, "freeze", type_meanwhile)
    with pytest.raises(Problem, match="typed into this sheet"):
        cycle.agree(missed, JIA, **SIGNED)
    assert state_of(steps_of(missed.records, sheet_key(JIA))) == "draft"


def test_an_agreed_sheet_keeps_its_verdict_whatever_the_rule_is_later(
    missed: View, monkeypatch: pytest.MonkeyPatch
) -> None:
    type_in(missed, cause="新人多")
    cycle.agree(missed, JIA, **SIGNED)
    for module in (goals, agreed_rows):
        monkeypatch.setattr(module, "judge", lambda *_: Verdict("met", beat=True))
    assert row(goal_sheet(missed, JIA)).verdict == Verdict("missed")


def test_late_data_stand_beside_what_was_agreed(load: Callable[[str, str], View], missed: View) -> None:
    type_in(missed, cause="新人多")
    cycle.agree(missed, JIA, **SIGNED)
    assert row(goal_sheet(missed, JIA)).now is None
    view = load("迟到", surveys(100, 0, first=5000))
    agreed = row(goal_sheet(view, JIA))
    assert (agreed.figure.value, agreed.figure.denominator, agreed.verdict.standing) == (0.5, 400, "missed")
    assert agreed.now.figure.value == 300 / 500
    assert [(one.reason, pytest.approx(one.amount)) for one in agreed.differs] == [("data", 0.1)]


def test_a_changed_definition_is_told_from_late_data(
    load: Callable[[str, str], View], missed: View, home: Home
) -> None:
    type_in(missed, cause="新人多")
    cycle.agree(missed, JIA, **SIGNED)
    text = '[csat]\nhit = "score <= 1"\n'
    (home.config / "indicators.toml").write_text(text, encoding="utf-8")
    view = load("迟到", surveys(100, 0, first=5000))
    agreed = row(goal_sheet(view, JIA))
    assert (agreed.figure.value, agreed.now.figure.value) == (0.5, 200 / 500)
    assert {one.reason: one.amount for one in agreed.differs} == {"data": pytest.approx(-0.1)}
    (home.config / "indicators.toml").write_text('[csat]\nbase = "score >= 2"\nhit = "score = 5"\n', "utf-8")
    agreed = row(goal_sheet(open_view(home), JIA))
    assert {one.reason: one.amount for one in agreed.differs} == {"definition": pytest.approx(0.5)}
    assert agreed.figure.indicator.base != agreed.now.figure.indicator.base


def test_a_miss_by_the_control_chart_stays_one_once_it_is_agreed(
    load: Callable[[str, str], View], home: Home
) -> None:
    """85 of 100 is within chance of 90 %, and far from twelve months of 97 and 98."""
    months = [(MONTH.start.year - (m > 9), m) for m in (10, 11, 12, *range(1, 10))]
    for n, (year, number) in enumerate(months):
        load(str(n), surveys(97 + n % 2, 3 - n % 2, f"{year}-{number:02}"))
    view = closing.close_month(load("10", surveys(85, 15)), MONTH, by="王组长", who="local")
    assert row(goal_sheet(view, JIA)).important
    type_in(view, cause="系统升级")
    cycle.agree(view, JIA, **SIGNED)
    (home.config / "indicators.toml").write_text('[csat]\nhit = "score <= 1"\n', encoding="utf-8")
    agreed = row(goal_sheet(open_view(home), JIA))
    assert (agreed.figure.value, agreed.now.figure.value) == (0.85, 0.15)
    assert agreed.important


def test_the_next_month_takes_over_the_target_and_the_open_measure(
    load: Callable[[str, str], View], missed: View
) -> None:
    type_in(missed, cause="新人多", next_target="0.8", measures="每周旁听", owner="王组长", due="2026-11-20")
    following = replace(JIA, period=MONTH.next())
    assert goal_sheet(missed, following).targets_agreed is False
    cycle.agree(missed, JIA, **SIGNED)
    sheet = goal_sheet(load("11", surveys(300, 100, "2026-11")), following)
    next_row = row(sheet)
    assert (next_row.figure.target, next_row.figure.target_source, sheet.targets_agreed) == (
        0.8,
        "agreed",
        True,
    )
    (carried,) = next_row.carried
    assert (carried.text.value, carried.owner.value, carried.due.value) == (
        "每周旁听",
        "王组长",
        "2026-11-20",
    )
    assert (carried.month, carried.indicator) == ("2026-10", "csat")
    type_in(missed, status="done")
    assert row(goal_sheet(missed, following)).carried == ()


def test_a_target_changed_in_mid_month_is_kept_beside_the_agreed_one(
    load: Callable[[str, str], View], missed: View
) -> None:
    type_in(missed, cause="新人多", next_target="0.8")
    who = {"by": "王组长", "who": "local"}
    with pytest.raises(Problem, match="moved this sheet on"):
        cycle.change_target(missed, JIA, "csat", NewTarget(date(2026, 11, 16), 0.7, "系统切换"), **who)
    cycle.agree(missed, JIA, **SIGNED)
    with pytest.raises(Problem, match="hold from 2026-11-01 to 2026-11-30"):
        cycle.change_target(missed, JIA, "csat", NewTarget(date(2026, 12, 1), 0.7, "系统切换"), **who)
    cycle.change_target(missed, JIA, "csat", NewTarget(date(2026, 11, 16), 0.7, "系统切换"), **who)
    cycle.change_target(missed, JIA, "csat", NewTarget(date(2026, 11, 16), 0.6, "系统切换"), **who)
    november = goal_sheet(load("11", surveys(290, 110, "2026-11")), replace(JIA, period=MONTH.next()))
    agreed = row(november)
    assert (agreed.figure.target, agreed.verdict.standing) == (0.8, "missed")
    latest, pro_rata = agreed.attained
    assert (latest.by, latest.target, latest.verdict.standing) == ("latest", 0.6, "met")
    assert (pro_rata.by, pro_rata.target, pro_rata.verdict.standing) == (
        "pro_rata",
        pytest.approx(0.7),
        "met",
    )


def test_a_target_set_in_mid_month_where_there_was_none_is_the_latest_and_has_no_mean(
    load: Callable[[str, str], View], missed: View
) -> None:
    type_in(missed, cause="新人多")
    cycle.agree(missed, JIA, **SIGNED)
    change = NewTarget(date(2026, 11, 16), 0.25, "新设")
    cycle.change_target(missed, JIA, "csat_response", change, by="王组长", who="local")
    form = {"person": ("csat_response",)}
    view = load("11", surveys(290, 110, "2026-11"))
    view = replace(view, catalog=replace(view.catalog, profiles=view.catalog.profiles | form))
    (only,) = goal_sheet(view, replace(JIA, period=MONTH.next())).rows
    assert (only.figure.target, [(one.by, one.target) for one in only.attained]) == (None, [("latest", 0.25)])


def test_a_name_is_needed_for_every_step(missed: View, records: Records) -> None:
    with pytest.raises(Problem, match="who records"):
        cycle.discuss(missed, JIA, by="  ", who="local")
    with pytest.raises(Problem, match="number of the signed form"):
        cycle.agree(missed, JIA, **SIGNED | {"form_number": ""})
    assert steps_of(missed.records, sheet_key(JIA)) == ()


def of_another_version(home: Home, month: str = "2026-10") -> None:
    """Make what a month was closed on look as if an older program had made it."""
    (path,) = (home.snapshots / "closed" / month).glob("*.duckdb")
    content = path.read_bytes()
    path.unlink()  # the newest snapshot is the same file
    path.with_name("000000.duckdb").write_bytes(content)
    with duckdb.connect(str(path.with_name("000000.duckdb"))) as con:
        con.execute("COMMENT ON TABLE files IS 'format 1'")


def test_a_month_closed_by_an_older_version_shows_what_was_agreed_and_can_be_closed_anew(
    load: Callable[[str, str], View], missed: View, home: Home
) -> None:
    type_in(missed, cause="系统切换")
    cycle.agree(missed, JIA, **SIGNED)
    load("更多", surveys(100, 0, first=5000))
    of_another_version(home)

    view = open_view(home)
    sheet = goal_sheet(view, JIA)
    assert (sheet.state, sheet.month_closed, sheet.heading.lost) == ("agreed", False, True)
    assert (row(sheet).figure.numerator, row(sheet).figure.denominator) == (200, 400)
    assert (row(sheet).now.figure.numerator, row(sheet).now.figure.denominator) == (300, 500)
    assert row(sheet).differs == (), "nobody can say what the difference comes from"
    draft = replace(JIA, subject=Subject())
    assert row(goal_sheet(view, draft)).figure.denominator == 500
    assert not goal_sheet(view, replace(JIA, period=parse_month("2026-09"))).heading.lost
    with pytest.raises(Problem, match="Close the month first"):
        cycle.agree(view, draft, **SIGNED)

    view = closing.close_month(view, MONTH, by="李四", who="local")
    assert goal_sheet(view, draft).month_closed
    assert not is_lost(view, MONTH)
    assert closed(home, "2026-10").id == "000002"
    said = view.records.cells(month_key("2026-10"))
    assert (said["", "closed_by"].value, said["", "closed_by"].version) == ("李四", 2)
    assert (home.snapshots / "closed" / "2026-10" / "000000.duckdb").exists()


def test_a_month_whose_data_were_moved_away_says_so(missed: View, home: Home) -> None:
    (home.snapshots / "closed").rename(home.path / "elsewhere")
    view = open_view(home)
    assert is_lost(view, MONTH)
    assert not is_lost(view, parse_month("2026-09"))
    assert not goal_sheet(view, JIA).month_closed


def test_nothing_that_was_kept_is_written_over(missed: View, home: Home) -> None:
    (path,) = (home.snapshots / "closed" / "2026-10").glob("*.duckdb")
    path.unlink()
    path.write_bytes(b"damaged")
    again = closing.close_month(open_view(home), MONTH, by="李四", who="local")
    assert path.read_bytes() == b"damaged"
    assert again.snapshot.path.name == "000001-2.duckdb"
    assert row(goal_sheet(again, JIA)).figure.denominator == 400


def test_two_windows_may_close_a_month_at_once(
    load: Callable[[str, str], View], home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    view = load("10", surveys(200, 200))

    def no_links(*_: object) -> None:
        raise OSError("this file system has none")

    monkeypatch.setattr("os.link", no_links)
    with ThreadPoolExecutor(6) as pool:
        views = list(
            pool.map(lambda n: closing.close_month(view, MONTH, by=f"员工{n}", who="local"), range(6))
        )
    assert {one.snapshot.id for one in views} == {"000001"}
    records = open_view(home).records
    assert records.cells(month_key("2026-10"))["", "closed_on"].version == 1
    assert [path.name for path in (home.snapshots / "closed" / "2026-10").iterdir()] == ["000001.duckdb"]
    assert not closed(home, "2026-10").is_damaged()


def test_a_month_that_cannot_be_recorded_is_not_closed(
    load: Callable[[str, str], View], home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    view = load("10", surveys(200, 200))

    def full(*_: object, **__: object) -> None:
        raise Unwritten("records.db", "The disk is full or failing.", "Nothing was saved.")

    with monkeypatch.context() as patch:
        patch.setattr(Records, "save", full)
        with pytest.raises(Problem, match="Nothing was saved"):
            closing.close_month(view, MONTH, by="王组长", who="local")
    assert closed(home, "2026-10") is None
    assert not is_lost(open_view(home), MONTH)
    assert closing.close_month(open_view(home), MONTH, by="王组长", who="local").snapshot.id == "000001"


def test_an_agreement_of_another_version_is_read(missed: View, records: Records) -> None:
    type_in(missed, cause="系统切换")
    cycle.agree(missed, JIA, **SIGNED)
    (step,) = steps_of(missed.records, sheet_key(JIA))
    content = json.loads(step.content)
    content[0]["figure"]["indicator"]["of_a_later_version"] = 1
    content[0]["figure"]["of_a_later_version"] = 1
    assert thaw(json.dumps(content)) == thaw(step.content)
