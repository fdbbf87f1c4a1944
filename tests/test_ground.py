"""What a fresh copy needs: a complete wheel, a lock to trust, fonts, every text translated, a README."""

from __future__ import annotations

import re
import tomllib
import zipfile
from pathlib import Path

import pytest
from fontTools.ttLib import TTFont
from hatchling.build import build_wheel
from packaging.requirements import Requirement
from typer.main import get_command

from dashboard.cli import app
from scripts import messages, reference
from scripts import setup as set_up

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("dashboard", "kpi", "etl", "sample_data")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
README = (ROOT / "README.md").read_text("utf-8")


def package_files() -> set[str]:
    """Every file that stands in one of the packages."""
    found = {path for package in PACKAGES for path in (ROOT / package).rglob("*") if path.is_file()}
    return {path.relative_to(ROOT).as_posix() for path in found if "__pycache__" not in path.parts}


def test_the_wheel_holds_every_file_of_the_packages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    about = f"service_kpi-{PROJECT['version']}.dist-info"
    with zipfile.ZipFile(tmp_path / build_wheel(str(tmp_path))) as wheel:
        inside = set(wheel.namelist())
        entry_points = wheel.read(f"{about}/entry_points.txt").decode()
    assert package_files() - inside == set()
    assert {name.split("/")[0] for name in inside} == {*PACKAGES, about}
    assert {".toml", ".sql", ".typ", ".po", ".ttf", ".woff2", ".png"} <= {
        Path(name).suffix for name in inside
    }
    assert {"dashboard/static/OFL.txt", "dashboard/export/fonts/OFL.txt"} <= inside
    assert any(name.startswith("kpi/records/migrations/versions/") for name in inside)
    assert "service-kpi = dashboard.cli:main" in entry_points


def locked() -> dict[str, tuple[set[str], int]]:
    """{package: (its pinned versions, number of hashes)} of the lock file."""
    packages: dict[str, tuple[set[str], int]] = {}
    for block in re.split(r"\n(?=[a-z0-9])", set_up.LOCK.read_text("utf-8")):
        name, version = re.match(r"([a-z0-9.-]+)==([^ ;\\]+)", block).groups()
        versions, hashes = packages.get(name, (set(), 0))
        packages[name] = (versions | {version}, hashes + block.count("--hash=sha256:"))
    return packages


def test_the_lock_file_pins_with_hashes_and_names_no_host() -> None:
    text = set_up.LOCK.read_text("utf-8")
    assert re.findall(r"://|--(?:extra-)?index-url|--find-links|@ file", text) == []
    assert [name for name, (_, hashes) in locked().items() if not hashes] == []


def test_the_lock_file_satisfies_the_project() -> None:
    wanted = [
        Requirement(line) for line in (*PROJECT["dependencies"], *PROJECT["optional-dependencies"]["dev"])
    ]
    pins = locked()
    unmet = [
        str(need)
        for need in wanted
        if not all(need.specifier.contains(version) for version in pins.get(need.name, ({"0"}, 0))[0])
    ]
    assert unmet == []


def characters(*patterns: str) -> set[str]:
    """Every character in the files that the patterns find."""
    files = [path for pattern in patterns for path in ROOT.glob(pattern)]
    assert files
    return set().union(*(path.read_text("utf-8") for path in files)) - set("\n\r\t\ufeff")


@pytest.mark.parametrize("font", ["static/NotoSansSC-{}.woff2", "export/fonts/NotoSansSC-{}.ttf"])
@pytest.mark.parametrize("weight", ["Regular", "Bold"])
def test_the_fonts_can_write_every_word_of_ours(font: str, weight: str) -> None:
    file = TTFont(ROOT / "dashboard" / font.format(weight))
    used = characters(
        "dashboard/locale/**/*.po", "kpi/catalog/*.toml", "dashboard/**/*.typ", "dashboard/*.py"
    )
    assert {char for char in used if ord(char) not in file.getBestCmap()} == set()
    assert file["name"].getDebugName(1) == "Noto Sans SC"
    assert file["OS/2"].usWeightClass == {"Regular": 400, "Bold": 700}[weight]


def test_the_pdf_font_can_write_rare_names() -> None:
    can_write = TTFont(ROOT / "dashboard/export/fonts/NotoSansSC-Regular.ttf").getBestCmap()
    assert [name for name in "喆堃玥翀昇䶮㛃鿍𬍛" if ord(name) not in can_write] == []


def test_every_text_is_translated() -> None:
    texts = messages.texts_in_code()
    files = sorted(messages.LOCALE.glob("*/LC_MESSAGES/service_kpi.po"))
    assert files
    faults = {file.parts[-3]: messages.faults(messages.read(file), texts) for file in files}
    assert {language: wrong for language, wrong in faults.items() if wrong} == {}


def test_texts_are_found_wherever_they_are_marked() -> None:
    source = 't("a" "b"); N_("c"); words(lang)("d"); t("e" if x else "f"); page.t("g"); t(n); other("h")'
    assert messages.texts_in(source, "here") == {"ab", "c", "d", "e", "f", "g"}
    with pytest.raises(SystemExit, match=r"here:1: a text to translate is put together"):
        messages.texts_in('t(f"{name} is late")', "here")


def test_faults_of_a_translation_are_named() -> None:
    known = {"Kept": "保留", "Empty": "", "Same": "Same", "Gone": "没有了", "{n} rows": "{m} 行"}
    assert messages.faults(known, {"Kept", "Empty", "Same", "{n} rows", "New"}) == [
        "missing: New",
        "not translated: Empty",
        "no longer in the code: Gone",
        "not translated: Same",
        "other {names} than the English text: {n} rows",
    ]


def test_the_readme_lists_every_command_with_options_that_exist() -> None:
    rows = re.findall(r"^\| `service-kpi (\w+)(.*?)` \|", README, re.MULTILINE)
    commands = get_command(app).commands
    assert {name for name, _ in rows} == set(commands)
    for name, options in rows:
        known = {option for parameter in commands[name].params for option in parameter.opts}
        assert set(re.findall(r"--\w+(?:-\w+)*", options)) - known == set(), name


def test_the_readme_shows_the_two_commands() -> None:
    assert {"make demo", "make test"} <= set(re.findall(r"^make \w+", README, re.MULTILINE))
    assert (ROOT / ".ci" / "run").read_text("utf-8").splitlines()[-1] == "CI=true make test"


def test_the_reference_is_what_the_catalogue_and_the_contracts_say() -> None:
    assert (ROOT / "docs/indicators.md").read_text("utf-8") == reference.indicators()
    assert (ROOT / "docs/tables.md").read_text("utf-8") == reference.tables()
