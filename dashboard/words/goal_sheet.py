"""What a goal sheet says in words, on screen and on paper: causes, measures, and what changed since."""

from __future__ import annotations

from dashboard.words.numbers import change_text, month_text, number_text, target_text, value_text
from dashboard.words.translate import in_words, words
from dashboard.words.verdicts import judgement_text, verdict_text
from etl.errors import N_
from kpi.analysis.real_gaps import Judged
from kpi.records.steps import Step
from kpi.sheets.values import Attained, GoalRow, GoalSheet, Measure
from kpi.units import UNITS

STATES = {  # in the order in which a sheet goes through them
    "draft": N_("Draft"),
    "discussed": N_("Discussed"),
    "agreed": N_("Agreed"),
    "closed": N_("On file"),
}
MEASURE_STATES = {"": N_("Under way"), "done": N_("Done"), "dropped": N_("Dropped")}
REASONS = {
    "definition": N_("another definition"),
    "data": N_("late data"),
    "corrections": N_("corrections"),
}
# Nobody confirms on the screen: an agreement is a signature on paper, and who recorded it.
STEPS = {
    "discussed": N_("Meeting recorded by {by}, {day}."),
    "agreed": N_("Paper signature, recorded by {by}, {day}; form {form}."),
    "reopened": N_("Taken back by {by}, {day}."),
    "closed": N_("Put on file by {by}, {day}."),
}
SUPPORT_NEEDED = N_("Support needed (next level, company)")
TARGETS = {"latest": N_("by the latest target"), "pro_rata": N_("pro rata of the days")}


def cause_text(row: GoalRow, lang: str) -> str:
    """The kind of cause that was chosen, and the cause in the words of those who met."""
    kind = in_words(row.kind_of_cause.name, lang) if row.kind_of_cause else ""
    return words(lang)(": ").join(filter(None, (kind, row.cause.value)))


def measures_text(row: GoalRow, lang: str) -> str:
    """The measure with owner, due date and state, and below it those of earlier months that are not done."""
    t = words(lang)
    own = Measure(
        row.figure.indicator.key, "", text=row.measures, owner=row.owner, due=row.due, status=row.status
    )
    lines = [measure_text(own, lang)] if row.measures.value.strip() else []
    lines += [t(": ").join((carried_title(one, lang), measure_text(one, lang))) for one in row.carried]
    return "\n".join(lines)


def carried_title(measure: Measure, lang: str) -> str:
    """From which month a measure is carried over."""
    return words(lang)("Carried over from {month}").format(month=month_text(measure.month, lang))


def state_text(measure: Measure, lang: str) -> str:
    """What became of a measure, in a word."""
    return words(lang)(MEASURE_STATES.get(measure.status.value, MEASURE_STATES[""]))


def few_text(row: Judged, lang: str) -> str:
    """How many rows a figure rests on, or that they are few; a count is its own base, and says nothing."""
    t, figure = words(lang), row.figure
    if figure.value is None or not figure.indicator.how.below:
        return ""
    return f"n {figure.base:,}" if figure.enough_rows else t("few: n {n}").format(n=figure.base)


def beside_lines(row: GoalRow, lang: str) -> tuple[str, ...]:
    """The month before and what the team reached together, in one small line; none beside no data."""
    if row.figure.value is None:
        return ()
    t, unit = words(lang), row.figure.indicator.unit
    told = (("month_before", N_("before {value}")), ("team_value", N_("team {value}")))
    said = [
        t(text).format(value=number_text(row.more[key], unit) + UNITS[unit].sign)
        for key, text in told
        if row.more.get(key) is not None
    ]
    return (" · ".join(said),) if said else ()


def support_text(sheet: GoalSheet, lang: str) -> str:
    """What is needed from the next level, and what earlier months asked for, a line each; "" for nothing."""
    t, own = words(lang), sheet.support
    lines = [measure_text(own, lang)] if own.text.value.strip() else []
    lines += [
        t(": ").join((carried_title(one, lang), measure_text(one, lang))) for one in sheet.support_carried
    ]
    return "\n".join(lines)


def signal_text(row: Judged, lang: str) -> str:
    """A note that only the control chart shows a gap to be real, not its interval; else ""."""
    return words(lang)("Unlike the months before (control chart)") if row.verdict.by_chart else ""


def verdict_line(row: Judged, lang: str) -> str:
    """The verdict in one line, with the note on the control chart where that alone makes sure of it."""
    return words(lang)("; ").join(filter(None, (judgement_text(row, lang), signal_text(row, lang))))


def today_lines(row: GoalRow, lang: str) -> tuple[str, ...]:
    """What the figure would be today, and why that differs from what was agreed; empty when it does not."""
    if row.now is None:
        return ()
    t, unit = words(lang), row.figure.indicator.unit
    line = t("Today: {value}").format(value=value_text(row.now.figure.value, unit, lang))
    reasons = t(", ").join(
        t("{name}: {text}").format(name=t(REASONS[one.reason]), text=change_text(one.amount, unit, lang))
        for one in row.differs
    )
    return (line, reasons) if reasons else (line,)


def attained_text(row: GoalRow, attained: Attained, lang: str) -> str:
    """The verdict on a figure by a target that was changed within its month."""
    t, unit = words(lang), row.figure.indicator.unit
    return t("{by} {target}: {verdict}").format(
        by=t(TARGETS[attained.by]),
        target=target_text(attained.target, unit, lang),
        verdict=verdict_text(attained.verdict, t),
    )


def steps_lines(sheet: GoalSheet, lang: str) -> tuple[str, ...]:
    """Who recorded the last step, on which paper; whether the data are fixed, and the last targets agreed."""
    t = words(lang)
    led = [step for step in sheet.steps if step.action != "target"]
    lines = [_step(led[-1], lang)] if led else []
    if sheet.month_closed:
        lines.append(t("The month is closed: its figures stay as they are."))
    carried = any(row.figure.target_source == "agreed" for row in sheet.rows)
    if carried and not sheet.targets_agreed:
        lines.append(t("Last month's targets were typed but never agreed."))
    lines += [_target_change(step, sheet, lang) for step in sheet.steps if step.action == "target"]
    return tuple(lines)


def _step(step: Step, lang: str) -> str:
    t = words(lang)
    said = {"by": step.by, "day": step.saved_at.astimezone().date(), "form": step.form_number}
    text = t(STEPS[step.action]).format(**said)
    return text + (t(" Reason: {text}.").format(text=step.because) if step.because else "")


def _target_change(step: Step, sheet: GoalSheet, lang: str) -> str:
    t = words(lang)
    known = {row.figure.indicator.key: row.figure.indicator for row in sheet.rows}
    indicator = known.get(step.indicator)
    if indicator is None:
        return ""
    return t("{name}: from {day} the target is {target} ({by}: {because}).").format(
        name=in_words(indicator.name, lang),
        day=step.from_day,
        target=target_text(float(step.target), indicator.unit, lang),
        by=step.by,
        because=step.because,
    )


def measure_text(measure: Measure, lang: str) -> str:
    """One measure with owner, due date and state."""
    t = words(lang)
    about = [
        measure.owner.value,
        t("due {day}").format(day=measure.due.value) if measure.due.value else "",
        t(MEASURE_STATES[measure.status.value]) if measure.status.value else "",
    ]
    said = t(", ").join(filter(None, about))
    return measure.text.value + (t(" ({text})").format(text=said) if said else "")
