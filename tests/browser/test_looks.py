"""What pages look like: colours that can be read, and nothing that is cut off."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

# The contrast of an element's text with the closest paper that is painted under it (WCAG 2).
CONTRAST = """element => {
  const parts = colour => colour.match(/[\\d.]+/g).map(Number);
  const light = colour => {
    const [r, g, b] = parts(colour).map(c => c / 255).map(c => c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b + 0.05;
  };
  const painted = e => { const c = parts(getComputedStyle(e).backgroundColor); return c.length < 4 || c[3] > 0.9; };
  let paper = element;
  while (!painted(paper)) paper = paper.parentElement;
  const both = [light(getComputedStyle(element).color), light(getComputedStyle(paper).backgroundColor)];
  return Math.max(...both) / Math.min(...both);
}"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("day", ["15", "20"])  # the one chosen, and any other
def test_the_days_of_the_calendar_can_be_read(day: str, scheme: str, visit: Callable[..., Page]) -> None:
    page = visit("/indicators", lang="zh", period="2026-10-15")
    page.emulate_media(color_scheme=scheme)
    page.get_by_test_id("stDateInputCalendarButton").click()
    number = page.get_by_test_id("stDateInputCalendar").get_by_text(day, exact=True)
    number.wait_for()
    page.wait_for_timeout(500)  # colours fade in
    assert number.evaluate(CONTRAST) >= 4.5


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1440, 1024])
def test_nothing_is_cut_off(width: int, scheme: str, visit: Callable[..., Page]) -> None:
    page = visit("/goals", lang="en", month="2026-10", agent="1001")
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": width, "height": 900})
    page.wait_for_timeout(300)
    assert page.evaluate("document.fonts.check('16px NotoSansSCWeb', '客服')")
    form = page.locator(".kpi-goals").bounding_box()
    assert form["x"] + form["width"] <= width
    wide = "e => e.scrollWidth - e.clientWidth"
    assert [one.evaluate(wide) for one in page.locator(".kpi-goals tr[data-row] > td").all()] == [0] * 64
