"""Markup planted into every text of a value, and what a browser would find of it in a page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from html.parser import HTMLParser

EVIL = '"><script>alert(1)</script><img src=x onerror="alert(1)">\'&lt;'

# Fields whose words are the program's own: what they may hold is fixed by their types.
OWN_WORDS = {
    "kind", "unit", "better", "verdict", "target_source", "state", "status", "evidence", "reason",
    "month", "trend_months", "relation", "levels",
}  # fmt: skip


def planted(value: object, name: str = "") -> object:
    """A value with EVIL for every text in it, however deep; what only the program writes is left."""
    if isinstance(value, str):
        return value if name in OWN_WORDS else EVIL
    if is_dataclass(value):
        own = {one.name: planted(getattr(value, one.name), one.name) for one in fields(value) if one.init}
        return type(value)(**own)
    if isinstance(value, Mapping):
        return {key: planted(one, name) for key, one in value.items()}
    if isinstance(value, tuple | list):
        return type(value)(planted(one, name) for one in value)
    return value


class Read(HTMLParser):
    """What a browser finds in HTML: its tags, the names of its attributes, and all texts."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: set[str] = set()
        self.texts: list[str] = []
        self.feed(html)
        self.close()

    @property
    def harmless(self) -> bool:
        """Whether nothing that was planted is there as markup."""
        return not {"script", "img"} & set(self.tags) and "onerror" not in self.attributes

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes |= {name for name, _ in attrs}
        self.texts += [value for _, value in attrs if value]

    def handle_data(self, data: str) -> None:
        self.texts.append(data)
