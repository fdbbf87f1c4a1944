"""The one door by which HTML reaches a page: elements, in which every text is escaped by its type."""

from __future__ import annotations

from pathlib import Path

import htpy as h
import streamlit as st
from markupsafe import Markup

ASSETS = Path(__file__).parents[1] / "assets"


def show(html: h.Renderable) -> None:
    """Put an element on the page, where the page is at."""
    st.html(as_text(html))


def as_text(html: h.Renderable) -> str:
    """An element as the text that a component takes; a TypeError for anything else, such as plain text."""
    if not isinstance(html, (h.BaseElement, h.Fragment)):
        raise TypeError(f"only elements reach a page, not {html!r}")
    return "".join(html.iter_chunks())


def script(*names: str) -> str:
    """Scripts of our own, by the names of their files, as one."""
    return "".join((ASSETS / name).read_text(encoding="utf-8") for name in names)


def style(name: str) -> None:
    """Put a style sheet of our own on the page, by the name of its file."""
    st.html(ASSETS / name)


def style_text(name: str, text: str) -> None:
    """Give our style sheets a text, as a property of this name."""
    # Nothing is escaped as HTML inside <style>: there, all but letters, digits and spaces is, as in CSS.
    safe = "".join(one if one.isalnum() or one == " " else f"\\{ord(one):x} " for one in text)
    show(h.style[Markup(f':root {{ --{name}: "{safe}"; }}')])
