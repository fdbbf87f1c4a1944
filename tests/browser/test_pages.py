"""The sample in a real browser: the figures of the command line, both languages, downloads, the way back."""

from __future__ import annotations

import io
import re
from collections.abc import Callable

import openpyxl
import pytest
from playwright.sync_api import Page

from dashboard.words.numbers import value_parts
from etl.home import Home
from tests.browser.conftest import Server, command, ready

CHINESE = re.compile(r"[\u3400-\u9fff]")


@pytest.mark.parametrize("agent", ["", "1001"])
def test_goal_sheet_shows_what_the_command_shows(agent: str, visit: Callable[..., Page], demo: Home) -> None:
    page = visit("/goals", lang="en", month="2026-10", **({"agent": agent} if agent else {}))
    who = ("--agent", agent) if agent else ()
    sheet = command("show", "goals", "--month", "2026-10", "--home", str(demo.path), *who)
    page.wait_for_selector("tr[data-row]")
    rows = page.locator("tr[data-row]")
    # Real gaps come first; all keep the number of the printed form.
    shown = [(row.get_attribute("data-row"), row.locator(".kpi-no").inner_text()) for row in rows.all()]
    numbered = [(row["important"], row["key"], str(n)) for n, row in enumerate(sheet["rows"], start=1)]
    assert shown == [one[1:] for one in sorted(numbered, key=lambda one: not one[0])]
    for row in sheet["rows"]:
        cells = page.locator(f'tr[data-row="{row["key"]}"] > td')
        for column, name in ((1, "target"), (2, "value")):
            number, unit = value_parts(row[name], row["unit"], "en")
            shown = "–" if row[name] is None and name == "target" else number + unit
            assert cells.nth(column).locator(".kpi-number, .kpi-none").first.inner_text() == shown


def test_the_sample_opens_in_the_browsers_language(visit: Callable[..., Page]) -> None:
    page = visit("/goals")
    assert page.locator("h1").inner_text() == "目标达成表"
    assert "period=2026-10" in page.url
    page.get_by_role("radio", name="English").click()
    page.wait_for_selector("h1:has-text('Goal sheet')")
    page.wait_for_function("location.search.includes('lang=en')")
    page.reload()
    assert ready(page).locator("h1").inner_text() == "Goal sheet"


def test_the_first_page_says_the_news_and_leads_to_a_team(visit: Callable[..., Page], demo: Home) -> None:
    said = command("show", "overview", "--month", "2026-10", "--home", str(demo.path), "--lang", "zh")
    page = visit("/", lang="zh", month="2026-10")
    first = page.locator(".kpi-glance h1").inner_text()
    assert first == said["news"][0]["text"] + "。"
    assert "37" in first
    assert "19" in first
    assert page.locator(".kpi-tile").count() == 8
    assert page.locator(".kpi-glance").bounding_box()["height"] < 780  # fits 1440 × 900 below the heading
    cell = page.locator(".kpi-heat td.kpi-sure a").first
    assert cell.get_attribute("href").startswith("/goals?lang=zh&period=2026-10&team=")
    cell.click()
    page.wait_for_selector("tr[data-row=service_level]")
    assert ready(page).locator("h1").inner_text() == "目标达成表"


@pytest.mark.parametrize("path", ["/goals", "/appraisal", "/standards", "/indicators", "/data"])
def test_english_pages_show_no_chinese_outside_data(
    path: str, visit: Callable[..., Page], demo: Home
) -> None:
    page = visit(path, lang="en")
    page.wait_for_timeout(500)
    text = page.locator("[data-testid=stMain]").inner_text()
    names = r"(客服|班组|队|组)?[\u3400-\u9fff]+\d+|[\u3400-\u9fff（）()_-]+(_\d{4}-\d\d)?\.(csv|xlsx)"
    text = re.sub(names, "", text.replace(demo.settings.organisation, ""))
    text = re.sub(r"Columns not used: .*", "", text)
    assert not [line for line in text.splitlines() if CHINESE.search(line)]


def test_an_export_downloads_and_holds_the_figures(visit: Callable[..., Page], demo: Home) -> None:
    page = visit("/goals", lang="zh", month="2026-10", agent="1001")
    with page.expect_download() as waiting:
        page.locator(".kpi-export summary").click()
        page.get_by_role("link", name="Excel").click()
    download = waiting.value
    assert download.suggested_filename == "goals-2026-10-1001.xlsx"
    content = io.BytesIO(download.path().read_bytes())
    cells = {cell.value for row in openpyxl.load_workbook(content, data_only=True).active for cell in row}
    sheet = command("show", "goals", "--month", "2026-10", "--agent", "1001", "--home", str(demo.path))
    values = [row["value"] for row in sheet["rows"] if row["value"] is not None]
    assert values
    numbers = [cell for cell in cells if isinstance(cell, int | float)]
    for value in values:
        assert any(abs(value - number) < 1e-9 for number in numbers), value


def test_the_way_back_keeps_what_was_chosen(visit: Callable[..., Page], server: Server) -> None:
    page = visit("/goals", lang="en", month="2026-09", agent="1001")
    page.get_by_role("link", name="Service standards").click()
    page.wait_for_selector("h1:has-text('Service standards')")
    assert page.url.startswith(f"{server.address}/standards?")
    assert "agent=1001" in page.url
    page.go_back()
    page.wait_for_selector("h1:has-text('Goal sheet')")
    ready(page)
    assert "客服甲01 1001 · September 2026" in page.locator(".kpi-title").inner_text()


def test_a_figure_opens_and_its_rows_download(visit: Callable[..., Page]) -> None:
    page = visit("/goals", lang="en", month="2026-10", agent="1001")
    page.locator('tr[data-row="transfer"] .kpi-how').first.click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_text("Transferred calls").wait_for()
    evidence = page.locator('tr[data-row="transfer"] .kpi-evidence').text_content()
    base = evidence.split(" · ")[0].split(" / ")[1]
    with page.expect_download() as waiting:
        dialog.get_by_role("link", name="All rows as CSV").click()
    lines = waiting.value.path().read_text(encoding="utf-8-sig").strip().splitlines()
    assert len(lines) - 1 == int(base.replace(",", ""))
    page.keyboard.press("Escape")
    dialog.wait_for(state="hidden")


def test_the_list_of_people_opens_a_person(visit: Callable[..., Page]) -> None:
    page = visit("/appraisal", lang="en", month="2026-10")
    page.get_by_role("button", name="客服甲02", exact=True).click()
    page.wait_for_selector(".kpi-appraisal")
    assert "agent=1002" in page.url
    assert "客服甲02 1002" in page.locator(".kpi-heading").inner_text()
