"""Loads from the browser that are cancelled, that their server leaves alone, whose names mean harm."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, expect

from etl.home import Home
from etl.snapshots.snapshot import building, current_id
from tests.browser.conftest import Server
from tests.browser.intake import GOOD, HEADER, calls, card, choose, close, count, left


def test_a_load_is_cancelled_from_another_browser_and_leaves_nothing(
    own: Server, tab: Callable[[], Page], tmp_path: Path
) -> None:
    before = current_id(Home(own.home))
    one, two = tab(), tab()
    choose(one, calls(tmp_path / "big.csv", "B", 150_000))
    card(one, "1 of 1 files can be loaded")
    with building(Home(own.home)):  # as another load: this one waits, however quick the machine is
        one.get_by_role("button", name="Load", exact=True).click()
        card(one, "Loading 1 files")
        one.context.close()  # closing the tab does not stop it
        card(two, "Loading 1 files")
    expect(two.locator(".kpi-progress")).to_contain_text(re.compile("big.csv|Beginning|Waiting"))
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
    choose(page, calls(tmp_path / "late.csv", "L", 100_000))
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
