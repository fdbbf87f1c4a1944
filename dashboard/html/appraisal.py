"""The appraisal sheet as HTML to fill in. Pure; no screen, no database."""

from __future__ import annotations

from html import escape

from dashboard.html.fields import field, field_id, heading_html, none, select, textarea, typed_input
from dashboard.html.pieces import actual, how, number, small
from dashboard.words import numbers as formats
from dashboard.words.translate import in_words, words
from kpi.sheets.values import AppraisalSheet, ParameterScore


def appraisal_html(sheet: AppraisalSheet, lang: str) -> str:
    """The seven parameters with weight, evidence, score; fields for those that people rate."""
    t = words(lang)
    columns = (t("Parameter"), t("Weight"), t("Evidence"), t("Score"), t("Rating and example"))
    head = "".join(f"<th>{escape(name)}</th>" for name in columns)
    body = "".join(_parameter_row(score, list(columns), lang) for score in sheet.scores)
    if sheet.total is None:
        total = f'<span class="kpi-none">{escape(t("No total yet"))}</span>'
    else:
        grade = f"<em>{escape(sheet.grade or '')}</em>" if sheet.grade else ""
        points = f"{formats.score_text(sheet.total, lang)}<small>{escape(t('points'))}</small>"
        total = f'<span class="kpi-number">{points}</span>{grade}'
    rated = formats.value_text(sheet.coverage, "share", lang)
    covered = small(t("{share} of the weights rated").format(share=rated))
    return (
        heading_html(sheet.heading, lang, f"<b>{escape(formats.period_text(sheet.heading.period, lang))}</b>")
        + f'<table class="kpi-form kpi-appraisal"><thead><tr>{head}</tr></thead><tbody>{body}</tbody>'
        + f'<tfoot><tr><th colspan="3">{escape(t("Total"))}{covered}</th>'
        + f'<td colspan="2">{total}</td></tr></tfoot></table>'
    )


def appraisal_fields(sheet: AppraisalSheet) -> dict[str, dict]:
    """The typed fields of an appraisal: rating, example and its date for each rated parameter."""
    return {
        field_id(score.parameter.key, name): field(cell)
        for score in sheet.scores
        if score.rating is not None
        for name, cell in score.rating.cells.items()
    }


def _parameter_row(score: ParameterScore, labels: list[str], lang: str) -> str:
    t, parameter, figure = words(lang), score.parameter, score.figure
    name, note = in_words(parameter.name, lang), in_words(parameter.note, lang)
    rating = score.rating
    evidence = actual(figure, lang) if figure is not None else _rating_evidence(score, lang)
    enough = t("{n} of {needed} needed").format(n=f"{score.base:,}", needed=f"{score.needed:,}")
    if score.status == "rated" and score.score is not None:
        shown = f'<span class="kpi-number">{formats.score_text(score.score, lang)}</span>'
    else:
        shown = none(formats.score_text(None, lang))
    title = f'<span class="kpi-name">{escape(name)}</span>'
    cells = (
        (how(figure, lang, title) if figure is not None else title)
        + small(note, formats.scale_line(score, lang)),
        f"{parameter.weight:g}",
        evidence + (small(enough) if score.status == "insufficient" and figure is not None else ""),
        shown,
        _rating(parameter.key, name, lang) if rating is not None else "",
    )
    body = "".join(
        f'<td data-label="{escape(label)}">{cell}</td>' for label, cell in zip(labels, cells, strict=True)
    )
    return f'<tr data-row="{escape(parameter.key)}">{body}</tr>'


def _rating_evidence(score: ParameterScore, lang: str) -> str:
    """A rating in words: typed or loaded, and what it lacks when it does not count yet."""
    t, rating = words(lang), score.rating
    if rating is None:
        return none(t("Not rated yet"))
    notes = formats.rating_notes(rating, lang)
    if rating.score is None:
        # With loaded ratings that lack their example, "not rated yet" would be untrue.
        return small(*notes) if notes else none(t("Not rated yet"))
    source = t("typed here") if rating.typed else t("mean of {n} loaded").format(n=score.base)
    lacks = t("needs a dated example") if score.status == "insufficient" else ""
    return number(rating.score, "points", lang) + small(source, *notes, lacks)


def _rating(key: str, name: str, lang: str) -> str:
    t = words(lang)
    options = "".join(f"<option>{n}</option>" for n in range(1, 6))
    choose = select(field_id(key, "score"), f"{name}: {t('Rating')}", t("Rating 1–5"), options)
    example = textarea(
        field_id(key, "example"), f"{name}: {t('Example')}", t("An example (needed for 1, 2 and 5)")
    )
    day = typed_input("date", field_id(key, "example_on"), f"{name}: {t('Date of the example')}")
    return f'<div class="kpi-rating">{choose}{day}{example}</div>'
