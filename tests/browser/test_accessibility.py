"""Whether everybody can use the pages: axe finds nothing serious, the focus shows, nothing moves or stands out."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.browser.test_frame import SHIFTS

TEAM, PERSON = {"team": "热线二组"}, {"agent": "1003"}
PAGES = [
    ("/", {}),
    ("/goals", TEAM),
    ("/goals", PERSON),
    ("/meeting", TEAM | {"agent": "2001"}),
    ("/prepare", TEAM),
]
PAGES += [("/targets", TEAM), ("/appraisal", PERSON)]
PAGES += [(path, {}) for path in ("/standards", "/indicators", "/data", "/closing")]
HARM = ("serious", "critical")
OPTIONS = {"resultTypes": ["violations"], "rules": {"label-content-name-mismatch": {"enabled": True}}}
# What lies further right than it can be seen, where nothing scrolls to it.
WIDER = """() => ["html", "[data-testid=stMain]"].filter(one => {
  const { scrollWidth, clientWidth } = document.querySelector(one);
  return scrollWidth > clientWidth;
})"""
# Our controls whose focus does not show; the keyboard was used last.
UNSEEN = """() => [...document.querySelectorAll('[class*="kpi-"] :is(a[href], button, input, select, textarea, summary), .kpi-scroll[tabindex]')]
  .filter(one => {
    one.focus();
    const look = getComputedStyle(one), around = getComputedStyle(one.parentElement);
    const outlined = [look, around].some(l => l.outlineStyle !== "none" && parseFloat(l.outlineWidth) > 0);
    return document.activeElement === one && !outlined && look.boxShadow === "none";
  })
  .map(one => one.outerHTML.slice(0, 150))"""
AXE = Axe()


def found(page: Page) -> list[tuple[str, str]]:
    """What axe finds that is serious, and where; Streamlit's own nodes are no exception."""
    violations = AXE.run(page, options=OPTIONS).response["violations"]
    serious = [one for one in violations if one["impact"] in HARM]
    return [(one["id"], node["html"][:150]) for one in serious for node in one["nodes"]]


# English needs more room; the focus shows in the same way in both languages.
@pytest.mark.parametrize(
    ("lang", "scheme", "widths"), [("zh", "light", ()), ("en", "dark", (390, 820, 1920))]
)
def test_everybody_can_use_every_page(
    lang: str, scheme: str, widths: tuple[int, ...], visit: Callable[..., Page]
) -> None:
    page = visit("/closing", lang=lang, period="2026-10")
    page.emulate_media(color_scheme=scheme)
    page.context.add_init_script(SHIFTS)
    faults = []
    for path, choice in PAGES:
        page.set_viewport_size({"width": 1440, "height": 900})
        visit(path, page, lang=lang, period="2026-10", **choice)
        page.wait_for_timeout(500)  # until charts and fonts are there, which must not move anything
        moved = page.evaluate("window.shifted")
        faults += [(path, "moved", moved)] if moved > 0.05 else []
        faults += [(path, *fault) for fault in found(page)]
        if scheme == "light":
            page.keyboard.press("Tab")
            faults += [(path, "focus does not show", one) for one in page.evaluate(UNSEEN)]
        for width in widths:
            page.set_viewport_size({"width": width, "height": 900})
            page.wait_for_timeout(100)
            faults += [(path, width, one) for one in page.evaluate(WIDER)]
    assert faults == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_everybody_can_read_what_is_behind_a_figure(scheme: str, visit: Callable[..., Page]) -> None:
    page = visit("/indicators", lang="en", period="2026-10")
    page.emulate_media(color_scheme=scheme)
    page.locator("[data-how]").first.click()
    page.get_by_role("dialog").locator("table, canvas, svg").first.wait_for()
    page.wait_for_timeout(500)  # it fades in
    assert found(page) == []
