"""Loading with figures: nothing is published whose roll-ups differ from its facts."""

from __future__ import annotations

import pytest

from etl.errors import Problem
from etl.home import Home
from etl.loading.load import load
from etl.snapshots.snapshot import current_id
from kpi.catalog.load import load_catalog
from kpi.figures.figures import figures
from kpi.figures.view import open_view
from kpi.loading.load import load_files
from kpi.rollups import build as rollup
from kpi.rollups.verify import verify
from kpi.scope import Scope, parse_month

HEADER = "通话编号,来电时间,是否接通,接听工号,等待秒数,通话秒数"
CATALOG = load_catalog(None)


@pytest.fixture
def calls(tmp_path):
    def writer(name, *rows):
        path = tmp_path / name
        path.write_text("\n".join([HEADER, *rows]) + "\n", encoding="utf-8")
        return path

    return writer


def service_level(home):
    (figure,) = figures(open_view(home), Scope(parse_month("2026-10")), keys=["service_level"])
    return figure.numerator, figure.denominator


def test_a_corrupted_roll_up_row_stops_the_load(tmp_path, calls):
    home = Home(tmp_path / "home")
    load_files(
        home, [calls("a.csv", "C1,2026-10-01 09:00:00,是,1,12,60", "C2,2026-10-02 09:00:00,是,1,25,60")]
    )
    before = current_id(home)

    def corrupt(con):
        rollup.build(con, CATALOG)
        con.execute(
            "UPDATE rollup_calls SET service_level__hits = service_level__hits + 1 WHERE day = '2026-10-02'"
        )

    with pytest.raises(Problem) as caught:
        load(
            home,
            [calls("b.csv", "C3,2026-10-03 09:00:00,是,1,12,60")],
            finish=corrupt,
            check=lambda con: verify(con, CATALOG),
        )
    assert "service_level" in str(caught.value)
    assert "2026-10-02" in str(caught.value)
    assert current_id(home) == before
    assert service_level(home) == (1, 2)


def test_a_load_with_calls_only_has_call_figures_and_no_others(tmp_path, calls):
    home = Home(tmp_path / "home")
    load_files(home, [calls("a.csv", "C1,2026-10-01 09:00:00,是,1,12,60")])
    found = {f.indicator.key: f for f in figures(open_view(home), Scope(parse_month("2026-10")))}
    assert found["handled"].value == 1
    assert found["service_level"].value == 1
    with_data = {key for key, figure in found.items() if figure.value is not None}
    assert {CATALOG.indicators[key].needs for key in with_data} == {("calls",)}
    assert found["complaints"].value is None


def test_a_second_month_does_not_change_the_first(tmp_path, calls):
    home = Home(tmp_path / "home")
    load_files(home, [calls("a.csv", "C1,2026-10-01 09:00:00,是,1,12,60")])
    first = service_level(home)
    load_files(home, [calls("b.csv", "C2,2026-11-01 09:00:00,否,,40,")])
    assert service_level(home) == first == (1, 1)


def test_a_roster_loaded_later_gives_earlier_calls_their_team(tmp_path, calls):
    home = Home(tmp_path / "home")
    load_files(
        home, [calls("a.csv", "C1,2026-10-01 09:00:00,是,1,12,60", "C2,2026-10-20 09:00:00,是,1,12,60")]
    )
    roster = tmp_path / "roster.csv"
    roster.write_text(
        "工号,姓名,班组,生效日期,失效日期\n1,客服甲01,一组,2026-01-01,2026-10-15\n1,客服甲01,二组,2026-10-16,\n",
        encoding="utf-8",
    )
    load_files(home, [roster])
    rows = open_view(home).snapshot.query("SELECT day::VARCHAR, team FROM rollup_calls ORDER BY day").rows()
    assert rows == [("2026-10-01", "一组"), ("2026-10-20", "二组")]
