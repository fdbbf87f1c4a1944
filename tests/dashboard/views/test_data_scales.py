"""The page “Data” asks what ratings mean that no figure can count, and keeps the answer for their format."""

from __future__ import annotations

from pathlib import Path

import pytest

from etl.home import Home
from etl.maps.answer_scales import load_scales
from kpi.figures.figures import figures
from kpi.figures.view import open_view
from kpi.loading.load import load_files
from kpi.scope import Scope, parse_month
from tests.dashboard.views.test_pages import faults, opened, shown, warnings

RATINGS = [f"S{n},2026-10-{1 + n % 28:02d} 10:00:00,1001,{1 + n % 5}" for n in range(30)]


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """Thirty ratings from 1 to 5 of one person, whose file names no scale."""
    path = tmp_path / "评价.csv"
    path.write_text("\n".join(["评价编号,评价时间,客服工号,评分", *RATINGS]), encoding="utf-8")
    load_files(Home(tmp_path / "home"), [path])
    return Home(tmp_path / "home")


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_meaning_of_ratings_is_asked_and_kept(home, monkeypatch, caplog, lang) -> None:
    page = opened(home, monkeypatch, "data", lang=lang)
    asked = "plain_surveys：30 条评价（1 至 5 分）未计入任何指标。"
    assert (asked in shown(page)) == (lang == "zh")
    scale, best, *_ = page.number_input
    scale.set_value(5)
    best.set_value(1)
    submit = next(one for one in page.button if "plain_surveys" in one.form_id)
    page = submit.click().run()
    assert load_scales(home.config) == {"plain_surveys": {"scale": 5, "best": 1}}
    (csat,) = figures(open_view(home), Scope(parse_month("2026-10")), keys=["csat"])
    assert (csat.numerator, csat.denominator) == (12, 30)
    assert not page.number_input  # nothing is left to ask
    assert faults(caplog) == []


def test_an_answer_that_cannot_be_is_refused_in_words(home, monkeypatch, caplog) -> None:
    page = opened(home, monkeypatch, "data", lang="en")
    scale, best, *_ = page.number_input
    scale.set_value(5)
    best.set_value(3)
    page = next(one for one in page.button if "plain_surveys" in one.form_id).click().run()
    assert warnings(page) == [
        "This says nothing about the answers of surveys. Write it as scale=5; known are scale, best, satisfied, no_answer."
    ]
    assert load_scales(home.config) == {}
    assert faults(caplog) == []
