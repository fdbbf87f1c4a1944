"""What is only read, as HTML: standards, ticket limits, indicators, people. Pure, like the forms."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from dashboard.html.pieces import actual, chip, gap, how, number, small, table
from dashboard.words import numbers as formats
from dashboard.words.attention import ORDER
from dashboard.words.corrections import corrections_text
from dashboard.words.translate import in_words, words
from kpi.analysis.real_gaps import Judged
from kpi.sheets.values import AppraisalSheet, ItemRow, StandardRow


def standard_html(row: StandardRow, lang: str) -> str:
    """One service standard: the vague demand beside its specific form, and the figure."""
    t, standard, figure = words(lang), row.standard, row.figure
    target = formats.target_text(figure.target, figure.indicator.unit, lang)
    stated = t("target {target}").format(target=target)
    if standard.document_target:
        stated = t("{target}, the documents say {stated}").format(
            target=stated, stated=standard.document_target
        )
    return (
        '<div class="kpi-standard">'
        f'<div class="kpi-demand"><span class="kpi-order">{standard.number}</span>'
        f'<p class="kpi-vague">{escape(in_words(standard.vague, lang))}</p>'
        f'<p class="kpi-specific">{escape(in_words(standard.specific, lang))}</p></div>'
        f"<div>{actual(figure, lang)}{small(stated)}"
        f'<div class="kpi-line">{gap(row, lang)}</div></div></div>'
    )


def trend_alt(row: StandardRow, lang: str) -> str:
    """The trend in words, for those who cannot see the chart."""
    t, unit = words(lang), row.figure.indicator.unit
    points = []
    for month, figure in zip(row.trend_months, row.trend, strict=True):
        lacks = formats.partial_days_text(figure, lang)
        value = formats.value_text(figure.value, unit, lang) + (
            t(" ({text})").format(text=lacks) if lacks else ""
        )
        points.append(f"{formats.month_text(month, lang)} {value}")
    return t(": ").join((in_words(row.figure.indicator.name, lang), t("; ").join(points)))


def items_html(items: Sequence[ItemRow], lang: str) -> str:
    """The ticket limits by service item; items without tickets stand in a second table."""
    t = words(lang)
    used = [item for item in items if _has_tickets(item)]
    idle = [item for item in items if not _has_tickets(item)]
    headings = (t("Service item"), t("Response limit"), t("Response"), t("Resolution limit"), t("Resolution"))
    head = "".join(f"<th>{escape(name)}</th>" for name in headings)
    body, category = "", None
    for item in used:
        named = in_words(item.item.category, lang)
        if named != category:
            body += f'<tr class="kpi-category"><th colspan="5">{escape(named)}</th></tr>'
            category = named
        cells = (
            f'<span class="kpi-name">{escape(in_words(item.item.name, lang))}</span>',
            escape(formats.span_text(item.item.response_s, lang)),
            _limit(item.response, item.response_pending, lang),
            escape(formats.span_text(item.item.resolution_s, lang)),
            _limit(item.resolution, item.resolution_pending, lang),
        )
        body += "<tr>" + "".join(f"<td>{cell}</td>" for cell in cells) + "</tr>"
    shown = ""
    if used:
        shown = (
            f'<table class="kpi-plain kpi-items"><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>'
        )
    return shown + (_idle_items(idle, lang) if idle else "")


def _idle_items(items: Sequence[ItemRow], lang: str) -> str:
    """The items without tickets: their limits hold all the same."""
    t, category, rows = words(lang), "", []
    for one in items:
        named = in_words(one.item.category, lang)
        limits = (formats.span_text(limit, lang) for limit in (one.item.response_s, one.item.resolution_s))
        rows.append(("" if named == category else named, in_words(one.item.name, lang), *limits))
        category = named
    headings = (t("Category"), t("Service item"), t("Response limit"), t("Resolution limit"))
    title = f'<p class="kpi-group">{escape(t("No tickets in this period"))} · {len(rows)}</p>'
    return f'{title}<div class="kpi-idle">{table(headings, rows)}</div>'


def indicators_html(rows: Sequence[Judged], lang: str) -> str:
    """All figures as cards, grouped by verdict; those without data as one quiet list of names."""
    t, html = words(lang), ""
    for standing in ORDER:
        group = [row for row in rows if row.verdict.standing == standing]
        if not group:
            continue
        html += f'<p class="kpi-group">{escape(formats.verdict_text(standing, t))} · {len(group)}</p>'
        if standing == "no_data":
            empty = [row.figure for row in group]
            names = (how(figure, lang, escape(in_words(figure.indicator.name, lang))) for figure in empty)
            html += f'<p class="kpi-names">{" ".join(names)}</p>'
        else:
            html += f'<div class="kpi-cards">{"".join(_card(row, lang) for row in group)}</div>'
    return html


def people_html(sheets: Sequence[AppraisalSheet], lang: str) -> str:
    """The appraisals of several people in one list; a name opens that person's sheet."""
    t = words(lang)
    if not sheets:
        return f'<p class="kpi-attention">{escape(t("Nobody has figures in this period."))}</p>'
    parameters = [escape(in_words(score.parameter.name, lang)) for score in sheets[0].scores]
    head = "".join(
        f'<th class="kpi-right">{name}</th>' for name in (*parameters, escape(t("Total")), escape(t("Grade")))
    )
    body = ""
    for sheet in sheets:
        person = sheet.heading.subject
        name = escape(person.name or person.id)
        link = f'<button type="button" class="kpi-link" data-person="{escape(person.id)}">{name}</button>'
        scores = "".join(f'<td class="kpi-right">{_score(score.score)}</td>' for score in sheet.scores)
        total = f"<b>{formats.score_text(sheet.total, lang)}</b>" if sheet.total is not None else _score(None)
        body += (
            f'<tr><td class="kpi-who">{link}{small(person.id if person.name else "")}</td>{scores}'
            f'<td class="kpi-right">{total}</td><td class="kpi-right">{escape(sheet.grade or "–")}</td></tr>'
        )
    note = escape(t("– : {words}").format(words=formats.score_text(None, lang)))
    return (
        f'<div class="kpi-scroll"><table class="kpi-plain kpi-people">'
        f"<thead><tr><th>{escape(t('Person'))}</th>{head}</tr></thead>"
        f'<tbody>{body}</tbody></table></div><p class="kpi-note">{note}</p>'
    )


def _card(row: Judged, lang: str) -> str:
    t, figure, unit = words(lang), row.figure, row.figure.indicator.unit
    aim = ""
    if figure.target is not None:
        aim = t("target {target}").format(target=formats.value_text(figure.target, unit, lang))
    return (
        f'<div class="kpi-card" data-card="{escape(figure.indicator.key)}">'
        f'<span class="kpi-label">{escape(in_words(figure.indicator.name, lang))}</span>'
        f"{actual(figure, lang)}{small(aim)}"
        + (f'<div class="kpi-line">{gap(row, lang)}</div>' if figure.target is not None else "")
        + "</div>"
    )


def _limit(row: Judged | None, pending: int, lang: str) -> str:
    t = words(lang)
    if row is None:
        return '<span class="kpi-none">–</span>'
    figure = row.figure
    open_still = small(t("{n} still open within the limit").format(n=pending)) if pending else ""
    if figure.value is None:
        none = f'<span class="kpi-none">{escape(t("No data"))}</span>'
        return none + open_still + small(corrections_text(figure, lang))
    mark = chip(row, lang) if row.verdict.standing in ("missed", "cannot_tell", "met") else ""
    return (
        f'<div class="kpi-inline">{number(figure.value, figure.indicator.unit, lang)}{mark}</div>'
        f"{small(formats.base_text(figure, lang))}{open_still}{small(corrections_text(figure, lang))}"
    )


def _has_tickets(item: ItemRow) -> bool:
    shown = [row.figure for row in (item.response, item.resolution) if row is not None]
    return bool(item.response_pending or item.resolution_pending) or any(f.value is not None for f in shown)


def _score(score: float | None) -> str:
    return '<span class="kpi-none">–</span>' if score is None else formats.half_up_text(score, 1)
