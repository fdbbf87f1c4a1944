"""Why a figure moved: the parts of a change that add up to it."""

from __future__ import annotations

import math
from itertools import combinations

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]


def kitagawa(
    shares0: ArrayLike, shares1: ArrayLike, rates0: ArrayLike, rates1: ArrayLike
) -> tuple[Array, Array]:
    """The change of Σ share · rate from period 0 to 1 by group: what the mix did, and what the rates did.

    mix = (s₁ − s₀)(r₁ + r₀)/2, rate = (r₁ − r₀)(s₁ + s₀)/2; together they sum to the change. The rates of the
    groups are of any unit, their shares of the whole sum to 1. Only the sum of the mix parts has a meaning: a
    group's own part depends on where the rates have their 0. A group of one period has no rate (NaN or None)
    in the other: it is given the one it has, so that all it does is mix. A rate missing where there is a
    share is a ValueError. Kitagawa 1955, Journal of the American Statistical Association 50:1168.
    """
    shares0, shares1 = np.asarray(shares0, dtype=float), np.asarray(shares1, dtype=float)
    rates0, rates1 = np.asarray(rates0, dtype=float), np.asarray(rates1, dtype=float)
    if np.any(np.isnan(rates0) & (shares0 != 0)) or np.any(np.isnan(rates1) & (shares1 != 0)):
        raise ValueError("a group with a share needs a rate")
    # A group of neither period has no rate at all; its shares of 0 make it count for nothing.
    before = np.nan_to_num(np.where(np.isnan(rates0), rates1, rates0))
    after = np.nan_to_num(np.where(np.isnan(rates1), rates0, rates1))
    return (shares1 - shares0) * (after + before) / 2, (after - before) * (shares1 + shares0) / 2


def das_gupta(factors0: ArrayLike, factors1: ArrayLike) -> Array:
    """The change of a product of K factors from period 0 to 1, one part for each factor.

    A factor's part is its own change times the products of the others, averaged over every order in which the
    factors could have changed; the parts sum to the change of the product. Factors may be 0 or negative. Both
    have the shape (K, …) and so has the result: with more dimensions each column is a product of its own.
    Das Gupta 1993, Standardization and Decomposition of Rates, Current Population Reports P23-186.
    """
    factors0, factors1 = np.asarray(factors0, dtype=float), np.asarray(factors1, dtype=float)
    count = len(factors0)
    parts = np.zeros_like(factors0)
    for factor in range(count):
        others = [other for other in range(count) if other != factor]
        for size in range(count):
            for changed in combinations(others, size):
                mixed = factors0.copy()
                mixed[list(changed)] = factors1[list(changed)]
                parts[factor] += np.prod(mixed[others], axis=0) / (count * math.comb(count - 1, size))
    return parts * (factors1 - factors0)


def lmdi(factors0: ArrayLike, factors1: ArrayLike) -> Array:
    """The change of a product of K factors by logarithms: L(V₁, V₀) · ln(x₁ ÷ x₀) for each factor.

    V is the product, L(a, b) = (a − b) ÷ ln(a ÷ b) the logarithmic mean. Shapes as in `das_gupta`; the parts
    sum to the change. A factor that is not above 0 is a ValueError. Ang 2005, Energy Policy 33:867.
    """
    factors0, factors1 = np.asarray(factors0, dtype=float), np.asarray(factors1, dtype=float)
    if not ((factors0 > 0).all() and (factors1 > 0).all()):
        raise ValueError("logarithms need factors above 0")
    product0, product1 = np.prod(factors0, axis=0), np.prod(factors1, axis=0)
    growth = (product1 - product0) / product0
    # log1p keeps its digits where the product hardly moved; where it did not the mean is the product.
    still = growth == 0
    logarithm = np.log1p(np.where(still, 1, growth))
    mean = np.where(still, product0, (product1 - product0) / logarithm)
    return mean * np.log(factors1 / factors0)
