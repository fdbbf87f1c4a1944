"""The stories told in the README, measured on the generated calls, tickets and reviews."""

from __future__ import annotations

from datetime import date, timedelta

import polars as pl

from sample_data import fault
from sample_data.demand import STORY_MONTHS
from sample_data.measures import PlantedMeasure
from sample_data.people import STORY_TEAM, Person
from sample_data.quality import quality_form
from sample_data.year import FIRST, LAST

_WEEK = pl.duration(days=7)


def mix_story(calls: pl.DataFrame) -> pl.DataFrame:
    """Calls, service level and first-contact resolution of the story's team: by queue, then in all.

    Queues with fewer than 50 calls a month (help for other teams) count in the total only.
    """
    inbound = calls.filter(pl.col("direction") == "呼入")
    again, unclear = _called_again(inbound)
    now = pl.datetime(LAST.year, LAST.month, LAST.day) + pl.duration(days=1)
    judged = pl.col("answered") & pl.col("customer").is_not_null() & (pl.col("started_at") + _WEEK <= now)
    counted = pl.col("answered") | (pl.col("wait_s") >= 5)
    judged = judged & (pl.col("again") | ~pl.col("unclear"))
    marks = {
        name: pl.col("call_id").is_in(ids.implode()) for name, ids in (("again", again), ("unclear", unclear))
    }
    own = inbound.with_columns(**marks, month=pl.col("started_at").dt.strftime("%Y-%m")).filter(
        (pl.col("team") == STORY_TEAM) & pl.col("month").is_in(STORY_MONTHS)
    )
    figures = (
        pl.len().alias("calls"),
        (pl.col("answered") & (pl.col("wait_s") <= 20)).filter(counted).mean().alias("service_level"),
        (~pl.col("again")).filter(judged).mean().alias("resolution"),
    )
    by_queue = own.group_by("queue", "month").agg(figures).filter(pl.col("calls") >= 50)
    total = own.group_by("month").agg(figures).with_columns(queue=pl.lit("合计 total"))
    return pl.concat([by_queue.sort("queue", "month"), total.select(by_queue.columns).sort("month")])


def _called_again(inbound: pl.DataFrame) -> tuple[pl.Series, pl.Series]:
    """The ids of calls after which the customer called again within a week, about the same, or perhaps so.

    Whoever gives up within five seconds did not try again.
    """
    one = inbound.select("call_id", "customer", "started_at", "reason").drop_nulls("customer")
    tried = inbound.filter(pl.col("answered") | ~(pl.col("wait_s") < 5))
    other = tried.select("customer", later="started_at", later_reason="reason").drop_nulls("customer")
    pairs = one.join(other, on="customer").filter(
        pl.col("later").is_between(pl.col("started_at"), pl.col("started_at") + _WEEK, closed="right")
    )
    same = pl.col("reason") == pl.col("later_reason")
    return pairs.filter(same)["call_id"], pairs.filter(same.is_null())["call_id"]


def calls_of(calls: pl.DataFrame, people: tuple[Person, ...], name: str, month: str) -> pl.DataFrame:
    """Answered inbound calls of one person in a month: by team, how many, and the first day."""
    agent_id = next(one.agent_id for one in people if one.name == name)
    return (
        calls.filter(
            pl.col("answered")
            & (pl.col("direction") == "呼入")
            & (pl.col("agent_id") == agent_id)
            & (pl.col("started_at").dt.strftime("%Y-%m") == month)
        )
        .group_by("team")
        .agg(pl.len().alias("calls"), pl.col("started_at").dt.date().min().alias("first"))
        .sort("first")
    )


def measure_story(calls: pl.DataFrame, people: tuple[Person, ...], measure: PlantedMeasure) -> pl.DataFrame:
    """Answered inbound calls of the measure's person and the share of them transferred: in the months
    before the one that led to the measure, in that one, and in those after; with their first and last month.
    """
    agent_id = next(one.agent_id for one in people if one.name == measure.agent)
    own = calls.filter(
        pl.col("answered") & (pl.col("direction") == "呼入") & (pl.col("agent_id") == agent_id)
    ).with_columns(month=pl.col("started_at").dt.strftime("%Y-%m"))
    led, after = pl.col("month") >= measure.month, pl.col("month") > measure.month
    return (
        own.group_by(led.alias("led"), after.alias("after"))
        .agg(
            pl.col("month").min().alias("first"),
            pl.col("month").max().alias("last"),
            pl.len().alias("calls"),
            pl.col("transferred").mean().alias("transfer"),
        )
        .sort("first")
        .drop("led", "after")
    )


def fault_story(calls: pl.DataFrame, tickets: pl.DataFrame) -> pl.DataFrame:
    """The months before the product's fault, its month, and its days: answered calls, fault reports a day,
    complaints about the product and those that agents are to blame for, and per 1,000 answered calls all
    complaints and these. Complaints found invalid and repeats are left out.
    """
    inbound = calls.filter(pl.col("direction") == "呼入")
    complaints = tickets.filter(
        (pl.col("kind") == "投诉") & (pl.col("validity") != "不成立") & pl.col("repeat_of").is_null()
    )
    month = fault.FIRST_DAY.replace(day=1)
    rows = [
        _complaints_between(inbound, complaints, first, last)
        for first, last in (
            (FIRST, month - timedelta(days=1)),
            (month, LAST),
            (fault.FIRST_DAY, fault.LAST_DAY),
        )
    ]
    names = ("first", "last", "calls", "reports", "product", "agents", "complaints_rate", "agents_rate")
    return pl.DataFrame(rows, schema=names, orient="row")


def _complaints_between(inbound: pl.DataFrame, complaints: pl.DataFrame, first: date, last: date) -> tuple:
    taken = inbound.filter(pl.col("started_at").dt.date().is_between(first, last))
    made = complaints.filter(pl.col("opened_at").dt.date().is_between(first, last))["responsibility"]
    answered = taken["answered"].sum()
    reports = (taken["queue"] == fault.QUEUE).sum() / ((last - first).days + 1)
    product, agents = ((made == who).sum() for who in ("产品", "客服"))
    per_1000 = 1000 / answered if answered else 0.0
    return first, last, answered, reports, product, agents, len(made) * per_1000, agents * per_1000


def reviewer_story(reviews: pl.DataFrame) -> pl.DataFrame:
    """Each reviewer's reviews, mean score of 100, and how far their scores lie on average from the mean of
    all scores of the same person, which is what the people reviewed cannot explain.
    """
    points = {f"{point['item']}[{point['maximum']}]": point["maximum"] for point in quality_form()}
    earned = pl.sum_horizontal(*points)
    applicable = pl.sum_horizontal(pl.col(name).is_not_null() * maximum for name, maximum in points.items())
    scored = reviews.with_columns(score=100 * earned / applicable)
    return (
        scored.with_columns(residual=pl.col("score") - pl.col("score").mean().over("agent_id"))
        .group_by("reviewer")
        .agg(pl.len().alias("reviews"), pl.col("score").mean(), pl.col("residual").mean())
        .sort("reviewer")
    )
