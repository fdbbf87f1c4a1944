"""Small files of calls, the box that they are chosen in, and what became of them in a home."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from playwright.sync_api import Page, expect

from etl.home import Home
from etl.snapshots.snapshot import current

if TYPE_CHECKING:
    from tests.browser.conftest import Server

HEADER = "通话编号,来电时间,是否接通,接听工号,等待秒数,通话秒数,客户号码\n"
GOOD = "{n},2026-10-01 09:{m:02d}:00,是,1001,5,60,\n"


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
