"""An empty home from the page alone: the sample begun and stopped, templates, own files, the newest month."""

from __future__ import annotations

import io
import socket
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from etl.home import Home
from etl.snapshots.snapshot import current_id
from tests.browser.conftest import Server, profile, ready
from tests.browser.intake import calls, card, choose


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[Server]:
    """A dashboard over a home that does not exist yet."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        server = Server(tmp_path / "home", probe.getsockname()[1])
    server.start()
    yield server
    server.stop()


def test_a_home_begins_from_the_page(chromium: Browser, empty: Server, tmp_path: Path) -> None:
    context = profile(chromium, locale="zh-CN", accept_downloads=True)
    page: Page = context.new_page()
    page.goto(f"{empty.address}/goals")
    ready(page)
    with page.expect_download() as download:
        page.get_by_text("下载模板").click()
    with zipfile.ZipFile(io.BytesIO(Path(download.value.path()).read_bytes())) as templates:
        assert {"calls.xlsx", "calls.csv"} <= set(templates.namelist())
    assert not empty.home.exists()
    page.get_by_role("button", name="导入示例数据").click()
    page.locator(".kpi-progress").wait_for()
    page.get_by_role("button", name="取消").click()
    page.get_by_text("已停止。").wait_for()
    assert current_id(Home(empty.home)) is None
    page.get_by_role("link", name="导入我的文件").click()
    page.wait_for_selector(".kpi-drop")
    choose(page, calls(tmp_path / "first.csv", "F", 3))
    page.get_by_role("button", name="导入", exact=True).click()
    card(page, "1 个文件中已导入 1 个")
    expect(page).to_have_url(f"{empty.address}/data?lang=zh&period=2026-10")
    page.get_by_role("link", name="总览").click()
    page.get_by_label("单位").fill("某某热线")
    page.get_by_role("button", name="保存").click()
    expect(page.locator(".kpi-brand")).to_contain_text("某某热线")
    expect(page.get_by_label("单位")).to_have_count(0)
    context.close()
