"""The goal sheet under the hands: a line a row, that opens; nothing overlaps, nothing jumps."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.test_typing import field, state

WEAK = {"lang": "zh", "period": "2026-10", "agent": "3009"}  # one real gap, and a measure without effect
# What is drawn inside each other's frame though neither holds the other; hidden texts are one pixel.
OVERLAPS = """() => {
  const shown = [...document.querySelectorAll('.kpi-goals, .kpi-heading, .kpi-last, .kpi-support, .kpi-headline')].flatMap(part =>
    [...part.querySelectorAll('.kpi-number, .kpi-n, .kpi-small, .kpi-chip, .kpi-gap, .kpi-name, .kpi-spark, .kpi-field, .kpi-take, .kpi-to, .kpi-evidence, .kpi-heading b')])
    .filter(one => one.checkVisibility() && !one.closest('.kpi-take > *') && !one.classList.contains('kpi-state'));
  const boxes = shown.map(one => [one, one.getBoundingClientRect()]).filter(([, b]) => b.width > 1 && b.height > 1);
  const found = [];
  for (const [at, [one, a]] of boxes.entries()) for (const [other, b] of boxes.slice(at + 1)) {
    if (one.contains(other) || other.contains(one)) continue;
    if (one.matches('.kpi-suggested') !== other.matches('.kpi-suggested') && (one.matches('.kpi-field') || other.matches('.kpi-field'))) continue; // it stands in the empty field
    const wide = Math.min(a.right, b.right) - Math.max(a.left, b.left), high = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
    if (wide > 1 && high > 2) found.push(one.className + ' ' + one.textContent.slice(0, 20) + ' × ' + other.className + ' ' + other.textContent.slice(0, 20));
  }
  const widest = Math.max(...boxes.map(([, b]) => b.right));
  return [found, widest];
}"""


def row(page: Page, key: str) -> Locator:
    return page.locator(f'tr[data-row="{key}"]')


def is_open(page: Page, key: str) -> bool:
    return row(page, key).locator(".kpi-more").is_visible()


def focused(page: Page) -> str:
    return page.evaluate("document.activeElement.dataset.field ?? document.activeElement.dataset.open ?? ''")


def test_ten_rows_stand_on_a_screen_a_line_each(visit: Callable[..., Page]) -> None:
    page = visit("/goals", lang="zh", period="2026-10")
    rows = page.locator("tr[data-row]")
    expect(rows).to_have_count(10)
    heights = [
        one.bounding_box()["height"] for one in rows.all() if not is_open(page, one.get_attribute("data-row"))
    ]
    assert heights
    assert max(heights) <= 50
    page.set_viewport_size({"width": 1440, "height": 900})
    last = rows.last.bounding_box()
    assert last["y"] + last["height"] <= 900


def test_a_row_opens_by_a_click_and_by_the_keyboard_and_stays_as_it_was_left(
    visit: Callable[..., Page],
) -> None:
    page = visit("/goals", **WEAK)
    expect(row(page, "transfer").locator(".kpi-evidence")).to_be_visible()
    assert not is_open(page, "csat")
    row(page, "csat").locator(".kpi-verdict").click()
    expect(row(page, "csat").locator(".kpi-evidence")).to_contain_text("95% 区间")
    expect(row(page, "csat").locator("[data-open]")).to_have_attribute("aria-expanded", "true")
    row(page, "transfer").locator("[data-open]").click()
    assert not is_open(page, "transfer")
    # The keyboard opens a row where it comes to its name.
    row(page, "qa_score").locator(".kpi-how").first.focus()
    page.keyboard.press("ArrowLeft")
    assert focused(page) == "qa_score"
    assert is_open(page, "qa_score")
    # A target that is saved has the sheet drawn anew: what is open stays so, and nothing changes its place.
    order = [one.get_attribute("data-row") for one in page.locator("tr[data-row]").all()]
    field(page, "attendance.next_target").fill("98")
    field(page, "attendance.next_target").blur()
    expect(row(page, "attendance").locator(".kpi-evidence")).to_contain_text("达到")
    assert [is_open(page, key) for key in ("csat", "qa_score", "transfer", "attendance")] == [
        True,
        True,
        False,
        False,
    ]
    assert [one.get_attribute("data-row") for one in page.locator("tr[data-row]").all()] == order


def test_tab_goes_down_the_targets_and_nothing_opens(visit: Callable[..., Page]) -> None:
    page = visit("/goals", lang="zh", period="2026-10", agent="3008")
    keys = [one.get_attribute("data-row") for one in page.locator("tr[data-row]").all()]
    before = [is_open(page, key) for key in keys]
    field(page, f"{keys[0]}.next_target").focus()
    for key in keys[1:]:
        page.keyboard.press("Tab")
        assert focused(page) == f"{key}.next_target"
    page.keyboard.press("Shift+Tab")
    assert focused(page) == f"{keys[-2]}.next_target"
    # Arrows reach what Tab passes by: the cause at the left, the measure at the right, the row below.
    page.keyboard.press("ArrowLeft")
    assert focused(page) == f"{keys[-2]}.cause"
    page.keyboard.type("排班")
    page.keyboard.press("ArrowDown")
    assert focused(page) == f"{keys[-1]}.cause"
    expect(state(page, f"{keys[-2]}.cause")).to_contain_text("已保存")
    # From the last target it leaves the column, so that nobody is caught in it.
    field(page, f"{keys[-1]}.next_target").focus()
    page.keyboard.press("Tab")
    assert focused(page) != f"{keys[-1]}.next_target"
    assert [is_open(page, key) for key in keys] == before


def test_the_suggestion_is_taken_in_the_line(visit: Callable[..., Page]) -> None:
    page = visit("/goals", lang="zh", period="2026-10", agent="3007")
    target = field(page, "first_contact_resolution.next_target")
    offered = row(page, "first_contact_resolution").locator(".kpi-suggested")
    text = offered.inner_text()
    offered.click()
    expect(state(page, "first_contact_resolution.next_target")).to_contain_text("已保存")
    assert text.split()[-1] == f"{target.input_value()}%"
    expect(offered).to_be_hidden()


def test_a_switch_keeps_the_intervals_in_view(visit: Callable[..., Page]) -> None:
    page = visit("/goals", **WEAK)
    switch = page.get_by_role("button", name="显示区间")
    evidence = row(page, "attendance").locator(".kpi-evidence")
    expect(evidence).to_be_hidden()
    switch.click()
    expect(evidence).to_be_visible()
    expect(switch).to_have_attribute("aria-pressed", "true")
    page.reload()
    expect(row(page, "attendance").locator(".kpi-evidence")).to_be_visible()
    page.get_by_role("button", name="显示区间").click()
    expect(row(page, "attendance").locator(".kpi-evidence")).to_be_hidden()


def test_the_sentence_leads_to_the_row_and_the_heading_stays(visit: Callable[..., Page]) -> None:
    page = visit("/goals", **WEAK)
    page.set_viewport_size({"width": 1440, "height": 480})
    row(page, "transfer").locator("[data-open]").click()
    assert not is_open(page, "transfer")
    said = page.locator(".kpi-headline")
    assert said.inner_text().startswith("转接率 16.7%，目标 10.0%，明显未达标；其余 7 项没有确定的差距")
    said.get_by_role("link").first.click()
    expect(row(page, "transfer").locator(".kpi-evidence")).to_be_visible()
    assert focused(page) == "transfer"
    assert "#" not in page.url
    row(page, "attendance").scroll_into_view_if_needed()
    page.mouse.move(700, 300)
    page.mouse.wheel(0, 600)
    page.wait_for_timeout(300)
    head, last = page.locator(".kpi-goals thead").bounding_box(), row(page, "attendance").bounding_box()
    assert 0 <= head["y"] < 120
    assert last["y"] + last["height"] > head["y"] + head["height"]


def test_above_the_rows_a_measure_says_what_came_of_it_in_a_word(visit: Callable[..., Page]) -> None:
    page = visit("/goals", **WEAK)
    assert "班前会提醒减少转接" in page.locator(".kpi-last").inner_text()
    assert page.locator(".kpi-last b").first.inner_text().endswith("未见效果")


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_nothing_overlaps_at_any_width(lang: str, visit: Callable[..., Page]) -> None:
    page = visit("/goals", **(WEAK | {"lang": lang}))
    row(page, "csat").locator("[data-open]").click()
    for width in (390, 820, 1024, 1440, 1920):
        page.set_viewport_size({"width": width, "height": 900})
        page.wait_for_timeout(200)
        found, widest = page.evaluate(OVERLAPS)
        assert found == [], width
        assert widest <= width
