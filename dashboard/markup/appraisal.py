"""The appraisal sheet as HTML to fill in. Pure; no screen, no database."""

from __future__ import annotations

from collections.abc import Callable
from itertools import takewhile

import htpy as h

from dashboard.markup.fields import field, field_id, heading_html, select, textarea, typed_input
from dashboard.markup.pieces import actual, how, large, none, number, small
from dashboard.words import numbers as formats
from dashboard.words.column import Column, Line, heading, said
from dashboard.words.columns import columns, lines
from dashboard.words.translate import in_words, words
from kpi.sheets.values import AppraisalSheet, ParameterScore


def appraisal_html(sheet: AppraisalSheet, lang: str) -> h.Renderable:
    """The seven parameters with weight, evidence, score; fields for those that people rate."""
    t, shown = words(lang), columns("appraisal", "page")
    headed = [(column, heading(column, sheet.heading.period, lang)) for column in shown]
    covered = t("{share} of the weights rated").format(
        share=formats.value_text(sheet.coverage, "share", lang)
    )
    # The total stands below the scores, its word below all that comes before them.
    before = max(1, sum(1 for _ in takewhile(lambda column: column.key != "score", shown[:-1])))
    total = h.tr[
        h.th(colspan=before)[t("Total"), small(covered)],
        h.td(colspan=len(shown) - before)[_total(sheet, lang)],
    ]
    return h.fragment[
        heading_html(sheet.heading, lang, h.b[formats.period_text(sheet.heading.period, lang)]),
        h.table(".kpi-form.kpi-appraisal")[
            h.thead[h.tr[[h.th(class_=f"col-{column.key}")[title] for column, title in headed]]],
            h.tbody[[_row(line, headed) for line in lines(sheet, lang)]],
            h.tfoot[total],
        ],
    ]


def _row(line: Line, headed: list[tuple[Column, str]]) -> h.Renderable:
    return h.tr(data_row=line.row.parameter.key)[
        [
            h.td(data_label=title, class_=f"col-{column.key}")[
                CELLS[column.key](line.row, line.lang) if column.key in CELLS else said(column, line)
            ]
            for column, title in headed
        ]
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


def _parameter(score: ParameterScore, lang: str) -> h.Node:
    name, note = in_words(score.parameter.name, lang), in_words(score.parameter.note, lang)
    title = h.span(".kpi-name")[name]
    shown = title if score.figure is None else how(score.figure, lang, title)
    return shown, small(note, formats.scale_line(score, lang))


def _evidence(score: ParameterScore, lang: str) -> h.Node:
    if score.figure is None:
        return _rating_evidence(score, lang)
    enough = words(lang)("{n} of {needed} needed").format(n=f"{score.base:,}", needed=f"{score.needed:,}")
    return actual(score.figure, lang), small(enough) if score.status == "insufficient" else None


def _score(score: ParameterScore, lang: str) -> h.Node:
    counts = score.score if score.status == "rated" else None
    shown = formats.score_text(counts, lang)
    return none(shown) if counts is None else large(shown)


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


def _rating(score: ParameterScore, lang: str) -> h.Node:
    if score.rating is None:
        return None
    t, key, name = words(lang), score.parameter.key, in_words(score.parameter.name, lang)
    options = [h.option[n] for n in range(1, 6)]
    example = t("An example (needed for 1, 2 and 5)")
    return h.div(".kpi-rating")[
        select(field_id(key, "score"), f"{name}: {t('Rating')}", t("Rating 1–5"), options),
        typed_input("date", field_id(key, "example_on"), f"{name}: {t('Date of the example')}"),
        textarea(field_id(key, "example"), f"{name}: {t('Example')}", example),
    ]


CELLS: dict[str, Callable[[ParameterScore, str], h.Node]] = {
    "name": _parameter,
    "evidence": _evidence,
    "score": _score,
    "rating": _rating,
}
