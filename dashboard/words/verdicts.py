"""A verdict in words: how a figure stands to its target, or why that cannot be told."""

from __future__ import annotations

from dashboard.words.frames import SOURCES, label
from dashboard.words.numbers import is_partial, value_text
from dashboard.words.translate import Translate, words
from etl.errors import N_
from kpi.analysis.real_gaps import Judged, Reason, Standing, Verdict
from kpi.figures.figure import Figure

VERDICTS: dict[Standing, str] = {
    "met": N_("Met"),
    "missed": N_("Clearly missed"),
    "below": N_("Short of the target, by little"),
    "cannot_tell": N_("Cannot tell yet"),
    "no_data": N_("No data"),
    "no_target": N_("No target set"),
}
REASONS: dict[Reason, str] = {
    "few_rows": N_("Small sample"),
    "within_chance": N_("No clear difference"),
    "partial": N_("Cannot tell: data are missing"),
    "unfinished": N_("Cannot tell: the month is not over"),
    "scale_unknown": N_("No data: the scale is not known"),
}


def verdict_text(verdict: Verdict, t: Translate) -> str:
    """How a figure stands to its target, or why that cannot be told, as one short phrase."""
    return t(VERDICTS[verdict.standing] if verdict.reason is None else REASONS[verdict.reason])


def judgement_text(row: Judged, lang: str) -> str:
    """The verdict, or the reason why it cannot be told.

    What is said of its target on part of the days only, says so.
    """
    t, verdict, figure = words(lang), row.verdict, row.figure
    text = verdict_text(verdict, t)
    if verdict.reason == "partial" and figure.coverage is not None:
        return t("Cannot tell: {lacking}").format(lacking=lacking_text(figure, lang))
    if verdict.reason is not None:
        return text
    if verdict.beat and not verdict.by_chart:
        text = t("Clearly better")
    elif verdict.standing == "below" and figure.gap > 0:
        text = t("Above the target, by little")
    judged = figure.gap is not None
    return t("{verdict} (partial data)").format(verdict=text) if judged and is_partial(figure) else text


def lacking_text(figure: Figure, lang: str) -> str:
    """What a figure lacks too much of: "wait missing in 94%", or only how many rows are missing."""
    t, share = words(lang), value_text(1 - figure.coverage, "share", lang)
    contracts = SOURCES.get(figure.indicator.relation, (figure.indicator.relation,))
    names = t(", ").join(_without_unit(label(name, contracts, lang)) for name in figure.lacking)
    if not names:
        return t("{share} of the rows missing").format(share=share)
    return t("{columns} missing in {share}").format(columns=names, share=share)


def _without_unit(heading: str) -> str:
    """What a column of seconds holds: "Wait (s)" is the wait, 等待秒数 the 等待时长."""
    return heading.removesuffix(" (s)").replace("秒数", "时长")
