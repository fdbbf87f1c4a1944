"""The texts of a column made comparable: each once with its count, rewritten where no format can read them.

A rewriting is named once here, as a pattern for looking at texts and as a macro of etl/maps/conversions.sql
for reading them; a test holds the two against each other. Digits are [0-9] in this package: in patterns over
columns, the short form stands for those of any script.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from etl.errors import N_, Remark
from etl.personal import mask_digits, mask_numbers

Texts = Sequence[str | None] | pl.Series

NOTHING = {
    *(
        "",
        "-",
        "--",
        "---",
        "/",
        "\\",
        "?",
        "*",
        "n/a",
        "#n/a",
        "na",
        "null",
        "(null)",
        "<null>",
        "nil",
        "\\n",
    ),
    *("none", "nan", "nat", "unknown", "无", "空", "未知", "暂无", "–", "—", "——"),
}
WIDE = {chr(code + 0xFEE0): chr(code) for code in range(0x21, 0x7F)} | dict.fromkeys("\u3000\xa0\u202f", " ")

WEEKDAY = (
    r"(?i)[(（]?(?:星期|礼拜|周)[一二三四五六日天][)）]?,?"
    r"|(?-u:\b)(?:mon|tues?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:day)?(?-u:\b)[.,]?"
)
# (needed where this is found, patterns with what replaces them, SQL)
REWRITINGS: tuple[tuple[str, tuple[tuple[str, str], ...], str], ...] = (
    (WEEKDAY, ((WEEKDAY, " "),), "without_weekday({x})"),
    (
        "上午|早上|清晨|凌晨|中午|下午|傍晚|晚上",
        (
            (r"(?:上午|早上|清晨|凌晨) *(0?0[:时点])", "${1}"),
            (r"(?:中午|下午|傍晚|晚上) *((?:1[3-9]|2[0-3])[:时点])", "${1}"),
            (r"(?:上午|早上|清晨|凌晨) *", "AM "),
            (r"中午 *((?:12|0?[12])[:时点])", "PM ${1}"),
            (r"(?:傍晚|晚上) *((?:0?[1-9]|1[01])[:时点])", "PM ${1}"),
            (r"下午 *", "PM "),
        ),
        "half_day({x})",
    ),
    (r"(?i)[0-9] *[ap]\.", ((r"(?i)([ap])\. *m\.?", "${1}m"),), "half_day({x})"),
    (
        r"(?i)(?-u:\b)sept(?-u:\b)|[0-9](?:st|nd|rd|th)(?-u:\b)",
        ((r"(?i)(?-u:\b)sept(?-u:\b)", "Sep"), (r"(?i)([0-9])(?:st|nd|rd|th)(?-u:\b)", "${1}")),
        "plain_day({x})",
    ),
    (r":[0-9]{2}\.[0-9]{7}", ((r"(:[0-9]{2}\.[0-9]{6})[0-9]+", "${1}"),), "microseconds({x})"),
    (
        r"(?:GMT|UTC)(?:$| ?[+-])|[+-][0-9]{2}:?[0-9]{2} *\([^()]*\)$",
        (
            (r"([+-][0-9]{2}:?[0-9]{2}) *\([^()]*\)$", "${1}"),
            (r"(?:GMT|UTC) ?([+-][0-9])", "${1}"),
            (r" *(?:GMT|UTC)$", "Z"),
        ),
        "plain_zone({x})",
    ),
)
# What no rewriting touches: digits, separators, one T or Z, and no more than microseconds.
_UNPLAIN = r"[^0-9 :/.,TZ+-]|\.[0-9]{7}"


@dataclass(frozen=True, slots=True)
class Column:
    """Every text of a column once: `raw` as it stands in the file, `clean` rewritten, with its `counts`.

    `rows` tells for every row which text it holds, -1 for none. `steps` is the SQL of the rewritings.
    """

    raw: pl.Series
    clean: pl.Series
    counts: np.ndarray
    rows: np.ndarray
    steps: tuple[str, ...] = ()

    def where(self, keep: np.ndarray) -> Column:
        """The column reduced to the texts for which `keep` is true."""
        rows = np.append(np.where(keep, np.cumsum(keep) - 1, -1), -1)[self.rows]
        mask = pl.Series(keep, dtype=pl.Boolean)
        return Column(self.raw.filter(mask), self.clean.filter(mask), self.counts[keep], rows, self.steps)

    def by_row(self, values: np.ndarray, none: float) -> np.ndarray:
        """The value of the text in each row, `none` where there is no text."""
        return np.append(values, none)[self.rows]


def column(texts: Texts) -> Column:
    """`texts` in file order as a column, stripped."""
    frame = pl.DataFrame({"raw": pl.Series(texts, dtype=pl.String)})
    once = frame.drop_nulls().group_by("raw", maintain_order=True).agg(pl.len()).with_row_index("text")
    rows = frame.join(once, on="raw", how="left", maintain_order="left")["text"].fill_null(-1)
    stripped = once["raw"].str.strip_chars()
    return Column(once["raw"], stripped, once["len"].to_numpy(), rows.cast(pl.Int64).to_numpy())


def rewritten(whole: Column) -> Column:
    """`whole` rewritten, with the SQL of each rewriting that a text needed."""
    clean, steps = whole.clean, []
    if not clean.str.contains(_UNPLAIN).any():
        return whole
    if clean.str.contains_any(list(WIDE)).any():
        clean = clean.str.replace_many(WIDE)
        steps.append("narrow({x})")
    for needed, replacements, sql in REWRITINGS:
        if clean.str.contains(needed).any():
            for pattern, replacement in replacements:
                clean = clean.str.replace_all(pattern, replacement)
            steps += [sql] if sql not in steps else []
    if steps:
        clean = clean.str.strip_chars()
    return Column(whole.raw, clean, whole.counts, whole.rows, tuple(steps))


def example(texts: pl.Series, where: np.ndarray) -> str:
    """The first of `texts` where `where` is true, with numbers masked; "" when there is none."""
    found = np.flatnonzero(where)
    return mask_numbers(texts[int(found[0])]) if len(found) else ""


def matches(texts: pl.Series, pattern: str) -> np.ndarray:
    """Which of `texts` fit `pattern` as a whole."""
    return texts.str.contains(f"^(?:{pattern})$").to_numpy()


def nothing_words(whole: Column) -> np.ndarray:
    """Which texts of `whole` are words such as "none" or "-"."""
    return whole.clean.str.to_lowercase().is_in(list(NOTHING)).to_numpy()


def unread_remark(held: Column, read: np.ndarray) -> tuple[Remark, ...]:
    """A remark on the texts that could not be read: how many rows, and an example."""
    if read.all():
        return ()
    values = {"count": int(held.counts[~read].sum()), "text": mask_digits(example(held.raw, ~read))}
    return (Remark(N_("{count} rows such as {text} cannot be read."), values),)
