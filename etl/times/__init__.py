"""How times, dates, clocks and durations are written in a column, told by evidence or asked.

`read_times` and `read_durations` look at the texts of a column (and of columns beside it) and return a
`Reading`. They know no database: lists of texts go in, a frozen value comes out.
"""

from etl.times.days import PLAIN
from etl.times.durations import read_durations
from etl.times.moments import read_times
from etl.times.reading import CHOICES, Answers, Doubt, Reading, joined
from etl.times.texts import matches

__all__ = [
    "CHOICES",
    "PLAIN",
    "Answers",
    "Doubt",
    "Reading",
    "joined",
    "matches",
    "read_durations",
    "read_times",
]
