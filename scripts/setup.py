"""Set up the project and run it: what `make` and `start.cmd` call. Standard library only.

python3 scripts/setup.py setup | demo | test | quick | soak | lint | lock | browser | faults | fuzz, and then
the arguments that are passed on.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LOCK = ROOT / "requirements.lock"  # what runs the product, and hatchling, which installs its folder
DEV_LOCK = ROOT / "requirements-dev.lock"  # all of that in the same versions, and what checks it
VENV = ROOT / ".venv"
BIN = VENV / ("Scripts" if os.name == "nt" else "bin")
PYTHON = BIN / ("python.exe" if os.name == "nt" else "python")
STAMP = VENV / "set-up"
# In which order, and what stays together, says tests/conftest.py.
# One worker more than there are cores: those with a browser or a process wait for it most of the time.
WORKERS = str(min((os.cpu_count() or 1) + 1, 4))
SEVERAL = (PYTHON, "-m", "pytest", "-n", WORKERS, "--dist", "loadfile")
SEVERAL += ("--no-loadscope-reorder",)
BROWSERS = (
    *("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"),
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    r"C:\Program Files\Google\Chrome\Application\chrome.exe",
    r"C:\Program Files (x86)\Google\Chrome\Application\chrome.exe",
)


def run(*command: object, sorry: str) -> None:
    """Run a command in the project folder; when it fails, leave with one sentence."""
    if subprocess.run([str(part) for part in command], cwd=ROOT, check=False).returncode:
        sys.exit(sorry)


def system_package(package: str, why: str) -> None:
    """Install a Debian package when that is ours to do (root, or CI); otherwise name the command."""
    as_root = hasattr(os, "geteuid") and os.geteuid() == 0
    apt = [] if as_root else ["sudo", "-n"]
    apt += ["env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-q"]
    sorry = f"{why} Install it with: sudo apt-get install {package}"
    if not shutil.which("apt-get") or not (as_root or os.environ.get("CI")):
        sys.exit(sorry)
    run(*apt, "update", sorry=sorry)
    run(*apt, "install", "-y", "--no-install-recommends", package, sorry=sorry)


def state(lock: Path) -> str:
    """Changes when the environment has to be brought up to date."""
    parts = (lock.read_bytes(), (ROOT / "pyproject.toml").read_bytes(), sys.version.encode(), bytes(ROOT))
    return hashlib.sha256(b"\0".join(parts)).hexdigest()


def is_usable(probe: str) -> bool:
    """Whether `.venv` was made here, by this Python, and can run `probe`."""
    say = f"{probe}; print(sys.prefix, sys.version)"
    if not PYTHON.exists():
        return False
    answer = subprocess.run([str(PYTHON), "-c", say], capture_output=True, text=True, check=False).stdout
    return answer.strip() == f"{VENV} {sys.version}"


def setup(lock: Path = DEV_LOCK) -> None:
    """Make `.venv` hold what the lock file says, and this project as an editable install.

    Everything that the product runs with stands in both files: what was set up for development runs it too.
    """
    if PYTHON.exists() and STAMP.exists() and STAMP.read_text() in (state(lock), state(DEV_LOCK)):
        return
    print("Setting up .venv; the first time this takes a minute or two.", flush=True)
    uv, own = shutil.which("uv"), getattr(sys, "_base_executable", sys.executable)
    STAMP.unlink(missing_ok=True)
    if not is_usable("import sys" if uv else "import sys, pip"):
        if not uv and not importlib.util.find_spec("ensurepip"):
            sys.exit("Python lacks its venv module. Install it with: sudo apt-get install python3-venv")
        make = (uv, "venv", "-q", "--clear", "--python", own) if uv else (own, "-m", "venv", "--clear")
        run(*make, VENV, sorry=f"{VENV} could not be made. The lines above say why.")
    sorry = "The packages could not be installed. The lines above say why; then run the same command again."
    pip = (uv, "pip") if uv else (PYTHON, "-m", "pip", "--disable-pip-version-check")
    here = ("--python", PYTHON) if uv else ("--no-input",)
    run(*pip, "install", "-q", *here, "--require-hashes", "-r", lock, sorry=sorry)
    run(*pip, "install", "-q", *here, "--no-deps", "--no-build-isolation", "-e", ROOT, sorry=sorry)
    STAMP.write_text(state(lock))


def demo(*arguments: str) -> None:
    """Serve the sample home; the address is printed and opened by the command itself."""
    setup(LOCK)
    command = [str(BIN / "service-kpi"), "demo", *arguments]
    if os.name == "nt":
        sys.exit(subprocess.run(command, cwd=ROOT, check=False).returncode)
    os.chdir(ROOT)
    os.execv(command[0], command)  # no process in between: a signal to make reaches the server


def lint() -> None:
    """Check style and formatting of all Python files, and the page's scripts."""
    setup()
    ruff = (PYTHON, "-m", "ruff")
    run(*ruff, "check", "--quiet", sorry="ruff found something to mend, listed above.")
    run(*ruff, "format", "--check", sorry="Bring the files into shape with: .venv/bin/ruff format")
    scripts = ("dashboard/assets", "tests/browser")
    oxlint = (BIN / "oxlint", "--deny-warnings", *scripts)
    run(*oxlint, sorry="oxlint found something to mend in the page's scripts, listed above.")


def find_browser() -> str | None:
    """The path of a Chromium or Chrome: $CHROMIUM, or one in a usual place."""
    named = os.environ.get("CHROMIUM")
    return next((found for name in (named, *BROWSERS) if name and (found := shutil.which(name))), None)


def browser() -> str:
    """Path of the browser for the tests, installed first where this script may do so."""
    if not find_browser():
        system_package("chromium", "The browser tests need Chromium or Chrome.")
    found = find_browser()
    if not found:
        sys.exit("Chromium was installed but is not on the PATH. Set CHROMIUM to its path.")
    return found


def test(*arguments: str) -> None:
    """Style, then all tests, or those that the arguments choose."""
    if not importlib.util.find_spec("ensurepip") and not shutil.which("uv"):
        system_package("python3-venv", "Python lacks its venv module.")
        importlib.invalidate_caches()
    os.environ["CHROMIUM"] = browser()
    lint()
    run(*SEVERAL, *arguments, sorry="Tests failed.")


def quick(*arguments: str) -> None:
    """Style, then the tests that need no browser, no process and no load of files from end to end."""
    lint()
    without = " and ".join(f"not {name}" for name in ("browser", "process", "load", "soak"))
    run(*SEVERAL, "-m", without, *arguments, sorry="Tests failed.")


def soak(*arguments: str) -> None:
    """The tests that take minutes or an hour each; each has a short version among the others."""
    setup()
    run(*SEVERAL, "-m", "soak", *arguments, sorry="Tests failed.")


def faults(*arguments: str) -> None:
    """Kill many loads at random moments; `--kills 500 --seed 1`."""
    setup()
    run(PYTHON, "-m", "tests.faults.kills", *arguments, sorry="A killed load did harm, see above.")


def fuzz(*arguments: str) -> None:
    """Read and convert many damaged files; `--files 20000 --seed 1`, `--replay FILE`."""
    setup()
    run(PYTHON, "-m", "tests.faults.fuzz", *arguments, sorry="Some files did harm, see above.")


def lock(*arguments: str) -> None:
    """Write both lock files anew from pyproject.toml; `--upgrade` takes newer versions."""
    uv = shutil.which("uv") or shutil.which("uv", path=str(BIN)) or sys.exit("This needs uv on the PATH.")
    as_in_the_first = ("--extra", "dev", "--constraint", LOCK.name)
    for file, more in ((LOCK, ()), (DEV_LOCK, as_in_the_first)):
        run(
            *(uv, "pip", "compile", "-q", "--universal", "--python-version", "3.11", "--generate-hashes"),
            *("--no-emit-index-url", "--no-header", "--extra", "build", *more, "pyproject.toml"),
            *("-o", file.name, *arguments),
            sorry=f"{file.name} was not written. The lines above say why.",
        )


def main() -> None:
    """Run the command named first on the command line."""
    commands = {"setup": setup, "demo": demo, "test": test, "lint": lint, "lock": lock, "browser": browser}
    commands |= {"quick": quick, "soak": soak, "faults": faults, "fuzz": fuzz}
    name, arguments = (sys.argv[1] if len(sys.argv) > 1 else ""), sys.argv[2:]
    if sys.version_info < (3, 11):  # noqa: UP036 - this file meets whatever Python a machine has
        sys.exit("Python 3.11 or later is needed. With another one: make demo PYTHON=python3.12")
    if name not in commands:
        sys.exit(f"Usage: python3 scripts/setup.py {'|'.join(commands)}")
    commands[name](*arguments)


if __name__ == "__main__":
    main()
