"""The house keeps its order: who may import whom, where Streamlit may be, where SQL may be put together."""

from __future__ import annotations

import ast
import sys
import tomllib
from collections.abc import Iterator
from fnmatch import fnmatch
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("dashboard", "kpi", "etl", "sample_data")
SOURCES = {
    path.relative_to(ROOT).as_posix(): ast.parse(path.read_text("utf-8"))
    for package in PACKAGES
    for path in sorted((ROOT / package).rglob("*.py"))
}

MAY_NOT_IMPORT = {
    "etl": {"kpi", "dashboard", "sample_data", "streamlit"},
    "kpi": {"dashboard", "sample_data", "streamlit"},
    "sample_data": {"kpi", "dashboard", "streamlit"},
    "dashboard/export": {"streamlit"},
}
# The frame, who is asking and for what, what pages are made of, and the pages.
STREAMLIT = (
    "dashboard/app.py",
    "dashboard/server/asgi.py",
    "dashboard/server/access.py",
    "dashboard/parts/*.py",
    "dashboard/views/*.py",
)
# Modules whose SQL is put together: from the names in contracts, source maps and the catalogue, never from
# what a person typed or a file contains.
GENERATED_SQL = {
    "etl/people/aliases.py",
    "etl/audits/audit.py",
    "etl/books/accounts.py",
    "etl/attendance/from_punches.py",
    "etl/loading/conform.py",
    "etl/corrections/apply.py",
    "etl/corrections/corrections.py",
    "etl/audits/covered_days.py",
    "etl/maps/derived.py",
    "etl/loading/ignore.py",
    "etl/loading/load.py",
    "etl/loading/lookups.py",
    "etl/loading/merge.py",
    "etl/loading/renamed_people.py",
    "etl/audits/overlaps.py",
    "etl/personal.py",
    "etl/loading/preview.py",
    "etl/loading/raw_rows.py",
    "etl/snapshots/snapshot.py",
    "etl/loading/fast_path.py",
    "etl/times/zones.py",
    "kpi/analysis/parts.py",
    "kpi/rollups/build.py",
    "kpi/figures/sums.py",
}


def imported(tree: ast.Module) -> set[str]:
    """The top-level packages that a module imports, anywhere in it."""
    names = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names.add(node.module)
    return {name.split(".")[0] for name in names}


def sql_arguments(tree: ast.Module) -> Iterator[ast.expr]:
    """The first argument of every call of `.execute`, `.executemany`, `.sql` and `.query`."""
    for node in ast.walk(tree):
        called = getattr(getattr(node, "func", None), "attr", "")
        if called in {"execute", "executemany", "sql", "query"} and isinstance(node, ast.Call) and node.args:
            yield node.args[0]


def put_together(argument: ast.expr) -> bool:
    """Whether a text is built from parts: an f-string with values, `+`, `%` or `.format`."""
    if isinstance(argument, ast.JoinedStr):
        return any(isinstance(part, ast.FormattedValue) for part in argument.values)
    return isinstance(argument, ast.BinOp) or (
        isinstance(argument, ast.Call) and getattr(argument.func, "attr", "") in {"format", "join", "replace"}
    )


@pytest.mark.parametrize("room", MAY_NOT_IMPORT)
def test_imports_run_one_way(room: str) -> None:
    inside = {file: tree for file, tree in SOURCES.items() if file.startswith(f"{room}/")}
    wrong = {file: bad for file, tree in inside.items() if (bad := imported(tree) & MAY_NOT_IMPORT[room])}
    assert inside
    assert wrong == {}


def test_the_project_asks_for_every_package_that_it_imports() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    asked = {canonicalize_name(Requirement(line).name) for line in project["dependencies"]}
    used = set().union(*map(imported, SOURCES.values())) - sys.stdlib_module_names - set(PACKAGES)
    belongs_to = packages_distributions()
    assert {name for name in used if not asked & set(map(canonicalize_name, belongs_to[name]))} == set()


def test_streamlit_is_imported_by_pages_and_their_parts_only() -> None:
    users = {file for file, tree in SOURCES.items() if "streamlit" in imported(tree)}
    assert users
    assert {file for file in users if not any(fnmatch(file, allowed) for allowed in STREAMLIT)} == set()


def test_sql_is_put_together_in_the_named_modules_only() -> None:
    users = {file for file, tree in SOURCES.items() if any(map(put_together, sql_arguments(tree)))}
    assert users - GENERATED_SQL == set(), "bind values, or move the relation into a .sql file"
    assert GENERATED_SQL - users == set(), "no longer needed in the list"


def test_the_check_for_sql_sees_every_way_of_putting_a_text_together() -> None:
    for text in ('f"SELECT {x}"', '"SELECT " + x', '"SELECT %s" % x', '"SELECT {}".format(x)', '",".join(x)'):
        assert any(map(put_together, sql_arguments(ast.parse(f"con.execute({text})")))), text
    for text in ('"SELECT $x"', "QUERY", '(folder / "calls.sql").read_text()'):
        assert not any(map(put_together, sql_arguments(ast.parse(f"con.execute({text})")))), text
