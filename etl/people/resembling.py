"""People whose id, name or login resembles a text: proposals for aliases, never applied by themselves."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable
from functools import lru_cache
from itertools import product

from pypinyin import Style, pinyin

from etl.people.agents import agent_key
from etl.people.aliases import People, several

_CJK = re.compile(r"[\u3400-\u9fff]")
MOST_READINGS = 16  # of a name with characters that are read in several ways


def near(text: str, people: People) -> str | None:
    """The one person whose number, name or login `text` resembles; None for nobody or several."""
    if several(text, people):
        return None
    key = agent_key(text)
    numbers = {agent_key(run) for run in re.findall(r"\d{2,}", key)} & people.ids
    if numbers:
        return next(iter(numbers)) if len(numbers) == 1 else None
    found = {who for name, ids in people.names.items() if _alike(key, name) for who in ids}
    return next(iter(found)) if len(found) == 1 else None


def proposed(texts: Iterable[str], people: People) -> dict[str, str]:
    """Text → id, for the texts that resemble exactly one person."""
    return {text: who for text in texts if (who := near(text, people))}


def _alike(key: str, name: str) -> bool:
    login = re.sub(r"@.*$|[^a-z\u3400-\u9fff]", "", key)
    if len(login) < 2:
        return False
    if _CJK.search(name):
        if _CJK.search(login):  # typed by its sound: 张三丰 and 张三峰
            return len(login) == len(name) and bool(readings(login) & readings(name))
        return login in logins(name)
    words = re.findall(r"[a-z]+", name)
    if len(words) < 2:
        return login == name
    first, last = words[0], words[-1]
    usual = {first + last, last + first, first[0] + last, last + first[0], first + last[0]}
    return login in usual or difflib.SequenceMatcher(None, login, first + last).ratio() > 0.93


@lru_cache(maxsize=20_000)
def readings(name: str) -> frozenset[tuple[str, ...]]:
    """The ways to read a name's characters, in letters without tones."""
    options = pinyin(name, style=Style.NORMAL, heteronym=True)
    several_ways = product(*options)
    return frozenset(tuple(reading) for reading, _ in zip(several_ways, range(MOST_READINGS), strict=False))


@lru_cache(maxsize=20_000)
def logins(name: str) -> frozenset[str]:
    """Logins that are usual for a Chinese name: zhangsan, sanzhang, zhangs, zsan, zs."""
    found: set[str] = set()
    for reading in readings(name):
        for split in (1, 2)[: 2 if len(reading) > 2 else 1]:  # 欧阳 is one family name
            family, given = "".join(reading[:split]), reading[split:]
            rest, letters = "".join(given), "".join(word[:1] for word in given)
            first = "".join(word[:1] for word in reading[:split])
            found |= {family + rest, rest + family, family + letters, letters + family}
            found |= {first + rest, first + letters}
    return frozenset(found)
