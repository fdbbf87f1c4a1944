"""Takes the pictures of docs/screenshots from a running demo: python scripts/screenshots.py http://127.0.0.1:8501

The demo shows generated people only; pictures of anything else do not belong into the repository.
"""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

FOLDER = Path(__file__).resolve().parents[1] / "docs" / "screenshots"
FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]
PICTURES = {
    "overview-zh-light": ("/", "zh", "light", 1440, ""),
    "overview-en-dark": ("/", "en", "dark", 1440, ""),
    "goals-zh-light": ("/goals", "zh", "light", 1440, "agent=1003"),
    "goals-zh-dark": ("/goals", "zh", "dark", 1440, "agent=1003"),
    "goals-en-light": ("/goals", "en", "light", 1024, ""),
    "meeting-zh-light": ("/meeting", "zh", "light", 1920, "team=热线三组&agent=3009"),
    "talk-zh-light": ("/prepare", "zh", "light", 1440, "team=热线二组"),
    "targets-en-dark": ("/targets", "en", "dark", 1440, "team=热线二组"),
    "appraisal-zh-light": ("/appraisal", "zh", "light", 1440, "agent=1003"),
    "standards-zh-light": ("/standards", "zh", "light", 1440, ""),
    "standards-en-dark": ("/standards", "en", "dark", 1440, ""),
    "indicators-zh-light": ("/indicators", "zh", "light", 1440, ""),
    "data-en-light": ("/data", "en", "light", 1440, ""),
}


def main(address: str) -> None:
    """Write every picture, each from a browser of its own language."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    chromium = os.environ.get("CHROMIUM") or shutil.which("chromium")
    with sync_playwright() as playwright:
        for name, (page_path, lang, scheme, width, whose) in PICTURES.items():
            region = {"zh": "zh-CN", "en": "en-GB"}[lang]
            browser = playwright.chromium.launch(executable_path=chromium, args=[*FLAGS, f"--lang={region}"])
            page = browser.new_page(
                viewport={"width": width, "height": 900}, color_scheme=scheme, locale=region
            )
            page.goto(f"{address}{page_path}?lang={lang}&month=2026-10&{whose}")
            page.wait_for_selector('[data-test-script-state="notRunning"]')
            page.wait_for_timeout(2000)  # fonts and charts
            page.screenshot(path=FOLDER / f"{name}.png")
            browser.close()


if __name__ == "__main__":
    main(sys.argv[1].rstrip("/"))
