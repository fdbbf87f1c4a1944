"""The last month's calls in the shape of a telephone system's own report."""

from __future__ import annotations

import polars as pl

from sample_data.people import Person

TESTS = 37


def _clock(seconds: str) -> pl.Expr:
    """Seconds as h:mm:ss."""
    value = pl.col(seconds)
    return pl.format(
        "{}:{}:{}",
        value // 3600,
        (value % 3600 // 60).cast(pl.String).str.zfill(2),
        (value % 60).cast(pl.String).str.zfill(2),
    )


def _yes(column: str) -> pl.Expr:
    return pl.when(pl.col(column)).then(pl.lit("Y")).when(~pl.col(column)).then(pl.lit("N"))


def _tests(calls: pl.DataFrame, people: tuple[Person, ...]) -> pl.DataFrame:
    """Line tests of the technicians, minutes before the first shift of the day."""
    days = calls["started_at"].dt.truncate("1d").unique().sort()
    turns = pl.Series("turn", range(TESTS))
    moment = pl.Series([days[turn % len(days)] for turn in turns])
    return pl.DataFrame({"turn": turns, "started_at": moment}).select(
        call_id=pl.format("TEST{}", (pl.col("turn") + 1).cast(pl.String).str.zfill(3)),
        started_at=pl.col("started_at") + pl.duration(minutes=7 * 60 + 30 + pl.col("turn") // 31 * 5),
        queued_at=pl.col("started_at") + pl.duration(minutes=7 * 60 + 31 + pl.col("turn") // 31 * 5),
        answered_at=pl.col("started_at")
        + pl.duration(minutes=7 * 60 + 31 + pl.col("turn") // 31 * 5, seconds=4),
        queue=pl.lit("线路测试"),
        agent_id=pl.lit(people[0].agent_id),
        answered=pl.lit(True),
        talk_s=pl.lit(10, dtype=pl.Int64),
        hold_s=pl.lit(0, dtype=pl.Int64),
        wrap_s=pl.lit(0, dtype=pl.Int64),
        disposition=pl.lit("Test"),
    )


def pbx_report(calls: pl.DataFrame, people: tuple[Person, ...]) -> pl.DataFrame:
    """The report of `calls` (inbound ones only, as such systems have it), with line tests among them."""
    names = {one.agent_id: one.name for one in people}
    inbound = calls.filter(pl.col("direction") == "呼入").with_columns(
        disposition=pl.when(pl.col("answered")).then(pl.lit("Answered")).otherwise(pl.lit("Abandoned"))
    )
    rows = pl.concat([inbound, _tests(calls, people)], how="diagonal").sort("started_at", "call_id")
    ended = (
        pl.when(pl.col("answered"))
        .then(pl.col("answered_at") + pl.duration(seconds=pl.col("talk_s") + pl.col("hold_s")))
        .otherwise(pl.col("queued_at") + pl.duration(seconds=pl.col("wait_s")))
    )
    moment = "%Y/%m/%d %H:%M:%S"
    return rows.select(
        pl.col("call_id").alias("Call ID"),
        pl.col("team").alias("Skill group"),
        pl.col("queue").alias("Queue"),
        pl.col("customer").alias("Caller"),
        pl.col("agent_id").alias("Agent"),
        pl.col("agent_id").replace_strict(names, default=None, return_dtype=pl.String).alias("Agent name"),
        pl.col("started_at").dt.strftime(moment).alias("Start time"),
        pl.col("queued_at").dt.strftime(moment).alias("Queue time"),
        pl.col("answered_at").dt.strftime(moment).alias("Answer time"),
        ended.dt.strftime(moment).alias("End time"),
        pl.col("ring_s").alias("Ring (s)"),
        pl.col("ring_count").alias("Rings"),
        _clock("hold_s").alias("Hold"),
        _clock("wrap_s").alias("Wrap-up"),
        pl.col("disposition").alias("Disposition"),
        _yes("transferred").alias("Transferred"),
        pl.col("assigned_to").alias("Assigned"),
        _yes("unattended").alias("Unattended"),
        pl.col("greeting_s").alias("Greeting (s)"),
        pl.col("reason").alias("Reason"),
    )
