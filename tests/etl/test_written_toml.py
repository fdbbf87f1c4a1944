"""Entries of a file in `config/` change, and nothing else of it: comments, order, what nobody asked about."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from etl.errors import Problem
from etl.home import Home, read_settings
from etl.written_toml import change_entries, rewritten

WRITTEN = """\
# Ours since 2021; ask Ms Li.
organisation = "旧名"  # as on the seal
upload_limit_mb = 40

[shifts]  # of the hotline
A = "09:00-18:00"

[departments]
"热线部" = ["一组", "二组"]
"""
NAME = ("organisation",)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """The settings of a home, as a person wrote them."""
    home = Home(tmp_path / "home")
    home.create()
    (home.config / "home.toml").write_text(WRITTEN, encoding="utf-8")
    return home.config / "home.toml"


def change(file: Path, changes: dict, keep=lambda _: None) -> tuple:
    return change_entries(file, changes, lambda room: read_settings(room / file.name), keep)


def test_only_what_was_asked_for_changes(file: Path) -> None:
    told = []
    changes = {
        NAME: '新"名',
        ("shifts", "B"): "",
        ("shifts", "A"): None,
        ("timezone",): "UTC",
        ("leave", "x"): None,
    }
    assert change(file, changes, told.append) == (NAME, ("shifts", "B"), ("shifts", "A"), ("timezone",))
    assert told == [
        {
            NAME: ("旧名", '新"名'),
            ("shifts", "B"): (None, ""),
            ("shifts", "A"): ("09:00-18:00", None),
            ("timezone",): (None, "UTC"),
        }
    ]
    text = file.read_text(encoding="utf-8")
    changed = ("organisation", "A = ", "B = ", "timezone")
    assert [line for line in WRITTEN.splitlines() if not line.startswith(changed)] == [
        line for line in text.splitlines() if not line.startswith(changed)
    ]
    assert "# as on the seal" in text
    settings = read_settings(file)
    assert (settings.organisation, settings.timezone, settings.upload_limit_mb) == ('新"名', "UTC", 40)
    assert (settings.shifts["B"], "A" in settings.shifts) == ("", False)
    assert settings.departments == {"热线部": ("一组", "二组")}


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("", 'organisation = "N"\n\n[leave]\n"事假" = "counts"\n'),
        ("[leave]\n", 'organisation = "N"\n\n[leave]\n"事假" = "counts"\n'),
        ('leave."病假" = "excused"\r\n', 'leave."病假" = "excused"\r\nleave."事假" = "counts"\n'),
        ("leave = {}\n", 'leave = {"事假" = "counts"}\n'),
    ],
)
def test_a_table_is_found_however_it_is_written(before: str, after: str, tmp_path: Path) -> None:
    text = rewritten(before, {NAME: "N", ("leave", "事假"): "counts"})
    for path, content in ((tmp_path / "a.toml", text), (tmp_path / "b.toml", after)):
        path.write_bytes(content.encode())
    settings = read_settings(tmp_path / "a.toml")
    assert settings.organisation == "N"
    assert settings.leave == read_settings(tmp_path / "b.toml").leave
    assert settings.leave["事假"] == "counts"


def test_what_is_at_fault_or_cannot_be_recorded_is_not_written(file: Path) -> None:
    with pytest.raises(Problem, match="shifts"):
        change(file, {NAME: "N", ("shifts", "A"): "nine to five"}, lambda _: pytest.fail("recorded"))

    def refuse(_: object) -> None:
        raise Problem("records", "No.", "")

    with pytest.raises(Problem, match="records"):
        change(file, {NAME: "N"}, refuse)
    assert file.read_text(encoding="utf-8") == WRITTEN
    assert [path.name for path in file.parent.iterdir()] == ["home.toml"]


def test_what_is_so_already_is_neither_written_nor_recorded(file: Path) -> None:
    before = file.stat()
    assert change(file, {NAME: "旧名", ("shifts", "B"): None}, lambda _: pytest.fail("recorded")) == ()
    assert file.stat() == before


@pytest.mark.skipif(os.name == "nt", reason="links need a right there")
def test_a_link_stays_one(file: Path, tmp_path: Path) -> None:
    real = tmp_path / "kept elsewhere.toml"
    file.rename(real)
    file.symlink_to(real)
    change(file, {NAME: "N"})
    assert file.is_symlink()
    assert read_settings(real).organisation == "N"
