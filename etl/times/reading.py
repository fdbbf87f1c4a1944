"""How a column of texts is to be read as times or durations: the answer of this package, as values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from etl.errors import Remark
from etl.sql_text import literal

Answers = Mapping[str, str]

# The names of the choices in a question.
CHOICES: dict[str, dict[str, str]] = {
    "ymd": {"zh": "年、月、日", "en": "year, month, day"},
    "dmy": {"zh": "日、月、年", "en": "day, month, year"},
    "mdy": {"zh": "月、日、年", "en": "month, day, year"},
    "s": {"zh": "秒", "en": "seconds"},
    "ms": {"zh": "毫秒", "en": "milliseconds"},
    "min": {"zh": "分钟", "en": "minutes"},
    "h": {"zh": "小时", "en": "hours"},
    "mm:ss": {"zh": "分:秒", "en": "minutes:seconds"},
    "hh:mm": {"zh": "时:分", "en": "hours:minutes"},
    "excel": {"zh": "表格软件的日期序号", "en": "days as a workbook counts them"},
    "clock": {"zh": "一天中的时刻", "en": "a time of day"},
    "decimal": {"zh": "逗号是小数点", "en": "a comma before decimals"},
    "thousands": {"zh": "逗号是千位分隔", "en": "a comma between thousands"},
    "time": {"zh": "真实的时间", "en": "a real time"},
    "nothing": {"zh": "表示没有", "en": "nothing"},
    "home": {"zh": "本地时区的时间", "en": "time of the home zone"},
    "unread": {"zh": "不读取", "en": "not to be read"},
}


@dataclass(frozen=True, slots=True)
class Doubt:
    """Something that the texts leave open, to be asked: nothing is read by it until it is answered.

    `choices` are keys of `CHOICES`. Reading the column again with `answers={doubt.key: choice}` settles it.
    """

    key: str
    question: Remark
    choices: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Reading:
    """How the texts of one column are to be read, and why.

    `kind` is "time" (a day and a clock), "date", "clock", "seconds" (a duration) or "unknown".
    `expression(column)` and `formats` are what a source map says of the column: SQL that turns a raw text
    into one that is read by the strptime `formats`, tried in their order – each text fits one of them – or,
    without formats, by the macros `read_time`, `read_clock` or `read_seconds`. Texts that mean nothing
    become NULL; what fits nothing stays as it is, so that its row is set aside.

    `order` ("ymd", "dmy", "mdy") is that of the days written in numbers, None where there are none or it is
    open; `unit` is "s", "ms", "us" of epochs, "excel", or the way durations are written: "s", "ms", "min",
    "h", "mm:ss", "hh:mm", "h:mm:ss", "words". `nothing` holds the raw texts that mean nothing, `unread` the
    number of texts (counted by row) that cannot be read. `offset` is how many minutes the texts are ahead of
    UTC where an epoch column proves it. `doubts` must be answered before the column can be trusted.
    """

    kind: str
    formats: tuple[str, ...] = ()
    order: str | None = None
    unit: str | None = None
    steps: tuple[str, ...] = ()
    nothing: tuple[str, ...] = ()
    unread: int = 0
    offset: int | None = None
    doubts: tuple[Doubt, ...] = ()
    evidence: tuple[Remark, ...] = ()

    @property
    def certain(self) -> bool:
        """Whether the column can be read as this says, with nothing left to ask."""
        return self.kind != "unknown" and not self.doubts

    def expression(self, column: str) -> str:
        """The SQL of a source map for the raw text in `column`, an SQL expression or a quoted name."""
        sql = column
        for step in self.steps:
            sql = step.replace("{x}", sql)
        if self.nothing:
            words = ", ".join(map(literal, self.nothing))
            sql = f"CASE WHEN {column} NOT IN ({words}) THEN {sql} END"
        return sql


def joined(day: Reading, clock: Reading, day_column: str, clock_column: str) -> tuple[str, tuple[str, ...]]:
    """Expression and formats of a time whose day and clock stand in two columns.

    Either of them may need no formats (it is written as the default reader wants it).
    """
    expression = f"{day.expression(day_column)} || ' ' || {clock.expression(clock_column)}"
    if not day.formats and not clock.formats:
        return expression, ()
    days = day.formats or ("%Y-%m-%d", "%Y/%m/%d")
    clocks = clock.formats or ("%H:%M:%S", "%H:%M", "%H:%M:%S.%f")
    return expression, tuple(f"{one} {other}" for one in days for other in clocks)
