"""The words on the screen: English in the code, the others from their catalogue."""

from __future__ import annotations

import re

from dashboard.words import LANGUAGES, in_words, language_name, problem_text, words
from etl.errors import N_, Problem
from scripts.messages import texts_in_code

CHINESE = re.compile(r"[\u3400-\u9fff]")


def test_no_english_text_holds_chinese_characters() -> None:
    assert [text for text in texts_in_code() if CHINESE.search(text)] == []


def test_languages() -> None:
    assert LANGUAGES == ("zh", "en")
    assert [language_name(lang) for lang in LANGUAGES] == ["中文", "English"]
    assert words("zh")("Goal sheet") == "目标达成表"
    assert words("en")("Goal sheet") == words("fr")("Goal sheet") == "Goal sheet"
    assert words("zh")("never translated") == "never translated"
    assert in_words({"zh": "甲", "en": "A"}, "zh") == "甲"
    assert in_words({"en": "A"}, "zh") == "A"


def test_a_problem_is_translated_before_it_is_filled() -> None:
    problem = Problem("a.csv", N_("“{text}” is not a number."), N_("Write it as 92.5%."), text="{x}")
    assert problem_text(problem, "zh") == ("a.csv", "“{x}”不是数字。", "请写成 92.5%。")
