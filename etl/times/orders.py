"""Decides the order of day, month and year: by what is possible, else by what agrees with it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from etl.errors import N_, Remark
from etl.personal import mask_numbers
from etl.times.layouts import Layout, clock_seconds, day_parts, run_parts
from etl.times.other_columns import Beside
from etl.times.reading import CHOICES, Doubt
from etl.times.texts import Column, example

NEVER = -(2**40)
ENOUGH_ROWS = 20
ENOUGH_DAYS = 5
DENSE = 7  # days of the calendar for one that occurs
FAR = 5  # how many times closer together the days must lie for their closeness to tell
MANY_YEARS = 10 * 365


@dataclass(frozen=True, slots=True)
class Family:
    """Texts whose days are written alike; `days` has, for each possible order, each text's day since 1970."""

    layout: Layout
    texts: Column
    days: dict[str, np.ndarray]

    def readable(self, order: str) -> np.ndarray:
        return self.days[order] != NEVER

    def by_row(self, order: str) -> np.ndarray:
        """The day in each row, NEVER where there is none."""
        return self.texts.by_row(self.days[order], NEVER)


@dataclass(frozen=True, slots=True)
class Decision:
    """The order of a family (None: open), the evidence, the question; `rest` reads what `order` cannot."""

    order: str | None
    evidence: tuple[Remark, ...] = ()
    doubt: Doubt | None = None
    rest: tuple[str, ...] = ()


def family(layout: Layout, orders: Sequence[str], texts: Column) -> Family:
    """The days of `texts`, all written as `layout` writes them, in each of `orders`."""
    days = {}
    written = None if layout.run else day_parts(texts.clean, layout)
    for order in orders:
        parts = (
            run_parts(texts.clean, order, layout.run)
            if written is None
            else dict(zip(order, written, strict=True))
        )
        year = parts["y"]
        if "%y" in layout.parts(order):
            year = np.where(year < 0, year, year + np.where(year >= 69, 1900, 2000))
        days[order] = day_numbers(year, parts["m"], parts["d"])
    return Family(layout, texts, days)


def day_numbers(year: np.ndarray, month: np.ndarray, day: np.ndarray) -> np.ndarray:
    """Days since 1970, NEVER where there is no such day between 1950 and 2099."""
    possible = (year >= 1950) & (year <= 2099) & (month >= 1) & (month <= 12) & (day >= 1) & (day <= 31)
    months = np.where(possible, (year - 1970) * 12 + month - 1, 0).astype("datetime64[M]")
    days = months.astype("datetime64[D]") + (np.where(possible, day, 1) - 1)
    possible &= days.astype("datetime64[M]") == months
    return np.where(possible, days.astype(np.int64), NEVER)


def by_values(one: Family) -> tuple[list[str], tuple[Remark, ...]]:
    """The orders that the values leave possible, and what speaks against the others.

    An order stays out when another reads all that it reads, and more. Two that each read texts which the
    other cannot are both there.
    """
    counts = one.texts.counts
    left = []
    for order in one.days:
        mine = one.readable(order)
        beaten = any(
            counts[one.readable(other) & ~mine].sum() and not counts[mine & ~one.readable(other)].sum()
            for other in one.days
            if other != order
        )
        if mine.any() and not beaten:
            left.append(order)
    if len(left) != 1 or len(one.days) == 1:
        return left, ()
    only = one.readable(left[0]).copy()
    for other in one.days:
        if other != left[0]:
            against = one.readable(left[0]) & ~one.readable(other)
            only = only & against if (only & against).any() else against
    text = N_("{count} rows such as {text} can only be {order}.")
    return left, (_remark(text, left[0], count=int(counts[only].sum()), text=example(one.texts.raw, only)),)


def decide(one: Family, beside: Sequence[Beside], latest: date | None, answer: str | None) -> Decision:
    """Decide the order of `one`: by its values, else by `beside`, else by the sequence of rows; else ask."""
    left, evidence = by_values(one)
    if len(left) < 2:
        return Decision(left[0] if left else None, evidence)
    mixed = [order for order in left if not _readable_by_others(one, left, order)]
    if answer in left:
        rest = tuple(order for order in left if order != answer) if mixed else ()
        return Decision(answer, rest=rest)
    if mixed:
        return Decision(
            None, doubt=_asked(one, left, N_("Both orders occur in one column. Which day is {text}: {days}?"))
        )
    if all((one.days[order] == one.days[left[0]]).all() for order in left):
        return Decision(left[0])
    for tier in (_verdicts_of_columns(one, left, beside, latest), _verdicts_of_rows(one, left)):
        found = list(tier)
        orders = {order for order, _ in found}
        if len(orders) == 1:
            return Decision(orders.pop(), tuple(remark for _, remark in found))
        if orders:
            break
    return Decision(None, doubt=_asked(one, left, N_("Which day is {text}: {days}?")))


def naive_seconds(one: Family, order: str) -> np.ndarray:
    """Each row's time as seconds since 1970 in its own time zone, NEVER where there is none."""
    clock = np.maximum(clock_seconds(one.texts.clean), 0)
    seconds = np.where(one.readable(order), one.days[order] * 86_400 + clock, NEVER)
    return one.texts.by_row(seconds, NEVER)


def _readable_by_others(one: Family, left: list[str], order: str) -> bool:
    others = np.zeros(len(one.texts.raw), dtype=bool)
    for other in left:
        if other != order:
            others |= one.readable(other)
    return not (one.readable(order) & ~others).any()


def _verdicts_of_columns(
    one: Family, left: list[str], beside: Sequence[Beside], latest: date | None
) -> Iterator[tuple[str, Remark]]:
    """The orders that other columns, and the latest possible day, speak for, each with its remark."""
    rows = {order: one.by_row(order) for order in left}
    first = rows[left[0]]
    telling = np.zeros(len(first), dtype=bool)
    for order in left[1:]:
        telling |= rows[order] != first
    for column in beside:
        shares = {}
        for order in left:
            times = naive_seconds(one, order) if column.kind == "epoch" else rows[order]
            known = telling & (times != NEVER) & column.known
            shares[order] = column.agreement(times, known) if known.any() else None
        if winner := _clear_winner(shares):
            yield winner, _remark(column.sentence, winner, column=column.name)
        elif column.writes(one.layout.family) in left:
            text = N_("“{column}” is written in the same way, and can only be {order}.")
            yield (
                column.writes(one.layout.family),
                _remark(text, column.writes(one.layout.family), column=column.name),
            )
    if latest is not None:
        limit = (latest - date(1970, 1, 1)).days
        late = {order: bool(((one.days[order] > limit) & one.readable(order)).any()) for order in left}
        if sum(not is_late for is_late in late.values()) == 1:
            winner = next(order for order in left if not late[order])
            text = N_("Only read as {order} does no row lie after {day}.")
            yield winner, _remark(text, winner, day=latest.isoformat())


def _clear_winner(shares: dict[str, float | None]) -> str | None:
    """The order that agrees with at least 90 % of the rows while no other agrees with over half of them."""
    best = max(shares, key=lambda order: -1 if shares[order] is None else shares[order])
    if shares[best] is None or shares[best] < 0.9:
        return None
    return best if all((share or 0) <= 0.5 for order, share in shares.items() if order != best) else None


def _verdicts_of_rows(one: Family, left: list[str]) -> Iterator[tuple[str, Remark]]:
    """The orders that the rows speak for by running in order of time, or by lying close together."""
    rows = {order: one.by_row(order) for order in left}
    known = np.all([days != NEVER for days in rows.values()], axis=0)
    rows = {order: days[known] for order, days in rows.items()}
    if known.sum() < ENOUGH_ROWS:
        return
    wrong = {order: _out_of_order(days) for order, days in rows.items()}
    best = min(wrong, key=lambda order: wrong[order])
    others = [share for order, share in wrong.items() if order != best]
    if wrong[best] <= 0.01 and min(others) >= 0.1:
        yield best, _remark(N_("Only read as {order} do the rows stand in the order of time."), best)
    yield from _close_together(one, rows)


def _close_together(one: Family, rows: dict[str, np.ndarray]) -> Iterator[tuple[str, Remark]]:
    """The order in which the days lie many times closer together than in any other.

    Days alone, without clocks, may be those of a monthly list; they tell only where the other order would
    spread them over many years.
    """
    spans = {order: int(days.max() - days.min()) + 1 for order, days in rows.items()}
    counts = {order: len(np.unique(days)) for order, days in rows.items()}
    spread = {order: spans[order] / counts[order] for order in rows}
    best = min(spread, key=lambda order: spread[order])
    other = min(span for order, span in spans.items() if order != best)
    apart = min(share for order, share in spread.items() if order != best) >= FAR * spread[best]
    clocks = len(np.unique(clock_seconds(one.texts.clean))) >= ENOUGH_ROWS
    if counts[best] >= ENOUGH_DAYS and spread[best] <= DENSE and apart and (clocks or other > MANY_YEARS):
        text = N_(
            "Read as {order}, {days} days lie within {span}; otherwise they lie scattered over {other}."
        )
        yield best, _remark(text, best, days=counts[best], span=spans[best], other=other)


def _out_of_order(days: np.ndarray) -> float:
    """The share of rows that step back in time (in a descending file: forward), by over a day."""
    # A day is allowed: around midnight, rows of several lines come out of turn.
    upwards = (days < np.maximum.accumulate(days) - 1).mean()
    downwards = (days > np.minimum.accumulate(days) + 1).mean()
    return float(min(upwards, downwards))


def _asked(one: Family, left: list[str], text: str) -> Doubt:
    """The question about the first text that two of the orders read as different days."""
    open_ = np.all([one.readable(order) for order in left], axis=0)
    open_ &= np.any([one.days[order] != one.days[left[0]] for order in left[1:]], axis=0)
    place = int(np.flatnonzero(open_)[0]) if open_.any() else 0
    days = [
        date(1970, 1, 1) + timedelta(days=int(one.days[o][place])) for o in left if one.readable(o)[place]
    ]
    values = {"text": one.texts.raw[place], "days": " / ".join(day.isoformat() for day in days)}
    return Doubt(f"order {one.layout.family}", Remark(text, values), tuple(left))


def _remark(template: str, order: str, /, **values: object) -> Remark:
    shown = {name: mask_numbers(one) if isinstance(one, str) else one for name, one in values.items()}
    return Remark(template, {"order": CHOICES[order], **shown})
