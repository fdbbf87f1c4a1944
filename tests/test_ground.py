"""What a fresh copy needs: fonts, every text translated, a README."""

from __future__ import annotations

import re
from pathlib import Path
from pydoc import locate

import pytest
from fontTools.ttLib import TTFont
from typer.main import get_command

from dashboard.cli import app
from scripts import messages, reference
from tests.conftest import Run

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text("utf-8")
PAPERS = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]
FOLDERS = ("benchmarks", "dashboard", "docs", "etl", "kpi", "sample_data", "scripts", "tests")


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
        "dashboard/locale/**/*.po", "kpi/catalog/*.toml", "dashboard/**/*.typ", "dashboard/**/*.py"
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


def test_the_readme_lists_every_command_with_all_its_options() -> None:
    listed: dict[str, set[str]] = {}
    for name, options in re.findall(r"^\| `service-kpi (\w+)(.*?)` \|", README, re.MULTILINE):
        listed.setdefault(name, {"--home", "--lang"}).update(re.findall(r"--\w+(?:-\w+)*", options))
    for name in listed.keys() - {"demo", "serve"}:
        listed[name].add("--json")
    commands = get_command(app).commands
    assert listed == {
        name: {option for parameter in command.params for option in parameter.opts if option[:2] == "--"}
        for name, command in commands.items()
    }


SETTINGS = [
    (paper.name, name, text)
    for paper in PAPERS
    for name, text in re.findall(
        r"`(config/\w+\.toml)`[^`]*```toml\n(.*?)```", paper.read_text("utf-8"), re.DOTALL
    )
]


@pytest.mark.parametrize(("paper", "name", "text"), SETTINGS, ids=lambda value: value[:20])
def test_settings_that_the_papers_show_are_in_order(
    paper: str, name: str, text: str, run: Run, tmp_path: Path
) -> None:
    (tmp_path / "config").mkdir()
    (tmp_path / name).write_text(text, "utf-8")
    assert run("check", "--home", tmp_path, "--lang", "en")[:2] == (0, "Everything is in order.\n"), paper
    entry = re.search(r"^[\w\"]+ = ", text, re.MULTILINE)[0]
    (tmp_path / name).write_text(text.replace(entry, "not_known = ", 1), "utf-8")
    assert run("check", "--home", tmp_path)[0] == 1, "a fault in it is found"


@pytest.mark.parametrize("paper", PAPERS, ids=lambda path: path.name)
def test_every_file_and_name_that_a_paper_mentions_is_there(paper: Path) -> None:
    text = paper.read_text("utf-8")
    places = re.findall(rf"(?<![\w/.:-])((?:{'|'.join(FOLDERS)})/[\w./*<>-]*\w)", text)
    found = [
        [*ROOT.glob(place), *ROOT.glob(f"{place}.*")] for place in (re.sub(r"<\w+>", "*", p) for p in places)
    ]
    assert [place for place, files in zip(places, found, strict=True) if not files] == []
    links = re.findall(r"\]\(([^):#]+)\)", text)
    assert [link for link in links if not (paper.parent / link).exists()] == []
    names = re.findall(rf"`((?:{'|'.join(FOLDERS)})(?:\.\w+)+)`", text)
    assert [name for name in names if locate(name) is None] == []


def test_every_statistic_has_its_line_and_its_test() -> None:
    known = (ROOT / "docs/statistics.md").read_text("utf-8")
    methods = [path for path in (ROOT / "kpi/statistics").glob("*.py") if path.stem != "__init__"]
    assert [path.name for path in methods if f"`kpi/statistics/{path.name}`" not in known] == []
    tests = ROOT / "tests/kpi/statistics"
    assert [path.name for path in methods if not (tests / f"test_{path.name}").exists()] == []


def test_the_readme_shows_the_two_commands() -> None:
    assert {"make demo", "make test"} <= set(re.findall(r"^make \w+", README, re.MULTILINE))
    assert (ROOT / ".ci" / "run").read_text("utf-8").splitlines()[-1] == "CI=true make test"


def test_the_reference_is_what_the_catalogue_and_the_contracts_say() -> None:
    assert (ROOT / "docs/indicators.md").read_text("utf-8") == reference.indicators()
    assert (ROOT / "docs/tables.md").read_text("utf-8") == reference.tables()
