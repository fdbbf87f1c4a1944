"""The wheel of this tree holds all that the product needs, and runs where there is nothing else of ours."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import sysconfig
import time
import tomllib
import urllib.request
import venv
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
PACKAGES = PYPROJECT["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]
# What the launcher does that pip makes from the wheel.
COMMAND = """
from importlib.metadata import entry_points
(command,) = entry_points(group="console_scripts", name="service-kpi")
command.load()()
"""
CALLS = """通话编号,来电时间,是否接通,接听工号,等待秒数,通话秒数,客户号码
C1,2026-10-01 09:00:00,是,0042,12,200,13800138000
C2,2026-10-02 09:05:00,否,,30,,
"""


@dataclass(frozen=True)
class Installed:
    """An environment with the wheel in it: its folder, and the Python that is started there."""

    folder: Path
    python: str

    def start(self, code: str, *arguments: str) -> subprocess.Popen:
        """Start `code` there, with nothing in sight that leads to this tree."""
        environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
        return subprocess.Popen(
            [self.python, "-c", code, *arguments],
            cwd=self.folder,
            env=environment | {"PYTHONUTF8": "1"},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding="utf-8",
        )

    def run(self, code: str, *arguments: str) -> str:
        """What `code` prints there."""
        process = self.start(code, *arguments)
        printed, faults = process.communicate(timeout=600)
        assert process.returncode == 0, faults
        return printed


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel of this tree."""
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Installed:
    """The wheel unpacked into an environment that sees the packages installed here, by a .pth file.

    The .pth file by which this tree is installed here is not read from there: only the first environment's is.
    """
    folder = tmp_path_factory.mktemp("installed")
    venv.create(folder, symlinks=os.name != "nt")
    there = Installed(folder, str(folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")))
    site = Path(there.run("import sysconfig; print(sysconfig.get_path('purelib'))").strip())
    with zipfile.ZipFile(wheel) as packed:
        packed.extractall(site)
    (site / "packages.pth").write_text("\n".join({sysconfig.get_path(key) for key in ("purelib", "platlib")}))
    (folder / "calls.csv").write_text(CALLS, encoding="utf-8")
    there.run(COMMAND, "load", "calls.csv", "--home", "home")
    return there


@pytest.fixture(scope="module")
def address(installed: Installed) -> Iterator[str]:
    """Where the wheel serves the home."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    process = installed.start(COMMAND, "serve", "--home", "home", "--port", str(port))
    for _ in range(2400):
        assert process.poll() is None, process.stderr.read()
        with socket.socket() as probe:
            if not probe.connect_ex(("127.0.0.1", port)):
                break
        time.sleep(0.25)
    yield f"http://127.0.0.1:{port}"
    process.terminate()
    process.communicate(timeout=600)


def test_the_wheel_holds_every_file_of_the_packages(wheel: Path) -> None:
    files = {path for package in PACKAGES for path in (ROOT / package).rglob("*") if path.is_file()}
    files = {path.relative_to(ROOT).as_posix() for path in files if "__pycache__" not in path.parts}
    with zipfile.ZipFile(wheel) as packed:
        inside = set(packed.namelist())
    about = f"service_kpi-{PYPROJECT['project']['version']}.dist-info"
    assert files - inside == set()
    assert {name.split("/")[0] for name in inside} == {*PACKAGES, about}
    kinds = {Path(name).suffix for name in inside}
    assert {".css", ".js", ".po", ".png", ".sql", ".toml", ".ttf", ".typ", ".woff2"} <= kinds
    assert len([name for name in inside if name.endswith("/OFL.txt")]) == 2  # beside each set of fonts


def test_it_is_the_wheel_that_runs(installed: Installed) -> None:
    code = "import importlib, sys\nfor name in sys.argv[1:]: print(importlib.import_module(name).__file__)"
    files = installed.run(code, *PACKAGES).splitlines()
    assert len(files) == len(PACKAGES)
    assert [file for file in files if not Path(file).is_relative_to(installed.folder)] == []


def test_the_wheel_answers(installed: Installed) -> None:
    assert installed.run(COMMAND, "check", "--home", "home", "--lang", "en") == "Everything is in order.\n"
    assert "genesys_interactions" in installed.run(COMMAND, "sources", "--json")
    goals = installed.run(COMMAND, "show", "goals", "--month", "2026-10", "--home", "home", "--json")
    assert "csat" in {row["key"] for row in json.loads(goals)["rows"]}


@pytest.mark.parametrize(
    ("kind", "begins", "holds"), [("pdf", b"%PDF-", b"NotoSansSC-Bold"), ("xlsx", b"PK", b"xl/workbook.xml")]
)
def test_the_wheel_exports(installed: Installed, kind: str, begins: bytes, holds: bytes) -> None:
    whose = ("goals", "--month", "2026-10", "--agent", "0042", "--home", "home")
    said = installed.run(COMMAND, "export", *whose, "--format", kind, "--out", "out", "--json")
    export = (installed.folder / json.loads(said)["path"]).read_bytes()
    assert export.startswith(begins)
    assert holds in export


@pytest.mark.parametrize(
    ("path", "begins"),
    [("healthz", b'{"status":"ok"'), ("", b"<!"), ("app/static/NotoSansSC-Regular.woff2", b"wOF2")],
)
def test_the_wheel_serves(address: str, path: str, begins: bytes) -> None:
    with urllib.request.urlopen(f"{address}/{path}", timeout=600) as answer:
        assert answer.read().startswith(begins)
