"""A file that has no column for what became of its rows does not say that nothing became of them: no rate of 0 %."""

from __future__ import annotations

from pathlib import Path

from etl.home import Home
from kpi.figures.figures import figures
from kpi.figures.view import open_view
from kpi.loading.load import load_files
from kpi.scope import Scope, parse_month

WITH = "工单编号,工单类型,受理时间,首次响应时间,解决时间,服务细项"
ROWS = [
    f"T{n},服务,2026-05-0{1 + n % 5} 09:00:00,{{reply}}2026-05-0{1 + n % 5} 09:10:00,中间层-故障处理"
    for n in range(12)
]


def load(folder: Path, header: str, reply: str) -> Home:
    home = Home(folder / "home")
    lines = [
        header,
        *(row.format(reply=reply) for row in ROWS),
        "T99,服务,2026-05-31 09:00:00,,,中间层-故障处理",
    ]
    if "首次响应时间" not in header:
        lines[-1] = lines[-1].replace(",,,", ",,")
    path = folder / "工单.csv"
    path.write_text("\n".join(lines), encoding="utf-8")
    (file,) = load_files(home, [path]).files
    assert (file.status, file.counts.loaded) == ("loaded", 13)
    return home


def test_tickets_without_a_column_of_replies_have_no_response_rate(tmp_path: Path) -> None:
    home = load(tmp_path, WITH.replace("首次响应时间,", ""), "")
    (figure,) = figures(open_view(home), Scope(parse_month("2026-05")), ["response_in_limit"])
    assert figure.value is None


def test_tickets_with_that_column_and_no_reply_in_it_have_one(tmp_path: Path) -> None:
    home = load(tmp_path, WITH, ",")
    (figure,) = figures(open_view(home), Scope(parse_month("2026-05")), ["response_in_limit"])
    assert (figure.numerator, figure.value) == (0, 0)
