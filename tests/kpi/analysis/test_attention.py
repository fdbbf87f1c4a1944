"""News: which changes are said, in which order, and how a count stands beside its rate."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest

from dashboard.words.attention import headline, news_text
from kpi.analysis.attention import News, news
from kpi.analysis.looks import Look, counted_days, looks_at
from kpi.analysis.real_gaps import Judged, judged
from kpi.figures.figure import Figure
from kpi.figures.months import Line
from kpi.figures.view import View
from kpi.scope import Scope, last_months, parse_month
from kpi.statistics.intervals import poisson_exact
from kpi.workdays import Calendar
from tests.kpi.hand_made_figures import CATALOG, figure, share

Days = Callable[..., View]


def counts(*events: int | None) -> list[Figure]:
    return [
        figure("complaints", n, numerator=n, base=n or 0, days_with_data=31 if n is not None else 0)
        for n in events
    ]


def rates(*months: tuple[int, int]) -> list[Figure]:
    made = []
    for events, calls in months:
        low, high = (1000 * end for end in poisson_exact(events, calls))
        value = 1000 * events / calls
        made.append(
            figure(
                "complaints_per_1000",
                value,
                numerator=events,
                denominator=calls,
                base=calls,
                low=low,
                high=high,
            )
        )
    return made


def line(figures: Iterable[Figure], last: str = "2026-10") -> Line:
    figures = list(figures)
    months = last_months(parse_month(last), len(figures))
    return tuple((month.month, one) for month, one in zip(months, figures, strict=True))


@pytest.fixture
def days(view_of: Days) -> Callable[..., View]:
    """days(first, last): a view whose tickets, a complaint first, have every day of some months."""

    def make(first: str = "2025-10", last: str = "2026-10", missing: Iterable[str] = ()) -> View:
        start, end = parse_month(first).start, parse_month(last).end
        every = [f"{start + timedelta(days=n)}" for n in range((end - start).days + 1)]
        kept = [day for day in every if day not in missing]
        return view_of(
            tickets=[
                {"ticket_id": day, "kind": "service" if n else "complaint", "opened_at": f"{day} 09:00"}
                for n, day in enumerate(kept)
            ]
        )

    return make


def found(
    view: View, *lines: Line, month: str = "2026-10", targets: dict[str, float] | None = None
) -> list[News]:
    """The news of a month whose figures are the last ones of these lines."""
    rows: list[Judged] = []
    for one in lines:
        now = one[-1][1]
        rows.append(judged(replace(now, target=(targets or {}).get(now.indicator.key))))
    return list(news(view, Scope(parse_month(month)), rows, {one[-1][1].indicator.key: one for one in lines}))


QUIET = [20, 22, 18, 21, 19, 20, 22, 18, 21, 19, 20, 21]


def test_a_count_and_its_rate_are_one_piece_said_beside_the_volume(days: Days) -> None:
    events = [7, *QUIET[1:-1], 19, 37]
    calls = [28_000] * 11 + [28_500, 30_200]
    (piece,) = found(days(), line(counts(*events)), line(rates(*zip(events, calls, strict=True))))
    assert (piece.figure.indicator.key, piece.month.value, piece.year.value) == ("complaints", 19, 7)
    assert news_text(piece, "zh") == "投诉件数 37，上月 19，去年同月 7；来电 +6%"
    assert not piece.volume.alone
    # 7 became 37 on as many open days: 30 more, of which 5 are material.
    assert (piece.look.against, piece.weight) == ("year", pytest.approx(6))


def test_the_rate_alone_says_its_count(days: Days) -> None:
    (piece,) = found(days(), line(rates((7, 28_000), *[(20, 28_000)] * 10, (19, 28_500), (37, 30_200))))
    assert piece.figure.indicator.key == "complaints_per_1000"
    assert news_text(piece, "en") == "Complaints 37, the month before 19, a year ago 7; calls +6%"


def test_where_only_the_volume_moved_that_is_said(days: Days) -> None:
    """Twice the calls and twice the complaints: the rate stays."""
    events, calls = [*QUIET[:-1], 20, 42], [20_000] * 12 + [40_000]
    (piece,) = found(days(), line(counts(*events)), line(rates(*zip(events, calls, strict=True))))
    assert piece.volume.alone
    assert news_text(piece, "zh").endswith("来电 +100%：只是业务量变了")


def test_a_long_holiday_is_taken_out_of_both_months(days: Days) -> None:
    """36 on the 18 working days of October are no more by the day than 44 on the 22 of September; 66 are."""
    view = days("2026-08")
    assert found(view, line(counts(40, 44, 36))) == []
    (piece,) = found(view, line(counts(40, 44, 66)))
    assert (piece.look.days, piece.look.by_open_day) == ((18, 22), True)
    assert piece.look.change == pytest.approx(66 - 44 * 18 / 22)
    assert "按工作日 +83%" in news_text(piece, "zh")


def test_a_month_without_a_holiday_is_taken_by_its_days_with_data(days: Days) -> None:
    """Ten days of March lack data: 40 on 21 days are more than 35 on the 30 of April before… and so is the pace."""
    missing = [f"2026-04-{day:02}" for day in range(1, 11)]
    (piece,) = found(
        days("2026-02", "2026-04", missing), line(counts(35, 35, 45), "2026-04"), month="2026-04"
    )
    assert (piece.look.days, piece.look.by_open_day) == ((20, 31), False)


def test_january_waits_for_february_and_both_are_compared_together(days: Days) -> None:
    """春节 2025 began on 28 January, that of 2026 on 15 February; 38 days were worked in the two months, then 37."""
    view = days("2025-01", "2026-02")

    def looks(last: str, *events: int) -> dict[str, Look]:
        scope, months = Scope(parse_month(last)), line(counts(*events), last)
        some = looks_at(months[-1][1], months, counted_days(view, scope), Calendar())
        return {look.against: look for look in some}

    quiet = [30] * 10
    assert looks("2026-01", 20, 50, *quiet, 58).keys() == {"month", "chart"}
    together = looks("2026-02", 20, 50, *quiet, 46, 28)["year"]
    assert (together.days, together.change) == ((37, 38), pytest.approx(46 + 28 - 70 * 37 / 38))
    (piece,) = found(view, line(counts(20, 20, *quiet, 60, 90), "2026-02"), month="2026-02")
    assert news_text(piece, "zh") == "投诉件数 90，上月 60，1–2 月合计 150，去年同期 40"


def test_the_order_is_by_weight_and_what_meets_its_target_comes_last(days: Days) -> None:
    """csat fell by 15 points, 7.5 × 0.02; complaints rose by more than 20, 4 × 5, and have no target."""
    view, satisfied, more = days("2026-08"), line([share(950, 1000), share(800, 1000)]), line(counts(20, 45))
    met = found(view, satisfied, more, targets={"csat": 0.75})
    assert [one.figure.indicator.key for one in met] == ["complaints", "csat"]
    assert met[1].weight == pytest.approx(7.5)
    assert met[1].weight > met[0].weight
    missed = found(view, satisfied, more, targets={"csat": 0.9})
    assert [one.figure.indicator.key for one in missed] == ["csat", "complaints"]
    assert missed[0].verdict.important


def test_one_of_many_figures_needs_more_than_one_alone(days: Days) -> None:
    """905 → 872 of 1,000 has p = 0.022: news alone, but not as one of six."""
    view, months = days("2026-08"), [share(905, 1000), share(872, 1000)]
    others = ("qa_information", "qa_communication", "fatal_free", "apology", "promise_kept")
    quiet = [line([replace(months[0], indicator=CATALOG.indicators[key], target=None)] * 2) for key in others]
    assert [one.figure.indicator.key for one in found(view, line(months))] == ["csat"]
    assert found(view, line(months), *quiet) == []


def test_what_got_better_or_is_small_or_has_no_good_side_is_no_news(days: Days) -> None:
    view = days("2026-08")
    assert found(view, line([share(800, 1000), share(900, 1000)])) == []
    assert found(view, line([share(90_000, 100_000), share(88_500, 100_000)])) == []  # 1.5 points of 2
    few = line([share(9, 9), share(1, 9)])
    assert found(view, few) == []
    band = line(
        [
            figure("handling_time", value, numerator=value * 900, denominator=900, base=900, variance=1.0)
            for value in (300.0, 400.0)
        ]
    )
    assert found(view, band) == []


def test_without_earlier_months_a_real_gap_is_all_the_news(days: Days) -> None:
    (piece,) = found(days("2026-10"), line([share(700, 1000)]), targets={"csat": 0.9})
    assert (piece.look, piece.month, piece.weight) == (None, None, pytest.approx(10))
    assert news_text(piece, "zh") == "客户满意度 70.0%；目标 90.0%，比目标低 20.0 个百分点"
    assert headline((), [judged(share(700, 1000))], "zh").startswith("1 项")
    assert headline([piece], [piece], "zh").startswith("客户满意度 70.0%")


def test_months_that_do_not_differ_give_few_news(days: Days) -> None:
    """Eight figures of which nothing changed in thirteen months: a sheet in twenty may have any news."""
    view, rng, sheets = days("2025-10"), np.random.default_rng(11), 150
    shares = ("csat", "transfer", "fatal_free", "apology", "promise_kept", "reopened")
    with_news = 0
    for _ in range(sheets):
        lines = [line(counts(*map(int, rng.poisson(20, 13))))]
        for key in shares:
            made = [share(int(hits), 300) for hits in rng.binomial(300, 0.9, 13)]
            lines.append(line([replace(one, indicator=CATALOG.indicators[key]) for one in made]))
        with_news += bool(found(view, *lines))
    assert 0 < with_news <= 0.05 * sheets + 4
