"""Titles, headings, signature lines and notes of the printed forms: one wording for Excel, PDF and CSV."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from dashboard.words.closing import open_text
from dashboard.words.corrections import corrections_note, corrections_text
from dashboard.words.numbers import (
    as_of_text,
    date_text,
    evidence_number_text,
    grades_text,
    half_up_text,
    in_unit,
    lost_text,
    month_text,
    number_text,
    partial_text,
    period_text,
    rating_notes,
    scale_line,
    target_text,
    value_text,
)
from dashboard.words.translate import Translate, in_words, words
from etl.errors import N_
from kpi.figures.figure import Heading
from kpi.figures.targets import read_agreed
from kpi.scope import Subject
from kpi.sheets.values import AppraisalSheet, GoalSheet, MonthlyReport, ParameterScore, StandardsSheet
from kpi.units import UnitKey

Sheet = GoalSheet | AppraisalSheet | StandardsSheet

TITLES: dict[str, str] = {
    "goals": N_("Key indicator target and attainment form"),
    "appraisal": N_("Customer service appraisal form"),
    "standards": N_("Service standards attainment form"),
}
NAMED: dict[str, str] = {"person": N_("Name"), "team": N_("Team"), "all": N_("Covers")}


def kind_of(sheet: Sheet) -> str:
    """The kind of a sheet: "goals", "appraisal" or "standards"."""
    return {GoalSheet: "goals", AppraisalSheet: "appraisal", StandardsSheet: "standards"}[type(sheet)]


def subject_text(subject: Subject, lang: str) -> str:
    """Whom a form is about: "Li Si (1002)", a team's name, or "Everyone"."""
    t = words(lang)
    if subject.is_everyone:
        return t("Everyone")
    if subject.is_person and subject.name and subject.name != subject.id:
        return t("{name} ({id})").format(name=subject.name, id=subject.id)
    return subject.id


def unit_text(heading: Heading) -> str:
    """单位: company, department and team as of the month; a team's own name stands beside it already."""
    team = "" if heading.subject.is_team else heading.team
    return " / ".join(filter(None, (heading.organisation, heading.department, team)))


def header_fields(sheet: Sheet, lang: str) -> tuple[tuple[str, str], ...]:
    """The (label, value) pairs above the table; an empty value is left for the pen."""
    t, heading = words(lang), sheet.heading
    name = " · ".join(filter(None, (subject_text(heading.subject, lang), heading.post)))
    named = (t(NAMED[heading.subject.kind]), name)
    unit = (t("Organisation"), unit_text(heading))
    if isinstance(sheet, GoalSheet):
        return named, unit, (t("Date"), typed_date(sheet.meeting_date.value, lang))
    if isinstance(sheet, AppraisalSheet):
        return named, unit, (t("Month appraised"), month_text(heading.period.month, lang))
    return named, unit, (t("Period"), period_text(heading.period, lang))


def typed_date(text: str, lang: str) -> str:
    """A stored date as people write it; what is not a date stays as it was typed."""
    try:
        return date_text(date.fromisoformat(text.strip()), lang)
    except ValueError:
        return text


def typed_number(text: str) -> float | str:
    """An agreed target as stored: a plain number (a share as a fraction), or the text that it is."""
    value = read_agreed(text)
    return text if value is None else value


def agreed_text(value: float | None, unit: UnitKey, lang: str) -> str:
    """A target to its last digit: what people sign is not rounded."""
    text = target_text(value, unit, lang)
    if value is None:
        return text
    usual, whole = number_text(value, unit), half_up_text(in_unit(value, unit), 6)
    if Decimal(usual.replace(",", "")) == Decimal(whole.replace(",", "")):
        return text
    return text.replace(usual, whole.rstrip("0"))


def signature_lines(sheet: Sheet, lang: str) -> tuple[str, ...]:
    """Who signs the form."""
    t = words(lang)
    if isinstance(sheet, AppraisalSheet):
        return t("Signature of the person"), t("Signature of the team lead"), t("Reviewed by")
    if sheet.heading.subject.is_person:
        return t("Signature of the person"), t("Signature of the team lead")
    return t("Signature of the person in charge"), t("Signature of the next level")


def opinions(t: Translate) -> tuple[str, ...]:
    """The boxes a person ticks beside the signature: having read it is not agreeing with it."""
    return t("Read"), t("I agree"), t("Objection (please explain)")


def notes(sheet: Sheet, lang: str) -> tuple[str, ...]:
    """The small print under a form."""
    t = words(lang)
    heading = sheet.heading
    lost = lost_text(heading.period.month, lang) if heading.lost else open_text(heading.open, lang)
    as_of, corrected = as_of_text(heading.as_of, lang), corrections_note(sheet, lang)
    if isinstance(sheet, AppraisalSheet):
        foot = t(
            "This form is calculated by the published appraisal rules; "
            "it takes effect once a person has reviewed and confirmed the result."
        )
        rated = t("Rated weight: {share}. Weights of rated parameters are scaled up to 100 for the total.")
        policy = f"{grades_text(sheet.scheme, lang)} {in_words(sheet.scheme.note, lang)}"
        share = value_text(sheet.coverage, "share", lang)
        lines = (foot, policy, rated.format(share=share), *partial_notes(sheet, lang), corrected, as_of, lost)
        return tuple(filter(None, lines))
    gap = t("Gap = actual − target; the gap of a share is in percentage points.")
    if isinstance(sheet, StandardsSheet):
        clock = t("Ticket limits run round the clock, every day (24×7).")
        return tuple(filter(None, (gap, clock, *partial_notes(sheet, lang), corrected, as_of, lost)))
    bold = t("Bold: the gap is important and needs a cause.")
    return tuple(filter(None, (gap, bold, *partial_notes(sheet, lang), corrected, as_of, lost)))


def partial_notes(sheet: Sheet | MonthlyReport, lang: str) -> tuple[str, ...]:
    """One line naming the figures that rest on only part of their rows or days; none when all are whole."""
    rows = sheet.scores if isinstance(sheet, AppraisalSheet) else sheet.rows
    t, lacks = words(lang), {}
    for row in rows:
        if row.figure is not None and row.figure.value is not None:
            names = lacks.setdefault(partial_text(row.figure, lang), [])
            names.append(in_words(row.figure.indicator.name, lang))
    lacks.pop("", None)
    if not lacks:
        return ()
    listed = t("; ").join(
        t("{name}: {text}").format(name=t(", ").join(dict.fromkeys(names)), text=text)
        for text, names in lacks.items()
    )
    return (t("Incomplete data. {figures}.").format(figures=listed),)


def limit_text(seconds: float | None, t: Translate) -> str:
    """A limit of the service catalogue: "10 min", "2 h", or "none"."""
    if seconds is None:
        return t("none")
    if seconds >= 3600 and seconds % 1800 == 0:
        return t("{n} h").format(n=f"{seconds / 3600:g}")
    return t("{n} min").format(n=f"{seconds / 60:g}")


def evidence_text(score: ParameterScore, lang: str) -> str:
    """What a parameter is judged by: its indicator's name, or a rating on the sheet."""
    if score.figure is not None:
        return in_words(score.figure.indicator.name, lang)
    return words(lang)("Rating 1–5")


def raw_text(score: ParameterScore, lang: str) -> str:
    """The evidence value of a parameter; a rating without a unit."""
    if score.raw is None:
        return words(lang)("No data")
    return evidence_number_text(score.raw, score, lang)


def scale_text(score: ParameterScore, lang: str) -> str:
    """How a parameter is scored; of a rating also what it replaces or lacks, and its dated example."""
    lines = [scale_line(score, lang)]
    if score.figure is not None and score.figure.corrections:
        lines.append(corrections_text(score.figure, lang))
    if score.rating is not None:
        lines += rating_notes(score.rating, lang)
        if score.rating.example:
            on = "" if score.rating.example_on is None else f" {date_text(score.rating.example_on, lang)}"
            lines.append(words(lang)(": ").join((words(lang)("Example") + on, score.rating.example)))
    return "\n".join(lines)


def cover_title(what: str, heading: Heading, lang: str) -> tuple[str, str]:
    """Title and second line of the cover list of a bundle."""
    t = words(lang)
    whole = (heading.organisation, subject_text(heading.subject, lang), period_text(heading.period, lang))
    title = t("{form}: list of sheets").format(form=t(TITLES[what]))
    return title, " · ".join(text for text in whole if text)


def cover_headings(what: str, t: Translate) -> tuple[str, ...]:
    """The columns of the cover list."""
    if what == "appraisal":
        return t("No."), t("Name"), t("Number"), t("Total"), t("Grade")
    return t("No."), t("Name"), t("Number"), t("Clearly missed"), t("Judged")


def cover_line(sheet: Sheet, lang: str) -> tuple[str, str, float | None, str | int | None]:
    """Name, number and the two results of one sheet in the cover list."""
    subject = sheet.heading.subject
    name = subject.name or subject.id if subject.is_person else subject_text(subject, lang)
    number = subject.id if subject.is_person else ""
    if isinstance(sheet, AppraisalSheet):
        return name, number, sheet.total, sheet.grade
    verdicts = [row.verdict.standing for row in sheet.rows]
    return name, number, verdicts.count("missed"), sum(map(verdicts.count, ("met", "missed", "below")))
