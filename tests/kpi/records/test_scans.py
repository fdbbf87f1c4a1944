"""Scans of signed forms: kept whole, under their hash; anything else is refused in a sentence."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from etl.errors import Problem
from etl.home import Home
from kpi.records import scans
from kpi.records.scans import keep_scan, read_scan

PDF = b"%PDF-1.7 signed"


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path)


@pytest.mark.parametrize(
    ("content", "kind"), [(PDF, "pdf"), (b"\x89PNG\r\n\x1a\n...", "png"), (b"\xff\xd8\xff...", "jpg")]
)
def test_a_scan_is_kept_as_it_is_and_once(home: Home, content: bytes, kind: str) -> None:
    name = keep_scan(home, content)
    assert name.endswith(f".{kind}")
    assert keep_scan(home, content) == name
    assert read_scan(home, name) == content
    assert [path.name for path in (home.path / "signed").iterdir()] == [name]


@pytest.mark.parametrize("content", [b"", b"<script>alert(1)</script>", b"MZ\x90\x00"])
def test_what_is_no_scan_is_refused(home: Home, content: bytes) -> None:
    with pytest.raises(Problem, match="no PDF"):
        keep_scan(home, content)
    assert not (home.path / "signed").exists()


def test_a_scan_that_is_too_large_is_refused(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scans, "LARGEST", 10)
    with pytest.raises(Problem, match="more than"):
        keep_scan(home, PDF)


def test_a_name_leads_nowhere_else(home: Home) -> None:
    (home.path / "customer.key").write_text("secret")
    assert read_scan(home, "../customer.key") is None


def test_two_windows_may_send_a_scan_at_once(home: Home) -> None:
    content = PDF + b"." * 3_000_000
    with ThreadPoolExecutor(8) as pool:
        (name,) = set(pool.map(lambda _: keep_scan(home, content), range(16)))
    assert read_scan(home, name) == content
    assert [path.name for path in (home.path / "signed").iterdir()] == [name]


def test_a_scan_that_cannot_be_written_is_a_sentence(home: Home) -> None:
    (home.path / "signed").write_text("no folder", encoding="utf-8")
    with pytest.raises(Problem, match="cannot be written"):
        keep_scan(home, PDF)
