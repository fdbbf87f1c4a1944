"""The targets of a team as HTML: the table to type into, what a change would do, a count day by day. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from datetime import date

import htpy as h

from dashboard.markup.fields import field_id, target_shown, typed_input
from dashboard.markup.pieces import scrolled, small, table
from dashboard.words.form_labels import subject_text
from dashboard.words.goal_sheet import STATES
from dashboard.words.numbers import WEEKDAYS, base_text, month_text
from dashboard.words.targets import beside_field
from dashboard.words.translate import in_words, problem_text, words
from etl.errors import N_
from kpi.figures.figure import Figure
from kpi.figures.targets import read_agreed
from kpi.scope import Period
from kpi.sheets.team_targets import FIELD, TAKEN, Status, TargetChange, TargetLine, TargetTable
from kpi.sheets.values import Cell
from kpi.units import UNITS, UnitKey

STATUSES: dict[Status, str] = {
    "new": N_("New"),
    "changed": N_("Changed"),
    "same": N_("As it is"),
    "locked": N_("Not taken: the sheet was agreed"),
    "stale": N_("Not taken: changed elsewhere in the meantime"),
    "invalid": N_("Not taken"),
}


def targets_html(shown: TargetTable, lang: str) -> h.Renderable:
    """The unit's line, then those of its people: target, actual, and the field of the next target."""
    nobody = small(words(lang)("There is nobody in this team in this month."))
    people = _lines(shown.people, lang) if shown.people else nobody
    return h.fragment[_lines((shown.unit,), lang), people]


def target_fields(shown: TargetTable) -> dict[str, dict]:
    """The fields of `targets_html`: text as shown, version, and the sheet that each is saved on."""
    fields = {}
    for line in shown.lines:
        if line.locked:
            continue
        for figure in line.figures:
            key = figure.indicator.key
            cell = line.typed.get(key, Cell())
            fields[_field(line, key)] = {
                "value": target_shown(cell.value, figure.indicator.unit),
                "version": cell.version,
                "as": field_id(key, FIELD),
                "sheet": asdict(line.sheet),
            }
    return fields


def changes_html(changes: Iterable[TargetChange], units: Mapping[str, UnitKey], lang: str) -> h.Renderable:
    """A table of the planned changes, those that cannot be taken first, without those that change nothing."""
    t = words(lang)
    rows = []
    for one in sorted(changes, key=lambda one: one.status in TAKEN):
        if one.status == "same":
            continue
        why = t(STATUSES[one.status])
        if one.problem is not None:
            why = t(": ").join((why, " ".join(problem_text(one.problem, lang)[1:])))
        unit = units.get(one.indicator, "count")
        before = _target(one.before, unit, lang)
        after = one.after if one.problem is not None else _target(one.after, unit, lang)
        rows.append((subject_text(one.subject, lang), in_words(one.name, lang), before, after, why))
    headings = (t("Name"), t("Key indicator"), t("Now"), t("Then"), t("State"))
    return h.div(".kpi-changes")[table(headings, rows, numbers=(2, 3))]


def days_html(month: Period, parts: Mapping[date, int], works: Iterable[date], lang: str) -> h.Renderable:
    """A count by day, a row a week; days off are quiet."""
    t, working = words(lang), set(works)
    cells: list[h.Node] = [None] * month.start.weekday()
    cells += [(h.b[f"{parts[day]:,}"] if day in working else None, small(str(day.day))) for day in parts]
    cells += [None] * (-len(cells) % 7)
    right = h.td(".kpi-right")
    head = [h.th(".kpi-right")[t(name)] for name in WEEKDAYS]
    body = [h.tr[[right[cell] for cell in cells[at : at + 7]]] for at in range(0, len(cells), 7)]
    return scrolled("kpi-plain", head, body)


def _lines(lines: tuple[TargetLine, ...], lang: str) -> h.Renderable:
    names = [h.th[in_words(figure.indicator.name, lang)] for figure in lines[0].figures]
    head = (h.th(".kpi-who")[words(lang)("Name")], names)
    return scrolled("kpi-plain kpi-targets", head, [_line(line, lang) for line in lines])


def _line(line: TargetLine, lang: str) -> h.Renderable:
    t, who = words(lang), subject_text(line.subject, lang)
    state = t(STATES[line.state]) if line.state != "draft" else ""
    return h.tr(data_row=line.subject.id)[
        h.td(".kpi-who")[h.b[who], small(state)],
        [h.td[_cell(line, figure, who, lang)] for figure in line.figures],
    ]


def _cell(line: TargetLine, figure: Figure, who: str, lang: str) -> h.Renderable:
    t, indicator = words(lang), figure.indicator
    unit, name = indicator.unit, in_words(indicator.name, lang)
    said = (
        t("Target {target}").format(target=beside_field(figure.target, unit, lang))
        if figure.target is not None
        else t("No target set"),
        t("Actual {value}").format(value=beside_field(figure.value, unit, lang))
        if figure.value is not None
        else t("No data"),
        base_text(figure, lang) if figure.value is not None and indicator.how.below else "–",
    )
    if line.locked:
        stored = line.typed.get(indicator.key, Cell()).value
        return h.fragment[small(*said), h.b[_target(stored, unit, lang)]]
    label = f"{who}, {name}: {t('Next target')}"
    typed = typed_input("text", _field(line, indicator.key), label, t(UNITS[unit].label))
    return h.fragment[small(*said), typed]


def _field(line: TargetLine, key: str) -> str:
    """The name of a next target's field: the unit's as on its own sheet, a person's with the person's key."""
    if not line.subject.is_person:
        return field_id(key, FIELD)
    return field_id(key, f"{FIELD}@{line.subject.key}")


def _target(stored: str, unit: UnitKey, lang: str) -> str:
    if read_agreed(stored) is None:
        return stored or "–"
    shown = target_shown(stored, unit)
    if sign := UNITS[unit].sign:
        return shown.removesuffix(sign) + sign
    return f"{shown} {words(lang)(UNITS[unit].word)}".strip()


def month_line(shown: TargetTable, lang: str) -> str:
    """A line that names the month measured, and the month that the targets are for."""
    this, following = (month_text(p.month, lang) for p in (shown.period, shown.period.next()))
    text = words(lang)("Target and actual of {month}; the fields are the targets of {following}.")
    return text.format(month=this, following=following)
