"""Data set by a template with typst in the shipped font, text staying searchable; charts as SVG for it."""

from __future__ import annotations

import json
import re
from functools import lru_cache
from pathlib import Path
from threading import Lock
from types import ModuleType
from typing import Literal

import altair as alt
import typst
import vl_convert

from dashboard.export.glyphs import FONTS, INSTEAD, printable
from dashboard.words.translate import Translate

ZERO_WIDTH_SPACE = "\u200b"
_ONE_AT_A_TIME = Lock()


def typeset(
    template: Path, data: dict, fmt: Literal["pdf", "png"] = "pdf", pixels_per_inch: float | None = None
) -> bytes:
    """The document that a template of this folder makes of `data` (JSON); as "png" it must have one page."""
    with _ONE_AT_A_TIME:
        return _compiler().compile(
            input=template, format=fmt, ppi=pixels_per_inch, sys_inputs={"data": json.dumps(data)}
        )


@lru_cache
def _compiler() -> typst.Compiler:
    """One compiler for the process: reading the fonts takes longer than setting a form."""
    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(FONTS)])
    return typst.Compiler(root=str(Path(__file__).parent), font_paths=fonts)


def clean(form: dict, t: Translate) -> dict:
    """The form with every text cleaned for the fonts, and a sentence naming what they lack."""
    missing: set[str] = set()

    def cleaned(value: object, key: str = "") -> object:
        if isinstance(value, dict):
            return {name: cleaned(item, name) for name, item in value.items()}
        if isinstance(value, list | tuple):
            return [cleaned(item) for item in value]
        if not isinstance(value, str) or key == "chart":
            return value
        text, lacking = printable(value)
        missing.update(lacking)
        return _breakable(text)

    printed = cleaned(form)
    codes = ", ".join(f"U+{ord(letter):04X}" for letter in sorted(missing))
    sentence = t("Some characters cannot be printed and stand as {instead}: {codes}.")
    printed["missing"] = sentence.format(instead=INSTEAD, codes=codes) if missing else ""
    return printed


def _breakable(text: str) -> str:
    """Long runs without a space (addresses, codes) may break, or they would leave their cell."""
    return re.sub(
        r"[!-~]{20,}", lambda run: re.sub(r"(.{6})(?=.)", rf"\1{ZERO_WIDTH_SPACE}", run.group()), text
    )


def svg(chart: alt.Chart, width: int, height: int) -> str:
    """A chart of this size in pixels as SVG."""
    return _converter().vegalite_to_svg(chart.properties(width=width, height=height).to_dict())


@lru_cache
def _converter() -> ModuleType:
    """The chart converter, told about the shipped font: without one it leaves out all text."""
    vl_convert.register_font_directory(str(FONTS))
    return vl_convert
