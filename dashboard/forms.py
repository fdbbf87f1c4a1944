"""The appraisal sheet as HTML to fill in, and the fields that all such forms are made of. Pure."""

from __future__ import annotations

from html import escape

from dashboard import formats
from dashboard.pieces import actual, how, number, small
from dashboard.words import in_words, words
from kpi.sheets import AppraisalSheet, Cell, Heading, ParameterScore
from kpi.targets import read_agreed


def field_id(indicator: str, field: str) -> str:
    """The name of one field on a sheet, as the page and the save route know it."""
    return f"{indicator}.{field}"


def heading_html(heading: Heading, lang: str, day: str) -> str:
    """姓名 / 单位 / 日期: whose sheet this is; `day` is the HTML of the date."""
    t, subject = words(lang), heading.subject
    person = f"{subject.name} {subject.id}".strip() if subject.name != subject.id else subject.id
    label, name = {
        "all": (t("Covers"), t("Everyone")),
        "team": (t("Team"), subject.name or subject.id),
        "person": (t("Name"), person),
    }[subject.kind]
    return (
        '<div class="kpi-heading">'
        f"<div><span>{escape(label)}</span><b>{escape(name)}</b></div>"
        f"<div><span>{escape(t('Organisation'))}</span><b>{escape(heading.organisation or '–')}</b></div>"
        f"<div><span>{escape(t('Date'))}</span>{day}</div>"
        "</div>"
    )


def target_shown(stored: str, unit: str) -> str:
    """A stored target (a plain number, a share as a fraction) as the number in the unit beside its field.

    A share under 1% keeps its sign, without which it could be meant as a fraction and is refused.
    """
    value = read_agreed(stored)
    if value is None:
        return stored
    if unit != "share":
        return f"{value:.12g}"
    shown = round(value * 100, 6)
    return f"{shown:.12g}{'%' if 0 < shown < 1 else ''}"


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
        + f'<td class="kpi-total" colspan="2">{total}</td></tr></tfoot></table>'
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
    score = field_id(key, "score")
    choose = (
        f'<span class="kpi-field"><select data-field="{score}" '
        f'aria-label="{escape(name)}: {escape(t("Rating"))}">'
        f'<option value="">{escape(t("Rating 1–5"))}</option>{options}</select>{state(score)}</span>'
    )
    example = textarea(
        field_id(key, "example"), f"{name}: {t('Example')}", t("An example (needed for 1, 2 and 5)")
    )
    day = typed_input("date", field_id(key, "example_on"), f"{name}: {t('Date of the example')}")
    return f'<div class="kpi-rating">{choose}{day}{example}</div>'


def field(cell: Cell) -> dict:
    """A typed field: its text, and the version that a save must name."""
    return {"value": cell.value, "version": cell.version}


def none(text: str) -> str:
    """A quiet word where there is nothing."""
    return f'<span class="kpi-none">{escape(text)}</span>'


def state(name: str) -> str:
    """Where the page says whether a field is saved."""
    return f'<span class="kpi-state" data-state="{escape(name)}" role="status"></span>'


def textarea(name: str, label: str, hint: str) -> str:
    """A field of several lines that saves itself."""
    return (
        f'<span class="kpi-field"><textarea rows="2" maxlength="4000" data-field="{escape(name)}" '
        f'aria-label="{escape(label)}" placeholder="{escape(hint)}"></textarea>{state(name)}</span>'
    )


def typed_input(kind: str, name: str, label: str, unit: str = "", hint: str = "") -> str:
    """A field of one line that saves itself: `kind` as in HTML, `unit` written into it."""
    unit_html = f"<i>{escape(unit)}</i>" if unit else ""
    return (
        f'<span class="kpi-field kpi-{kind}"><input type="{kind}" maxlength="40" autocomplete="off" '
        f'data-field="{escape(name)}" aria-label="{escape(label)}" placeholder="{escape(hint)}">'
        f"{unit_html}{state(name)}</span>"
    )
