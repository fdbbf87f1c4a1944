"""What the next months bring if nothing changes, how sure that is, and which method has been right so far.

Values are in order of time and complete: a missing one is a ValueError.
"""

from __future__ import annotations

import math
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special
from statsmodels.tools.sm_exceptions import ConvergenceWarning
from statsmodels.tsa.exponential_smoothing.ets import ETSModel
from statsmodels.tsa.holtwinters import SimpleExpSmoothing

Array = NDArray[np.float64]

SEASON = 12


@dataclass(frozen=True, slots=True)
class Forecast:
    """A value for each coming step, its standard deviation, and the errors of the method on the past."""

    values: Array
    sigma: Array
    residuals: Array


def seasonal_naive(values: ArrayLike, season: int = SEASON, steps: int = 1) -> Forecast | None:
    """The value of the same month a season ago: yₜ₊ₕ = yₜ₊ₕ₋ₘ, repeated beyond one season.

    σ is the root mean square of yₜ − yₜ₋ₘ, times √(k + 1) after k whole seasons. None with fewer than one
    season and a value. Hyndman & Athanasopoulos 2021, Forecasting: Principles and Practice, sections 5.2 and
    5.5.
    """
    values = _complete(values)
    if values.size <= season:
        return None
    residuals, ahead = values[season:] - values[:-season], np.arange(steps)
    sigma = np.sqrt(np.mean(residuals**2) * (ahead // season + 1))
    return Forecast(values[-season:][ahead % season], sigma, residuals)


def simple_exponential_smoothing(values: ArrayLike, steps: int = 1) -> Forecast | None:
    """The level lₜ = α yₜ + (1 − α) lₜ₋₁ for all coming steps, α and l₀ by least squares.

    σ² = Σe² ÷ (n − 2), times 1 + (h − 1) α² at step h. None with fewer than three values, or where the fit
    does not converge. Brown 1959, Statistical Forecasting for Inventory Control; Hyndman et al. 2008,
    Forecasting with Exponential Smoothing.
    """
    values = _complete(values)
    if values.size < 3:
        return None
    if np.ptp(values) == 0:
        return _flat(values, steps)
    try:
        with _failing_fits_raise():
            fit = SimpleExpSmoothing(values, initialization_method="estimated").fit()
    except ConvergenceWarning:
        return None
    alpha = float(fit.params["smoothing_level"])
    sigma = np.sqrt(np.sum(fit.resid**2) / (values.size - 2) * (1 + np.arange(steps) * alpha**2))
    return Forecast(np.asarray(fit.forecast(steps)), sigma, np.asarray(fit.resid))


def ets(values: ArrayLike, season: int = SEASON, steps: int = 1) -> Forecast | None:
    """Exponential smoothing with additive errors, and a damped trend or a season where they help.

    Of the four models the one with the least corrected information criterion (AICc). σ² = Σe² ÷ (n − k) for k
    parameters, at step h times 1 + Σ over j < h of cⱼ², cⱼ = α + β(φ + … + φʲ) + γ where j is a whole number
    of seasons. None with fewer than two seasons, or where no fit converges. Hyndman et al. 2008, Forecasting
    with Exponential Smoothing, chapters 6 and 7.
    """
    values = _complete(values)
    if values.size < 2 * season:
        return None
    if np.ptp(values) == 0:
        return _flat(values, steps)
    fits = []
    for damped in (False, True):
        for seasonal in (None, "add"):
            model = ETSModel(
                values,
                trend="add" if damped else None,
                damped_trend=damped,
                seasonal=seasonal,
                seasonal_periods=season if seasonal else None,
            )
            try:
                with _failing_fits_raise():
                    fits.append(model.fit(disp=False))
            except ConvergenceWarning:
                continue
    if not fits:
        return None
    best = min(fits, key=lambda fit: fit.aicc)
    found = dict(zip(best.param_names, best.params, strict=True))
    ahead = np.arange(1, steps)
    growth = np.cumsum(found.get("damping_trend", 0.0) ** ahead)
    carried = found["smoothing_level"] + found.get("smoothing_trend", 0.0) * growth
    carried = carried + found.get("smoothing_seasonal", 0.0) * (ahead % season == 0)
    variance = np.sum(best.resid**2) / (values.size - len(found))
    sigma = np.sqrt(variance * (1 + np.concatenate(([0.0], np.cumsum(carried**2)))[:steps]))
    return Forecast(np.asarray(best.forecast(steps)), sigma, np.asarray(best.resid))


def normal_interval(
    forecast: ArrayLike,
    sigma: ArrayLike,
    confidence: float,
    lowest: float = -np.inf,
    highest: float = np.inf,
) -> tuple[Array, Array]:
    """Where the value will lie if errors are normal: ŷ ± z σ, kept within what is possible.

    Of the shape of `forecast`. Hyndman & Athanasopoulos 2018, Forecasting: Principles and Practice, section
    3.5.
    """
    half = special.ndtri(0.5 + confidence / 2) * np.asarray(sigma, dtype=float)
    low, high = np.subtract(forecast, half), np.add(forecast, half)
    return np.clip(low, lowest, highest), np.clip(high, lowest, highest)


def conformal_half_width(residuals: ArrayLike, confidence: float) -> float | None:
    """Half the width of an interval that no shape of the errors can mislead.

    The ⌈(n + 1) · confidence⌉-th smallest of the n absolute `residuals`. None where n is too small for it:
    n residuals vouch for n ÷ (n + 1) at most, so 95 % takes 19. Vovk, Gammerman & Shafer 2005, Algorithmic
    Learning in a Random World; Lei et al. 2018, Journal of the American Statistical Association 113:1094.
    """
    sizes = np.sort(np.abs(_complete(residuals)))
    # 0.9 of 10 is a hair more than 9 to a computer.
    place = math.ceil(round((sizes.size + 1) * confidence, 9))
    return float(sizes[place - 1]) if 0 < place <= sizes.size else None


def rolling_errors(values: ArrayLike, method: Callable[[Array], Forecast | None], first: int) -> Array | None:
    """The errors of one-step forecasts, each made from the values before it alone, from point `first` on.

    `method` gives a forecast from past values. None where it fails at any of the points. Tashman 2000,
    International Journal of Forecasting 16:437.
    """
    values = _complete(values)
    forecasts = [method(values[:point]) for point in range(first, values.size)]
    if any(forecast is None for forecast in forecasts):
        return None
    return values[first:] - np.array([forecast.values[0] for forecast in forecasts if forecast])


def mase(errors: ArrayLike, history: ArrayLike, season: int = SEASON) -> float | None:
    """Mean absolute scaled error: mean |e| ÷ mean |yₜ − yₜ₋ₘ| of the `history`; below 1 beats seasonal naive.

    None without errors, where the history is no longer than a season, or where it repeats itself exactly.
    Hyndman & Koehler 2006, International Journal of Forecasting 22:679.
    """
    errors, history = _complete(errors), _complete(history)
    if not errors.size or history.size <= season:
        return None
    scale = np.mean(np.abs(history[season:] - history[:-season]))
    return float(np.mean(np.abs(errors)) / scale) if scale > 0 else None


def _complete(values: ArrayLike) -> Array:
    values = np.asarray(values, dtype=float)
    if not np.isfinite(values).all():
        raise ValueError("a value is missing")
    return values


def _flat(values: Array, steps: int) -> Forecast:
    return Forecast(np.full(steps, values[0]), np.zeros(steps), np.zeros_like(values))


@contextmanager
def _failing_fits_raise() -> Iterator[None]:
    """A fit that does not converge raises; one so good that its likelihood is infinite is no fault."""
    with warnings.catch_warnings(), np.errstate(divide="ignore", invalid="ignore"):
        warnings.simplefilter("error", ConvergenceWarning)
        yield
