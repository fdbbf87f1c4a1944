"""Calls out and call-backs: counted where an indicator asks for them, and in nothing that is about calls that come in."""

from __future__ import annotations

from pathlib import Path

import pytest

from etl.home import Home
from kpi.catalog.load import load_catalog
from kpi.figures.view import open_view
from kpi.loading.load import load_files
from tests.kpi.loading.test_legs import HEADER, leg, numbers, write

OWN = """
[sold]
name = { zh = "外呼接听", en = "Answered calls out" }
definition = { zh = "客户接听的呼出电话。", en = "Calls out that the customer answered." }
exclusions = { zh = "无。", en = "None." }
reference = "自有"
relation = "calls"
kind = "count"
unit = "count"
better = "higher"
base = "direction = 'out' AND answered"
levels = ["person", "unit"]
material = 1
"""


@pytest.fixture
def home(tmp_path: Path) -> Home:
    home = Home(tmp_path / "home")
    home.config.mkdir(parents=True)
    (home.config / "indicators.toml").write_text(OWN, encoding="utf-8")
    return home


def of_every_kind(folder: Path) -> Path:
    rows = [
        leg("I", "02 09:00:00", "1001", customer="0001"),
        leg("O1", "02 10:00:00", "1001", customer="0002", direction="呼出", wait=50),
        leg("O2", "02 10:10:00", "1001", customer="0003", direction="呼出", answered="否", wait=50, talk=0),
        leg("B1", "02 11:00:00", "1001", customer="0004", direction="回呼", wait=600),
        leg("B2", "02 11:10:00", "1001", customer="0005", answered="否", wait=900, talk=0) + ",是",
        leg("N", "02 11:20:00", "1001", customer="0006", direction="内线"),
    ]
    return write(
        folder,
        "all.csv",
        *(row if row.endswith("是") else row + "," for row in rows),
        header=HEADER + ",回呼",
    )


def test_calls_out_and_call_backs_are_classes_of_their_own(home, tmp_path):
    load_files(home, [of_every_kind(tmp_path)])
    assert numbers(home, "offered") == (1, None)
    assert numbers(home, "handled") == (1, None)
    assert numbers(home, "speed_of_answer") == (10, 1)
    assert numbers(home, "abandonment") == (0, 1)
    assert numbers(home, "outbound") == (2, None)
    assert numbers(home, "outbound_connection") == (1, 2)
    assert numbers(home, "callbacks") == (2, None)
    assert numbers(home, "callback_reached") == (1, 2)
    assert numbers(home, "callback_wait") == (1500, 2)


def test_an_own_indicator_that_asks_for_calls_out_counts_them(home, tmp_path):
    assert load_catalog(home.config).indicators["sold"].relation == "all_calls"
    load_files(home, [of_every_kind(tmp_path)])
    assert open_view(home).rolled_up()
    assert numbers(home, "sold") == (1, None)
    assert numbers(home, "sold", "1001") == (1, None)


def test_a_home_without_calls_out_has_no_data_of_them(home, tmp_path):
    load_files(home, [write(tmp_path, "in.csv", leg("I", "02 09:00:00", "1001", customer="0001"))])
    for key in ("outbound", "outbound_connection", "callbacks", "callback_reached", "callback_wait"):
        assert numbers(home, key) == (None, None), key


def test_whom_we_called_back_did_not_call_again(home, tmp_path):
    rows = [
        leg("I", "02 09:00:00", "1001", customer="0001"),
        leg("B", "02 11:00:00", "1001", customer="0001", direction="回呼"),
        leg("Z", "20 11:00:00", "1001", customer="0009"),
    ]
    load_files(home, [write(tmp_path, "in.csv", *rows)])
    assert numbers(home, "first_contact_resolution") == (1, 1)
