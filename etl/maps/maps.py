"""Source maps: how each vendor's format is recognised and which contract columns it fills."""

from __future__ import annotations

import hashlib
import re
import tomllib
from dataclasses import dataclass, field, replace
from functools import lru_cache
from importlib import resources
from pathlib import Path
from typing import Annotated, Literal

import pydantic

from etl.contracts.contract import Contract
from etl.contracts.facts import CONTRACTS
from etl.errors import N_, Problem
from etl.expressions import Terms, check_expression
from etl.read import header_word, unique_words
from etl.sql_text import FALSE, TRUE, Sql
from etl.staff_rules import LeaveCode, is_times, read_leave_codes

FILE_ROW = Sql("file_row")
OF_LEGS = frozenset({"leg_no", "legs"})  # columns that folding adds


@dataclass(frozen=True, slots=True)
class ColumnMap:
    """One contract column: an SQL expression over the raw text columns that yields text.

    `formats` are strptime formats for its times (none: ISO-like texts), `values` maps raw words.
    In a file without one of the columns it `reads`, the column stays empty; `words` are these and the
    optional ones.
    """

    expression: str  # or Sql; a text that is none names a column
    formats: tuple[str, ...] = ()
    values: dict[str, str] = field(default_factory=dict)
    reads: frozenset[str] = frozenset()
    words: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class TableMap:
    """What a source gives to one contract; rows where `ignore` holds are not meant for it, and those
    where `exclude` does (a condition over the columns of the contract) are not wanted by the house.

    With `fold` (an expression over one row: the vendor's linking id) all rows of one id make one fact:
    the columns are then aggregates over those rows, and `having` says which ids are meant for the contract.
    Where a call may go from one person to the next, `leg` says of a row that it "ends" a leg, "begins"
    one, or both, in the order of `order`: each leg is a fact then, and columns may read `leg_no` (from 0)
    and `legs`.

    `delivers` names the columns of a group that the file always has whole: what it leaves out of a
    group is gone (a shift that became a day off).
    """

    contract: Contract
    columns: dict[str, ColumnMap]
    ignore: Sql = FALSE
    fold: Sql | None = None
    having: Sql = TRUE
    leg: Sql | None = None
    order: Sql = FILE_ROW
    unpivot: bool = False  # the rows come from the wide part of the file, see etl/maps/wide.py
    delivers: tuple[str, ...] = ()
    exclude: Sql = FALSE
    by_part: bool = False  # a faulty part leaves the others of its row: the days of a roster
    among: Sql = TRUE  # which facts `delivers` may remove
    perhaps: bool = False  # only a file that has something for the table is told of


@dataclass(frozen=True, slots=True)
class Source:
    """One format. `headers` (normalised) must all be in a file for it to be this source; `also` gives
    other words of a header for the one that the map uses.

    Where it comes without a header row, `layouts` are the words that its places are called by, and
    `shape` a regular expression for some of them. A file may lack the last places of a layout down to
    `fewest`, and with `short_rows` so may each row.

    A file may lack `optional` columns: they are empty then. `derived` are further columns, each an SQL
    expression over a raw row. In `day_first` columns days stand before months, unless the file itself
    shows that it is the other way about (12 is the last month). `nulls` are texts that mean "nothing";
    `personal` are raw or derived columns with customer identifiers, each with the texts in it that mean
    nobody. A map that is `documented` was written from public documentation alone: no real file was seen.
    """

    name: str
    title: dict[str, str]
    headers: tuple[str, ...]
    tables: tuple[TableMap, ...]
    nulls: tuple[str, ...] = ()
    personal: dict[str, tuple[str, ...]] = field(default_factory=dict)
    layouts: tuple[tuple[str, ...], ...] = ()
    shape: dict[str, str] = field(default_factory=dict)
    fewest: int = 0
    short_rows: bool = False
    optional: tuple[str, ...] = ()
    also: dict[str, str] = field(default_factory=dict)  # other word → word of the map
    derived: dict[str, Sql] = field(default_factory=dict)
    day_first: tuple[str, ...] = ()
    wide: str | None = None  # "items" or "days": which columns etl/maps/wide.py turns into rows
    points: dict[str, float] = field(default_factory=dict)  # column of a QA form → its maximum
    deduction: bool = False  # the form's cells hold what was taken off the maximum
    shifts: dict[str, str] = field(default_factory=dict)  # codes of a roster, before those of the home
    leave_codes: dict[str, LeaveCode] = field(default_factory=dict)
    documented: bool = False
    digest: str = ""

    def named(self, header: tuple[str, ...]) -> tuple[str, ...]:
        """`header` with its words replaced by those of this map."""
        return tuple(
            self.also[word] if word in self.also and self.also[word] not in header else word
            for word in header
        )


class _Model(pydantic.BaseModel):
    model_config = pydantic.ConfigDict(extra="forbid", strict=True)


class _Column(_Model):
    expression: str
    formats: list[str] = []
    values: dict[str, str] = {}


class _Table(_Model):
    contract: str
    ignore: str = "false"
    fold: str | None = None
    having: str = "true"
    leg: str | None = None
    order: str = "file_row"
    columns: dict[str, str | _Column]


class _File(_Model):
    title: dict[str, str]
    headers: list[str] = []
    also: dict[str, list[str]] = {}
    columns: list[str] | list[list[str]] = []
    shape: dict[str, str] = {}
    fewest: int = 0
    short_rows: bool = False
    optional: list[str] = []
    system: str = pydantic.Field("", pattern=r"^[\w-]*$")
    terms: dict[str, str] = {}
    derived: dict[str, str] = {}
    day_first: list[str] = []
    nulls: list[str] = []
    personal: dict[str, list[str]] = {}
    wide: Literal["items", "days"] | None = None
    points: dict[str, Annotated[float, pydantic.Field(gt=0, allow_inf_nan=False)]] = {}
    deduction: bool = False
    shifts: dict[str, str] = {}
    leave_codes: dict[str, str] = {}
    documented: bool = False
    table: list[_Table]


def load_sources(config: Path | None = None) -> dict[str, Source]:
    """The maps that are shipped and those in `config/sources/`, by name; Problem with every fault."""
    paths = sorted(resources.files("etl").joinpath("sources").iterdir(), key=lambda path: path.name)
    if config is not None and (config / "sources").is_dir():
        paths += sorted((config / "sources").glob("*.toml"))
    sources: dict[str, Source] = {}
    faults: list[str] = []
    for path in paths:
        if path.name.endswith(".toml"):
            name = path.name.removesuffix(".toml")
            try:
                sources[name] = read_source(name, path.read_text(encoding="utf-8"))
            except (ValueError, KeyError, OSError) as error:
                faults.append(f"{path.name}: {_reason(error)}")
    if faults:
        raise Problem(
            "sources", N_("Faulty source maps: {faults}."), N_("Correct them."), faults="; ".join(faults)
        )
    return sources


def _reason(error: Exception) -> str:
    if isinstance(error, pydantic.ValidationError):
        return "; ".join(f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors())
    return str(error)


@lru_cache(maxsize=200)  # reading the maps that are shipped takes longer than a small file
def read_source(name: str, text: str) -> Source:
    """The map that `text` (TOML) describes; ValueError, also of pydantic, when it is faulty."""
    file = _File.model_validate(tomllib.loads(text))
    if not file.headers and not file.columns:
        raise ValueError("headers: give the header words, or the columns of a file without a header")
    if file.columns and not file.shape:
        raise ValueError("shape: say what the first rows of a file without a header look like")
    for pattern in file.shape.values():
        re.compile(pattern)
    personal = {header_word(column): tuple(values) for column, values in file.personal.items()}
    optional = frozenset(map(header_word, file.optional))
    terms = Terms(file.terms)
    if (file.wide == "items") != bool(file.points):
        raise ValueError("points: give the maximum of each point of a form with one column a point")
    tables = tuple(
        _unpivoted(_read_table(table, terms, file.system, optional, personal), file.wide)
        for table in file.table
    )
    tables += tuple(
        roster_leave(t.columns["agent_id"]) for t in tables if t.unpivot and t.contract.name == "schedule"
    )
    for code, times in file.shifts.items():
        if times and not is_times(times):
            raise ValueError(f"shifts.{code}: write it as 08:00-16:00")
    derived = {header_word(column): Sql(terms.expanded(text)) for column, text in file.derived.items()}
    for column, expression in derived.items():
        check_expression(expression, f"derived.{column}")
    layouts = [file.columns] if file.columns and isinstance(file.columns[0], str) else file.columns
    return Source(
        name,
        file.title,
        tuple(map(header_word, file.headers)),
        tables,
        tuple(file.nulls),
        personal,
        layouts=tuple(unique_words(tuple(layout)) for layout in layouts),
        shape={header_word(column): pattern for column, pattern in file.shape.items()},
        fewest=file.fewest,
        short_rows=file.short_rows,
        optional=tuple(sorted(optional)),
        derived=derived,
        day_first=tuple(map(header_word, file.day_first)),
        also={header_word(other): header_word(word) for word in file.also for other in file.also[word]},
        wide=file.wide,
        points={header_word(point): maximum for point, maximum in file.points.items()},
        deduction=file.deduction,
        shifts=file.shifts,
        leave_codes=read_leave_codes(name, file.leave_codes, {}),
        documented=file.documented,
        digest=hashlib.sha256(text.encode()).hexdigest()[:16],
    )


def _unpivoted(table: TableMap, wide: str | None) -> TableMap:
    """`table` set to take the wide columns as rows, if its contract is the one for this wide layout."""
    if wide == "items" and table.contract.name == "qa_items":
        return replace(table, unpivot=True, delivers=("review_id",))
    if wide == "days" and table.contract.name == "schedule":
        return replace(table, unpivot=True, delivers=("agent_id", "shift_date"), by_part=True)
    return table


def roster_leave(agent: ColumnMap) -> TableMap:
    """The days of leave in a wide roster, whose people stand in `agent`."""
    parts = {"starts_at": ColumnMap("leave_from"), "ends_at": ColumnMap("leave_to")}
    return TableMap(
        CONTRACTS["leave"],
        {"agent_id": agent, "leave_type": ColumnMap("leave_type")} | parts,
        ignore=Sql("leave_type IS NULL"),
        unpivot=True,
        delivers=("agent_id", "business_date"),
        by_part=True,
        # Leave that other files gave is not the roster's to remove.
        among=Sql(
            "file_id IN (SELECT given.file_id FROM files AS given JOIN files AS roster"
            " USING (sha256, part, source) WHERE given.contract = 'leave' AND roster.contract = 'schedule')"
        ),
        perhaps=True,
    )


def _read_table(
    table: _Table, terms: Terms, system: str, optional: frozenset[str], personal: dict[str, tuple[str, ...]]
) -> TableMap:
    if table.contract not in CONTRACTS:
        raise ValueError(f"table.contract: there is no contract “{table.contract}”")
    contract = CONTRACTS[table.contract]
    known = {column.name for column in contract.columns}
    columns = {}
    for column, entry in table.columns.items():
        if column not in known:
            raise ValueError(f"{table.contract}.{column}: the contract has no such column")
        given = _Column(expression=entry) if isinstance(entry, str) else entry
        expression = terms.expanded(given.expression)
        if system and contract.column(column).kind == "key":
            expression = f"'{system}:' || ({expression})"
        reads = check_expression(expression, f"{table.contract}.{column}", bool(table.fold))
        words = frozenset(map(header_word, reads))
        columns[column] = ColumnMap(
            Sql(expression), tuple(given.formats), given.values, words - optional - OF_LEGS, words
        )
    missing = [c.name for c in contract.columns if c.required and c.name not in columns and not c.default]
    if missing:
        raise ValueError(f"{table.contract}.{missing[0]}: required, but not mapped")
    ignore, having = terms.expanded(table.ignore), terms.expanded(table.having)
    fold = terms.expanded(table.fold) if table.fold else None
    check_expression(ignore, f"{table.contract}.ignore")
    check_expression(fold or "NULL", f"{table.contract}.fold")
    check_expression(having, f"{table.contract}.having", bool(fold))
    leg, order = terms.expanded(table.leg) if table.leg else None, terms.expanded(table.order)
    check_expression(leg or "NULL", f"{table.contract}.leg")
    check_expression(order, f"{table.contract}.order")
    customer = columns.get("customer")
    if customer and header_word(customer.expression.strip('"')) not in personal:
        raise ValueError(f"{table.contract}.customer: name a column that stands under personal")
    meant = (Sql(ignore), Sql(fold) if fold else None, Sql(having))
    return TableMap(contract, columns, *meant, Sql(leg) if fold and leg else None, Sql(order))
