"""A count's target is that of a month: it is compared with what of it is due, and judged when nothing can change it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from dashboard.words.numbers import so_far_text
from dashboard.words.verdicts import judgement_text
from etl.corrections.apply import apply
from etl.corrections.corrections import Correction
from etl.home import Home
from kpi.analysis.judged_figures import judged_figures
from kpi.analysis.looks import counted_days
from kpi.analysis.real_gaps import Judged
from kpi.catalog.definitions import Catalog
from kpi.catalog.load import load_catalog
from kpi.catalog.relations import relation_file
from kpi.figures.figures import figures, figures_by_agent
from kpi.figures.months import trends_by_agent
from kpi.figures.subjects import team_subject
from kpi.figures.view import View, open_view
from kpi.loading.load import load_files
from kpi.scope import Period, Scope, Subject, parse_month, period_of
from kpi.sheets.json_shapes import figure_json
from tests.kpi.facts import facts, snapshot

MAY = parse_month("2026-05")  # begins on a Friday, ends on a Sunday
ONE, TWO = (Subject("person", key, key) for key in ("1001", "1002"))
HEADER = "通话编号,来电时间,是否接通,接听工号,等待秒数,通话秒数\n"


def catalog(tmp_path: Path, **entries: str) -> Catalog:
    config = tmp_path / "config"
    config.mkdir(exist_ok=True)
    text = "\n".join(f"[{key}]\n{lines}" for key, lines in entries.items())
    (config / "targets.toml").write_text(text, encoding="utf-8")
    return load_catalog(config)


def calls(days: Iterable[date], a_day: int = 20, agent: str = "1001", **more: object) -> list[dict]:
    return [
        {"started_at": f"{day} {9 + n // 60:02}:{n % 60:02}", "agent_id": agent, "answered": True} | more
        for day in days
        for n in range(a_day)
    ]


def days(first: str, last: str, weekdays: Iterable[int] = range(7)) -> list[date]:
    start, end = date.fromisoformat(first), date.fromisoformat(last)
    every = (start + timedelta(days=n) for n in range((end - start).days + 1))
    return [day for day in every if day.weekday() in set(weekdays)]


def handled(view: View, subject: Subject, period: Period = MAY, key: str = "handled") -> Judged:
    return judged_figures(view, Scope(period, subject), (key,))[0]


def said(row: Judged) -> dict[str, object]:
    shape = figure_json(row, "zh")
    names = ("value", "target", "target_so_far", "gap", "pace", "days_counted", "verdict", "reason")
    return {name: shape.get(name) for name in names}


def test_half_a_month_on_pace_is_not_missed(tmp_path: Path) -> None:
    """The shape of a real home: 20 calls on each of 14 days, against 500 in the month."""
    home = Home(tmp_path / "home")
    home.create()
    (home.config / "targets.toml").write_text(
        '[handled]\nall = 1000\n[handled.person]\n"1001" = 500\n"1002" = 500\n', encoding="utf-8"
    )
    roster, rows = tmp_path / "名册.csv", tmp_path / "通话.csv"
    roster.write_text(
        "工号,姓名,班组,岗位,生效日期,失效日期,入职日期\n1001,张三,一组,客服代表,2025-01-01,,2025-01-01\n"
        "1002,李四,一组,客服代表,2026-05-18,,2026-05-18\n",
        encoding="utf-8",
    )
    rows.write_text(
        HEADER
        + "\n".join(
            f"P{day}{n},{day} 09:{n:02}:00,是,1001,10,100"
            for day in days("2026-05-01", "2026-05-14")
            for n in range(20)
        ),
        encoding="utf-8",
    )
    load_files(home, [roster, rows])
    view = open_view(home)
    row = handled(view, ONE)
    due = 500 * 14 / 31
    assert said(row) == {
        "value": 280.0,
        "target": 500.0,
        "target_so_far": pytest.approx(due),
        "gap": pytest.approx(280 - due),
        "pace": pytest.approx(620),
        "days_counted": 14,
        "verdict": "cannot_tell",
        "reason": "unfinished",
    }
    assert judgement_text(row, "zh") == "暂不判断：本月尚未结束"
    assert so_far_text(row.figure, "zh") == "14 天应完成 226，照此进度到期末约 620"
    late = said(handled(view, TWO))
    assert (late["target_so_far"], late["pace"], late["verdict"], late["reason"]) == (
        *(0, None),
        *("cannot_tell", "unfinished"),
    )


@pytest.mark.parametrize(
    ("a_day", "complaints", "handled_is", "complaints_are"),
    [(20, 30, ("met", None), ("missed", None)), (1, 12, *[("cannot_tell", "unfinished")] * 2)],
)
def test_a_count_is_met_or_missed_early_only_where_the_rest_cannot_change_it(
    view_of: Callable[..., View],
    tmp_path: Path,
    a_day: int,
    complaints: int,
    handled_is: object,
    complaints_are: object,
) -> None:
    """Both only grow: 280 calls meet 250, whatever comes; 30 complaints have missed 10, and 12 may still do."""
    known = catalog(tmp_path, handled="all = 250", complaints="all = 10")
    opened = [
        {"opened_at": f"2026-05-{n % 14 + 1:02} 10:00", "kind": "complaint", "validity": "valid"}
        for n in range(complaints)
    ]
    view = view_of(known, calls=calls(days("2026-05-01", "2026-05-14"), a_day), tickets=opened)
    for key, expected in (("handled", handled_is), ("complaints", complaints_are)):
        row = handled(view, Subject(), key=key)
        assert (row.verdict.standing, row.verdict.reason) == expected, key


def test_a_whole_month_is_judged_as_before(view_of: Callable[..., View], tmp_path: Path) -> None:
    view = view_of(catalog(tmp_path, handled="all = 800"), calls=calls(days("2026-05-01", "2026-05-31")))
    found = said(handled(view, Subject()))
    assert found | {"verdict": "missed"} == found
    assert (found["target_so_far"], found["gap"], found["pace"]) == pytest.approx((800, -180, 620))
    assert so_far_text(handled(view, Subject()).figure, "en") == ""


def test_a_day_that_lacks_data_is_not_counted_and_says_so(
    view_of: Callable[..., View], tmp_path: Path
) -> None:
    """Three days of the month were never loaded: 28 of 31 are due."""
    lost = {date(2026, 5, day) for day in (12, 13, 14)}
    rows = [day for day in days("2026-04-01", "2026-05-31") if day not in lost]
    found = said(handled(view_of(catalog(tmp_path, handled="all = 620"), calls=calls(rows)), Subject()))
    assert (found["target_so_far"], found["days_counted"]) == (pytest.approx(560), 28)
    assert (found["verdict"], found["reason"]) == ("cannot_tell", "partial")


def test_a_hotline_works_on_the_weekdays_on_which_it_has_calls(
    view_of: Callable[..., View], tmp_path: Path
) -> None:
    """Closed on Sundays and busy on Mondays; up to Sunday the 10th, 5 of 21 weekdays and one of four Mondays passed."""
    known = catalog(tmp_path, handled="all = 1000")
    monday = calls(days("2026-03-02", "2026-05-10", [0]), 40)
    others = calls(days("2026-03-02", "2026-05-10", range(1, 6)), 20)
    found = said(handled(view_of(known, calls=monday + others), Subject()))
    month = 4 * 40 + 22 * 20  # four Mondays, five Fridays and Saturdays, four of each other day
    assert found["days_counted"] == 8
    assert found["target_so_far"] == pytest.approx(1000 * (40 + 7 * 20) / month)


def test_what_the_month_itself_was_does_not_say_what_was_due(
    view_of: Callable[..., View], tmp_path: Path
) -> None:
    """As the one before, but in May itself the Mondays are quiet: the weeks before it still say how busy they are."""
    known = catalog(tmp_path, handled="all = 1000")
    before = calls(days("2026-03-02", "2026-04-30", [0]), 40) + calls(
        days("2026-03-02", "2026-04-30", range(1, 6)), 20
    )
    within = calls(days("2026-05-01", "2026-05-10", [0]), 2) + calls(
        days("2026-05-01", "2026-05-10", range(1, 6)), 30
    )
    found = said(handled(view_of(known, calls=before + within), Subject()))
    month = 4 * 40 + 22 * 20
    assert found["target_so_far"] == pytest.approx(1000 * (40 + 7 * 20) / month)


def test_without_weeks_before_the_days_of_the_month_stand_in(
    view_of: Callable[..., View], tmp_path: Path
) -> None:
    """Closed on Sundays: twenty of 26 open days have passed."""
    rows = calls(days("2026-05-01", "2026-05-23", range(6)), 20)
    found = said(handled(view_of(catalog(tmp_path, handled="all = 520"), calls=rows), Subject()))
    assert (found["target_so_far"], found["days_counted"]) == (pytest.approx(400), 20)


def test_days_before_the_first_loaded_one_are_not_counted(
    view_of: Callable[..., View], tmp_path: Path
) -> None:
    """A home that begins on Monday the 2nd of March, with three calls a day up to the 11th: ten days of 31."""
    view = view_of(catalog(tmp_path, handled="all = 1000"), calls=calls(days("2026-03-02", "2026-03-11"), 3))
    for subject in (Subject(), ONE):
        found = said(handled(view, subject, parse_month("2026-03")))
        assert (found["days_counted"], found["target_so_far"]) == (10, pytest.approx(1000 * 10 / 31))


def test_the_last_days_of_a_month_may_be_closed(view_of: Callable[..., View], tmp_path: Path) -> None:
    """The 30th and 31st are a weekend, on which nobody works: on Friday the 29th the month is over."""
    known = catalog(tmp_path, handled="all = 200")
    rows = calls(days("2026-03-02", "2026-05-29", range(5)), 10)
    assert said(handled(view_of(known, calls=rows), Subject()))["verdict"] == "met"


def shifts(agent: str, every: Iterable[date], hours: int = 8) -> list[dict]:
    return [
        {"agent_id": agent, "shift_date": day, "shift": "早"}
        | {"start_at": f"{day} 08:00", "end_at": f"{day} {8 + hours:02}:00"}
        for day in every
    ]


def test_what_is_set_for_all_is_cut_by_shifts_leave_and_membership(
    view_of: Callable[..., View], tmp_path: Path
) -> None:
    known = catalog(tmp_path, handled="all = 310")
    every = days("2026-05-01", "2026-05-31")
    roster = [
        {"agent_id": key, "name": "样例", "team": "一组", "valid_from": since}
        for key, since in (
            ("1001", "2025-01-01"),
            ("1002", "2025-01-01"),
            ("1003", "2025-01-01"),
            ("1004", "2026-05-16"),
        )
    ]
    plan = (
        *(shifts("1001", every), shifts("1002", every, 4)),
        *(shifts("1003", every), shifts("1004", days("2026-05-16", "2026-05-31"))),
    )
    away = [
        {"agent_id": "1003", "starts_at": "2026-05-11 00:00", "ends_at": "2026-05-21 00:00", "approved": True}
    ]
    away += [
        {
            "agent_id": "1001",
            "starts_at": "2026-05-11 00:00",
            "ends_at": "2026-05-21 00:00",
            "approved": False,
        }
    ]
    view = view_of(
        known, calls=calls(every, 5), agents=roster, schedule=[row for one in plan for row in one], leave=away
    )
    due = {
        key: said(handled(view, Subject("person", key, key)))["target_so_far"]
        for key in ["1001", "1002", "1003", "1004"]
    }
    # All month; half of each day; ten of 31 days on leave; 16 of 31 days.
    assert due == pytest.approx({"1001": 310, "1002": 155, "1003": 210, "1004": 160})


def leave(agent: str, since: str, until: str, **more: object) -> dict:
    return {
        "agent_id": agent,
        "starts_at": f"2026-05-{since}",
        "ends_at": f"2026-05-{until}",
        "approved": True,
    } | more


def test_leave_is_taken_out_once_as_it_was_last_granted_and_from_night_shifts_whole(
    view_of: Callable[..., View], tmp_path: Path
) -> None:
    every = days("2026-05-01", "2026-05-31")
    nights = [
        row
        | {
            "start_at": f"{row['shift_date']} 22:00",
            "end_at": f"{row['shift_date'] + timedelta(days=1)} 06:00",
        }
        for row in shifts("1003", every)
    ]
    away = [
        # Two that overlap, of six hours together; one of ten days that another one of two days amends.
        *(leave("1001", "11 08:00", "11 12:00"), leave("1001", "11 10:00", "11 14:00")),
        *(
            leave("1002", "11 00:00", "21 00:00", leave_id="L1"),
            leave("1002", "25 00:00", "27 00:00", amends="L1"),
        ),
        leave("1003", "11 00:00", "13 00:00"),
    ]
    plan = shifts("1001", every) + shifts("1002", every) + nights
    view = view_of(catalog(tmp_path, handled="all = 310"), calls=calls(every, 5), schedule=plan, leave=away)
    due = [
        said(handled(view, Subject("person", key, key)))["target_so_far"] for key in ("1001", "1002", "1003")
    ]
    assert due == pytest.approx([310 - 10 * 6 / 8, 290, 290])


def test_a_shift_that_a_correction_takes_out_is_not_planned(tmp_path: Path) -> None:
    every, path = days("2026-05-01", "2026-05-31"), tmp_path / "facts.duckdb"
    con = facts(path, calls=calls(every, 5), schedule=shifts("1001", every) + shifts("1002", every))
    taken = Correction(1, "exclude", "schedule", (("1001", "2026-05-11", "1"),))
    apply(con, [taken], relation_file("memberships"), "Asia/Shanghai")
    known = catalog(tmp_path, handled="all = 310")
    view = View(Home(tmp_path / "home"), snapshot(path, con), known, None)
    due = [said(handled(view, one))["target_so_far"] for one in (ONE, TWO)]
    assert due == pytest.approx([30 / 30.5 * 310, 31 / 30.5 * 310])  # of somebody between them


def test_what_is_set_for_the_person_is_cut_by_days_alone(
    view_of: Callable[..., View], tmp_path: Path
) -> None:
    known = catalog(tmp_path, handled='all = 310\nperson = { "1002" = 310 }')
    every = days("2026-05-01", "2026-05-31")
    roster = [{"agent_id": "1002", "name": "样例", "team": "一组", "valid_from": "2026-05-16"}]
    view = view_of(
        known,
        calls=calls(every, 5),
        agents=roster,
        schedule=shifts("1002", days("2026-05-16", "2026-05-31"), 4),
    )
    assert said(handled(view, TWO))["target_so_far"] == pytest.approx(160)


def test_several_people_get_what_each_gets(view_of: Callable[..., View], tmp_path: Path) -> None:
    known = catalog(tmp_path, handled='all = 310\nperson = { "1002" = 100 }')
    rows = calls(days("2026-05-01", "2026-05-20"), 5) + calls(days("2026-05-01", "2026-05-20"), 5, "1002")
    roster = [{"agent_id": "1002", "name": "样例", "team": "一组", "valid_from": "2026-05-11"}]
    view = view_of(known, calls=rows, agents=roster)
    together = figures_by_agent(view, MAY, [ONE, TWO], ("handled", "csat"))
    assert together == {one.key: figures(view, Scope(MAY, one), ("handled", "csat")) for one in (ONE, TWO)}
    assert together["1002"][0].target_so_far == pytest.approx(100 * 10 / 31)


@pytest.mark.parametrize(
    ("period", "due"),
    [
        (Period(date(2026, 5, 4), date(2026, 5, 10)), 70),
        (Period(date(2026, 5, 5), date(2026, 5, 5)), 10),
        (period_of("quarter", date(2026, 5, 5)), 3 * 310),
        (Period(date(2026, 4, 16), date(2026, 5, 31)), 155 + 310),
    ],
)
def test_of_another_period_the_days_of_its_months_are_due(
    view_of: Callable[..., View], tmp_path: Path, period: Period, due: float
) -> None:
    known = catalog(tmp_path, handled="all = 310")
    view = view_of(known, calls=calls(days("2026-04-01", "2026-06-30"), 3))
    assert said(handled(view, Subject(), period))["target_so_far"] == pytest.approx(due)


def test_a_team_is_due_by_its_own_days(view_of: Callable[..., View], tmp_path: Path) -> None:
    known = catalog(tmp_path, handled='team = { "夜班" = 100 }')
    roster = [
        {"agent_id": key, "name": "样例", "team": team, "valid_from": "2025-01-01"}
        for key, team in (("1001", "日班"), ("1002", "夜班"))
    ]
    rows = calls(days("2026-03-02", "2026-05-15"), 20)
    rows += calls(days("2026-03-02", "2026-05-15", [4, 5]), 20, "1002")  # Fridays and Saturdays
    found = said(handled(view_of(known, calls=rows, agents=roster), team_subject("夜班")))
    assert found["target_so_far"] == pytest.approx(100 * 5 / 10)  # 1, 2, 8, 9, 15 of ten such days


TEAMS = {"1001": "日班", "1002": "夜班"}


def of_two_teams(
    until: str, *, nights: Iterable[int] = range(7), lost: Iterable[date] = (), **more: str
) -> dict:
    """The day team has calls every day, the night team on some weekdays; 1003 has none, and is where `more` says."""
    stays = [(key, team, "2025-01-01") for key, team in TEAMS.items()]
    stays += [("1003", team, since.replace("_", "-").strip("-")) for since, team in more.items()]
    return {
        "agents": [
            {"agent_id": key, "name": "样例", "team": team, "valid_from": since} for key, team, since in stays
        ],
        "calls": calls(days("2026-03-02", until), 20)
        + calls([day for day in days("2026-03-02", until, nights) if day not in lost], 20, "1002"),
    }


@pytest.mark.parametrize(
    ("stays", "until", "due"),
    [
        # 1, 2, 8, 9, 15 of the ten Fridays and Saturdays of May; the same, and then 16 of 31 days.
        ({"_2025_01_01": "夜班"}, "2026-05-15", 5 / 10),
        ({"_2025_01_01": "夜班", "_2026_05_16": "日班"}, "2026-05-31", 5 / 10 + 16 / 31),
        # Of no team that has calls of its own: everyone's days, the Fridays and Saturdays of which are twice as busy.
        ({"_2025_01_01": "质检"}, "2026-05-15", (10 + 2 * 5) / (21 + 2 * 10)),
    ],
)
def test_a_person_is_due_by_the_open_days_of_the_team_of_the_day(
    view_of: Callable[..., View], tmp_path: Path, stays: dict[str, str], until: str, due: float
) -> None:
    known = catalog(tmp_path, handled='person = { "1003" = 100 }')
    view = view_of(known, **of_two_teams(until, nights=[4, 5], **stays))
    found = said(handled(view, Subject("person", "1003", "1003")))
    assert found["target_so_far"] == pytest.approx(100 * due)


def test_a_person_lacks_the_days_that_the_own_team_lacks(
    view_of: Callable[..., View], tmp_path: Path
) -> None:
    """Three days of the night team were never loaded; who came to it on the 16th lacks none of them."""
    known = catalog(tmp_path, handled="all = 310")
    lost = [date(2026, 5, day) for day in (12, 13, 14)]
    rows = of_two_teams("2026-05-31", lost=lost, _2025_01_01="日班", _2026_05_16="夜班")
    view = view_of(known, **rows)
    people = [*(ONE, TWO), Subject("person", "1003", "1003")]
    together = figures_by_agent(view, MAY, people, ("handled",))
    assert together == {one.key: figures(view, Scope(MAY, one), ("handled",)) for one in people}
    assert [
        (one.target_so_far, one.days_passed, one.share_of_days) for key in together for one in together[key]
    ] == [(pytest.approx(310), 31, 1), (pytest.approx(280), 28, 28 / 31), (pytest.approx(310), 31, 1)]
    line = trends_by_agent(view, ("handled",), MAY, people, 2)
    assert [line[one.key]["handled"][-1][1].share_of_days for one in people] == [1, 28 / 31, 1]
    looked = [len(counted_days(view, Scope(MAY, one))(together["1001"][0].indicator, MAY)) for one in people]
    assert looked == [31, 28, 31]


def test_what_is_still_there_is_no_share_of_a_month(view_of: Callable[..., View], tmp_path: Path) -> None:
    """Twelve open tickets against ten: no part of ten is due by the middle of the month."""
    opened = [{"opened_at": f"2026-05-{n + 1:02} 10:00"} for n in range(13)]
    opened[0]["resolved_at"] = "2026-05-02 10:00"
    view = view_of(catalog(tmp_path, backlog_older="all = 10"), tickets=opened)
    (figure,) = figures(view, Scope(MAY), ["backlog_older"])
    assert (figure.target, figure.target_so_far, figure.aim, figure.unfinished) == (10, None, 10, False)


def test_a_target_changed_within_the_month_is_due_in_part_too(
    view_of: Callable[..., View], tmp_path: Path
) -> None:
    view = view_of(catalog(tmp_path, handled="all = 620"), calls=calls(days("2026-05-01", "2026-05-14")))
    (figure,) = figures(view, Scope(MAY), ["handled"])
    assert replace(figure, target=310).gap == pytest.approx(280 - 140)
