"""What `config/home.toml` says of rosters, leave and the time clock, and what holds until it does.

[leave]                 # does approved leave of a type leave the planned time (excused), or count?
"事假" = "counts"

[leave_codes]           # codes of a roster that are leave: the type, and perhaps the shift it is from
"年" = "年假"
"事" = "事假 08:00-16:00"

[punches]
before_h = 4            # a punch belongs to a shift from so long before its start
after_h = 6             # to so long after its end
apart_min = 2           # punches closer than this are one
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from etl.errors import N_, Problem

EXCUSED, COUNTS = "excused", "counts"
# Leave that the law grants or protects, and days off in exchange, may not lower anybody's attendance; private
# affairs do, as absence without leave does. Other words are taken as excused: somebody approved the leave.
LEAVE = {
    **dict.fromkeys(
        ("年假", "年休假", "带薪年假", "病假", "婚假", "丧假", "产假", "陪产假", "护理假"), EXCUSED
    ),
    **dict.fromkeys(
        ("育儿假", "哺乳假", "产检假", "工伤假", "公假", "探亲假", "调休", "补休", "出差"), EXCUSED
    ),
    # Work elsewhere, and a shift that somebody else has instead.
    **dict.fromkeys(("外勤", "外出", "公出", "培训", "换班", "调班"), EXCUSED),
    **dict.fromkeys(("business trip", "field work", "training", "shift swap"), EXCUSED),
    **dict.fromkeys(("annual leave", "sick leave", "maternity leave", "paternity leave"), EXCUSED),
    **dict.fromkeys(("marriage leave", "bereavement leave", "time off in lieu"), EXCUSED),
    **dict.fromkeys(("事假", "旷工", "personal leave", "unpaid leave"), COUNTS),
}
LEAVE_CODES = {
    word: word
    for word in (
        *("年假", "病假", "事假", "婚假", "丧假", "产假", "陪产假", "育儿假", "工伤假", "调休"),
        *("出差", "外勤", "公出", "培训", "换班"),
    )
}
PUNCHES = {"before_h": 4.0, "after_h": 6.0, "apart_min": 2.0}
MOST = {"before_h": 12.0, "after_h": 12.0, "apart_min": 60.0}

_CLOCK = r"([01]?\d|2[0-4]):([0-5]\d)"
SPAN = re.compile(rf"{_CLOCK}\s*[-~–—至到]\s*(?:次日)?{_CLOCK}")  # the times of a shift
_CODE = re.compile(rf"(?P<type>.*?)\s*(?P<times>{SPAN.pattern})?")


@dataclass(frozen=True, slots=True)
class LeaveCode:
    """A roster's code of leave: its type, and the times of the shift that it is leave from ("": none)."""

    leave_type: str
    times: str = ""


def is_times(text: str) -> bool:
    """Whether a text gives the times of a shift, "08:00-16:00"."""
    return SPAN.fullmatch(text) is not None


def read_leave(where: str, given: object) -> dict[str, str]:
    """[leave] over the defaults; Problem when it is faulty."""
    if not _texts(given) or not set(given.values()) <= {EXCUSED, COUNTS}:
        raise Problem(
            where,
            N_("“leave” is not a list of leave types that are “excused” or “counts”."),
            N_('Write it as [leave] with lines such as sabbatical = "excused".'),
        )
    return LEAVE | given


def read_leave_codes(
    where: str, given: object, defaults: Mapping[str, str] = MappingProxyType(LEAVE_CODES)
) -> dict[str, LeaveCode]:
    """[leave_codes] over the defaults; Problem when it is faulty."""
    if not _texts(given) or not all(given.values()):
        raise Problem(
            where,
            N_("“leave_codes” is not a list of codes and leave types."),
            N_('Write it as [leave_codes] with lines such as AL = "annual leave".'),
        )
    return {code: _leave_code(said) for code, said in {**defaults, **given}.items()}


def read_punches(where: str, given: object) -> dict[str, float]:
    """[punches] over the defaults; Problem when it is faulty."""
    if not isinstance(given, dict) or set(given) - set(PUNCHES):
        raise Problem(
            where,
            N_("“punches” is not a list of numbers for the time clock."),
            N_("Known are: {names}."),
            names=", ".join(PUNCHES),
        )
    for name, value in given.items():
        if type(value) not in (int, float) or not 0 <= value <= MOST[name]:
            raise Problem(
                where,
                N_("“{field}” is not a number from 0 to {most}."),
                N_("Write it as before_h = 4."),
                field=name,
                most=f"{MOST[name]:g}",
            )
    return PUNCHES | {name: float(value) for name, value in given.items()}


def _leave_code(said: str) -> LeaveCode:
    match = _CODE.fullmatch(said.strip())
    return LeaveCode(match["type"] or said.strip(), match["times"] or "")


def _texts(given: object) -> bool:
    return isinstance(given, Mapping) and all(isinstance(value, str) for value in given.values())
