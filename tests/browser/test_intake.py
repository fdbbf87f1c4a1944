"""Files into the dashboard by hand: dropped, checked, loaded, cancelled, refused, seen from two browsers."""

from __future__ import annotations

import re
import socket
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from etl.home import Home
from etl.loading.load import load
from etl.snapshots.snapshot import current, current_id
from tests.browser.conftest import Server, profile, ready

HEADER = "通话编号,来电时间,是否接通,接听工号,等待秒数,通话秒数,客户号码\n"
GOOD = "{n},2026-10-01 09:{m:02d}:00,是,1001,5,60,\n"


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A dashboard over a small home of this module, whose uploads are limited to 40 MB."""
    folder = tmp_path_factory.mktemp("intake")
    home = Home(folder / "home")
    home.create()
    (home.config / "home.toml").write_text("upload_limit_mb = 40\n", encoding="utf-8")
    load(home, [calls(folder / "first.csv", "F", 2)])
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        server = Server(home.path, probe.getsockname()[1])
    server.start()
    yield server
    server.stop()


@pytest.fixture
def tab(chromium: Browser, own: Server) -> Iterator[Callable[[], Page]]:
    """tab(): the page “Data” in a browser of its own."""
    contexts = []

    def opened() -> Page:
        contexts.append(profile(chromium, locale="en-US"))
        page = contexts[-1].new_page()
        page.goto(f"{own.address}/data?lang=en")
        page.wait_for_selector(".kpi-drop")
        return ready(page)

    yield opened
    for context in contexts:
        context.close()


def calls(path: Path, prefix: str, count: int) -> Path:
    """A file of `count` good calls."""
    with path.open("w", encoding="utf-8") as file:
        file.write(HEADER)
        file.writelines(GOOD.format(n=f"{prefix}{n}", m=n % 60) for n in range(count))
    return path


def choose(page: Page, *paths: Path) -> None:
    page.set_input_files("input[type=file]", [str(path) for path in paths])


def card(page: Page, text: str) -> None:
    page.get_by_text(text).first.wait_for()


def close(page: Page) -> None:
    button = page.get_by_test_id("stMain").get_by_role("button", name="Close")
    button.click()
    expect(button).to_have_count(0)


def count(own: Server, prefix: str) -> int:
    sql = "SELECT count(*) FROM calls WHERE starts_with(call_id, ?)"
    return current(Home(own.home)).query(sql, [prefix]).item()


def left(own: Server) -> list[Path]:
    """Every file that uploads have left in the home."""
    return [path for path in (own.home / "uploads").rglob("*") if path.is_file() and path.suffix != ".lock"]


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


def test_a_load_is_cancelled_from_another_browser_and_leaves_nothing(
    own: Server, tab: Callable[[], Page], tmp_path: Path
) -> None:
    before = current_id(Home(own.home))
    one, two = tab(), tab()
    choose(one, calls(tmp_path / "big.csv", "B", 300_000))
    card(one, "1 of 1 files can be loaded")
    one.get_by_role("button", name="Load", exact=True).click()
    card(one, "Loading 1 files")
    one.context.close()  # closing the tab does not stop it
    card(two, "Loading 1 files")
    expect(two.locator(".kpi-progress")).to_contain_text(re.compile("big.csv|Beginning"))
    two.get_by_role("button", name="Cancel").click()
    card(two, "Stopped. Nothing of the 1 files was kept.")
    close(two)
    assert (current_id(Home(own.home)), count(own, "B"), left(own)) == (before, 0, [])
    assert not (own.home / "snapshots" / "building.duckdb").exists()


def test_a_server_that_stops_during_a_load_leaves_nothing_and_loads_later(
    own: Server, tab: Callable[[], Page], tmp_path: Path
) -> None:
    before = current_id(Home(own.home))
    page = tab()
    choose(page, calls(tmp_path / "late.csv", "L", 200_000))
    card(page, "1 of 1 files can be loaded")
    page.get_by_role("button", name="Load", exact=True).click()
    card(page, "Loading 1 files")
    own.stop()
    assert (current_id(Home(own.home)), left(own)) == (before, [])
    assert not (own.home / "snapshots" / "building.duckdb").exists()
    own.start()
    page = tab()
    choose(page, calls(tmp_path / "late.csv", "L", 20))
    card(page, "1 of 1 files can be loaded")
    page.get_by_role("button", name="Load", exact=True).click()
    card(page, "1 of 1 files were loaded")
    assert count(own, "L") == 20


def test_a_name_from_the_browser_is_no_path(own: Server, tab: Callable[[], Page], tmp_path: Path) -> None:
    page = tab()
    page.evaluate(
        """([text]) => {
          const file = new File([text], "../../../../config/evil.toml");
          const box = new DataTransfer();
          box.items.add(file);
          document.querySelector(".kpi-drop").dispatchEvent(
            new DragEvent("drop", { bubbles: true, cancelable: true, dataTransfer: box }));
        }""",
        [HEADER + GOOD.format(n="E1", m=1)],
    )
    card(page, "1 of 1 files can be loaded")
    page.get_by_role("button", name="Discard").click()
    expect(page.get_by_role("button", name="Discard")).to_have_count(0)
    assert [path.name for path in (own.home / "config").iterdir()] == ["home.toml"]
    assert not list(own.home.parent.rglob("evil*"))
