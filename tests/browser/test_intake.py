"""Files into the dashboard by hand: dropped, checked, loaded, cancelled, refused, seen from two browsers."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, expect

from etl.home import Home
from etl.snapshots.snapshot import current_id
from tests.browser.conftest import Server
from tests.browser.intake import calls, card, choose, close, count, left


def test_files_are_checked_before_they_are_loaded(
    own: Server, tab: Callable[[], Page], tmp_path: Path
) -> None:
    bad = calls(tmp_path / "some bad.csv", "A", 3)
    with bad.open("a", encoding="utf-8") as file:
        file.write("A9,31/12/2026 09:00,是,1001,1,1,13800138000\n")
    page_file = tmp_path / "page.csv"
    page_file.write_text("<html><body>Log in first</body></html>")
    before = current_id(Home(own.home))
    page = tab()
    choose(page, bad, page_file)
    card(page, "1 of 2 files can be loaded")
    row = page.get_by_role("row").filter(has_text="some bad.csv").first
    expect(row.get_by_role("cell")).to_have_text(
        ["some bad.csv", "Will be loaded", "Calls", "Calls", "4", "3", "0", "0", "1", "0"]
    )
    expect(page.get_by_text("1 rejected: Not a date and time").first).to_be_visible()
    expect(page.get_by_text("This is an HTML page").first).to_be_visible()
    assert (current_id(Home(own.home)), count(own, "A")) == (before, 0)
    page.get_by_role("button", name="Load", exact=True).click()
    card(page, "1 of 2 files were loaded")
    assert count(own, "A") == 3
    assert left(own) == []
    # The tables below know of it without a reload.
    expect(page.get_by_role("cell", name="some bad.csv")).to_have_count(3)
    close(page)


def test_what_is_known_or_dropped_changes_nothing(
    own: Server, tab: Callable[[], Page], tmp_path: Path
) -> None:
    before = current_id(Home(own.home))
    page = tab()
    choose(page, calls(tmp_path / "again.csv", "F", 2))
    card(page, "Nothing of the 1 files can be loaded")
    expect(page.get_by_text("The same content was loaded as first.csv").first).to_be_visible()
    close(page)
    choose(page, calls(tmp_path / "unwanted.csv", "U", 2))
    card(page, "1 of 1 files can be loaded")
    page.get_by_role("button", name="Discard").click()
    expect(page.get_by_role("button", name="Discard")).to_have_count(0)
    assert (current_id(Home(own.home)), left(own)) == (before, [])


def test_a_file_over_the_limit_is_not_sent(own: Server, tab: Callable[[], Page], tmp_path: Path) -> None:
    huge = tmp_path / "huge.csv"
    with huge.open("wb") as file:
        file.truncate(41 << 20)
    page = tab()
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url) if "/upload/" in request.url else None)
    choose(page, huge)
    card(page, "More than 40 MB at a time")
    assert sent == []
    assert left(own) == []
