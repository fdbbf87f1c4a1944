"""What a contract is: one table as a readable list of columns, with its types and rules."""

from __future__ import annotations

from dataclasses import dataclass

from etl.sql_text import Sql

SQL_TYPE = {
    "key": Sql("VARCHAR"),
    "text": Sql("VARCHAR"),
    "choice": Sql("VARCHAR"),
    "agent": Sql("VARCHAR"),
    "customer": Sql("VARCHAR"),
    "month": Sql("VARCHAR"),
    "time": Sql("TIMESTAMP"),
    "date": Sql("DATE"),
    "seconds": Sql("DOUBLE"),
    "number": Sql("DOUBLE"),
    "whole": Sql("BIGINT"),
    "flag": Sql("BOOLEAN"),
}

YES = ("true", "yes", "y", "t", "1", "是", "有", "合格", "通过", "√")
NO = ("false", "no", "n", "f", "0", "否", "无", "不合格", "未通过", "×")


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a contract.

    `kind` is a key of `SQL_TYPE`. A row whose required column is empty, or whose text cannot be
    read as its kind, is rejected; a measure (`seconds`, `whole`) outside `low`..`high` is loaded
    as null and counted by an audit, unless `strict`: then the row is rejected (off-scale scores).
    `choices` maps each allowed value to the words that mean it. `default` (an SQL literal) stands
    in for an empty cell, `otherwise` is an SQL expression over the row's other columns. Of a time that
    is `lasting`, because durations begin or end with it, the fact also keeps the offset from UTC. Into a
    `free` text people write what they like: what is personal in it is masked.
    """

    name: str
    kind: str
    zh: str
    en: str
    required: bool = False
    low: float | None = None
    high: float | None = None
    strict: bool = False
    choices: dict[str, tuple[str, ...]] | None = None
    default: Sql | None = None
    otherwise: Sql | None = None
    lasting: bool = False
    free: bool = False

    @property
    def offset(self) -> str:
        """The column with the seconds that the clock of this time is ahead of UTC; NULL where not said."""
        return f"{self.name}_offset_s"


@dataclass(frozen=True, slots=True)
class Rule:
    """A condition over the columns of one row; where it is false the row is rejected as `name`."""

    name: str
    column: str
    condition: Sql


@dataclass(frozen=True, slots=True)
class Contract:
    """One table: its key, its columns, and the SQL of the business date each row belongs to.

    A `customer` column becomes two columns of the fact: `customer_key` (keyed hash, for matching)
    and `customer_shown` (masked, for display); so does a `lasting` time. Where several rows may have the
    same key, `apart` are the columns that tell them apart. `found` are columns that no file has: they are
    worked out after a load.
    """

    name: str
    zh: str
    en: str
    key: tuple[str, ...]
    business_date: Sql
    columns: tuple[Column, ...]
    rules: tuple[Rule, ...] = ()
    apart: tuple[str, ...] = ()
    found: tuple[tuple[str, Sql], ...] = ()

    @property
    def identity(self) -> tuple[str, ...]:
        """The columns in which a row of a file and a fact are the same one."""
        return (*self.key, *self.apart)

    @property
    def place(self) -> tuple[str, ...]:
        """The columns that name one fact of a snapshot, whatever is amended in it."""
        return (*self.key, "file_id", "file_row") if self.apart else self.key

    def column(self, name: str) -> Column:
        """The column called `name`; KeyError when there is none."""
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(name)
