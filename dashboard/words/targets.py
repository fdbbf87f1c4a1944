"""A next target in words: what is proposed, how likely it is, its pitfalls; and whether a measure worked."""

from __future__ import annotations

from dashboard.words.numbers import change_text, number_text, signed_text, value_text
from dashboard.words.translate import Translate, in_words, words
from etl.errors import N_
from kpi.analysis.effects import Effect
from kpi.analysis.soundness import Pitfall, Smart
from kpi.analysis.staffing import Staffing
from kpi.catalog.definitions import Catalog
from kpi.sheets.values import GoalRow
from kpi.units import UNITS, UnitKey

PITFALLS = {
    "beyond_best": N_(
        "Stricter than the best month so far ({best}): the system must change, effort alone will not do."
    ),
    "copied": N_("Taken over from the shipped default: set a target of your own."),
    "average": N_("This is a mean of past months: agree on a standard that is fully met instead."),
    "speed_alone": N_("Speed without its quality twin on this sheet ({names})."),
    "too_many": N_("{count} targets; no more than {most} can be kept in mind."),
}
SMART = {
    "clear": N_("S: it is defined"),
    "measurable": N_("M: there are data"),
    "attainable": N_("A: it can be reached"),
    "fits": N_("R: it serves a demand of customers"),
    "timely": N_("T: it is known in time"),
}
# How likely a target is, in tenths.
LIKELY = (
    N_("hardly likely"),
    N_("about 10% likely"),
    N_("about 20% likely"),
    N_("about 30% likely"),
    N_("about 40% likely"),
    N_("about 50% likely"),
    N_("about 60% likely"),
    N_("about 70% likely"),
    N_("about 80% likely"),
    N_("about 90% likely"),
    N_("almost certain"),
)
# What became of a measure, in a word.
OUTCOMES = {
    "worked": N_("it worked"),
    "no_effect_seen": N_("no effect seen"),
    "worse": N_("got worse"),
    "cannot_tell": N_("too few data"),
}
EFFECTS = {
    "worked": N_("Since then clearly better: {net} net ({low} to {high})."),
    "no_effect_seen": N_("No effect seen: {net} net ({low} to {high})."),
    "worse": N_("Since then clearly worse: {net} net ({low} to {high})."),
    "cannot_tell": N_("Too few data to say whether it worked."),
}


def chance_text(row: GoalRow, lang: str) -> str:
    """The chance of reaching the typed target, or without one the stretch, and how many months did.

    Without a chance that would hold the months alone; "" where neither is known.
    """
    t, said = words(lang), []
    if row.chance is not None:
        percent = round(100 * row.chance)
        shown = ">99%" if percent == 100 else "<1%" if percent == 0 else f"{percent}%"
        text = N_("its chance {chance}") if _of_stretch(row, lang) else N_("chance {chance}")
        said.append(t(text).format(chance=shown))
    if (test := row.back_test) is not None:
        low, high = (f"{100 * end:.0f}%" for end in (test.low, test.high))
        reached = t("reached in {reached} of the last {months} months ({low}–{high})")
        said.append(reached.format(reached=test.reached, months=test.months, low=low, high=high))
    return t("; ").join(said)


def suggested(row: GoalRow, lang: str) -> tuple[tuple[float, str, str], ...]:
    """The targets to take: the one suggested, then the stretch, each as (value, in short, in full).

    They stay beside a typed target: to be compared with, and so that its row keeps its height.
    """
    t, unit, found = words(lang), row.figure.indicator.unit, []
    if (one := row.suggestion) is not None:
        target = beside_field(one.target, unit, lang)
        short = t("suggested {target}").format(target=target)
        said = short
        if one.standard is not None:
            short = t("stage target {target}").format(target=target)
            standard = value_text(one.standard, unit, lang)
            said = t("{stage} (company standard {standard})").format(stage=short, standard=standard)
        found.append((one.target, short, t(", ").join(filter(None, (said, _likely(one.chance, t))))))
    if row.proposal is not None:
        target = beside_field(row.proposal, unit, lang)
        short = t("stretch {target}").format(target=target)
        if not any(target == beside_field(value, unit, lang) for value, *_ in found):
            found.append((row.proposal, short, short))
    return tuple(found)


def _likely(chance: float | None, t: Translate) -> str:
    """A chance to the next tenth: "about 70% likely"; "" where none is known."""
    return "" if chance is None else t(LIKELY[round(10 * chance)])


def beside_field(value: float, unit: UnitKey, lang: str) -> str:
    """A value as text beside a field that shows its unit; a rate goes without its long unit."""
    return number_text(value, unit) if UNITS[unit].per > 1 else value_text(value, unit, lang)


def _of_stretch(row: GoalRow, lang: str) -> bool:
    """Whether a chance is said of the stretch: nothing is typed, and more than one target is proposed."""
    if row.next_target.value or row.proposal is None or row.expected is None:
        return False
    unit = row.figure.indicator.unit
    return beside_field(row.expected, unit, lang) != beside_field(row.proposal, unit, lang)


def pitfall_text(pitfall: Pitfall, unit: str, catalog: Catalog, lang: str) -> str:
    """A warning about a target, in a sentence."""
    t, values = words(lang), dict(pitfall.values)
    if "best" in values:
        values["best"] = value_text(values["best"], unit, lang)
    if "quality" in values:
        known = (catalog.indicators[key].name for key in values["quality"] if key in catalog.indicators)
        values["names"] = t(", ").join(in_words(name, lang) for name in known)
    return t(PITFALLS[pitfall.key]).format(**values)


def smart_lines(smart: Smart, lang: str) -> list[tuple[str, str]]:
    """The five checks as the training documents word them: names and answers."""
    t = words(lang)
    answers = {True: t("yes"), False: t("no"), None: t("to be judged together")}
    return [(t(text), answers[getattr(smart, name)]) for name, text in SMART.items()]


def staffing_text(found: Staffing, lang: str) -> str:
    """How many people on the line the target takes, in a sentence."""
    said = N_(
        "From {begins} on, {calls} calls a half hour: the target takes {needed} on the line, now {now}."
    )
    return words(lang)(said).format(
        begins=found.begins, calls=f"{found.calls:.0f}", needed=found.needed, now=found.now
    )


def outcome_text(effect: Effect | None, lang: str) -> str:
    """What became of a measure, in a word."""
    known = effect is not None and effect.low is not None and effect.high is not None
    return words(lang)(OUTCOMES[effect.verdict if known else "cannot_tell"])


def effect_lines(effect: Effect | None, unit: str, lang: str) -> tuple[str, ...]:
    """The effect of a measure on its indicator: net of other calls and of what returns by itself."""
    t = words(lang)
    if effect is None or effect.low is None or effect.high is None:
        return (t(EFFECTS["cannot_tell"]),)
    line = t(EFFECTS[effect.verdict]).format(
        net=change_text(effect.net, unit, lang),
        low=signed_text(effect.low, unit),
        high=signed_text(effect.high, unit),
    )
    parts = t("In all {difference}; by mix {mix}, returned by itself {rebound}.").format(
        difference=change_text(effect.difference, unit, lang),
        mix=change_text(effect.mix, unit, lang),
        rebound=change_text(effect.rebound, unit, lang),
    )
    return line, parts
