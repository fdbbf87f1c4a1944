"""Corrections in a real browser: asked for, approved, seen on the sheets and in a download, withdrawn."""

from __future__ import annotations

import csv
import io
import socket
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import DONE, Server, command
from tests.dashboard.conftest import full, make_home

HOSTILE = '<img src=x onerror="alert(1)"> **line** down –-->'


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A small home of its own: what is corrected here must not change the sample of the others."""
    home = make_home(tmp_path_factory.mktemp("corrected") / "home", **full())
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        running = Server(home.path, probe.getsockname()[1])
    running.start()
    yield running
    running.stop()


def fill(page: Page, label: str, **parts: str) -> None:
    """Type into the parts of a date or a time."""
    field = page.get_by_role("group", name=label, exact=True)
    for part, digits in parts.items():
        field.locator(f'[data-type="{part}"]').click()
        page.keyboard.type(digits)


def offered(server: Server) -> tuple[float, int]:
    rows = command("show", "indicators", "--month", "2026-10", "--home", str(server.home))
    row = next(row for row in rows if row["key"] == "offered")
    return row["value"], row.get("corrections", 0)


def test_a_line_outage_from_the_form_to_the_sheets_and_back(
    visit: Callable[..., Page], server: Server
) -> None:
    page = visit("/corrections", lang="en", month="2026-10")
    page.on("dialog", lambda dialog: pytest.fail(f"a typed text ran: {dialog.message}"))
    fill(page, "From", month="10", day="05")
    fill(page, "From, time", hour="09", minute="02")
    fill(page, "Until before", month="10", day="05")
    fill(page, "Until before, time", hour="09", minute="06")
    page.get_by_label("Reason", exact=True).fill(HOSTILE)
    page.get_by_label("Who asks for it", exact=True).fill("王组长")
    page.get_by_role("button", name="Keep as a draft").click()
    page.wait_for_selector("text=Waiting for approval")
    card = page.locator(".st-key-card_correction_1")
    assert HOSTILE in card.inner_text()
    assert page.locator("img[src=x]").count() == 0
    assert offered(server) == (24, 0)

    page.get_by_label("Who approves it", exact=True).fill("王组长")
    page.get_by_role("button", name="Approve", exact=True).click()
    page.wait_for_selector("text=Rows it applies to")
    assert "Asked and approved by the same person" in card.inner_text()
    assert offered(server) == (20, 1)

    sheet = visit("/goals", lang="zh", month="2026-10")
    sheet.wait_for_selector("tr[data-row]")
    row = sheet.locator('tr[data-row="service_level"]')
    assert "1 项更正适用（不含更正：" in row.inner_text()
    assert sheet.locator(".kpi-note", has_text="1 项更正适用（第 1 号）").count() == 1
    sheet.locator(".kpi-export summary").click()
    with sheet.expect_download() as started:
        sheet.locator(".kpi-exports a", has_text="CSV").first.click()
    text = started.value.path().read_text("utf-8-sig")
    header = next(csv.reader(io.StringIO(text)))
    assert header[-2:] == ["适用更正数", "不含更正的值"]

    page = visit("/corrections", lang="en", month="2026-10")
    page.locator("summary", has_text="Withdraw").click()
    page.get_by_label("Who withdraws it", exact=True).fill("李主管")
    page.get_by_placeholder("Why does it no longer hold?").fill("no outage")
    page.locator(".st-key-card_correction_1").get_by_role("button", name="Withdraw", exact=True).click()
    page.wait_for_selector("text=Withdrawn by 李主管")
    page.wait_for_selector(DONE)
    assert offered(server) == (24, 0)
