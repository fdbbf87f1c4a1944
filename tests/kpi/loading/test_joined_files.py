"""Figures from files that only together say who, when and which team: right in whichever order they come."""

from __future__ import annotations

from pathlib import Path

import pytest

from etl.home import Home
from kpi.figures.figures import figures
from kpi.figures.subjects import find_subject, teams
from kpi.figures.view import open_view
from kpi.loading.load import load_files
from kpi.scope import Scope, parse_month

SAMPLES = Path(__file__).parents[2] / "etl" / "samples"
NAMES = ("calls", "quality", "agents", "departments")


@pytest.mark.parametrize(
    "order", [NAMES, NAMES[::-1], ("quality", "departments", "calls", "agents")], ids=" ".join
)
def test_scores_reach_person_and_team_in_any_order(tmp_path, order):
    home = Home(tmp_path)
    for name in order:
        load_files(home, [SAMPLES / f"synthetic_{name}.csv"])
    view = open_view(home)
    # The team whose department has no name is called by its number.
    assert teams(view) == ["99", "Billing", "Human Resources"]

    def score(**who):
        scope = Scope(parse_month("2026-03"), find_subject(view, **who))
        (figure,) = figures(view, scope, keys=["qa_score"])
        return figure.numerator, figure.denominator

    # Review 1 has 4.2 of 5, review 2 has 3.5 of 5; 3 has no score, 4 is off the scale, 5 is of no known call.
    assert score() == pytest.approx((7.7, 10.0))
    assert score(agent="1") == pytest.approx((4.2, 5.0))
    assert score(team="Human Resources") == pytest.approx((3.5, 5.0))


def test_a_team_has_its_number_until_its_name_comes(tmp_path):
    home = Home(tmp_path)
    load_files(home, [SAMPLES / "synthetic_agents.csv", SAMPLES / "synthetic_calls.csv"])
    assert teams(open_view(home)) == ["4", "7", "99"]
    load_files(home, [SAMPLES / "synthetic_departments.csv"])
    assert teams(open_view(home)) == ["99", "Billing", "Human Resources"]
