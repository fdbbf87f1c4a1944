"""What needs attention, in words and in order: the news, and how all figures stand."""

from __future__ import annotations

from collections.abc import Sequence

from dashboard.words import numbers as formats
from dashboard.words.translate import in_words, words
from etl.errors import N_
from kpi.analysis.attention import News
from kpi.analysis.real_gaps import Judged, Standing
from kpi.figures.figure import Figure

# What events are counted beside, by relation.
VOLUMES = {"contacts": N_("calls"), "calls": N_("calls")}
OTHER_VOLUME = N_("volume")

# What needs attention first.
ORDER: tuple[Standing, ...] = ("missed", "below", "cannot_tell", "met", "no_target", "no_data")


def headline(news: Sequence[News], rows: Sequence[Judged], lang: str) -> str:
    """The first piece of news, then how all figures stand."""
    said = attention_line(rows, lang)
    return words(lang)("{first}. {rest}").format(first=news_text(news[0], lang), rest=said) if news else said


def news_text(one: News, lang: str) -> str:
    """A piece of news: "Complaints 37, the month before 19, a year ago 7; calls handled +6%"."""
    return f"{news_name(one, lang)} {news_facts(one, lang)}"


def news_name(one: News, lang: str) -> str:
    """The indicator that a piece of news is called by: of events the count of them."""
    return in_words((one.counted or one.figure.indicator).name, lang)


def news_facts(one: News, lang: str) -> str:
    """The same without its name."""
    t = words(lang)
    parts = (t(", ").join(_values(one, lang)), _per_day(one, lang), _volume(one, lang), _target(one, lang))
    return t("; ").join(filter(None, parts))


def _target(one: News, lang: str) -> str:
    """The gap of a real miss; of a rate, said as a count, its value too."""
    if not one.verdict.important:
        return ""
    t, figure, unit = words(lang), one.figure, one.figure.indicator.unit
    said = t("target {target}: {gap}").format(
        target=formats.target_text(figure.target, unit, lang), gap=formats.gap_text(figure, lang)
    )
    rate = formats.value_text(figure.value, unit, lang) if figure.indicator.how.beside_volume else ""
    return t(", ").join(filter(None, (rate, said)))


def _values(one: News, lang: str) -> list[str]:
    """The value, the month before's and that of a year ago; of a count in February those of two months."""
    t, said = words(lang), [_amount(one, one.figure, lang)]
    earlier = ((N_("the month before {value}"), one.month), (N_("a year ago {value}"), one.year))
    for text, before in earlier[:1] if one.both_months else earlier:
        if before is not None:
            said.append(t(text).format(value=_amount(one, before, lang)))
    if one.both_months:
        now, before = map(formats.amount_text, one.both_months)
        both = t("January and February together {now}, a year ago {before}")
        said.append(both.format(now=now, before=before))
    return said


def _amount(one: News, figure: Figure, lang: str) -> str:
    if one.counted:
        return formats.amount_text(figure.numerator)
    return formats.value_text(figure.value, figure.indicator.unit, lang)


def _per_day(one: News, lang: str) -> str:
    """How much a count changed by the day, where the months have unlike numbers of days that are worked."""
    look = one.look
    if look is None or not look.by_open_day or look.against != "month" or look.days[0] == look.days[1]:
        return ""
    if not one.month.numerator:
        return ""
    change = one.figure.numerator / look.days[0] / (one.month.numerator / look.days[1]) - 1
    return words(lang)("{change} per working day").format(change=_percent(change))


def _volume(one: News, lang: str) -> str:
    """How the volume changed that events are counted beside, and whether that is all."""
    volume = one.volume
    if volume is None or volume.change is None:
        return ""
    t = words(lang)
    said = f"{t(VOLUMES.get(volume.relation, OTHER_VOLUME))} {_percent(volume.change)}"
    return t("{volume}: only the volume moved").format(volume=said) if volume.alone else said


def _percent(change: float) -> str:
    """A relative change in whole per cent: "+6%"."""
    return f"{round(100 * change):+d}%".replace("-", "−").replace("+0%", "±0%")


def attention_line(rows: Sequence[Judged], lang: str) -> str:
    """How all figures stand: "2 of 10 clearly missed, 5 met, 3 without a target"."""
    t = words(lang)
    with_data = [row.figure for row in rows if row.figure.value is not None]
    if not with_data:
        return t("No figures for this period yet")
    count = {standing: sum(row.verdict.standing == standing for row in rows) for standing in ORDER}
    partial = sum(map(formats.is_partial, with_data))
    parts = [
        t("{n} of {all} clearly missed").format(n=count["missed"], all=len(rows))
        if count["missed"]
        else t("None of {all} clearly missed").format(all=len(rows)),
        t("{n} short of the target by little").format(n=count["below"]) if count["below"] else "",
        t("{n} met").format(n=count["met"]) if count["met"] else "",
        t("{n} cannot be judged yet").format(n=count["cannot_tell"]) if count["cannot_tell"] else "",
        t("{n} without a target").format(n=count["no_target"]) if count["no_target"] else "",
        t("{n} without data").format(n=count["no_data"]) if count["no_data"] else "",
        t("{n} on partial data").format(n=partial) if partial else "",
    ]
    return t(", ").join(part for part in parts if part)
