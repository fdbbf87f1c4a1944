"""What pages are put together from: remarks, self-saving forms, the dialog behind a figure."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from typing import NamedTuple
from urllib.parse import urlencode

import htpy as h
import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile as Uploaded

from dashboard.charts.style import has_trend, standard_trend_chart
from dashboard.markup.lists import trend_alt
from dashboard.markup.pieces import fact_list, large, number, small, table
from dashboard.parts.figure_history import figure_history
from dashboard.parts.page_html import as_text, script, show, style_text
from dashboard.parts.session import ASKED_FIGURE, Frame, export_query
from dashboard.words import numbers as formats
from dashboard.words.corrections import corrections_text
from dashboard.words.frames import rows_shown
from dashboard.words.goal_sheet import verdict_line
from dashboard.words.translate import in_words, words
from kpi.analysis.judged_figures import judged_figures
from kpi.analysis.real_gaps import Judged
from kpi.figures.figure import Figure
from kpi.figures.figures import rows_behind, sources_behind
from kpi.figures.view import as_of
from kpi.records import SheetKey
from kpi.scope import Scope
from kpi.sheets.values import StandardRow

ROWS_SHOWN = 200

_sheet = st.components.v2.component(
    "service_kpi_sheet",
    js=script("fields.js", "rows.js", "sheet.js"),
    isolate_styles=False,
)


def _asked_first(key: str, asked: str | None) -> str | None:
    """ "next" or "previous" the first time it is asked for, else None.

    A run that is broken off for another keeps its triggers; `asked` differs from click to click.
    """
    if not asked or st.session_state.get(f"asked_{key}") == asked:
        return None
    st.session_state[f"asked_{key}"] = asked
    return asked.split()[0]


class Sheet(NamedTuple):
    """What a click or key on a sheet asked for: a person to open, or the "next" or "previous" sheet."""

    person: str | None
    go: str | None


def scope_line(frame: Frame, scope: Scope) -> str:
    """The line under a title: whose figures, and of which period."""
    subject, t = scope.subject, frame.t
    name = {"all": t("Everyone"), "team": subject.name or subject.id}.get(subject.kind)
    name = name or f"{subject.name} {subject.id}".strip()
    return f"{name} · {formats.period_text(scope.period, frame.lang)}"


def warning(text: str) -> None:
    """Show a warning. Unlike Streamlit's own it reads no markup out of the text."""
    show(h.p(".kpi-warning", role="alert")[text])


def note(text: str) -> None:
    """Show a quiet remark."""
    show(h.p(".kpi-note")[text])


def sheet(
    frame: Frame,
    html: h.Renderable,
    *,
    key: str,
    sheet_key: SheetKey | None = None,
    fields: Mapping[str, dict] | None = None,
    rerun: bool = False,
    state: str = "",
    explain: Callable[[Frame, str, Scope], None] | None = None,
    keys: bool = False,
    rows: bool = True,
) -> Sheet:
    """Show a form or table with figures that open and fields that save themselves; return what was asked.

    `rerun` runs the page again after a save, where a figure depends on what was typed. A sheet that is no
    longer in this `state`, because of another window, runs the page again too. `explain` draws what is to
    be said in the dialog besides how a figure was computed; `rows` says whether the rows behind it, which
    name people, may be shown. With `keys` Page Up and Page Down ask for the sheet before or after.
    """
    t = frame.t
    said = {
        "saving": t("Saving…"),
        "saved": t("Saved {time}"),
        "offline": t("Not saved yet, trying again…"),
        "mine": t("Keep mine"),
        "theirs": t("Take the other"),
        "nothing": t("(empty)"),
        "left": t("Typed here, but not saved, because the sheet was agreed in the meantime:"),
        "drop": t("Discard"),
    }
    result = _sheet(
        key=key,
        data={
            "html": as_text(html),
            "fields": dict(fields or {}),
            "sheet": sheet_key and asdict(sheet_key),
            "lang": frame.lang,
            "words": said,
            "rerun": rerun,
            "state": state,
            "keys": keys,
        },
        on_how_change=lambda: None,
        on_person_change=lambda: None,
        on_saved_change=lambda: None,
        on_state_change=lambda: None,
        on_go_change=lambda: None,
    )
    if how := result.how or st.session_state.pop(ASKED_FIGURE, ""):
        show_figure(frame, how, frame.scope, explain, rows=rows)
    return Sheet(result.person, _asked_first(key, result.go))


def show_figure(
    frame: Frame,
    key: str,
    scope: Scope,
    explain: Callable[[Frame, str, Scope], None] | None = None,
    *,
    rows: bool = True,
) -> None:
    """Open the dialog that says how a figure was computed, and with `rows` shows those behind it.

    `explain` draws what else is to be said of it.
    """
    found = judged_figures(frame.view, scope, (key,))
    if not found:
        return
    name = in_words(found[0].figure.indicator.name, frame.lang)
    st.dialog(name, width="large")(_behind)(frame, found[0], scope, explain, rows=rows)


def _behind(
    frame: Frame,
    row: Judged,
    scope: Scope,
    explain: Callable[[Frame, str, Scope], None] | None,
    *,
    rows: bool,
) -> None:
    t, lang, figure, indicator = frame.t, frame.lang, row.figure, row.figure.indicator
    facts = [
        (t("Definition"), in_words(indicator.definition, lang)),
        (t("Left out"), in_words(indicator.exclusions, lang) or t("Nothing")),
        (t("Numerator"), formats.amount_text(figure.numerator)),
        (t("Denominator"), formats.amount_text(figure.denominator)),
        (t("Target"), formats.target_text(figure.target, indicator.unit, lang)),
        (t("Verdict"), verdict_line(row, lang)),
        (t("Corrections"), corrections_text(figure, lang)),
        (t("Days with data"), t("{got} of {all}").format(got=figure.days_with_data, all=figure.days)),
        (t("Usable rows"), formats.value_text(figure.coverage, "share", lang)),
        # The documents are Chinese, and so are their names.
        (t("Source in the documents"), indicator.reference if lang == "zh" else ""),
    ]
    show(
        h.fragment[
            h.p(".kpi-note")[scope_line(frame, scope)],
            number(figure.value, indicator.unit, lang),
            small(formats.interval_text(figure, lang)),
            fact_list(facts),
            h.p(".kpi-note")[formats.as_of_text(as_of(frame.view), lang)],
        ]
    )
    if frame.view.snapshot is None:
        return
    if explain is not None:
        explain(frame, indicator.key, scope)
    figure_history(frame, indicator.key, scope)
    sources = sources_behind(frame.view, indicator.key, scope)
    show(h.p(".kpi-group")[t("Source files")])
    show(table((t("File"), t("Rows")), sources.rows(), numbers=(1,)))
    if not rows:
        note(t("Rows and parts that name people are left out where everybody looks on."))
    elif indicator.how.listed == "per":  # two lists: what is counted, and per what
        _rows(frame, figure, scope, t("Rows counted above the line"), passing=True)
        _rows(frame, figure, scope, t("Rows counted below the line"))
    else:
        _rows(frame, figure, scope, t("Rows behind it"))


def _rows(frame: Frame, figure: Figure, scope: Scope, title: str, *, passing: bool = False) -> None:
    """Show the first rows behind a figure (with `passing` of its numerator), and a link to all as CSV."""
    t, lang, indicator = frame.t, frame.lang, figure.indicator
    found = rows_behind(frame.view, indicator.key, scope, limit=ROWS_SHOWN, passing=passing)
    rows = rows_shown(found, indicator, lang, passing=passing)
    if len(rows) == ROWS_SHOWN:
        title = t("{title} (the first {n})").format(title=title, n=ROWS_SHOWN)
    query = export_query(scope, lang) | ({"part": "numerator"} if passing else {})
    link = f"/export/rows/{indicator.key}.csv?{urlencode(query)}"
    show(
        h.div(".kpi-title")[
            h.span(".kpi-group")[title],
            h.a(".kpi-download", href=link, download=True)[t("All rows as CSV")],
        ]
    )
    st.dataframe(rows, hide_index=True, placeholder="–", height=260, alt=title)


def trend(row: StandardRow, lang: str) -> None:
    """Draw the trend line of one standard, with its content in words; "No data" when no month has any."""
    if not has_trend(row):
        note(words(lang)("No data"))
        return
    values = tuple((figure.value, figure.share_of_days) for figure in row.trend)
    drawn_from = (row.standard.key, row.trend_months, values, row.figure.target)
    spec = _trend_spec(drawn_from, lang, row)
    st.vega_lite_chart(spec=spec, width="stretch", theme="streamlit", alt=trend_alt(row, lang))


@st.cache_data(max_entries=200, show_spinner=False)
def _trend_spec(drawn_from: tuple, lang: str, _row: StandardRow) -> dict:
    # Making a specification takes 20 ms, drawing it none: what it is drawn from is its key.
    return standard_trend_chart(_row, lang).to_dict()


def file_field(frame: Frame, label: str, kinds: Sequence[str]) -> Uploaded | None:
    """A field for one file of these kinds; the page's own words replace what Streamlit says in English."""
    style_text("kpi-choose", frame.t("Choose a file"))
    return st.file_uploader(label, type=list(kinds))


def download(address: str, text: str) -> None:
    """A link that downloads from one of our own routes."""
    show(h.a(".kpi-download", href=address, download=True)[text])


def accounting(totals: Sequence[tuple[str, int]]) -> None:
    """Show the accounting identity in large figures: rows read, and what became of them."""
    cells = [h.div[large(f"{count:,}"), small(name)] for name, count in totals]
    show(h.div(".kpi-identity")[cells])
