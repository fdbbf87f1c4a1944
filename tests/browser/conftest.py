"""The dashboard as a person has it: a server process of its own, and the system's Chromium."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from etl.home import Home
from etl.loading.load import load as load_facts
from scripts.setup import find_browser
from tests.browser.intake import calls
from tests.prepared import prepared_demo

ROOT = Path(__file__).parents[2]
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PATIENCE_S = 120  # with a slow machine; what is so sooner is seen sooner
expect.set_options(timeout=1000 * PATIENCE_S)
DONE = '[data-test-script-state="notRunning"]'


@dataclass
class Server:
    """One running dashboard; `stop` and `start` keep its address."""

    home: Path
    port: int
    process: subprocess.Popen | None = None

    @property
    def address(self) -> str:
        """Where it is."""
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Start it and wait until it answers."""
        command = [sys.executable, "-m", "dashboard.cli", "serve", "--port", str(self.port)]
        self.process = subprocess.Popen(
            [*command, "--home", str(self.home)], cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
        )
        for _ in range(10 * PATIENCE_S):
            assert self.process.poll() is None, self.process.stderr.read().decode()
            try:
                with urllib.request.urlopen(f"{self.address}/healthz", timeout=PATIENCE_S) as answer:
                    assert json.load(answer)["status"] == "ok"
                    return
            except (urllib.error.URLError, OSError):
                time.sleep(0.1)
        raise TimeoutError(self.address)

    def stop(self) -> None:
        """Stop it, and wait until it is gone."""
        self.process.terminate()
        self.process.communicate(timeout=PATIENCE_S)


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """The sample home, made as `service-kpi demo` makes it; a copy of this worker's own."""
    made = prepared_demo(tmp_path_factory)
    return Home(Path(shutil.copytree(made, tmp_path_factory.mktemp("demo") / "home")))


@pytest.fixture(scope="session")
def server(demo: Home) -> Iterator[Server]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        running = Server(demo.path, probe.getsockname()[1])
    running.start()
    yield running
    running.stop()


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    path = find_browser()
    if path is None:
        pytest.fail("Chromium is missing. Install it: sudo apt-get install -y chromium", pytrace=False)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


def profile(chromium: Browser, **options: object) -> BrowserContext:
    """A fresh browser profile that is as patient as everything here."""
    context = chromium.new_context(viewport={"width": 1440, "height": 900}, **options)
    context.set_default_timeout(1000 * PATIENCE_S)
    return context


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A dashboard over a small home of this module, whose uploads are limited to 40 MB."""
    folder = tmp_path_factory.mktemp("intake")
    home = Home(folder / "home")
    home.create()
    (home.config / "home.toml").write_text("upload_limit_mb = 40\n", encoding="utf-8")
    load_facts(home, [calls(folder / "first.csv", "F", 2)])
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


@pytest.fixture
def window(chromium: Browser, server: Server) -> Iterator[BrowserContext]:
    """A fresh browser profile in Chinese that may talk to nobody but the server."""
    context = profile(chromium, locale="zh-CN", accept_downloads=True)
    strangers: list[str] = []
    faults: list[str] = []
    context.on("request", lambda r: None if _ours(r.url, server) else strangers.append(r.url))
    context.on("weberror", lambda fault: faults.append(str(fault.error)))
    yield context
    context.close()
    assert strangers == [], "the page called another host"
    assert faults == [], "the page's script failed"


def _ours(url: str, server: Server) -> bool:
    return url.startswith((server.address, "data:", "blob:"))


@pytest.fixture
def visit(window: BrowserContext, server: Server) -> Callable[..., Page]:
    """visit("/standards", agent="1001"): a page of the window, ready to read."""

    def go(path: str = "/goals", page: Page | None = None, **query: str) -> Page:
        page = page or window.new_page()
        page.goto(server.address + path + "?" + "&".join(f"{k}={v}" for k, v in query.items()))
        return ready(page)

    return go


def ready(page: Page) -> Page:
    """Wait until the page has drawn its title and nothing runs."""
    page.wait_for_selector("h1")
    page.wait_for_selector(DONE)
    return page


def command(*arguments: str) -> object:
    """The JSON that a command prints."""
    run = subprocess.run(
        [sys.executable, "-m", "dashboard.cli", *arguments, "--json"],
        cwd=ROOT, capture_output=True, check=True, env=os.environ | {"PYTHONIOENCODING": "utf-8"},
    )  # fmt: skip
    return json.loads(run.stdout)
