"""A monthly meeting walked through: typed, reloaded, two browsers in one sheet, agreed, exported, carried over."""

from __future__ import annotations

import re
from collections.abc import Callable
from io import BytesIO

import pypdf
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import Server, profile, ready
from tests.browser.test_typing import field, state

TEAM = {"lang": "zh", "period": "2026-10", "team": "热线三组"}
WEAK = "3009"  # 客服丙09, whose measure of 2026-08 changed nothing


def step(page: Page, button: str, **fields: str) -> None:
    """Take a step of the sheet's cycle in its pop-over, with what is typed there."""
    page.get_by_test_id("stPopover").get_by_role("button", name=button).click()
    body = page.get_by_test_id("stPopoverBody")
    for label, text in fields.items():
        body.get_by_label(label).fill(text)
        body.get_by_label(label).blur()
    body.get_by_test_id("stFormSubmitButton").get_by_role("button").click()
    expect(body).to_have_count(0)
    ready(page)


def test_a_meeting_of_the_sample_team(visit: Callable[..., Page], chromium: Browser, server: Server) -> None:
    page = visit("/meeting", **TEAM)
    expect(page.get_by_test_id("stSidebar")).to_be_hidden()
    expect(page.locator(".kpi-dots circle").first).to_be_visible()
    assert "客服丙" not in page.locator(".stMain").inner_text(), "the team's screen names nobody"
    turn_to(page, WEAK)
    drafted = take_the_cause(page)
    type_and_reload(page)
    other = profile(chromium, locale="zh-CN").new_page()
    other.goto(f"{server.address}/goals?lang=zh&period=2026-10&agent={WEAK}")
    two_browsers(page, ready(other))
    agree(page)
    expect(other.locator(".kpi-cycle .kpi-now")).to_have_text("已签字确认")
    other.context.close()

    # Exported as the form, and next month carries over.
    address = f"{server.address}/export/goals/sheet.pdf?period=2026-10&kind=person&id={WEAK}&lang=zh"
    text = pypdf.PdfReader(BytesIO(page.request.get(address).body())).pages[0].extract_text()
    text = text.replace("\u200b", "").replace("\n", "")
    for said in ("关键业绩指标", "造成重要差距的原因", "换一种带教方式", "客服丙01", "12.0%", drafted[:6]):
        assert said in text, said
    page = visit(page=page, lang="zh", period="2026-11", agent=WEAK)
    following = page.locator('tr[data-row="transfer"]')
    expect(following.locator("td").nth(1)).to_contain_text("12.0%")
    expect(following.locator(".kpi-carried").filter(has_text="换一种带教方式")).to_contain_text(
        "结转自2026年10月"
    )
    # The measure of August was carried out, and nothing came of it.
    expect(following.locator(".kpi-carried").filter(has_text="班前会提醒")).to_contain_text("未见效果")


def turn_to(page: Page, agent: str) -> None:
    """Press Page Down until this person is on the screen."""
    for _ in range(20):
        if agent in page.locator(".kpi-meeting").inner_text():
            return
        before = page.url
        page.keyboard.press("PageDown")
        page.wait_for_url(lambda url, before=before: url != before)
        ready(page)
    raise AssertionError(f"{agent} never came")


def take_the_cause(page: Page) -> str:
    """Put what the product drafts from the contributions into the cause of a real miss."""
    row = page.locator('tr[data-row="transfer"]')
    assert "kpi-important" in row.get_attribute("class")
    row.locator("[data-how]").first.click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_text("差距由何构成")).to_be_visible(timeout=15_000)
    dialog.get_by_role("button", name="填入原因").first.click()
    expect(dialog).to_have_count(0)
    drafted = field(ready(page), "transfer.cause").input_value()
    assert drafted.startswith("按"), drafted
    return drafted


def type_and_reload(page: Page) -> None:
    """What is typed is saved by itself, and there after a reload."""
    field(page, "transfer.next_target").fill("12")
    field(page, "transfer.measures").fill("换一种带教方式")
    field(page, "transfer.owner").fill("客服丙01")
    field(page, "transfer.owner").blur()
    expect(state(page, "transfer.owner")).to_contain_text("已保存")
    page.reload()
    expect(field(ready(page), "transfer.measures")).to_have_value("换一种带教方式")


def two_browsers(page: Page, other: Page) -> None:
    """The other sees what one types without being touched; a conflicting save shows both and loses neither."""
    field(page, "csat.cause").fill("第一个浏览器")
    field(page, "csat.cause").blur()
    expect(field(other, "csat.cause")).to_have_value("第一个浏览器")
    other.route("**/sheet?*", lambda route: route.abort())  # it no longer hears of the first one
    field(page, "csat.measures").fill("甲说")
    field(page, "csat.measures").blur()
    expect(state(page, "csat.measures")).to_contain_text("已保存")
    field(other, "csat.measures").fill("乙说")
    field(other, "csat.measures").blur()
    conflict = state(other, "csat.measures")
    expect(conflict.locator("q")).to_have_text("甲说")
    expect(field(other, "csat.measures")).to_have_value("乙说")
    conflict.locator('[data-keep="mine"]').click()
    expect(field(page, "csat.measures")).to_have_value("乙说")
    other.unroute("**/sheet?*")


def close_month(page: Page) -> None:
    """Close the month where that is done, unless another test did, and come back."""
    before = page.url
    page.goto(re.sub(r"/\w+\?", "/closing?", before))
    ready(page)
    if page.get_by_test_id("stPopover").get_by_role("button", name="月结", exact=True).count():
        step(page, "月结", 登记人="客服丙01")
    expect(page.locator(".kpi-closing .kpi-attention")).to_contain_text("已月结")
    page.goto(before)
    ready(page)


def agree(page: Page) -> None:
    """Close the month, give every real miss its cause, and record the signature on paper."""
    close_month(page)
    for miss in page.locator("tr.kpi-important").all():
        cause = miss.locator("textarea").first
        if not cause.input_value():
            cause.fill("会上讨论")
            cause.blur()
            expect(state(page, cause.get_attribute("data-field"))).to_contain_text("已保存")
    step(page, "登记签字", 登记人="客服丙01", 签字表单编号="KPI-2026-10-09")
    expect(page.locator(".kpi-cycle .kpi-now")).to_have_text("已签字确认")
    expect(page.get_by_text("纸质签字，由客服丙01登记")).to_be_visible()
    assert "本人已确认" not in page.content()
    expect(field(page, "transfer.next_target")).to_have_count(0)


def test_what_was_typed_while_another_window_agreed_the_sheet_stays_in_view(
    visit: Callable[..., Page],
) -> None:
    query = {"lang": "zh", "period": "2026-10", "agent": "3010"}
    page, other = visit(**query), visit(**query)
    close_month(page)
    for miss in page.locator("tr.kpi-important").all():
        cause = miss.locator("textarea").first
        cause.fill("会上讨论")
        expect(state(page, cause.get_attribute("data-field"))).to_contain_text("已保存")
    other.reload()
    ready(other)
    other.route("**/save", lambda route: route.abort())
    field(other, "handling_time.measures").click()
    other.keyboard.type("正在打的字")
    step(page, "登记签字", 登记人="客服丙01", 签字表单编号="KPI-2026-10-10")
    expect(other.locator(".kpi-cycle .kpi-now")).to_have_text("已签字确认")
    other.evaluate("document.activeElement.blur()")
    left = other.locator(".kpi-left q")
    expect(left).to_contain_text("正在打的字")
    other.reload()
    expect(ready(other).locator(".kpi-left q")).to_contain_text("正在打的字")
    other.unroute("**/save")

    # Taken back, it goes where it was typed.
    step(page, "退回", 登记人="客服丙01", 原因="补充措施")
    expect(field(page, "handling_time.measures")).to_have_value("正在打的字")
    expect(other.locator(".kpi-left q")).to_have_count(0)


def test_the_teams_screen_opens_no_rows_of_people(visit: Callable[..., Page]) -> None:
    page = visit("/meeting", **TEAM)
    page.locator('tr[data-row="csat"] [data-how]').first.click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_text("差距由何构成")).to_be_visible(timeout=15_000)
    ready(page)
    expect(dialog.get_by_role("tab", name="客服代表")).to_have_count(0)
    expect(dialog.get_by_test_id("stDataFrame")).to_have_count(0)
    assert dialog.get_by_role("tab").count() >= 1
    assert "客服丙" not in dialog.text_content()
