"""The trend chart: one value, drawn the same on screen and paper."""

from __future__ import annotations

import pytest
import vl_convert

from dashboard.charts import standard_trend_chart
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


@pytest.mark.parametrize("theme", ["page", "paper"])
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_it_can_be_drawn(lang: str, theme: str) -> None:
    svg = vl_convert.vegalite_to_svg(standard_trend_chart(ROW, lang, theme).to_dict())
    assert ("10月" if lang == "zh" else "Oct") in svg
    background = standard_trend_chart(ROW, lang, theme).to_dict()["config"]["background"]
    assert background == ("white" if theme == "paper" else "transparent")
