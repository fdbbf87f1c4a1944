"""What stands around every page: the places on the left, the bar on top, the search and the menu of exports."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from tests.browser.conftest import Server, ready

PAGES = ("/", "/goals", "/prepare", "/standards", "/data")
# Adds up what moves by itself from the first moment on.
SHIFTS = """window.shifted = 0;
new PerformanceObserver(list => list.getEntries().forEach(one => { if (!one.hadRecentInput) window.shifted += one.value; }))
  .observe({type: "layout-shift", buffered: true});"""


def box(one: Locator) -> dict[str, float]:
    found = one.bounding_box()
    assert found is not None
    return found


def apart(one: dict[str, float], other: dict[str, float]) -> bool:
    """Whether two boxes lie beside or above each other."""
    return (
        one["x"] + one["width"] <= other["x"]
        or other["x"] + other["width"] <= one["x"]
        or one["y"] + one["height"] <= other["y"]
        or other["y"] + other["height"] <= one["y"]
    )


def test_nothing_moves_while_a_page_loads_on_a_phone(visit: Callable[..., Page]) -> None:
    for path in PAGES:
        page = visit("/mapping", lang="zh")
        page.set_viewport_size({"width": 390, "height": 900})
        page.add_init_script(SHIFTS)
        visit(path, page, lang="zh", period="2026-10")
        page.wait_for_timeout(1000)
        assert page.evaluate("window.shifted") <= 0.05, path
        assert page.evaluate("document.documentElement.scrollWidth") <= 390, path
        page.close()


@pytest.mark.parametrize("width", [390, 820, 1440])
def test_the_parts_of_the_bar_stand_apart(width: int, visit: Callable[..., Page]) -> None:
    page = visit("/goals", lang="en", period="2026-10-26..2026-10-31", team="热线二组")
    page.set_viewport_size({"width": width, "height": 900})
    page.wait_for_timeout(300)
    names = ("bar_period", "bar_range", "bar_team", "bar_agent", "bar_search", "bar_corner")
    boxes = [box(page.locator(f".st-key-{name}")) for name in names] + [box(page.locator("h1"))]
    for at, one in enumerate(boxes):
        assert one["width"] > 60
        assert one["x"] >= 0
        assert one["x"] + one["width"] <= width
        assert all(apart(one, other) for other in boxes[at + 1 :])


def test_places_are_names_then_icons_then_a_drawer(visit: Callable[..., Page]) -> None:
    page = visit("/goals", lang="en", month="2026-10")
    side = page.get_by_test_id("stSidebar")
    places = side.locator("[class*=st-key-place_] > :first-child a")
    assert places.all_inner_texts() != []
    names = [text.split("\n")[-1] for text in places.all_inner_texts()]
    assert names == ["Overview", "Goals and meetings", "Appraisal", "Service standards", "Data", "Settings"]
    inside = side.locator("[class*=st-key-inside_] a").all_inner_texts()
    assert [text.split("\n")[-1] for text in inside] == [
        "Goal sheet",
        "Preparation",
        "Meeting",
        "All targets",
    ]
    assert 150 < box(side)["width"] < 260
    for width in (1024, 720):
        page.set_viewport_size({"width": width, "height": 900})
        page.wait_for_timeout(400)
        assert box(side)["width"] < 70
        assert box(page.locator("h1"))["x"] > box(side)["width"]
    name = side.get_by_role("link", name="Data")
    label = name.locator("> span").last
    expect(label).to_have_css("opacity", "0")
    name.hover()
    expect(label).to_have_css("opacity", "1")
    page.set_viewport_size({"width": 390, "height": 844})
    expect(side).to_be_hidden()
    page.get_by_test_id("stExpandSidebarButton").click()
    expect(side).to_be_visible()
    side.get_by_role("link", name="Data").click()
    page.wait_for_url("**/data?*")
    expect(side).to_be_hidden()


def test_ctrl_k_finds_a_person_and_a_figure(visit: Callable[..., Page], server: Server) -> None:
    page = visit("/data", lang="zh", month="2026-10")
    page.keyboard.press("Control+k")
    page.keyboard.type("1003")
    expect(page.locator("[data-hit]").first).to_contain_text("客服甲03")
    page.keyboard.press("Enter")
    page.wait_for_url(f"{server.address}/goals?*agent=1003*")
    page.wait_for_selector("tr[data-row]")
    ready(page)
    assert "客服甲03 1003" in page.locator(".kpi-title").inner_text()
    page.keyboard.press("Control+k")
    page.keyboard.type("首次解决")
    hit = page.locator("[data-hit]", has_text="首次解决率").first
    hit.click()
    page.wait_for_url(f"{server.address}/indicators?*")
    expect(page.get_by_role("dialog")).to_contain_text("首次解决率")


def test_a_long_export_says_how_far_it_is_and_can_be_cancelled(visit: Callable[..., Page]) -> None:
    page = visit("/goals", lang="en", month="2026-10", team="热线二组")
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route("**/export/goals/*", hold)
    page.route("**/export/jobs/*", lambda route: route.fulfill(json={"done": 3, "all": 9}))
    page.locator(".kpi-export summary").click()
    page.get_by_role("link", name="PDF").first.click()
    making = page.locator(".kpi-making")
    expect(making).to_contain_text("3 / 9")
    with page.expect_request(lambda request: request.method == "POST" and "/export/jobs/" in request.url):
        making.get_by_role("button", name="Cancel").click()
    expect(making).to_have_text("Stopped.")
    page.unroute("**/export/goals/*")
    with page.expect_download() as waiting:
        page.get_by_role("link", name="CSV").first.click()
    assert waiting.value.suggested_filename == "goals-2026-10-热线二组.csv"
    expect(page.get_by_role("link", name="CSV").first).to_be_hidden()
