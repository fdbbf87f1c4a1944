"""What the product runs on: locks to trust, a set-up that installs no more than it has to, licences."""

from __future__ import annotations

import re
import sys
import tomllib
from email import message_from_string
from email.message import Message
from importlib.metadata import metadata
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from scripts import setup as set_up
from scripts.setup import DEV_LOCK, LOCK, ROOT

PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))


def locked(lock: Path) -> dict[str, str]:
    """{pinned version of a package, with its marker: its hashes}."""
    return dict(block.split(" \\\n", 1) for block in re.split(r"\n(?=[a-z0-9])", lock.read_text("utf-8")))


@pytest.mark.parametrize("lock", [LOCK, DEV_LOCK])
def test_a_lock_file_pins_with_hashes_and_names_no_host(lock: Path) -> None:
    assert re.findall(r"://|--(?:extra-)?index-url|--find-links|@ file", lock.read_text("utf-8")) == []
    assert [pin for pin in locked(lock) if not re.match(r"[a-z0-9.-]+==[^ ]+( ; .+)?$", pin)] == []
    assert [pin for pin, hashes in locked(lock).items() if "--hash=sha256:" not in hashes] == []


@pytest.mark.parametrize(("lock", "extras"), [(LOCK, ["build"]), (DEV_LOCK, ["build", "dev"])])
def test_a_lock_file_satisfies_the_project(lock: Path, extras: list[str]) -> None:
    wanted = PYPROJECT["project"]["dependencies"] + PYPROJECT["build-system"]["requires"]
    for extra in extras:
        wanted += PYPROJECT["project"]["optional-dependencies"][extra]
    versions: dict[str, list[str]] = {}  # some differ with the version of Python
    for pin in map(Requirement, locked(lock)):
        versions.setdefault(pin.name, []).append(str(pin.specifier).removeprefix("=="))
    unmet = [
        str(need)
        for need in map(Requirement, wanted)
        if not all(map(need.specifier.contains, versions.get(need.name, ["0"])))
    ]
    assert unmet == []


def test_what_is_locked_for_running_is_locked_for_development_too() -> None:
    assert set(locked(LOCK)) < set(locked(DEV_LOCK))
    assert not {"pytest", "ruff", "playwright"} & {Requirement(pin).name for pin in locked(LOCK)}


@pytest.mark.process
@pytest.mark.parametrize(
    ("had", "wanted", "installs"),
    [
        (None, LOCK, True),
        (LOCK, LOCK, False),
        (DEV_LOCK, LOCK, False),
        (DEV_LOCK, DEV_LOCK, False),
        (LOCK, DEV_LOCK, True),
    ],
)
def test_set_up_adds_what_is_missing_and_no_more(
    had: Path | None, wanted: Path, installs: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stamp, commands = tmp_path / "set-up", []
    stamp.write_text(set_up.state(had) if had else "of another day")
    monkeypatch.setattr(set_up, "STAMP", stamp)
    monkeypatch.setattr(set_up, "PYTHON", Path(sys.executable))
    monkeypatch.setattr(set_up, "run", lambda *command, sorry: commands.append(command))
    set_up.setup(wanted)
    assert any(wanted in command for command in commands) == bool(commands) == installs
    assert stamp.read_text() == set_up.state(wanted if installs else had)


# What an MIT product may depend on; the second line asks that the package is used unchanged. Everything else
# is refused: GPL, AGPL, EUPL, and what nobody here has read.
ALLOWED = {
    *("0BSD", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "CC0-1.0", "ISC", "MIT", "MIT-CMU", "PSF-2.0", "Zlib"),
    *("LGPL-2.1-only", "LGPL-2.1-or-later", "LGPL-3.0-only", "LGPL-3.0-or-later", "MPL-2.0"),
    # The same as older packages write it, in their field "License" and in their classifiers.
    *("3-Clause BSD License", "2-clause BSD", "BSD", "BSD 3-Clause", "BSD License", "MIT License"),
    *("Apache License 2.0", "Apache Software License", "ISC License", "ISC License (ISCL)"),
    *("GNU Library or Lesser General Public License (LGPL)", "Mozilla Public License 2.0 (MPL 2.0)"),
}  # fmt: skip
# What those packages state that not every system installs: elsewhere there are no metadata to read.
NOT_EVERYWHERE = {"colorama": "BSD License", "watchdog": "Apache-2.0"}


def refused(about: Message) -> set[str]:
    """The licences in a package's metadata that are not allowed; "unknown" when they name none.

    Where the licence is an expression of alternatives alone (OR), one is enough. Otherwise all that are named
    have to be allowed: in the expression, or where there is none in classifiers and in a field "License" of
    one line; a longer one is a licence's text. One with an exception (WITH) is refused until somebody has
    read it and put it into the list.
    """
    expression = about.get("License-Expression", "")
    named = set(re.split(r" (?:AND|OR) ", re.sub(r"[()]", "", expression))) - {""}
    if " AND " not in expression and named & ALLOWED:
        return set()
    if not named:
        classifiers = [line.split(" :: ") for line in about.get_all("Classifier", [])]
        named = {kinds[-1] for kinds in classifiers if kinds[0] == "License"}
        field = about.get("License", "")
        named |= set(field.split(" AND ")) - {""} if "\n" not in field else set()
    return (named or {"unknown"}) - ALLOWED


@pytest.mark.parametrize(
    ("says", "wrong"),
    [
        ("License-Expression: MIT", ""),
        ("License-Expression: LGPL-3.0-only", ""),
        ("License-Expression: GPL-2.0-only OR MIT", ""),
        ("License-Expression: BSD-3-Clause AND (MIT OR Apache-2.0)", ""),
        ("License-Expression: MIT AND (GPL-2.0-only OR ISC)", "GPL-2.0-only"),
        ("License-Expression: AGPL-3.0-or-later", "AGPL-3.0-or-later"),
        ("License-Expression: GPL-2.0-only WITH GCC-exception-2.0", "GPL-2.0-only WITH GCC-exception-2.0"),
        ("License: MPL-2.0 AND MIT", ""),
        ("License: EUPL 1.1+", "EUPL 1.1+"),
        ("License: UNKNOWN", "UNKNOWN"),
        ("License: A long text,\n of two lines", "unknown"),
        ("License: A long text,\n of two lines\nClassifier: License :: OSI Approved :: BSD License", ""),
        ("License: MIT\nClassifier: License :: OSI Approved :: GNU Affero GPL", "GNU Affero GPL"),
        ("Classifier: License :: OSI Approved", "OSI Approved"),
        ("Classifier: Topic :: Utilities", "unknown"),
    ],
)
def test_a_licence_is_judged_by_all_that_the_metadata_say(says: str, wrong: str) -> None:
    assert refused(message_from_string(says)) == ({wrong} if wrong else set())


def test_the_product_may_carry_the_licences_of_what_it_runs_on() -> None:
    pins = list(map(Requirement, locked(LOCK)))
    here = {pin.name for pin in pins if not pin.marker or pin.marker.evaluate()}
    elsewhere = {pin.name for pin in pins} - here
    found = {name: refused(metadata(name)) for name in here}
    found |= {name: {NOT_EVERYWHERE.get(name, "unknown")} - ALLOWED for name in elsewhere}
    assert {name: wrong for name, wrong in found.items() if wrong} == {}
    assert set(NOT_EVERYWHERE) - {pin.name for pin in pins if pin.marker} == set(), "no longer needed"
