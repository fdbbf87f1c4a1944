"""What is personal in a text is masked, in every common writing; what only looks like it stays as it is."""

from __future__ import annotations

import pytest

from etl.personal import mask_digits, mask_numbers

# What to hide in a text, and what of it may not be found afterwards.
HIDE = {
    "plain": ("客户13800138000来电", "13800138000"),
    "in spaces": ("致电 138 0013 8000 未接", "0013 8000"),
    "in dashes": ("138-0013-8000", "0013-8000"),
    "in full stops": ("138.0013.8000", "0013.8000"),
    "in other groups": ("138 001 38000", "001 38000"),
    "four first": ("1380 013 8000", "013 8000"),
    "by eight": ("138-00138000", "00138000"),
    "seven first": ("1380013-8000", "0013-8000"),
    "in pairs": ("138 00 13 80 00", "00 13 80 00"),
    "digit by digit": ("1 3 8 0 0 1 3 8 0 0 0", "0 0 1 3 8 0 0 0"),
    "in brackets": ("(138)00138000", "00138000"),
    "square brackets": ("[138]0013-8000", "0013-8000"),
    "by underlines": ("138_0013_8000", "0013_8000"),
    "by a long dash": ("138–0013–8000", "0013–8000"),
    "with the country": ("+86 138 0013 8000", "0013 8000"),
    "country and dash": ("+86-13800138000", "13800138000"),
    "country attached": ("+8613800138000", "13800138000"),
    "country by noughts": ("008613800138000", "13800138000"),
    "country alone": ("8613800138000", "13800138000"),
    "country in brackets": ("(+86)138-0013-8000", "0013-8000"),
    "full width": ("电话：１３８００１３８０００", "１３８００１３８０００"),
    "full width with signs": ("（＋８６）１３８－００１３－８０００", "００１３"),
    "long distance": ("013800138000", "13800138000"),
    "by a carrier": ("17951 13800138000", "13800138000"),
    "an extension behind": ("13800138000转801", "13800138000"),
    "in a list": ("13800138000/13900139000,15012345678", "13900139000"),
    "behind letters": ("Tel13800138000", "13800138000"),
    "fixed line": ("010-12345678", "12345678"),
    "area in brackets": ("(0755)2345 6789", "2345 6789"),
    "area attached": ("075523456789", "23456789"),
    "seven digits of an area": ("0591-8765432", "8765432"),
    "fixed line from abroad": ("+86 755 2345 6789", "2345 6789"),
    "fixed line by full stops": ("021.6123.4567", "6123.4567"),
    "four hundred": ("请拨400-812-3456", "812-3456"),
    "four hundred attached": ("4008123456", "8123456"),
    "eight hundred": ("800 812 3456", "812 3456"),
    "Hong Kong": ("00852-23456789", "23456789"),
    "another country": ("+1 (415) 555-2671", "555-2671"),
    "local behind a word": ("联系电话：82345678", "82345678"),
    "local in groups behind a word": ("tel. 8234-5678", "8234-5678"),
    "identity card": ("身份证11010519491231002X已核", "19491231"),
    "identity card in groups": ("110105 19491231 002X", "19491231"),
    "identity card mistyped": ("身份证号：110105194912310021", "19491231"),
    "old identity card": ("身份证 110105491231002", "491231"),
    "bank card": ("6222021234567890128", "1234567890"),
    "bank card in groups": ("卡 4111 1111 1111 1111", "1111 1111 1111"),
    "bank card mistyped": ("银行卡号 6222021234567890123", "1234567890"),
    "address": ("邮箱zhang.san@example.com", "zhang.san"),
    "address in full width": ("ｚｓ１２３＠ｅｘａｍｐｌｅ．ｃｏｍ", "１２３"),
    "address of digits": ("12345678@qq.com", "12345678@"),
}  # fmt: skip
KEEP = [
    "订单20260901000123", "订单号 202609010001234567", "单号DD2026090112345", "SO-2026-09-0001", "SF1234567890123",
    "YT8812345678901", "3812345678901234567", "运单 773012345678901", "20260901", "2026-09-01 13:00:12",
    "2026/09/01 13-14 15-16", "2026.09.01", "20260901130012", "20260901123045123", "1693526400000", "1693526400",
    "12345678", "7654321", "工号10012345", "工号 007 与 1001", "客服工号 8001234", "分机 8001", "拨打10086", "95588 转 9", "12315",
    "¥1,380,013.80", "13800.50元", "金额13800138000.00元", "138,001,380 元", "-1380.13", "13.5 14.2 15.8 16",
    "第1 3 5 7 9 11 13 题", "192.168.100.200", "版本 13.8.0013.8000", "113.8001380,22.5431", "单价 12.50 共 1234567",
    "8f14e45f-ceea-467f-9575-13800138", "订单号码12345678", "来电20260901记录", "4111111111111112", "6222021234567890123",
    "110105194912310021", "99 次 1234567 条", "2026-09-01/2026-09-30", "08:00-16:00 20:00-24:00", "张三@一组", "@13组", "60/100 80/100 90/100",
    "138****8000", "010****5678", "z****@example.com",
]  # fmt: skip


@pytest.mark.parametrize("name", HIDE)
def test_what_is_personal_is_masked(name: str) -> None:
    text, secret = HIDE[name]
    for said in (text, f"客户说：{text}，请回复", f"{text}\n第2行 20260901"):
        masked = mask_numbers(said)
        assert secret not in masked
        assert "****" in masked
        assert mask_numbers(masked) == masked
    assert len(HIDE) >= 40


@pytest.mark.parametrize("text", KEEP)
def test_what_only_looks_like_it_stays(text: str) -> None:
    for said in (text, f"客户说：{text}，请回复", f"{text}\n第2行"):
        assert mask_numbers(said) == said
    assert len(KEEP) >= 40


def test_what_is_shown_are_the_ends() -> None:
    assert mask_numbers("13800138000") == "138****8000"
    assert mask_numbers("+86 138-0013-8000") == "+138****8000"
    assert mask_numbers("电话82345678") == "电话****78"
    assert mask_numbers("11010519491231002X") == "110****002X"
    assert mask_numbers("zhang@example.com 和 13900139000") == "z****@example.com 和 139****9000"


def test_where_cells_cannot_be_told_apart_every_longer_number_goes() -> None:
    assert mask_digits("K7654321, 13800138000, 2026") == "K7****21, 138****8000, 2026"
