"""The stories told in the README, measured on the generated calls."""

from __future__ import annotations

import polars as pl

from sample_data.demand import STORY_MONTHS
from sample_data.people import STORY_TEAM, Person
from sample_data.year import LAST

_WEEK = pl.duration(days=7)


def mix_story(calls: pl.DataFrame) -> pl.DataFrame:
    """Calls, service level and first-contact resolution of the story's team: by queue, then in all.

    Queues with fewer than 50 calls a month (help for other teams) count in the total only.
    """
    inbound = calls.filter(pl.col("direction") == "呼入").sort("customer", "reason", "started_at")
    same = (pl.col("customer").shift(-1) == pl.col("customer")) & pl.col("reason").shift(-1).eq_missing(
        pl.col("reason")
    )
    again = (same & (pl.col("started_at").shift(-1) <= pl.col("started_at") + _WEEK)).fill_null(False)
    now = pl.datetime(LAST.year, LAST.month, LAST.day) + pl.duration(days=1)
    judged = pl.col("answered") & pl.col("customer").is_not_null() & (pl.col("started_at") + _WEEK <= now)
    counted = pl.col("answered") | (pl.col("wait_s") >= 5)
    own = inbound.with_columns(again=again, month=pl.col("started_at").dt.strftime("%Y-%m")).filter(
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
