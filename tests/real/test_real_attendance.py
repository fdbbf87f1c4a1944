"""A real time clock's punches under an invented roster, against another way to work attendance out."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, datetime, timedelta

import pytest

from etl.home import Home
from etl.snapshots.snapshot import current
from kpi.figures.figures import figures
from kpi.figures.view import open_view
from kpi.loading.load import load_files
from kpi.scope import Period, Scope

FIRST, LAST = date(2018, 1, 1), date(2018, 12, 31)
HOURS = {"早": ((9, 0), (18, 0)), "夜": ((20, 0), (30, 0))}  # the firm's, and nights to see the clock turn


@pytest.fixture(scope="module")
def punches(real):
    """Moments of each user, in order, of every row that can be read."""
    found = defaultdict(list)
    for line in (real / "attendance_zk_attlog_a.dat").read_text(encoding="utf-8").splitlines():
        user, moment = line.split("\t")[:2]
        try:
            found[user.strip()].append(datetime.strptime(moment, "%Y-%m-%d %H:%M:%S"))
        except ValueError:
            continue
    return {user: sorted(moments) for user, moments in found.items()}


@pytest.fixture(scope="module")
def plan(punches):
    """User → [(day, start, end)]: five days a week, every third user at night."""
    shifts = {}
    for number, user in enumerate(sorted(punches)):
        (h1, m1), (h2, m2) = HOURS["夜" if number % 3 == 2 else "早"]
        days = (FIRST + timedelta(days=n) for n in range((LAST - FIRST).days + 1))
        midnights = [datetime(day.year, day.month, day.day) for day in days if day.weekday() < 5]
        shifts[user] = [
            (at.date(), at + timedelta(hours=h1, minutes=m1), at + timedelta(hours=h2, minutes=m2))
            for at in midnights
        ]
    return shifts


@pytest.fixture(scope="module")
def home(real, plan, tmp_path_factory):
    folder = tmp_path_factory.mktemp("clock")
    lines = ["工号,班次日期,班次,上班时间,下班时间"]
    lines += [f"{user},{day},班,{start},{end}" for user, shifts in plan.items() for day, start, end in shifts]
    (folder / "plan.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    home = Home(folder / "home")
    load_files(home, [real / "attendance_zk_attlog_a.dat", folder / "plan.csv"])
    return home


def by_hand(punches, plan):
    """(user, day) → in, out of every planned shift with a punch, one punch after the other."""
    told = {}
    for user, shifts in plan.items():
        pressed, last = [], None
        for moment in punches[user]:
            if last is None or moment - last >= timedelta(minutes=2):
                pressed.append(moment)
            last = moment
        for number, (day, start, end) in enumerate(shifts):
            opens, closes = start - timedelta(hours=4), end + timedelta(hours=6)
            if number:
                before = shifts[number - 1][2]
                opens = max(opens, before + (start - before) / 2)
            if number + 1 < len(shifts):
                closes = min(closes, end + (shifts[number + 1][1] - end) / 2)
            own = [moment for moment in pressed if opens <= moment < closes]
            if len(own) == 1:
                late = own[0] - start > end - own[0]
                told[user, day] = (None, own[0]) if late else (own[0], None)
            elif own:
                told[user, day] = (own[0], own[-1])
    return told


def test_every_shift_has_the_punches_that_are_its_own(home, punches, plan):
    rows = (
        current(home)
        .query(
            "SELECT agent_id, shift_date, in_at, out_at FROM attendance JOIN schedule USING (agent_id, shift_date)"
        )
        .rows()
    )
    expected = by_hand(punches, plan)
    assert {(who, day): (start, end) for who, day, start, end in rows} == expected
    assert len(expected) > 500


def test_the_figure_is_the_sum_of_the_shifts(home, punches, plan):
    told = by_hand(punches, plan)
    days = current(home).query("SELECT DISTINCT shift_date FROM attendance").to_series().to_list()
    clocked = set(days)
    attended = planned = missed = 0
    for user, shifts in plan.items():
        for day, start, end in shifts:
            if (user, day) in told:
                came, went = told[user, day]
                if came is None or went is None:
                    missed += 1
                    continue
                begun = min(max(came, start), end)
                attended += max(min(went, end) - begun, timedelta()) / timedelta(minutes=1)
            elif day not in clocked:
                continue  # the clock has nothing of that day
            planned += (end - start) / timedelta(minutes=1)
    found, lost = figures(open_view(home), Scope(Period(FIRST, LAST)), ["attendance", "missed_punch"])
    assert found.numerator == pytest.approx(attended)
    assert found.denominator == planned
    assert lost.numerator == missed
    assert missed > 20
