"""What reaches a person when something is wrong: where, what, and what to do next."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


def N_(text: str) -> str:
    """Mark an English sentence for the translation catalogue without translating it here."""
    return text


def in_words(of: Mapping[str, str], lang: str) -> str:
    """The text of an entry ({"zh": …, "en": …}) in `lang`, English where it lacks one."""
    return of.get(lang) or of.get("en") or next(iter(of.values()), "")


@dataclass(frozen=True, slots=True)
class Remark:
    """Something worth saying that stops nothing: an English template and what fills it.

    A value may be a text in several languages: {"zh": …, "en": …}.
    """

    text: str
    values: dict[str, object] = field(default_factory=dict)

    def __str__(self) -> str:
        values = {key: one["en"] if isinstance(one, dict) else one for key, one in self.values.items()}
        return self.text.format(**values)


class Problem(Exception):
    """Something asked for could not be done.

    `where` names the file, entry or option; `what` and `do` are English templates, marked with
    `N_` where they are written, whose `{names}` are filled from `values`. The edge (command line
    or page) translates the templates before filling them.
    """

    def __init__(self, where: str, what: str, do: str, **values: object) -> None:
        self.where, self.what, self.do, self.values = where, what, do, values
        super().__init__(where, what, do, values)

    def __reduce__(self) -> tuple:
        """How pickle rebuilds it in another process: an exception alone forgets its named values."""
        return _problem, (self.where, self.what, self.do, self.values)

    def __str__(self) -> str:
        return f"{self.where}: {self.what.format(**self.values)} {self.do.format(**self.values)}".strip()


def _problem(where: str, what: str, do: str, values: dict[str, object]) -> Problem:
    return Problem(where, what, do, **values)
