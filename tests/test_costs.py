"""A run says what its tests cost, refuses a file that is too dear, and a process that nobody named."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from tests.costs import MOST, Costs, cpu_seconds, too_dear
from tests.prepared import prepared

ROOT = Path(__file__).resolve().parent.parent


def test_a_file_that_takes_more_than_its_share_is_named() -> None:
    files = {f"test_{n}.py": 1.0 for n in range(100)}
    assert too_dear(Counter(files)) == ""
    assert "test_0.py" in too_dear(Counter(files | {"test_0.py": 7.0}))
    assert too_dear(Counter(files | {"test_0.py": 6.0})) == "", f"{MOST:.0%} are allowed"


def test_only_a_run_of_all_tests_is_judged(request: pytest.FixtureRequest) -> None:
    config = request.config
    whole = pytest.Config.ArgsSource.TESTPATHS
    for source, keyword, marks, judges in (
        (whole, "", "not soak", True),
        (pytest.Config.ArgsSource.ARGS, "", "not soak", False),
        (whole, "uploads", "not soak", False),
        (whole, "", "not soak and not browser", False),
    ):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(config, "args_source", source)
            patch.setattr(config.option, "keyword", keyword)
            patch.setattr(config.option, "markexpr", marks)
            assert Costs(config).judges is judges


def test_a_dear_file_fails_the_run() -> None:
    class Run:
        exitstatus = pytest.ExitCode.OK
        config = None

    costs = Costs.__new__(Costs)
    costs.judges, costs.refused, costs.seconds = True, "", Counter({"test_a.py": 1.0})
    costs.pytest_sessionfinish(Run)
    assert (Run.exitstatus, "test_a.py" in costs.refused) == (pytest.ExitCode.TESTS_FAILED, True)


@pytest.mark.process
def test_what_a_process_computes_counts_while_it_runs_and_afterwards() -> None:
    code = "import time\nwhile time.process_time() < 0.5: pass\nprint(flush=True)\ninput()"
    before = cpu_seconds()
    with subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as child:
        child.stdout.readline()
        during = cpu_seconds()
        child.communicate(b"\n")
    if sys.platform == "linux":
        assert during - before >= 0.4
    assert cpu_seconds() - before >= 0.4


@pytest.mark.process
def test_a_test_that_starts_a_process_has_to_say_so(tmp_path: Path) -> None:
    (tmp_path / "conftest.py").write_text(
        "from tests.costs import Guard\n"
        "def pytest_configure(config):\n"
        "    config.addinivalue_line('markers', 'process')\n"
        "    config.pluginmanager.register(Guard())\n"
    )
    (tmp_path / "test_it.py").write_text(
        "import os, subprocess, sys, pytest\n"
        "def test_plain(): subprocess.run([sys.executable, '-c', ''])\n"
        "def test_caught():\n"
        "    with pytest.raises(RuntimeError): os.fork()\n"
        "@pytest.mark.process\n"
        "def test_marked(): subprocess.run([sys.executable, '-c', ''])\n"
        "def test_none(): pass\n"
    )
    run = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-c", "/dev/null", str(tmp_path)]
    said = subprocess.run(run, cwd=ROOT, capture_output=True, text=True, check=False).stdout
    assert "2 failed, 2 passed" in said, said
    assert "mark it, @pytest.mark.process" in said


def test_what_a_run_has_prepared_is_made_once(tmp_path_factory: pytest.TempPathFactory) -> None:
    made = []

    def make(folder: Path) -> None:
        folder.mkdir()
        made.append(folder)

    first, again = (prepared(tmp_path_factory, "made-for-test-costs", make) for _ in range(2))
    assert first == again
    assert first.is_dir()
    assert len(made) == 1
