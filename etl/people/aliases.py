"""Who is meant by a text in an agent column: an id, a name of the roster, an alias of `config/aliases.toml`.

    [agents]
    "zhangsan" = "1003"

A name that one person of the roster has is that person. A name of several, and several names in one cell,
are nobody: such rows count in no person, or are set aside if they need one, until an alias says who it was.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import duckdb
import tomli_w

from etl.contracts.contract import Contract
from etl.errors import N_, Problem
from etl.home import read_entries
from etl.people.agents import agent_key, spelled_key
from etl.sql_text import TRUE, Sql, filled

FILE = "aliases.toml"
ROSTER = "SELECT DISTINCT agent_id, name FROM agents WHERE agent_id IS NOT NULL"
_ALWAYS_BETWEEN = re.compile(r"[、，；;&+\n]|(?<=[\u4e00-\u9fff])(?:和|及|与)(?=[\u4e00-\u9fff]{2})")
_PERHAPS_BETWEEN = re.compile(r"[/,|\\ ]+")
_NAME = re.compile(r"[\u4e00-\u9fff·]{2,5}")
_PAIR = re.compile(
    r"^\s*(?P<a>[^\s()\[\]（）【】/_-]+)\s*[\s()\[\]（）【】/_-]+\s*(?P<b>[^\s()\[\]（）【】/_-]+)\s*[)\]）】]?\s*$"
)


@dataclass(frozen=True, slots=True)
class People:
    """Everyone who is known: ids, the ids that have a name (compared by `agent_key`), aliases → ids.

    `apart` are the keys of numbers that differ in leading zeros only, and are several people.
    """

    ids: frozenset[str] = frozenset()
    names: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    aliases: Mapping[str, str] = field(default_factory=dict)
    apart: frozenset[str] = frozenset()

    def name(self, agent_id: str) -> str:
        """The name of a person, "" when it is not known."""
        return next((name for name, ids in self.names.items() if agent_id in ids), "")


def load_aliases(config: Path) -> dict[str, str]:
    """Alias → agent id as it is written, the alias as `agent_key` compares it; Problem with every fault."""
    entries = read_entries(config / FILE)
    listed = entries.get("agents", {})
    faults = [name for name in entries if name != "agents"]
    if not isinstance(listed, dict):
        faults.append("agents")
        listed = {}
    aliases: dict[str, str] = {}
    for text, who in listed.items():
        alias, person = agent_key(text), spelled_key(who) if isinstance(who, str | int) else ""
        if not alias or not person or isinstance(who, bool) or aliases.get(alias, person) != person:
            faults.append(text)
        aliases[alias] = person
    keys = {text: agent_key(person) for text, person in aliases.items()}
    faults += [text for text, person in keys.items() if person != text and person in aliases]
    if faults:
        raise Problem(
            f"config/{FILE}",
            N_("Faulty aliases: {faults}."),
            N_('Write each below [agents] as "name" = "agent id"; an alias cannot lead to another one.'),
            faults=", ".join(dict.fromkeys(faults)),
        )
    return aliases


def save_aliases(config: Path, added: Mapping[str, str]) -> None:
    """Add aliases (text → agent id) to `config/aliases.toml`; Problem, and no change, where it is faulty."""
    before = load_aliases(config)
    try:
        kept = tomllib.loads((config / FILE).read_text(encoding="utf-8")).get("agents", {}) if before else {}
        known = {agent_key(text) for text in added}
        merged = {text: who for text, who in kept.items() if agent_key(text) not in known} | dict(added)
        config.mkdir(parents=True, exist_ok=True)
        room = config / f".{FILE}.new"
        room.write_text(tomli_w.dumps({"agents": merged}), encoding="utf-8")
        room.replace(config / FILE)
    except OSError as error:
        raise Problem(
            f"config/{FILE}",
            N_("It cannot be written ({reason})."),
            N_("Give this user the right to write the home."),
            reason=error.strerror or error,
        ) from None


def people_of(roster: Iterable[tuple[str, str]], aliases: Mapping[str, str]) -> People:
    """The people of a roster, whose memberships are given as (agent id, name), with their aliases."""
    names: dict[str, set[str]] = {}
    for agent_id, name in roster:
        names.setdefault(agent_key(name), set()).add(agent_id)
    known = {key: tuple(sorted(ids)) for key, ids in names.items() if key}
    everyone = frozenset(agent_id for ids in names.values() for agent_id in ids)
    apart = frozenset(agent_key(one) for one in everyone if agent_key(one) != one)
    lead = {text: who if who in everyone else agent_key(who) for text, who in aliases.items()}
    return People(everyone, known, lead, apart)


def several(text: str, people: People) -> bool:
    """Whether a cell names several people: "张三、李四", "张三/李四"; not "Agent/1003", "John Smith"."""
    parts = [part for part in _ALWAYS_BETWEEN.split(text) if part.strip()]
    if len(parts) > 1:
        return True
    parts = [part for part in _PERHAPS_BETWEEN.split(text) if part]
    return len(parts) > 1 and all(_somebody(part, people) for part in parts) and not _one_person(text, people)


def _somebody(part: str, people: People) -> bool:
    key = agent_key(part)
    return bool(_NAME.fullmatch(part)) or key in people.ids or key in people.names or key in people.aliases


def _one_person(text: str, people: People) -> str | None:
    """The id in a cell that holds a person's id and name: "1003 张三", "张三(1003)"; None otherwise."""
    match = _PAIR.match(text)
    if match is None:
        return None
    for one, other in ((match["a"], match["b"]), (match["b"], match["a"])):
        if agent_key(one) in people.ids and agent_key(one) in people.names.get(agent_key(other), ()):
            return agent_key(one)
    return None


def settle(text: str, people: People) -> str | None:
    """The id of the person that a text means; None when it could be several people.

    Whoever is not known keeps the text's own key: somebody new.
    """
    key, spelled = agent_key(text), spelled_key(text)
    if key in people.aliases:
        return people.aliases[key]
    if key in people.apart:
        return spelled if spelled in people.ids else None
    if key in people.ids:
        return key
    if key in people.names:
        found = people.names[key]
        return found[0] if len(found) == 1 else None
    if (one := _one_person(text, people)) is not None:
        return one
    return None if several(text, people) else key


NOT_ONE = (
    "not_one_person"  # the reject rule of a row that needs a person, and names several or one of several
)

SETTLE = """
    UPDATE typed_rows SET {name} = who,
        {text} = CASE WHEN who IS NULL THEN coalesce({text}, said) END,
        fault_text = CASE WHEN who IS NULL AND fault IS NULL THEN coalesce({text}, said) ELSE fault_text END,
        fault = CASE WHEN who IS NULL THEN coalesce(fault, $code) ELSE fault END
    FROM meant WHERE typed_rows.{name} = said"""

SPELL = """
    UPDATE typed_rows SET {name} = spelled_key({text})
    WHERE list_contains($apart, {name}) AND agent_key({text}) = {name}"""


def moved(
    con: duckdb.DuckDBPyConnection, table: str, column: str, people: People, which: Sql = TRUE
) -> list[tuple[str, str]]:
    """(id, person meant) for the agent ids in a column of `table` that mean another person, in rows `which`.

    `who` is "" where it could be more than one person. One DISTINCT, where everybody is in the roster.
    """
    texts = filled(
        "SELECT DISTINCT {name} FROM {table} WHERE {name} IS NOT NULL AND {which}",
        name=column,
        table=table,
        which=which,
    )
    seen = con.execute(texts).fetchall()
    meant = ((key, settle(key, people) or "") for (key,) in seen)
    return [(key, who) for key, who in meant if who != key]


def settle_agents(
    con: duckdb.DuckDBPyConnection,
    contract: Contract,
    people: People,
    faults: Sequence[tuple[str, str | None, str]],
) -> None:
    """Replace the agent texts in `typed_rows` by the ids they mean, by aliases and the roster.

    Where a row needs a person, one whose text is not one person gets the fault that `faults` lists under
    its column and NOT_ONE, unless it has another already. Any other row keeps the text, which is nobody's id,
    and counts for everyone. Where every text is an id nothing is written: one DISTINCT a column.
    """
    if contract.name == "agents":
        return
    for column in contract.columns:
        if column.kind != "agent":
            continue
        if people.apart:
            spell = filled(SPELL, name=column.name, text=f"text {column.name}")
            con.execute(spell, {"apart": list(people.apart)})
        found = moved(con, "typed_rows", column.name, people)
        found = [(said, who) for said, who in found if who or column.required]
        if not found:
            continue
        code = next(
            n for n, (_, of, rule) in enumerate(faults, start=1) if (of, rule) == (column.name, NOT_ONE)
        )
        con.execute("CREATE OR REPLACE TEMP TABLE meant (said VARCHAR, who VARCHAR)")
        con.executemany("INSERT INTO meant VALUES (?, nullif(?, ''))", found)
        con.execute(filled(SETTLE, name=column.name, text=f"text {column.name}"), {"code": code})
