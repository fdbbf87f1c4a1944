"""Forecasts against the textbook of Hyndman & Athanasopoulos and against statsmodels' own intervals."""

from __future__ import annotations

import warnings

import numpy as np
import pandas as pd
import pytest
from statsmodels.tools.sm_exceptions import ConvergenceWarning
from statsmodels.tsa.exponential_smoothing.ets import ETSModel
from statsmodels.tsa.holtwinters import SimpleExpSmoothing

from kpi.statistics.forecast import (
    conformal_half_width,
    ets,
    mase,
    normal_interval,
    rolling_errors,
    seasonal_naive,
    simple_exponential_smoothing,
)

# Box & Jenkins 1976, airline passengers in thousands, 1957 to 1960.
PASSENGERS = [
    *(315, 301, 356, 348, 355, 422, 465, 467, 404, 347, 305, 336),
    *(340, 318, 362, 348, 363, 435, 491, 505, 404, 359, 310, 337),
    *(360, 342, 406, 396, 420, 472, 548, 559, 463, 407, 362, 405),
    *(417, 391, 419, 461, 472, 535, 622, 606, 508, 461, 390, 432),
]
# Hyndman & Athanasopoulos 2018, table 7.1: oil production of Saudi Arabia, 1996 to 2013.
OIL = [
    *(445.36, 453.20, 454.41, 422.38, 456.04, 440.39, 425.19, 486.21, 500.43),
    *(521.28, 508.95, 488.89, 509.87, 456.72, 473.82, 525.95, 549.83, 542.34),
]


def test_seasonal_naive() -> None:
    found = seasonal_naive(PASSENGERS, steps=25)
    assert list(found.values[[0, 11, 12, 24]]) == [417, 432, 417, 417]
    assert list(found.residuals[:2]) == [25, 17]
    once = np.sqrt(np.mean(found.residuals**2))
    assert found.sigma[[0, 11, 12, 24]] == pytest.approx(once * np.sqrt([1, 1, 2, 3]))


def test_seasonal_naive_needs_more_than_a_season() -> None:
    assert seasonal_naive(range(12)) is None
    assert seasonal_naive([]) is None
    assert list(seasonal_naive([*range(12), 5]).residuals) == [5]


def test_simple_exponential_smoothing() -> None:
    # The book prints a forecast of 542.68, from α = 0.8339.
    found = simple_exponential_smoothing(OIL, steps=3)
    assert found.values == pytest.approx([542.68] * 3, abs=0.005)
    alpha = np.sqrt((found.sigma[1] / found.sigma[0]) ** 2 - 1)
    assert alpha == pytest.approx(0.8339, abs=0.0002)
    assert found.sigma[2] / found.sigma[0] == pytest.approx(np.sqrt(1 + 2 * alpha**2))
    assert found.sigma[0] == pytest.approx(np.sqrt((found.residuals**2).sum() / 16))


def test_simple_exponential_smoothing_of_little() -> None:
    assert simple_exponential_smoothing([]) is None
    assert simple_exponential_smoothing([5]) is None
    assert simple_exponential_smoothing([1, 2]) is None
    flat = simple_exponential_smoothing([0.8] * 6, steps=2)
    assert (list(flat.values), list(flat.sigma)) == ([0.8, 0.8], [0, 0])
    assert simple_exponential_smoothing([1, 2, 3]).values == pytest.approx([3])


def test_ets_finds_a_season_and_its_width_is_that_of_statsmodels() -> None:
    series = np.log(PASSENGERS)
    found = ets(series, steps=15)
    theirs = ETSModel(pd.Series(series), seasonal="add", seasonal_periods=12).fit(disp=False)
    predicted = theirs.get_prediction(48, 62)
    assert found.values == pytest.approx(np.asarray(predicted.predicted_mean), rel=1e-6)
    freedom = 48 - 2 - 13
    variance = np.asarray(predicted.forecast_variance) * 48 / freedom
    assert found.sigma == pytest.approx(np.sqrt(variance), rel=1e-4)


def test_ets_finds_a_trend_and_its_width_is_that_of_statsmodels() -> None:
    luck = np.random.default_rng(4)
    series = 3 * np.arange(40) + luck.normal(0, 2, 40)
    found = ets(series, steps=4)
    theirs = ETSModel(pd.Series(series), trend="add", damped_trend=True).fit(disp=False)
    predicted = theirs.get_prediction(40, 43)
    assert found.values == pytest.approx(np.asarray(predicted.predicted_mean), rel=1e-6)
    variance = np.asarray(predicted.forecast_variance) * 40 / (40 - 5)
    assert found.sigma == pytest.approx(np.sqrt(variance), rel=1e-4)


def test_ets_of_noise_is_a_level() -> None:
    noise = 0.8 + 0.01 * np.random.default_rng(6).normal(size=24)
    assert ets(noise, steps=5).values == pytest.approx([0.8] * 5, abs=0.02)


def test_ets_needs_two_seasons() -> None:
    assert ets(PASSENGERS[:23]) is None
    flat = ets([0.8] * 24, steps=2)
    assert (list(flat.values), list(flat.sigma)) == ([0.8, 0.8], [0, 0])


def test_a_fit_that_fails_gives_none_and_one_that_works_is_silent(monkeypatch: pytest.MonkeyPatch) -> None:
    fit_smoothing, fit_ets = SimpleExpSmoothing.fit, ETSModel.fit

    def failing(fit: object) -> object:
        def wrapped(*given: object, **named: object) -> object:
            warnings.warn("did not converge", ConvergenceWarning, stacklevel=1)
            return fit(*given, **named)

        return wrapped

    assert ets(PASSENGERS) is not None
    monkeypatch.setattr(SimpleExpSmoothing, "fit", failing(fit_smoothing))
    monkeypatch.setattr(ETSModel, "fit", failing(fit_ets))
    assert simple_exponential_smoothing(OIL) is None
    assert ets(PASSENGERS) is None


@pytest.mark.parametrize(
    ("forecast", "sigma", "confidence", "low", "high", "digits"),
    [
        # Hyndman & Athanasopoulos, Forecasting: Principles and Practice, section 3.5; the first edition below
        (531.48, 6.21, 0.95, 519.3, 543.6, 1),
        (531.48, 6.21, 0.80, 523.5, 539.4, 1),
        (3830, 22.00, 0.95, 3787, 3873, 0),
        (3830, 22.00, 0.80, 3802, 3858, 0),
    ],
)
def test_normal_interval(
    forecast: float, sigma: float, confidence: float, low: float, high: float, digits: int
) -> None:
    found = normal_interval(forecast, sigma, confidence)
    # 531.48 + 1.96 · 6.21 = 543.65, which the book cuts off.
    assert found == pytest.approx((low, high), abs=0.52 * 10.0**-digits + 0.01)


def test_normal_interval_stays_within_what_is_possible() -> None:
    low, high = normal_interval([0.95, 0.03], [0.1, 0.1], 0.95, lowest=0, highest=1)
    assert list(high[:1]) == [1]
    assert list(low[1:]) == [0]
    assert low[0] == pytest.approx(0.95 - 0.195996, abs=1e-6)


def test_conformal_half_width() -> None:
    assert conformal_half_width([3, -1, 2, -5, 4, 0, 7, -6, 8], 0.9) == 8
    assert conformal_half_width([3, -1, 2, -5, 4, 0, 7, -6, 8], 0.5) == 4
    residuals = seasonal_naive(PASSENGERS).residuals[-24:]
    # The 20th of 24 for 80 %.
    assert conformal_half_width(residuals, 0.8) == sorted(abs(residuals))[19] == 59
    # statsforecast 2.1.1 gives 359.4 … 474.6 about 417: it interpolates between the 19th and the 20th.
    both = np.concatenate((417 - abs(residuals), 417 + abs(residuals)))
    assert np.quantile(both, [0.1, 0.9]) == pytest.approx([359.4, 474.6], abs=0.05)


@pytest.mark.parametrize(("confidence", "enough"), [(0.95, 19), (0.9, 9), (0.8, 4), (0.99, 99)])
def test_conformal_half_width_needs_enough_residuals(confidence: float, enough: int) -> None:
    assert conformal_half_width(range(enough), confidence) == enough - 1
    assert conformal_half_width(range(enough - 1), confidence) is None
    assert conformal_half_width([], confidence) is None


def test_so_many_residuals_vouch_for_so_much() -> None:
    for residuals, most in ((9, 0.9), (12, 0.923)):
        assert conformal_half_width(range(residuals), most) == residuals - 1
        assert conformal_half_width(range(residuals), most + 0.001) is None


def test_conformal_half_width_covers_as_often_as_it_says() -> None:
    luck = np.random.default_rng(8)
    errors = luck.exponential(size=(4000, 20))
    inside = [row[-1] <= conformal_half_width(row[:-1], 0.9) for row in errors]
    assert np.mean(inside) == pytest.approx(0.9, abs=0.015)


def test_rolling_errors() -> None:
    found = rolling_errors(PASSENGERS, seasonal_naive, first=24)
    assert list(found) == list(np.subtract(PASSENGERS[24:], PASSENGERS[12:36]))
    assert rolling_errors(PASSENGERS, seasonal_naive, first=12) is None
    assert rolling_errors(PASSENGERS, seasonal_naive, first=48).size == 0


def test_rolling_errors_see_the_past_alone() -> None:
    values = [1.0, 2, 3, 4, 99]
    errors = rolling_errors(values, lambda past: seasonal_naive(past, season=1), first=2)
    assert list(errors) == [1, 1, 95]


def test_mase() -> None:
    # Steps of the history 2, 1, 3: mean 2; errors of 1 and 2 make 1.5 ÷ 2.
    assert mase([1, -2], [5, 7, 6, 9], season=1) == 0.75
    assert mase([10], [1, 2, 3, 6], season=2) == 10 / 3
    naive = seasonal_naive(PASSENGERS)
    assert mase(naive.residuals, PASSENGERS) == pytest.approx(1)


def test_mase_needs_a_scale() -> None:
    assert mase([], PASSENGERS) is None
    assert mase([1], range(12)) is None
    assert mase([1], [4] * 20) is None


def test_a_missing_value_is_refused() -> None:
    for method in (seasonal_naive, simple_exponential_smoothing, ets):
        with pytest.raises(ValueError, match="missing"):
            method([*PASSENGERS, np.nan])
