"""The trend chart: one value, drawn the same on screen and paper."""

from __future__ import annotations

from dataclasses import replace

import pytest
import vl_convert

from dashboard.charts.style import has_trend, sparkline, standard_trend_chart
from tests.dashboard import hand_made as made

ROW = made.STANDARDS.rows[0]


def test_months_without_data_are_gaps_and_the_target_is_drawn() -> None:
    spec = standard_trend_chart(ROW, "zh").to_dict()
    rule, line = spec["layer"]
    assert line["mark"]["type"] == "line"
    assert rule["mark"]["type"] == "rule"
    (points,) = spec["datasets"].values()
    assert [point["value"] is None for point in points] == [month == 4 for month in range(1, 11)]
    assert {point["target"] for point in points} == {95.0}
    assert points[3]["shown"] == "暂无数据"


@pytest.mark.parametrize(
    ("values", "ticks"),
    [
        ([0.941, 0.969], [94, 95, 96, 97]),
        ([0.83, 0.96], [80, 90, 100]),
        ([1.0, 1.0], [99.5, 100]),
        ([0.0], [0, 0.5]),
    ],
)
def test_the_axis_ends_at_its_gridlines_and_encloses_every_value(
    values: list[float], ticks: list[float]
) -> None:
    plain = replace(ROW.figure, target=None)
    trend = tuple(replace(plain, value=value) for value in values)
    row = replace(ROW, figure=plain, trend=trend, trend_months=made.MONTHS[: len(values)])
    (line,) = standard_trend_chart(row, "en").to_dict()["layer"]
    y = line["encoding"]["y"]
    assert y["axis"]["values"] == pytest.approx(ticks)
    assert y["scale"]["domain"] == pytest.approx([ticks[0], ticks[-1]])
    assert (y["axis"]["labelFlush"], y["axis"]["labelBound"]) == (False, False)


def test_a_trend_without_data_is_none() -> None:
    assert has_trend(ROW)
    assert not has_trend(replace(ROW, trend=tuple(replace(one, value=None) for one in ROW.trend)))


@pytest.mark.parametrize("theme", ["page", "paper"])
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_it_can_be_drawn(lang: str, theme: str) -> None:
    svg = vl_convert.vegalite_to_svg(standard_trend_chart(ROW, lang, theme).to_dict())
    assert ("10月" if lang == "zh" else "Oct") in svg
    background = standard_trend_chart(ROW, lang, theme).to_dict()["config"]["background"]
    assert background == ("white" if theme == "paper" else "transparent")


@pytest.mark.parametrize(
    ("values", "target", "domain"),
    [
        ([0.2, None, 0.4], 0.9, [0.13, 0.97]),  # a tenth of 0.7 on either side
        ([40.0, 40.0], None, [36.0, 44.0]),
        ([0.0, None], None, [-1.0, 1.0]),
    ],
)
def test_a_sparkline_encloses_its_values_and_its_target(
    values: list[float | None], target: float | None, domain: list[float]
) -> None:
    spec = sparkline(values, target).to_dict()
    scales = [layer["encoding"]["y"]["scale"]["domain"] for layer in spec["layer"]]
    assert all(scale == pytest.approx(domain) for scale in scales)
    assert len(spec["layer"]) == (2 if target is None else 3)
    drawn = [[point["value"] for point in points] for points in spec["datasets"].values()]
    assert values in drawn  # a month without data stays a gap
