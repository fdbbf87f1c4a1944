"""The page's own scripts, case by case: one page in the browser, and no server."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

ASSETS = Path(__file__).parents[2] / "dashboard" / "assets"
CASES = Path(__file__).parent / "scripts"
PAGE = [  # each with its cases; sheets are one script as in dashboard/widgets.py
    (ASSETS / "fields.js", ASSETS / "rows.js", ASSETS / "sheet.js", CASES / "sheet_cases.js"),
    (ASSETS / "upload.js", CASES / "upload_cases.js"),
    (ASSETS / "search.js", CASES / "search_cases.js"),
    (ASSETS / "exports.js", CASES / "exports_cases.js"),
    (ASSETS / "copy.js", CASES / "copy_cases.js"),
]
NAMES = [
    name
    for *_, cases in PAGE
    for name in re.findall(r'^test\("(.+?)", ', cases.read_text(encoding="utf-8"), re.MULTILINE)
]


@pytest.fixture(scope="module")
def results(chromium: Browser) -> Iterator[dict[str, str]]:
    """What each case fell over; "" where it holds."""
    scripts = ["".join(part.read_text(encoding="utf-8") for part in parts) for parts in PAGE]
    bench = (CASES / "bench.js").read_text(encoding="utf-8")
    page, faults = chromium.new_page(), []
    page.on("pageerror", lambda fault: faults.append(str(fault)))
    page.set_content(
        f"<script>{bench}</script>"
        + "".join(f'<script type="module">{script}</script>' for script in scripts)
    )
    yield page.evaluate("results()")
    page.close()
    assert faults == []


def test_every_case_ran_once(results: dict[str, str]) -> None:
    assert len(NAMES) > 40
    assert list(results) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_case(results: dict[str, str], name: str) -> None:
    assert not results[name], results[name]
