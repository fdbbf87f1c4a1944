"""What the shipped fonts can print, read from the fonts themselves."""

from __future__ import annotations

import pytest
from fontTools.ttLib import TTFont

from dashboard.export.glyphs import FONTS, INSTEAD, printable, printable_characters


def test_characters_are_those_of_every_shipped_font():
    fonts = [set(TTFont(path).getBestCmap()) for path in sorted(FONTS.glob("*.ttf"))]
    assert len(fonts) >= 2
    assert printable_characters() == set.intersection(*fonts)


@pytest.mark.parametrize(
    ("text", "printed", "missing"),
    [
        ("测试员工02 囧㛃䶮", "测试员工02 囧㛃䶮", set()),
        ("张😀三", f"张{INSTEAD}三", {"😀"}),
        ("a\u200bb\u202ec\x07d\ufe0f", "abcd", set()),
        ("one\r\ntwo\tthree\u2028four", "one\ntwo three four", set()),
        ("cafe\u0301", "café", set()),
        ("bad \ud800", f"bad {INSTEAD}", {"\ud800"}),
    ],
)
def test_unprintable_characters_are_replaced_and_named(text, printed, missing):
    assert printable(text) == (printed, missing)


def test_the_stand_in_and_the_tick_box_can_be_printed():
    assert {ord(INSTEAD), ord("□")} <= printable_characters()
