"""Contributions to a gap: they sum to it exactly, for every kind of indicator and every scope."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from etl.corrections.apply import apply
from etl.corrections.corrections import Correction
from etl.home import Home
from kpi.analysis.contributions import Explanation, Split, explain
from kpi.analysis.dimension_sums import rows_of_part
from kpi.catalog.definitions import Catalog
from kpi.catalog.load import load_catalog
from kpi.catalog.relations import JOINED, relation_file, with_relation
from kpi.figures.figures import applicable, figures
from kpi.figures.view import View
from kpi.rollups.build import build
from kpi.scope import Scope, Subject, parse_month
from tests.kpi.facts import facts, snapshot
from tests.kpi.rollups.test_build import _tables

CATALOG = load_catalog(None)
SEPTEMBER, OCTOBER = parse_month("2026-09"), parse_month("2026-10")
ALL = Scope(OCTOBER)
SCOPES = {
    "all": ALL,
    "team": Scope(OCTOBER, Subject("team", "二组", "二组", "二组")),
    "person": Scope(OCTOBER, Subject("person", "1", "1", "测试甲")),
}
WEDNESDAY = {8: "08-05", 9: "09-02", 10: "10-07"}


def _view(
    *,
    corrections: list[Correction] | None = None,
    catalog: Catalog = CATALOG,
    rolled_up: bool = True,
    **tables,
) -> View:
    folder = Path(tempfile.mkdtemp())
    con = facts(folder / "facts.duckdb", **tables)
    apply(con, corrections or [], relation_file("memberships"), "Asia/Shanghai")
    if rolled_up:
        build(con, catalog)
    return View(Home(folder / "home"), snapshot(folder / "facts.duckdb", con), catalog, None)


def _calls(month: int, count: int, hits: int, **fields: object) -> list[dict]:
    """Calls of a month, `hits` of them answered."""
    return [
        {
            "call_id": f"{month}-{sorted(fields.items())}-{n}",
            "started_at": f"2026-{WEDNESDAY[month]} 09:00",
            "answered": n < hits,
            **fields,
        }
        for n in range(count)
    ]


def _split(found: Explanation, dimension: str) -> Split:
    (split,) = (split for split in found.splits if split.dimension == dimension)
    return split


def _parts(split: Split) -> dict[str | None, tuple[float, float]]:
    return {part.key: (round(part.mix, 9), round(part.rate, 9)) for part in split.parts}


def _adds_up(found: Explanation) -> bool:
    """Whether every split, and in it its parts, sum to the gap."""
    size = max(1.0, abs(found.value), abs(found.target))
    return all(
        abs(found.already + found.changed + split.mix + split.rate + split.exposure - found.gap)
        <= 1e-12 * size
        and abs(sum(part.mix for part in split.parts) - split.mix) <= 1e-12 * size
        and abs(sum(part.rate for part in split.parts) - split.rate) <= 1e-12 * size
        for split in found.splits
    )


@pytest.mark.parametrize(("seed", "rolled_up"), [(1, True), (2, False)])
def test_every_indicator_of_every_scope_adds_up_and_opens_its_rows(seed: int, rolled_up: bool) -> None:
    reviews = [
        {"review_id": f"R{n}", "agent_id": f"{n % 2 + 1}", "reviewed_at": f"2026-{9 + n % 2:02}-{n + 1:02}"}
        for n in range(20)
    ]
    points = [(CATALOG.qa_points[n % 15].item, n % 5) for n in range(20)] + [("另一个", 7.7)] * 20
    items = [
        {"review_id": f"R{n % 20}", "item": item, "earned": earned, "applicable": 4 + earned}
        for n, (item, earned) in enumerate(points)
    ]
    outage = Correction(
        1, "exclude", "calls", starts_at=datetime(2026, 10, 12), ends_at=datetime(2026, 10, 14)
    )
    view = _view(
        rolled_up=rolled_up, corrections=[outage], qa_reviews=reviews, qa_items=items, **_tables(seed)
    )
    opened = set()
    for scope in SCOPES.values():
        for figure in figures(view, scope, [one.key for one in applicable(view, scope.subject)]):
            indicator = figure.indicator
            found = explain(view, scope, indicator.key, 0.5, agreed_before=0.25)
            if found is None:
                assert figure.value is None, indicator.key
                continue
            # A sum of fractions over the facts may differ in its last digit from one run to the next.
            said = figure.value if rolled_up else pytest.approx(figure.value, rel=1e-14)
            assert found.value == said, indicator.key
            assert found.gap == found.value - 0.5
            assert _adds_up(found), indicator.key
            for split in found.splits:
                assert len(split.parts) > 1
                seen = (indicator.kind, indicator.relation, split.dimension)
                if seen not in opened:
                    opened.add(seen)
                    for part in split.parts:
                        behind = sum(
                            rows_of_part(view, scope, indicator.key, split.dimension, key).height
                            for key in part.together or (part.key,)
                        )
                        assert behind == part.rows_now, (indicator.key, split.dimension, part.key)
    split_by = {(relation, dimension) for _, relation, dimension in opened}
    assert {kind for kind, _, _ in opened} == {"proportion", "mean", "points", "rate", "count"}
    assert {("calls", "reason"), ("calls", "hour_band"), ("qa", "qa_point"), ("tickets", "item")} <= split_by
    assert {relation for relation, dimension in split_by if dimension == "qa_point"} == {"qa"}
    # Of no weekday there are ten shifts.
    assert {dimension for relation, dimension in split_by if relation == "shifts"} == {"team", "agent"}


def test_the_breakdown_says_what_the_facts_say_also_of_shifts() -> None:
    plan = [
        {"agent_id": agent, "shift_date": f"2026-{month:02}-{day:02}", "shift": shift, "shift_no": number}
        | {
            "start_at": f"2026-{month:02}-{day:02} {start}",
            "end_at": f"2026-{month:02}-{day + late:02} {end}",
        }
        for month in (9, 10)
        for agent in "123"
        for day in range(1, 28)
        for number, shift, start, end, late in (
            (1, "早", "08:00", "16:00", 0),
            (2, "中", "15:00", "22:00", 0),  # begins before the one before it ends
            (3, "夜", "22:00", "06:00", 1),
        )
    ]
    rows = _tables(3) | {"schedule": plan}
    rows["calls"] *= 5
    kept, counted = (_view(rolled_up=rolled_up, **rows) for rolled_up in (True, False))
    seen: set[str] = set()
    for scope in SCOPES.values():
        keys = ("service_level", "offered", "handling_time", "first_contact_resolution")
        for key in (indicator.key for indicator in applicable(kept, scope.subject, keys)):
            splits, fresh = (
                {split.dimension: split for split in explain(view, scope, key, 0.5).splits}
                for view in (kept, counted)
            )
            # Of few calls more than a fifth may be outside of all shifts in one month and not in the other.
            seen |= set(splits)
            assert {"reason", "hour_band"} <= set(splits)
            assert set(splits) == set(fresh)
            for dimension, split in splits.items():
                said, found = ({part.key: part for part in one.parts} for one in (split, fresh[dimension]))
                assert set(said) == set(found)
                for name, part in said.items():
                    assert (part.rows_before, part.rows_now) == (
                        found[name].rows_before,
                        found[name].rows_now,
                    )
                    assert (part.mix, part.rate) == pytest.approx(
                        (found[name].mix, found[name].rate), abs=1e-9
                    )
            for part in splits["shift"].parts if "shift" in splits else ():
                assert rows_of_part(kept, scope, key, "shift", part.key).height == part.rows_now
    assert "shift" in seen


def test_a_call_belongs_to_the_shift_that_it_began_in_and_a_night_ends_on_the_next_day() -> None:
    plan = [
        ("1", "2026-10-05", 1, "早", "2026-10-05 08:00", "2026-10-05 16:00"),
        ("1", "2026-10-05", 2, "夜", "2026-10-05 22:00", "2026-10-06 06:00"),
        ("1", "2026-10-06", 1, "早", "2026-10-06 05:00", "2026-10-06 12:00"),
    ]
    names = ("agent_id", "shift_date", "shift_no", "shift", "start_at", "end_at")
    times = {
        "2026-10-05 07:59": None,
        "2026-10-05 08:00": "早",
        "2026-10-05 15:59": "早",
        "2026-10-05 16:00": None,
        "2026-10-06 00:00": "夜",
        "2026-10-06 04:59": "夜",
        "2026-10-06 05:00": "早",
    }
    calls = [{"started_at": moment, "agent_id": "1", "answered": True} for moment in times]
    calls += [{"started_at": "2026-10-05 09:00", "agent_id": "2", "answered": True}]
    view = _view(calls=calls, schedule=[dict(zip(names, row, strict=True)) for row in plan])
    found = view.query(
        f"{with_relation('calls')}SELECT CAST(started_at AS VARCHAR)[:16], shift FROM relation WHERE agent_id = '1'"
    )
    assert dict(found.rows()) == times
    assert view.query(f"{with_relation('calls')}SELECT count(*) FROM relation").item() == 8


row = st.tuples(
    st.sampled_from([9, 10]),
    st.sampled_from(["账单", "故障", None]),
    st.booleans(),
    st.floats(0, 9999, allow_nan=False, width=32),
)


@settings(max_examples=12, deadline=None)
@given(rows=st.lists(row, min_size=1, max_size=12), agreed=st.none() | st.floats(0, 1))
def test_whatever_the_rows_are_it_adds_up(
    rows: list[tuple[int, str | None, bool, float]], agreed: float | None
) -> None:
    calls = [
        {
            "started_at": f"2026-{month:02}-{n + 1:02} 09:00",
            "queue": queue,
            "answered": answered,
            "talk_s": talk,
        }
        for n, (month, queue, answered, talk) in enumerate(rows)
    ]
    view = _view(rolled_up=False, calls=calls)
    for key in ("connection_rate", "handling_time", "offered"):
        found = explain(view, ALL, key, 0.9, agreed_before=agreed)
        (figure,) = figures(view, ALL, [key])
        if found is None:
            assert figure.value is None
        else:
            assert found.value == pytest.approx(figure.value, rel=1e-14)
            assert _adds_up(found)


def test_every_department_is_kinder_to_women_and_the_total_is_not() -> None:
    """Berkeley 1973 in the two departments that show it, with queues for departments; by hand.

    A admits 512 of 825 men and 89 of 108 women, F 22 of 373 and 24 of 341: 534/1198 against 113/449.
    """
    view = _view(
        calls=_calls(9, 825, 512, queue="A")
        + _calls(9, 373, 22, queue="F")
        + _calls(10, 108, 89, queue="A")
        + _calls(10, 341, 24, queue="F")
    )
    found = explain(view, ALL, "connection_rate", 0.9)
    split = _split(found, "queue")
    share = 108 / 449 - 825 / 1198
    a, f = (512 / 825 + 89 / 108) / 2, (22 / 373 + 24 / 341) / 2
    assert split.reversal
    assert split.mix == pytest.approx(share * (a - f), abs=1e-12)
    assert split.mix + split.rate == pytest.approx(113 / 449 - 534 / 1198, abs=1e-12)
    assert split.mix < 0 < split.rate
    assert found.already == pytest.approx(534 / 1198 - 0.9, abs=1e-12)
    assert _adds_up(found)


@pytest.mark.parametrize(("better", "reversed_"), [("higher", True), ("lower", True), ("band", False)])
def test_a_reversal_needs_a_good_side(better: str, reversed_: bool) -> None:
    calls = _calls(9, 80, 40, queue="A") + _calls(9, 20, 2, queue="B")
    calls += _calls(10, 20, 12, queue="A") + _calls(10, 80, 9, queue="B")
    rate = replace(CATALOG.indicators["connection_rate"], better=better)
    catalog = replace(CATALOG, indicators=CATALOG.indicators | {"connection_rate": rate})
    found = explain(_view(calls=calls, catalog=catalog), ALL, "connection_rate", 0.9)
    assert _split(found, "queue").reversal is reversed_


def test_every_part_worse_and_the_total_better_is_a_reversal_too() -> None:
    calls = _calls(10, 80, 40, queue="A") + _calls(10, 20, 2, queue="B")
    calls += _calls(9, 20, 12, queue="A") + _calls(9, 80, 9, queue="B")
    assert _split(explain(_view(calls=calls), ALL, "connection_rate", 0.9), "queue").reversal


def test_one_part_that_moves_with_the_total_is_no_reversal() -> None:
    calls = _calls(9, 80, 40, queue="A") + _calls(9, 20, 2, queue="B")
    calls += _calls(10, 20, 12, queue="A") + _calls(10, 80, 7, queue="B")
    assert not _split(explain(_view(calls=calls), ALL, "connection_rate", 0.9), "queue").reversal


def test_a_part_that_comes_or_goes_is_all_mix_and_rows_without_a_queue_are_a_part() -> None:
    """By hand: 0.5 (50 of 100) becomes 0.8 (80 of 100); the middle of both is 0.65."""
    view = _view(
        calls=_calls(9, 50, 40)
        + _calls(9, 50, 10, queue="gone")
        + _calls(10, 50, 40)
        + _calls(10, 50, 40, queue="new")
    )
    split = _split(explain(view, ALL, "connection_rate", 0.9), "queue")
    assert _parts(split) == {"gone": (0.225, 0), "new": (0.075, 0), None: (0, 0)}
    by_key = {part.key: part for part in split.parts}
    assert (by_key["gone"].value_before, by_key["gone"].value_now) == (0.2, None)
    assert (by_key["new"].rows_before, by_key["new"].rows_now) == (0, 50)
    assert (by_key[None].rows_before, by_key[None].rows_now) == (50, 50)
    assert rows_of_part(view, ALL, "connection_rate", "queue", None).height == 50
    assert rows_of_part(view, ALL, "connection_rate", "queue", "gone").height == 0
    assert rows_of_part(view, Scope(SEPTEMBER), "connection_rate", "queue", "gone").height == 50
    assert (
        rows_of_part(view, ALL, "connection_rate", "queue", "new")["passes"].to_list()
        == [True] * 40 + [False] * 10
    )


def test_a_poor_part_that_grows_pulls_the_total_down() -> None:
    """By hand: A 1, B 0.5; B grows from 20 to 60 of 100: 0.9 becomes 0.7, the middle is 0.8."""
    calls = _calls(9, 80, 80, queue="A") + _calls(9, 20, 10, queue="B")
    calls += _calls(10, 40, 40, queue="A") + _calls(10, 60, 30, queue="B")
    split = _split(explain(_view(calls=calls), ALL, "connection_rate", 0.9), "queue")
    assert _parts(split) == {"A": (-0.08, 0), "B": (-0.12, 0)}
    assert not split.reversal


def test_without_a_month_before_the_gap_itself_is_split() -> None:
    """By hand: A 80 of 80, B 10 of 20 against 0.95: 0.8 × 0.05 and 0.2 × −0.45."""
    view = _view(calls=_calls(10, 80, 80, queue="A") + _calls(10, 20, 10, queue="B"))
    found = explain(view, ALL, "connection_rate", 0.95, agreed_before=0.5)
    assert (found.kind, found.already, found.changed, found.value_before) == ("level", 0, 0, None)
    assert _parts(_split(found, "queue")) == {"B": (0, -0.09), "A": (0, 0.04)}
    assert _adds_up(found)
    assert explain(view, ALL, "offered", 20).splits == ()
    assert explain(view, Scope(SEPTEMBER), "connection_rate", 0.95) is None


def test_parts_of_few_rows_are_one_part_and_nothing_is_lost() -> None:
    """By hand: A 80 of 100 → 70 of 100, all others 6 of 10 → 4 of 10: of 110 calls each month 86 → 74."""
    calls = _calls(9, 100, 80, queue="A") + _calls(9, 6, 6, queue="C") + _calls(9, 4, 0)
    calls += _calls(10, 100, 70, queue="A") + _calls(10, 9, 3, queue="C") + _calls(10, 1, 1, queue="D")
    view = _view(calls=calls)
    found = explain(view, ALL, "connection_rate", 0.9)
    split = _split(found, "queue")
    named, others = split.parts
    assert (named.key, named.together) == ("A", ())
    assert (others.key, set(others.together)) == (None, {"C", "D", None})
    assert (others.rows_before, others.rows_now) == (10, 10)
    assert (others.value_before, others.value_now) == (0.6, 0.4)
    assert (named.mix, others.mix) == (0, 0)
    assert (named.rate, others.rate) == pytest.approx((-10 / 110, -2 / 110), abs=1e-12)
    assert _adds_up(found)


def test_a_part_that_had_rows_enough_in_one_month_keeps_its_name_and_small_ones_alone_are_no_split() -> None:
    calls = _calls(9, 50, 40, queue="A") + _calls(9, 10, 5, queue="gone") + _calls(9, 9, 1, queue="small")
    calls += _calls(10, 50, 30, queue="A") + _calls(10, 1, 1, queue="gone", channel="x")
    found = explain(_view(calls=calls), ALL, "connection_rate", 0.9)
    *named, others = ((part.key, part.together) for part in _split(found, "queue").parts)
    assert (set(named), others) == ({("A", ()), ("gone", ())}, (None, ("small",)))
    few = _calls(9, 9, 8, queue="A") + _calls(9, 9, 8, queue="B") + _calls(10, 9, 2, queue="A")
    found = explain(_view(calls=few + _calls(10, 9, 2, queue="B")), ALL, "connection_rate", 0.9)
    assert (found.value, found.splits) == (4 / 18, ())


def test_what_the_month_before_has_become_since_is_said_apart() -> None:
    calls = _calls(9, 10, 8, queue="A") + _calls(10, 10, 7, queue="A") + _calls(10, 10, 7, queue="B")
    found = explain(_view(calls=calls), ALL, "connection_rate", 0.9, agreed_before=0.85)
    assert (found.already, found.changed) == pytest.approx((-0.05, -0.05), abs=1e-12)
    assert found.value_before == 0.8
    assert _adds_up(found)


def test_figures_are_read_through_corrections() -> None:
    calls = _calls(9, 100, 80, queue="A") + _calls(9, 20, 20, queue="B") + _calls(10, 100, 90, queue="A")
    calls += [call | {"started_at": "2026-10-12 14:30"} for call in _calls(10, 40, 0, queue="B")]
    calls += _calls(10, 20, 10, queue="B", reason="later")
    outage = Correction(
        1, "exclude", "calls", starts_at=datetime(2026, 10, 12, 14), ends_at=datetime(2026, 10, 12, 16)
    )
    plain, corrected = (
        explain(_view(corrections=given, calls=calls), ALL, "connection_rate", 0.9)
        for given in ([], [outage])
    )
    assert (plain.value, corrected.value) == (100 / 160, 100 / 120)
    b = {part.key: part for part in _split(corrected, "queue").parts}["B"]
    assert (b.rows_now, b.value_now) == (20, 0.5)
    assert {split.dimension for split in plain.splits} == {"queue", "reason", "hour_band", "weekday"}
    assert {split.dimension for split in corrected.splits} == {"queue", "reason"}
    assert _adds_up(corrected)


def test_a_rate_by_what_both_sides_have_and_by_what_only_its_events_have() -> None:
    """By hand: 20 complaints on 400 calls are 50 per 1,000, then 60 on 600 are 100."""
    calls = _calls(9, 400, 400) + _calls(10, 600, 600)
    tickets = [
        {
            "ticket_id": f"{month}-{n}",
            "opened_at": f"2026-{month:02}-{day:02} 09:00",
            "kind": "complaint",
            "cause": cause,
        }
        for month, day, cause, count in ((9, 2, "慢", 20), (10, 7, "慢", 30), (10, 8, "错", 30))
        for n in range(100 * day, 100 * day + count)
    ]
    view = _view(calls=calls, tickets=tickets)
    found = explain(view, ALL, "complaints_per_1000", 4)
    assert (found.value_before, found.value, found.gap) == (50, 100, 96)
    cause = _split(found, "cause")
    each = (1000 / 400 + 1000 / 600) / 2
    assert _parts(cause) == {"错": (0, round(30 * each, 9)), "慢": (0, round(10 * each, 9))}
    assert cause.exposure == pytest.approx(40 * (1000 / 600 - 1000 / 400))
    weekday = _split(found, "weekday")  # 8 October has complaints but no call
    assert weekday.exposure == 0
    assert {part.key: part.value_now for part in weekday.parts} == {"3": 50, "4": None}
    assert _adds_up(found)
    assert rows_of_part(view, ALL, "complaints_per_1000", "cause", "错").height == 30


def test_a_qa_score_by_its_points() -> None:
    """By hand, of ten reviews: greeting 8 of 10 → 6 of 10, solution 16 of 20 → 20 of 20; what does not apply counts
    nowhere.
    """
    reviews, items = [], []
    for month, marks in (
        (9, (("greeting", 8, 10), ("solution", 16, 20))),
        (10, (("greeting", 6, 10), ("solution", 20, 20), ("farewell", 0, 0))),
    ):
        for n in range(10):
            review = {"agent_id": "1", "reviewed_at": f"2026-{WEDNESDAY[month]}"}
            reviews.append({"review_id": f"R{month}-{n}", **review})
            reviews.append({"review_id": f"X{month}-{n}", "sampling": "risk", **review})
            items += [
                {"review_id": f"{of}{month}-{n}", "item": item, "earned": earned, "applicable": applicable}
                for of in "RX"
                for item, earned, applicable in marks
            ]
    view = _view(qa_reviews=reviews, qa_items=items)
    found = explain(view, ALL, "qa_score", 0.9)
    assert (found.value_before, found.value) == (240 / 300, 260 / 300)
    split = _split(found, "qa_point")
    assert _parts(split) == {"greeting": (0, round(-0.2 / 3, 9)), "solution": (0, round(0.4 / 3, 9))}
    assert rows_of_part(view, ALL, "qa_score", "qa_point", "greeting")["review_id"].to_list() == [
        f"R10-{n}" for n in range(10)
    ]
    assert _adds_up(found)


def test_a_split_whose_parts_are_not_the_figure_is_left_out() -> None:
    """A score of points capped by review is no sum over its points."""
    score = replace(CATALOG.indicators["qa_score"], x="least(earned, 5)")
    catalog = replace(CATALOG, indicators=CATALOG.indicators | {"qa_score": score})
    reviews = [
        {"review_id": f"R{month}{n}", "agent_id": f"{n % 2}", "reviewed_at": f"2026-{WEDNESDAY[month]}"}
        for month in (9, 10)
        for n in range(20)
    ]
    items = [
        {"review_id": review["review_id"], "item": item, "earned": 4, "applicable": 10}
        for review in reviews
        for item in ("a", "b")
    ]
    found = explain(_view(catalog=catalog, qa_reviews=reviews, qa_items=items), ALL, "qa_score", 0.9)
    assert [split.dimension for split in found.splits] == ["agent"]


def test_the_split_that_one_part_carries_comes_first() -> None:
    calls = _calls(9, 10, 8, queue="A", reason="x") + _calls(9, 10, 8, queue="B", reason="y")
    calls += _calls(10, 5, 2, queue="A", reason="x") + _calls(10, 5, 2, queue="A", reason="y")
    calls += _calls(10, 5, 4, queue="B", reason="x") + _calls(10, 5, 4, queue="B", reason="y")
    found = explain(_view(calls=calls), ALL, "connection_rate", 0.9)
    assert [(split.dimension, round(split.concentration, 9)) for split in found.splits] == [
        *(("queue", 1), ("reason", 0))
    ]


def test_agents_are_told_apart_for_units_only_and_own_dimensions_are_looked_at(tmp_path: Path) -> None:
    (tmp_path / "dimensions.toml").write_text(
        '[waited]\nname = { zh = "等待", en = "Wait" }\ncalls = "wait_s > 20"\n[queue]\nlevels = []\n',
        encoding="utf-8",
    )
    calls = [
        call | {"agent_id": f"{n % 2 + 1}", "wait_s": n / 2}
        for month in (9, 10)
        for n, call in enumerate(
            _calls(month, 40, 40, queue="A", talk_s=60) + _calls(month, 40, 40, queue="B", talk_s=month)
        )
    ]
    view = _view(catalog=load_catalog(tmp_path), calls=calls)
    unit, person = (explain(view, SCOPES[kind], "handling_time", 300) for kind in ("all", "person"))
    assert {split.dimension for split in unit.splits} == {"agent", "waited"}
    assert {split.dimension for split in person.splits} == {"waited"}
    assert set(_parts(_split(unit, "waited"))) == {"true", "false"}


def test_calls_alone_are_the_same_calls() -> None:
    view = _view(**_tables(3))
    every, alone = (
        view.query(f"{with_relation('calls', (), reads)}SELECT * FROM relation ORDER BY call_id")
        for reads in (None, {"day"})
    )
    assert set(every.columns) - set(alone.columns) == JOINED["calls"] | {"shift"}
    assert every.height
    assert every.select(alone.columns).equals(alone)
