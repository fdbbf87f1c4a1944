"""The words on screen and paper: English sentences, and their translation from the `.po` files."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from pathlib import Path

from babel import Locale
from babel.messages.pofile import read_po

from etl.errors import Problem, Remark, in_words

LOCALE = Path(__file__).parents[1] / "locale"
Translate = Callable[[str], str]


def _file(lang: str) -> Path | None:
    return next(iter(sorted(LOCALE.glob(f"{lang}*/LC_MESSAGES/service_kpi.po"))), None)


def languages(locale: Path) -> tuple[str, ...]:
    """The languages of a folder of translations, fr or zh_CN as one each; English is the text in the code."""
    folders = {path.parents[1].name for path in locale.glob("*/LC_MESSAGES/service_kpi.po")}
    return (*sorted(name.split("_")[0] for name in folders), "en")


LANGUAGES = languages(LOCALE)


@lru_cache
def words(lang: str) -> Translate:
    """The function that turns an English text of the code into `lang`, leaving its {names} unfilled.

    A text without a translation, and every text of an unknown language, stays English.
    """
    path = _file(lang) if lang in LANGUAGES and lang != "en" else None
    if path is None:
        return lambda text: text
    with path.open("rb") as file:
        entries = {str(entry.id): str(entry.string) for entry in read_po(file) if entry.id and entry.string}
    return lambda text: entries.get(text, text)


def language_name(lang: str) -> str:
    """What a language calls itself: 中文, English."""
    name = Locale(lang).get_display_name(lang) or lang
    return name[0].upper() + name[1:]


def problem_text(problem: Problem, lang: str) -> tuple[str, str, str]:
    """(where, what, what to do next) of a Problem in `lang`."""
    t = words(lang)
    values = {name: _translated(value, lang) for name, value in problem.values.items()}
    return problem.where, t(problem.what).format(**values), t(problem.do).format(**values)


def _translated(value: object, lang: str) -> object:
    """A value for a sentence, translated: an English text, a catalogue entry's words, or a list of them."""
    if isinstance(value, list):
        return words(lang)(", ").join(str(_translated(one, lang)) for one in value)
    if isinstance(value, dict):
        return in_words(value, lang)
    return words(lang)(value) if isinstance(value, str) else value


def remark_text(remark: Remark, lang: str) -> str:
    """A Remark in `lang`."""
    values = {
        name: in_words(value, lang) if isinstance(value, dict) else value
        for name, value in remark.values.items()
    }
    return words(lang)(remark.text).format(**values)
