"""The words on the screen: English in the code, the others from their catalogue."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from dashboard.words.translate import LANGUAGES, in_words, language_name, languages, problem_text, words
from etl.audits.audit import audits
from etl.errors import N_, Problem
from etl.maps.maps import load_sources
from scripts.messages import LOCALE, ROOT, read, texts_in_code

CHINESE = re.compile(r"[\u3400-\u9fff]")
HALF_WIDTH = re.compile(r"[,;:!?()]")
WRITTEN_SO = re.compile(
    r"""\{[^{}]*\}          # a value
      | [0-9*]+[:,][0-9*:,]+  # 12:00, 1,624
      | (?<=以\ ):00        # the end of a time
      | [时分]:[分秒](:秒)?    # a clock as a spreadsheet shows it
      | 列:取值=             # what is typed after --answer
      | sqlite:///""",
    re.VERBOSE,
)


def test_no_english_text_holds_chinese_characters() -> None:
    assert [text for text in texts_in_code() if CHINESE.search(text)] == []


def narrow(text: str) -> bool:
    """Whether a Chinese text has a half-width mark outside what is written so in any language."""
    return bool(HALF_WIDTH.search(WRITTEN_SO.sub("", text)))


def shipped_in_chinese() -> dict[str, list[str]]:
    """Every Chinese text that ships, by where it stands."""
    found = {"messages": list(read(LOCALE / "zh_CN" / "LC_MESSAGES" / "service_kpi.po").values())}
    for path in sorted((ROOT / "kpi" / "catalog").glob("*.toml")):
        found[path.name] = list(chinese_in(tomllib.loads(path.read_text("utf-8"))))
    says = [(one.title, one.todo, one.says or {}) for one in audits()]
    found["audits"] = [text["zh"] for three in says for text in three if text]
    found["sources"] = [source.title["zh"] for source in load_sources().values()]
    return found


def chinese_in(entry: object) -> Iterator[str]:
    """The Chinese texts of a catalogue file, but for the `aliases`: what other people's files say."""
    if isinstance(entry, dict):
        yield from (text for key, value in entry.items() if key != "aliases" for text in chinese_in(value))
    elif isinstance(entry, list):
        yield from (text for value in entry for text in chinese_in(value))
    elif isinstance(entry, str) and CHINESE.search(entry):
        yield entry


@pytest.mark.parametrize(("where", "texts"), shipped_in_chinese().items())
def test_chinese_has_full_width_punctuation(where: str, texts: list[str]) -> None:
    assert [text for text in texts if narrow(text)] == []


@pytest.mark.parametrize("text", ["一,二", "(一)", "{name}:{text}", "，", "目标:85"])
def test_half_width_is_noticed(text: str) -> None:
    assert narrow(text) is (text != "，")


def test_languages() -> None:
    assert languages(LOCALE) == LANGUAGES == ("zh", "en")
    assert [language_name(lang) for lang in LANGUAGES] == ["中文", "English"]
    assert words("zh")("Goal sheet") == "目标达成表"
    assert words("en")("Goal sheet") == words("fr")("Goal sheet") == "Goal sheet"
    assert words("zh")("never translated") == "never translated"
    assert in_words({"zh": "甲", "en": "A"}, "zh") == "甲"
    assert in_words({"en": "A"}, "zh") == "A"


def test_a_file_of_translations_is_a_language(tmp_path: Path) -> None:
    for name in ("pt_BR", "fr"):
        (tmp_path / name / "LC_MESSAGES").mkdir(parents=True)
        (tmp_path / name / "LC_MESSAGES" / "service_kpi.po").touch()
    (tmp_path / "de").mkdir()
    assert languages(tmp_path) == ("fr", "pt", "en")


def test_a_problem_is_translated_before_it_is_filled() -> None:
    problem = Problem("a.csv", N_("“{text}” is not a number."), N_("Write it as 92.5%."), text="{x}")
    assert problem_text(problem, "zh") == ("a.csv", "“{x}”不是数字。", "请写成 92.5%。")
