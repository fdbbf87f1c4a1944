"""Corrections and what names a call, where that call has several legs."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from etl.corrections.corrections import Correction
from etl.home import Home
from kpi.figures.view import open_view, records_of
from kpi.loading.correction_list import listed, propose
from kpi.loading.load import load_files, reapply
from kpi.records.corrections import approve
from tests.kpi.loading.test_legs import numbers, two_legs, write


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """Two contacts of two legs each: 1001 passes on to 2001 at 10:01:20."""
    home = Home(tmp_path / "home")
    load_files(home, [write(tmp_path, "c.csv", *two_legs(0), *two_legs(1))])
    return home


def correct(home: Home, what: Correction) -> int:
    """Keep a correction, approved and applied; the number of rows it applies to."""
    records = records_of(home, create=True)
    number = propose(
        open_view(home), records, what, reason="线路故障", evidence="", asked_by="甲", who="local"
    )
    approve(records, number, "乙", version=1, who="local")
    reapply(home)
    (found,) = listed(open_view(home))
    return found.rows


def test_an_id_means_all_legs_of_the_call(home):
    assert correct(home, Correction(0, "exclude", "calls", keys=(("L0",),))) == 2
    assert numbers(home, "offered") == (1, None)
    assert numbers(home, "handled") == (2, None)


def test_a_span_means_the_legs_that_began_in_it(home):
    """An outage from 10:01 to 10:02 on the first day: the leg before it stays, and with it the contact."""
    span = {"starts_at": datetime(2026, 9, 1, 10, 1), "ends_at": datetime(2026, 9, 1, 10, 2)}
    assert correct(home, Correction(0, "exclude", "calls", **span)) == 1
    assert numbers(home, "offered") == (2, None)
    assert numbers(home, "handled", "1001") == (2, None)
    assert numbers(home, "handled", "2001") == (1, None)


def test_a_leg_is_given_to_somebody_else_alone(home):
    span = {"starts_at": datetime(2026, 9, 1, 10, 1), "ends_at": datetime(2026, 9, 1, 10, 2)}
    assert correct(home, Correction(0, "reassign", "calls", to_agent="1001", **span)) == 1
    assert numbers(home, "handled", "1001") == (3, None)
    assert numbers(home, "handled", "2001") == (1, None)


def test_the_start_of_a_leg_can_be_amended(home):
    span = {"starts_at": datetime(2026, 9, 1, 10, 1), "ends_at": datetime(2026, 9, 1, 10, 2)}
    what = Correction(0, "amend", "calls", column="started_at", value="2026-09-01 10:05:00", **span)
    assert correct(home, what) == 1
    assert numbers(home, "offered") == (2, None)
    assert numbers(home, "handled") == (4, None)


def test_a_survey_of_a_call_is_about_whoever_had_it_last(home, tmp_path):
    surveys = write(
        tmp_path, "s.csv", "S1,2026-09-01 10:10:00,L0,5", header="评价编号,评价时间,通话编号,评分"
    )
    named = write(
        tmp_path,
        "n.csv",
        "S2,2026-09-02 10:10:00,L1,5,1001",
        header="评价编号,评价时间,通话编号,评分,客服工号",
    )
    load_files(home, [surveys, named])
    found = open_view(home).snapshot.query("SELECT survey_id, agent_id FROM surveys ORDER BY 1").rows()
    assert found == [("S1", "2001"), ("S2", "1001")]


def test_a_review_of_a_call_that_two_people_had_is_nobody_s(home, tmp_path):
    reviews = write(tmp_path, "q.csv", "R1,2026-09-03 10:00:00,L0", header="质检编号,质检时间,通话编号")
    load_files(home, [reviews])
    found = open_view(home).snapshot.query("SELECT agent_id FROM qa_reviews").rows()
    assert found == [(None,)]
