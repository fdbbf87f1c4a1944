"""A ratio of two relations: seconds talked per planned minute, as an entry of a home's own.

Six days in October. Each of A1, B1 has shifts of eight hours or less, and a call or two a day:

    day   talked            planned      without it
    1     6000 + 3000       480 + 480    36000 ÷ 3600 = 10.000000
    2     7200              480          37800 ÷ 4080 =  9.264706
    5     5000 + 3400       480 + 480    36600 ÷ 3600 = 10.166667
    6     4800              480          40200 ÷ 4080 =  9.852941
    7     5600 + 4000       480 + 480    35400 ÷ 3600 =  9.833333
    8     2000 + 4000       480 + 240    39000 ÷ 3840 = 10.156250
    all   45000             4560         45000 ÷ 4560 =  9.868421

5/6 of the sum of squares about the mean of the last column is 0.461985, and t(5) is 2.570582.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from etl.home import Home
from etl.snapshots.snapshot import Snapshot
from kpi.analysis.changes import change
from kpi.analysis.contributions import explain
from kpi.analysis.dimension_sums import rows_of_part
from kpi.analysis.next_targets import chance, propose
from kpi.analysis.real_gaps import judged, limits_of, signal_of
from kpi.analysis.team_funnel import funnel
from kpi.catalog.definitions import Catalog
from kpi.catalog.load import load_catalog
from kpi.figures.figure import Figure
from kpi.figures.figures import figures, figures_by_agent, rows_behind, sources_behind
from kpi.figures.months import trends, trends_by_agent
from kpi.figures.subjects import find_subject, people
from kpi.figures.view import View
from kpi.rollups.build import build
from kpi.scope import Period, Scope, Subject, parse_month
from kpi.sheets.json_shapes import indicators_json
from kpi.statistics.intervals import jackknife_t, jackknife_variance
from tests.kpi.facts import facts, snapshot

OCTOBER = parse_month("2026-10")
KEY = "talk_per_planned"
EVERYONE = Subject()
ViewFor = Callable[..., View]
ENTRY = """
[talk_per_planned]
name = { zh = "每排班分钟通话", en = "Talk per planned minute" }
definition = { zh = "通话秒数 ÷ 排班分钟", en = "Seconds talked ÷ minutes planned" }
exclusions = { zh = "不含呼出", en = "Outbound calls are left out" }
reference = "own"
relation = "calls"
kind = "ratio"
unit = "seconds"
better = "higher"
base = "answered AND talk_s IS NOT NULL"
x = "talk_s"
per = "shifts"
per_base = "planned_min > 0"
y = "planned_min"
should = "answered"
levels = ["person", "unit"]
material = 0.5
"""
# By day of the month what A1 and B1 talked, in seconds, and for how many minutes they were planned.
DAYS = {
    1: ((6000, 480), (3000, 480)),
    2: ((7200, 480), None),
    5: ((5000, 480), (3400, 480)),
    6: ((4800, 480), None),
    7: ((5600, 480), (4000, 480)),
    8: ((2000, 480), (4000, 240)),
}
Days = dict[int, tuple[tuple[float, float] | None, tuple[float, float] | None]]


@pytest.fixture
def catalog(tmp_path: Path) -> Catalog:
    """The home's, and of its indicators only the ratio, so that nothing else is rolled up."""
    (tmp_path / "indicators.toml").write_text(ENTRY, encoding="utf-8")
    whole = load_catalog(tmp_path)
    return replace(whole, indicators={KEY: whole.indicators[KEY]})


@pytest.fixture
def view_for(tmp_path: Path, catalog: Catalog) -> ViewFor:
    """view_for({month: days}, …): a view of these days, as often as a test asks for one."""

    def make(months: dict[int, Days] | None = None, rolled_up: bool = True, **more: list[dict]) -> View:
        path = tmp_path / f"facts-{len(list(tmp_path.iterdir()))}.duckdb"
        con = facts(path, **_rows(months or {10: DAYS}, **more))
        if rolled_up:
            build(con, catalog)
        return View(Home(tmp_path), snapshot(path, con), catalog, None)

    return make


def _rows(months: dict[int, Days], **more: list[dict]) -> dict[str, list[dict]]:
    calls, shifts, punches = [], [], []
    for month, days in months.items():
        for day, worked in days.items():
            date = f"2026-{month:02}-{day:02}"
            for agent, one in zip(("A1", "B1"), worked, strict=True):
                if one is None:
                    continue
                talked, planned = one
                queue = "咨询" if agent == "A1" else "投诉"
                for part, second in ((0.25, 0), (0.75, 1)):  # two calls, so that rows are no days
                    call = {"started_at": f"{date} 09:00:0{second}", "answered": True, "agent_id": agent}
                    calls.append({**call, "talk_s": part * talked, "queue": queue})
                if planned:
                    end = f"{date} {8 + planned // 60:02}:{planned % 60:02}"
                    shift = {"agent_id": agent, "shift_date": date}
                    shifts.append({**shift, "start_at": f"{date} 08:00", "end_at": end})
                    punches.append({**shift, "in_at": f"{date} 08:00", "out_at": end})
    agents = [
        {"agent_id": one, "name": one, "team": "一组", "valid_from": "2020-01-01"} for one in ("A1", "B1")
    ]
    calls += more.pop("calls", [])
    return {"agents": agents, "calls": calls, "schedule": shifts, "attendance": punches, **more}


def _figure(view: View, subject: Subject = EVERYONE, period: Period = OCTOBER) -> Figure:
    (figure,) = figures(view, Scope(period, subject), [KEY])
    return figure


OUT = [
    # adds nothing, and is not usable: nobody knows how long it took
    {"started_at": "2026-10-01 12:00", "answered": True, "agent_id": "A1"},
    # out: nobody answered; outbound; another month
    {"started_at": "2026-10-01 12:01", "answered": False, "assigned_to": "A1", "talk_s": 900},
    {"started_at": "2026-10-01 12:02", "answered": True, "agent_id": "A1", "talk_s": 90, "direction": "out"},
    {"started_at": "2026-11-01 00:00", "answered": True, "agent_id": "A1", "talk_s": 900},
]


@pytest.mark.parametrize("rolled_up", [True, False])
def test_worked_out_by_hand(view_for: ViewFor, rolled_up: bool) -> None:
    view = view_for(calls=OUT, rolled_up=rolled_up)
    assert view.rolled_up() is rolled_up
    found = _figure(view)
    assert (found.numerator, found.denominator, found.base) == (45000, 4560, 20)
    assert found.value == pytest.approx(9.868421, abs=1e-6)
    assert found.variance == pytest.approx(0.461985, abs=1e-6)
    assert (found.low, found.high) == pytest.approx((8.121209, 11.615633), abs=1e-6)
    assert (found.sample, found.coverage) == (6, 20 / 21)


def test_a_team_is_the_sum_of_its_people_and_people_have_days_of_their_own(
    view_for: ViewFor,
) -> None:
    view = view_for()
    team, first, second = (
        _figure(view, find_subject(view, **whom))
        for whom in ({"team": "一组"}, {"agent": "A1"}, {"agent": "B1"})
    )
    assert team == _figure(view)
    assert team.numerator == first.numerator + second.numerator == 30600 + 14400
    assert team.denominator == first.denominator + second.denominator == 2880 + 1680
    assert first.low is not None
    # B1 has worked on four days.
    assert (second.value, second.low, second.high) == (14400 / 1680, None, None)
    assert figures_by_agent(view, OCTOBER, people(view, OCTOBER), [KEY]) == {
        "a1": (first,),
        "b1": (second,),
    }


@pytest.mark.parametrize(("days", "known"), [(4, False), (5, True)])
def test_no_interval_under_five_days_with_data(view_for: ViewFor, days: int, known: bool) -> None:
    found = _figure(view_for({10: dict(list(DAYS.items())[:days])}))
    assert found.value is not None
    assert [end is not None for end in (found.low, found.high, found.variance)] == [known] * 3
    assert found.sample == days


def test_what_was_planned_and_not_talked_counts_and_the_other_way_round(
    view_for: ViewFor,
) -> None:
    found = _figure(view_for({10: {**DAYS, 9: ((0, 480), None), 12: ((480, 0), None)}}))
    assert (found.numerator, found.denominator, found.sample) == (45480, 5040, 8)


def test_nothing_planned_is_no_figure(view_for: ViewFor) -> None:
    found = _figure(view_for({10: dict.fromkeys(range(1, 10), ((600, 0), None)) | {20: ((0, 480), None)}}))
    assert (found.value, found.low) == (5400 / 480, None)  # without the only day planned there is no ratio
    view = view_for()
    assert _figure(view, period=parse_month("2026-09")).value is None


def test_a_weekly_pattern_makes_it_wider_and_never_narrower(view_for: ViewFor) -> None:
    """Twenty days of the same month talked alike, or more and less by the weekday, or that in any order."""
    pattern = [2, 6, 10, 14, 18] * 4
    days = [1, 2, 3, 4, 5, 8, 9, 10, 11, 12, 15, 16, 17, 18, 19, 22, 23, 24, 25, 26]

    def width(of: list[float]) -> float:
        worked = {day: ((480 * one, 480), None) for day, one in zip(days, of, strict=True)}
        found = _figure(view_for({10: worked}))
        assert found.value == pytest.approx(10)
        return found.high - found.low

    even = width([10 + 0.5 * (-1) ** n for n in range(20)])
    weekly = width(pattern)
    assert weekly > 5 * even
    # What the total really varies by is the noise within a weekday alone: of a pattern it knows nothing.
    assert weekly == pytest.approx(width(sorted(pattern)))


def test_the_interval_holds_the_truth_as_often_as_it_says() -> None:
    rng, held, weekly = np.random.default_rng(11), 0, 0
    y = rng.uniform(300, 900, (600, 22))
    pattern = np.tile([0.8, 0.9, 1.0, 1.1, 1.2], 5)[:22]
    for x_over, counted in ((1.0, "even"), (pattern, "weekly")):
        x = y * x_over * rng.gamma(25, 10 / 25, y.shape)
        truth = 10 * float((y * x_over).sum() / y.sum())
        for one, other in zip(x, y, strict=True):
            low, high = jackknife_t(one.sum(), other.sum(), jackknife_variance(one, other), 22)
            if counted == "even":
                held += low <= truth <= high
            else:
                weekly += low <= truth <= high
    assert 0.93 < held / 600 < 0.97
    assert weekly > held


class Listening:
    """A snapshot that keeps what it is asked."""

    def __init__(self, snapshot: Snapshot) -> None:
        self.snapshot, self.asked = snapshot, []

    def query(self, sql: str, *values: object) -> pl.DataFrame:
        self.asked.append(sql)
        return self.snapshot.query(sql, *values)


def test_only_a_ratio_reads_days(view_for: ViewFor, catalog: Catalog) -> None:
    """Other kinds are answered by one query for each relation, a ratio by one more of each, by day."""
    other = load_catalog(None).indicators["handling_time"]
    catalog.indicators[other.key] = other
    asked = {}
    for key in (KEY, other.key):
        view = view_for()
        heard = Listening(view.snapshot)
        figures(replace(view, snapshot=heard), Scope(OCTOBER), [key])
        asked[key] = [sql for sql in heard.asked if f"{key}__rows" in sql or f"{key}__per" in sql]
    by_day = [sql for sql in asked[KEY] if "SELECT part, day" in sql]
    assert (len(asked[KEY]), len(by_day)) == (4, 2)
    assert (len(asked[other.key]), [sql for sql in asked[other.key] if "SELECT part, day" in sql]) == (1, [])


def test_the_rows_behind_it_are_those_of_its_numerator(view_for: ViewFor) -> None:
    view = view_for(calls=OUT)
    for passing in (False, True):
        rows = rows_behind(view, KEY, Scope(OCTOBER), passing=passing)
        assert (rows.height, rows["talk_s"].sum()) == (20, 45000)
    # Its files are those of both relations: 20 calls and 10 shifts, here all from one.
    assert sources_behind(view, KEY, Scope(OCTOBER)).rows() == [("literal.csv", 30)]


MORE = {day: tuple(one and (one[0] * 1.4 + day, one[1] // 2) for one in both) for day, both in DAYS.items()}


@pytest.fixture
def two_months(view_for: ViewFor) -> View:
    return view_for({9: DAYS, 10: MORE})


def test_contributions_sum_to_the_gap(two_months: View) -> None:
    found = explain(two_months, Scope(OCTOBER), KEY, 12.0)
    splits = {split.dimension: split for split in found.splits}
    assert set(splits) == {"agent", "queue"}  # of a weekday there are fewer than ten rows
    for split in splits.values():
        whole = found.already + found.changed + split.mix + split.rate + split.exposure
        assert whole == pytest.approx(found.gap)
        assert sum(part.mix + part.rate for part in split.parts) == pytest.approx(split.mix + split.rate)
    # What was planned has no queue, so that it is an effect of its own.
    assert splits["queue"].mix == 0
    assert splits["queue"].exposure > 0
    part, others = splits["queue"].parts
    rows = rows_of_part(two_months, Scope(OCTOBER), KEY, "queue", "咨询")
    assert (part.key, others.together, others.rows_now) == ("咨询", ("投诉",), 8)
    assert rows.height == part.rows_now == 12


def test_a_change_is_sure_by_the_days_of_both_months(two_months: View) -> None:
    scopes = parse_month("2026-09"), OCTOBER
    before, now = (_figure(two_months, period=period) for period in scopes)
    found = change(now, before)
    variance = before.variance + now.variance
    freedom = variance**2 / (before.variance**2 / 5 + now.variance**2 / 5)
    assert 5 < freedom < 10
    half = (found.high - found.low) / 2
    assert found.amount == pytest.approx(now.value - before.value)
    assert 2.228 < half / math.sqrt(variance) < 2.571  # t(10) and t(5)


def test_months_people_and_what_comes_next(view_for: ViewFor) -> None:
    rng = np.random.default_rng(5)
    months = {
        month: {
            day: tuple((round(480 * talk), 480) for talk in 10 + rng.normal(0, 1, 2)) for day in range(1, 13)
        }
        for month in range(1, 11)
    }
    view = view_for(months)
    everyone = people(view, OCTOBER)
    line = trends(view, [KEY], Scope(OCTOBER), 36)[KEY]
    known = [figure for _, figure in line if figure.value is not None]
    assert [figure.sample for figure in known] == [12] * 10
    assert known[-1].low == _figure(view).low
    by_agent = trends_by_agent(view, [KEY], OCTOBER, everyone, 36)
    for agent in everyone:
        assert by_agent[agent.key] == dict(trends(view, [KEY], Scope(OCTOBER, agent), 36))
    # A month is as sure as its days say, so the next one is as a usual month of twelve.
    proposal = propose(view, Scope(OCTOBER), KEY)
    assert (proposal.method, proposal.typical_base) == ("level", 12)
    assert proposal.noise**2 == pytest.approx(np.mean([figure.variance for figure in known]), rel=0.1)
    assert proposal.low95 < proposal.low < 10 < proposal.high < proposal.high95
    assert chance(proposal, proposal.base, "higher") == pytest.approx(0.5, abs=0.05)
    assert chance(proposal, proposal.high, "higher") == pytest.approx(0.1, abs=0.03)
    # There is no funnel of what has no rows.
    assert funnel(view, OCTOBER, [*everyone, *everyone], KEY) is None


def test_its_control_chart_is_one_of_values(view_for: ViewFor) -> None:
    one = _figure(view_for())
    line = [replace(one, value=10 + 0.2 * (-1) ** n, base=5000) for n in range(14)]
    assert limits_of(line).chart == "xmr"
    far = replace(one, value=20.0, base=5000)
    assert signal_of([*line, far], person=True).kind == "beyond"


def test_json_says_that_it_is_a_ratio(view_for: ViewFor) -> None:
    (shape,) = indicators_json([judged(_figure(view_for()))], "en")
    assert (shape["kind"], shape["numerator"], shape["denominator"]) == ("ratio", 45000, 4560)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('y = "planned_min"\n', "", "A ratio needs “y”."),
        ('x = "talk_s"\n', "", "A ratio needs “x”."),
        ('per = "shifts"\n', "", "A ratio needs “per”."),
        ('per_base = "planned_min > 0"\n', "", "A ratio needs “per_base”."),
        ('x = "talk_s"\n', 'x = "talk_s"\nhit = "answered"\n', "A ratio has no “hit”."),
        ('y = "planned_min"', 'y = "talk_s"', "“talk_s” is no column of shifts"),
        ('y = "planned_min"', 'y = "planned_min > 3"', "y is BOOLEAN, expected a number."),
        ('x = "talk_s"', 'x = "planned_min"', "“planned_min” is no column of calls"),
        ('per = "shifts"', 'per = "shift"', "“shift” does not exist."),
    ],
)
def test_faults_of_an_entry_are_named(tmp_path: Path, old: str, new: str, said: str) -> None:
    assert old in ENTRY
    (tmp_path / "indicators.toml").write_text(ENTRY.replace(old, new), encoding="utf-8")
    assert [said in str(fault) for fault in load_catalog(tmp_path).left_out] == [True]
