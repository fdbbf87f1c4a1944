"""The appraisal sheet as HTML to fill in. Pure; no screen, no database."""

from __future__ import annotations

from collections.abc import Sequence

import htpy as h

from dashboard.html.fields import field, field_id, heading_html, select, textarea, typed_input
from dashboard.html.pieces import actual, how, large, none, number, small
from dashboard.words import numbers as formats
from dashboard.words.translate import in_words, words
from kpi.sheets.values import AppraisalSheet, ParameterScore


def appraisal_html(sheet: AppraisalSheet, lang: str) -> h.Renderable:
    """The seven parameters with weight, evidence, score; fields for those that people rate."""
    t = words(lang)
    columns = (t("Parameter"), t("Weight"), t("Evidence"), t("Score"), t("Rating and example"))
    covered = t("{share} of the weights rated").format(
        share=formats.value_text(sheet.coverage, "share", lang)
    )
    total = h.tr[h.th(colspan="3")[t("Total"), small(covered)], h.td(colspan="2")[_total(sheet, lang)]]
    return h.fragment[
        heading_html(sheet.heading, lang, h.b[formats.period_text(sheet.heading.period, lang)]),
        h.table(".kpi-form.kpi-appraisal")[
            h.thead[h.tr[[h.th[name] for name in columns]]],
            h.tbody[[_parameter_row(score, columns, lang) for score in sheet.scores]],
            h.tfoot[total],
        ],
    ]


def _total(sheet: AppraisalSheet, lang: str) -> h.Renderable:
    t = words(lang)
    if sheet.total is None:
        return none(t("No total yet"))
    points = large(formats.score_text(sheet.total, lang), t("points"))
    return h.fragment[points, h.em[sheet.grade] if sheet.grade else None]


def appraisal_fields(sheet: AppraisalSheet) -> dict[str, dict]:
    """The typed fields of an appraisal: rating, example and its date for each rated parameter."""
    return {
        field_id(score.parameter.key, name): field(cell)
        for score in sheet.scores
        if score.rating is not None
        for name, cell in score.rating.cells.items()
    }


def _parameter_row(score: ParameterScore, labels: Sequence[str], lang: str) -> h.Renderable:
    t, parameter, figure = words(lang), score.parameter, score.figure
    name, note = in_words(parameter.name, lang), in_words(parameter.note, lang)
    evidence = actual(figure, lang) if figure is not None else _rating_evidence(score, lang)
    enough = t("{n} of {needed} needed").format(n=f"{score.base:,}", needed=f"{score.needed:,}")
    counts = score.score if score.status == "rated" else None
    shown = formats.score_text(counts, lang)
    title = h.span(".kpi-name")[name]
    cells = (
        (
            how(figure, lang, title) if figure is not None else title,
            small(note, formats.scale_line(score, lang)),
        ),
        f"{parameter.weight:g}",
        (evidence, small(enough) if score.status == "insufficient" and figure is not None else None),
        none(shown) if counts is None else large(shown),
        _rating(parameter.key, name, lang) if score.rating is not None else None,
    )
    return h.tr(data_row=parameter.key)[
        [h.td(data_label=label)[cell] for label, cell in zip(labels, cells, strict=True)]
    ]


def _rating_evidence(score: ParameterScore, lang: str) -> h.Renderable:
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
    return h.fragment[number(rating.score, "points", lang), small(source, *notes, lacks)]


def _rating(key: str, name: str, lang: str) -> h.Renderable:
    t = words(lang)
    options = [h.option[n] for n in range(1, 6)]
    example = t("An example (needed for 1, 2 and 5)")
    return h.div(".kpi-rating")[
        select(field_id(key, "score"), f"{name}: {t('Rating')}", t("Rating 1–5"), options),
        typed_input("date", field_id(key, "example_on"), f"{name}: {t('Date of the example')}"),
        textarea(field_id(key, "example"), f"{name}: {t('Example')}", example),
    ]
