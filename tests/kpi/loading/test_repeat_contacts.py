"""Whether a customer called again about the same matter is only said where the file can tell."""

from __future__ import annotations

from pathlib import Path

import pytest

from etl.home import Home
from kpi.figures.figures import figures
from kpi.figures.view import open_view
from kpi.loading.load import load_files
from kpi.scope import Scope, parse_month
from tests.kpi.loading.test_legs import HEADER, leg, write

# Called twice; in the later month nobody did, so that both are mature.
TWICE = [
    leg("A", "02 09:00:00", "1001", customer="0001"),
    leg("B", "04 09:00:00", "1002", customer="0001"),
    leg("Z", "20 09:00:00", "1001", customer="0009"),
]


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / "home")


def resolved(home: Home) -> tuple[float | None, float | None, float | None]:
    """Numerator, denominator and coverage of September."""
    view = open_view(home)
    (figure,) = figures(view, Scope(parse_month("2026-09")), keys=["first_contact_resolution"])
    return figure.numerator, figure.denominator, figure.coverage


def test_without_a_column_for_the_reason_calling_again_is_a_repeat(home, tmp_path):
    load_files(home, [write(tmp_path, "a.csv", *TWICE)])
    assert resolved(home) == (1, 2, 1.0)


@pytest.mark.parametrize(
    ("reasons", "found"),
    [
        (("资费", "资费"), (1, 2, 1.0)),
        (("资费", "故障"), (2, 2, 1.0)),
        (("资费", ""), (1, 1, 0.5)),
        (("", "资费"), (1, 1, 0.5)),
        (("", ""), (1, 1, 0.5)),
    ],
)
def test_where_it_has_one_a_blank_reason_is_unknown(home, tmp_path, reasons, found):
    rows = [f"{row},{reason}" for row, reason in zip(TWICE, (*reasons, ""), strict=True)]
    load_files(home, [write(tmp_path, "a.csv", *rows, header=HEADER + ",来电原因")])
    assert resolved(home) == found


def test_two_files_of_which_one_has_reasons_cannot_tell(home, tmp_path):
    """The day that comes later makes the earlier one unknown, as a load of both at once would."""
    load_files(home, [write(tmp_path, "a.csv", *TWICE[:1], TWICE[2])])
    assert resolved(home) == (1, 1, 1.0)
    load_files(home, [write(tmp_path, "b.csv", TWICE[1] + ",资费", header=HEADER + ",来电原因")])
    assert resolved(home) == (1, 1, 0.5)


def test_who_passes_a_call_on_is_not_blamed_for_the_next(home, tmp_path):
    """1001 passes the customer on to 2001, after whom the customer calls again and again reaches 1001."""
    rows = [
        leg("A", "02 09:00:00", "1001", customer="0001", transferred="是"),
        leg("A", "02 09:02:00", "2001", customer="0001"),
        *TWICE[1:],
    ]
    load_files(home, [write(tmp_path, "a.csv", *rows)])
    view = open_view(home)
    sums = view.query(
        "SELECT agent_id, sum(first_contact_resolution__hits), sum(first_contact_resolution__rows)"
        " FROM rollup_calls GROUP BY 1 HAVING sum(first_contact_resolution__rows) > 0 ORDER BY 1"
    ).rows()
    assert sums == [("1002", 1, 1), ("2001", 0, 1)]
