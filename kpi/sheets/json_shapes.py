"""The sheets as plain dictionaries for JSON: the shape other programs rely on."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import asdict

from etl.errors import in_words
from kpi.analysis.attention import News
from kpi.analysis.real_gaps import Judged
from kpi.figures.figure import Figure, Heading
from kpi.figures.targets import read_agreed
from kpi.sheets.glance import Glance
from kpi.sheets.values import (
    AppraisalSheet,
    Comparison,
    GoalRow,
    GoalSheet,
    ItemRow,
    Measure,
    ParameterScore,
    StandardRow,
    StandardsSheet,
    figures_of,
)

Shape = dict[str, object]

_NUMBERS = ("numerator", "denominator", "value", "low", "high", "target", "target_source", "gap", "gap_good")
_DAYS = ("coverage", "days_with_data", "days")


def figure_json(row: Judged, lang: str) -> Shape:
    """One figure with its verdict; `value` is a plain number, a share a fraction, null is "no data".

    The `target` of a count is that of a month: `target_so_far` is what of it is due by the `days_counted`,
    `gap` that to it, and `pace` what the count comes to by the end. `reason` says why a verdict is
    "cannot_tell" or "no_data", null where there is nothing more to say. Where days that should have data lack
    it, `partial` is the share of those that have. Where corrections apply it says how many, and the value
    without them. Where too many rows are missing `lacking` names the columns, and `bounds` are the values if
    all of them failed or passed (null for other kinds).
    """
    figure, indicator = row.figure, row.figure.indicator
    shape = {
        "key": indicator.key,
        "name": in_words(indicator.name, lang),
        "unit": indicator.unit,
        "kind": indicator.kind,
        "better": indicator.better,
        **{name: getattr(figure, name) for name in _NUMBERS},
        "verdict": row.verdict.standing,
        "reason": row.verdict.reason,
        **{name: getattr(figure, name) for name in _DAYS},
    }
    return shape | _so_far(figure) | _partial(figure) | _lacking(figure) | _applying(figure)


def indicators_json(rows: Iterable[Judged], lang: str) -> list[Shape]:
    """`show indicators`."""
    return [figure_json(row, lang) for row in rows]


def goals_json(sheet: GoalSheet, lang: str) -> Shape:
    """`show goals`."""
    return {
        "sheet": heading_json(sheet.heading)
        | {
            "meeting_date": sheet.meeting_date.value or None,
            "state": sheet.state,
            "month_closed": sheet.month_closed,
            "support": _support(sheet.support),
            "support_carried": [_support(one) for one in sheet.support_carried],
        }
        | _corrections(sheet),
        "rows": [_goal(row, lang) for row in sheet.rows],
        "attention": [_news(one) for one in sheet.news],
    }


def appraisal_json(sheet: AppraisalSheet, lang: str) -> Shape:
    """`show appraisal` of one person. What is not known stays null."""
    return {
        "agent": sheet.heading.subject.id,
        "name": sheet.heading.subject.name,
        "month": sheet.heading.period.month,
        "parameters": [_parameter(one, lang) for one in sheet.scores],
        "total": sheet.total,
        "grade": sheet.grade,
        "capped_by": None,
        "coverage": sheet.coverage,
        "state": None,
    } | _corrections(sheet)


def standards_json(sheet: StandardsSheet, lang: str) -> Shape:
    """`show standards`: the standards with their trend, then the service items with their limits."""
    return {
        "sheet": heading_json(sheet.heading) | _corrections(sheet),
        "rows": [_standard(row, lang) for row in sheet.rows],
        "items": [_item(row, lang) for row in sheet.items],
    }


def glance_json(found: Glance, lang: str, text: Callable[[News], str]) -> Shape:
    """`show overview`: the news with its `text`, the figures with their changes and months, what waits."""
    report, waiting = found.report, found.waiting
    told = {one.figure.indicator.key for one in report.news}
    return {
        "sheet": heading_json(report.heading) | {"month_closed": waiting.month_closed},
        "news": [_news(one) | _against(one) | {"text": text(one)} for one in report.news],
        "rows": [
            figure_json(row, lang)
            | {
                "month": _change(row.month),
                "year": _change(row.year),
                "trend": [
                    {"month": month, "value": figure.value}
                    for month, figure in zip(report.months, row.trend, strict=True)
                ],
                "attention": row.figure.indicator.key in told,
            }
            for row in report.rows
        ],
        "teams": [
            {"team": subject.id or None, "rows": [figure_json(row, lang) for row in rows]}
            for subject, rows in found.teams
        ],
        "waiting": {
            "people": waiting.people,
            "not_met": waiting.not_met,
            "unsigned": waiting.unsigned,
            "measures_due": waiting.measures_due,
            "days_without_data": waiting.days_without_data,
        },
    }


def _against(one: News) -> Shape:
    """What a piece of news is said against, and by how much, in the indicator's unit."""
    if one.verdict.important or one.look is None:
        return {"against": "target", "amount": one.figure.gap}
    return {"against": one.look.against, "amount": one.look.change}


def _change(one: Comparison) -> Shape:
    return {"value": one.figure.value, "change": None if one.change is None else one.change.amount}


def _partial(figure: Figure) -> Shape:
    share = figure.share_of_days
    return {} if share is None or share == 1 else {"partial": round(share, 4)}


def _so_far(figure: Figure) -> Shape:
    if figure.target_so_far is None:
        return {}
    return {
        "target_so_far": figure.target_so_far,
        "pace": figure.pace,
        "days_counted": figure.days_passed,
    }


def _lacking(figure: Figure) -> Shape:
    return {"bounds": figure.bounds, "lacking": list(figure.lacking)} if figure.marked else {}


def _applying(figure: Figure | None) -> Shape:
    if figure is None or not figure.corrections:
        return {}
    return {"corrections": len(figure.corrections), "value_without": figure.value_without}


def _corrections(sheet: GoalSheet | AppraisalSheet | StandardsSheet) -> Shape:
    """How many corrections apply to the figures of a sheet; nothing where none does."""
    numbers = {number for _, figure in figures_of(sheet) for number in figure.corrections}
    return {"corrections": len(numbers)} if numbers else {}


def heading_json(heading: Heading) -> Shape:
    return {
        "month": heading.period.month,
        "from": heading.period.start.isoformat(),
        "to": heading.period.end.isoformat(),
        "subject_kind": heading.subject.kind,
        "subject_id": heading.subject.id,
        "name": heading.subject.name,
        "organisation": heading.organisation,
        "department": heading.department or None,
        "team": heading.team or None,
        "post": heading.post or None,
        "as_of": heading.as_of.isoformat() if heading.as_of else None,
        "snapshot": heading.snapshot,
    }


def _goal(row: GoalRow, lang: str) -> Shape:
    return figure_json(row, lang) | {
        **row.more,
        "cause": row.cause.value,
        "important": row.verdict.important,
        "next_target": read_agreed(row.next_target.value),
        "proposal": row.proposal,
        "chance": row.chance,
        "back_test": asdict(row.back_test) if row.back_test else None,
        "expected": row.expected,
        "suggestion": asdict(row.suggestion) if row.suggestion else None,
        "measures": row.measures.value,
        "beat": row.verdict.beat,
        "measure": {"owner": row.owner.value, "due": row.due.value, "status": row.status.value},
        "carried": [_measure(one) for one in row.carried],
        "kind_of_cause": row.category.value,
        "now": figure_json(row.now, lang) if row.now else None,
        "differs": {one.reason: one.amount for one in row.differs},
    }


def _news(one: News) -> Shape:
    """A piece of news; `volume_change` is a share, `change` that of the look which shows it best."""
    month, year = (
        None if before is None else before.numerator if one.counted else before.value
        for before in (one.month, one.year)
    )
    return {
        "key": one.figure.indicator.key,
        "counted": one.counted.key if one.counted else None,
        "value": one.figure.numerator if one.counted else one.figure.value,
        "month_before": month,
        "year_before": year,
        "real_gap": one.verdict.important,
        "against": one.look.against if one.look else None,
        "change": one.look.change if one.look else None,
        "volume_change": one.volume.change if one.volume else None,
        "only_volume": one.volume.alone if one.volume else False,
    }


def _support(one: Measure) -> Shape:
    """What was asked of the next level, by whom it is seen to, and what became of it."""
    return {"month": one.month, "text": one.text.value, "owner": one.owner.value, "status": one.status.value}


def _measure(measure: Measure) -> Shape:
    return {
        "month": measure.month,
        "text": measure.text.value,
        "owner": measure.owner.value,
        "due": measure.due.value,
    }


def _parameter(one: ParameterScore, lang: str) -> Shape:
    return {
        "key": one.parameter.key,
        "name": in_words(one.parameter.name, lang),
        "score": one.score,
        "raw": one.raw,
        "shrunken": None,
        "own_weight": None,
        "n": one.base,
        "needed": one.needed,
        "weight": one.parameter.weight,
        "status": one.status,
    } | _applying(one.figure)


def _standard(row: StandardRow, lang: str) -> Shape:
    standard = row.standard
    return (
        {
            "standard": standard.key,
            "number": standard.number,
            "vague": in_words(standard.vague, lang),
            "specific": in_words(standard.specific, lang),
            "document_target": standard.document_target,
        }
        | figure_json(row, lang)
        | {
            "trend": [
                {"month": month, "value": figure.value, "denominator": figure.denominator} | _partial(figure)
                for month, figure in zip(row.trend_months, row.trend, strict=True)
            ]
        }
    )


def _item(row: ItemRow, lang: str) -> Shape:
    return {
        "item": row.item.key,
        "category": in_words(row.item.category, lang),
        "name": in_words(row.item.name, lang),
        "response_s": row.item.response_s,
        "resolution_s": row.item.resolution_s,
        "response": figure_json(row.response, lang) if row.response else None,
        "resolution": figure_json(row.resolution, lang) if row.resolution else None,
        "response_pending": row.response_pending,
        "resolution_pending": row.resolution_pending,
    }
