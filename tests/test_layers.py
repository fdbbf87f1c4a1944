"""The house keeps its order: who may import whom, where Streamlit may be, where SQL may be put together."""

from __future__ import annotations

import ast
import re
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
# Modules whose SQL is put together, or that say of a text that it is SQL (`Sql` of etl/sql_text.py): from the
# names in contracts, source maps and the catalogue, never from what a person typed or a file contains.
GENERATED_SQL = {
    "etl/sql_text.py",  # fills the blanks
    "etl/expressions.py",  # has an expression parsed, before anybody calls it SQL
    "etl/maps/maps.py",  # the expressions of a map, checked
    "etl/maps/plain_times.py",  # how the times of a plain file are read
    "etl/audits/covered_days.py",  # relations of kpi
    "etl/corrections/corrections.py",  # a relation of kpi
    "kpi/analysis/dimension_sums.py",
    "kpi/catalog/corrected_facts.py",
    "kpi/catalog/relations.py",
    "kpi/rollups/build.py",
    "kpi/figures/sums.py",
}

STATEMENT = re.compile(r"\s*(SELECT|WITH|INSERT|CREATE|DELETE|UPDATE|ALTER|DROP|FROM|ATTACH|COPY)\s")


def imported(tree: ast.Module) -> set[str]:
    """The top-level packages that a module imports, anywhere in it."""
    names = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names.add(node.module)
    return {name.split(".")[0] for name in names}


def called(node: ast.AST) -> str:
    """The last word of what a call calls."""
    function = getattr(node, "func", None)
    return getattr(function, "attr", "") or getattr(function, "id", "")


def sql_arguments(tree: ast.Module) -> Iterator[ast.expr]:
    """What is handed over as SQL: first arguments of `.execute`, `.executemany`, `.sql`, `.query`, `filled`."""
    for node in ast.walk(tree):
        if called(node) in {"execute", "executemany", "sql", "query", "filled"} and node.args:
            yield node.args[0]


def put_together(argument: ast.expr) -> bool:
    """Whether a text is built from parts: an f-string with values, `+`, `%` or `.format`."""
    if isinstance(argument, ast.JoinedStr):
        return any(isinstance(part, ast.FormattedValue) for part in argument.values)
    return isinstance(argument, ast.BinOp) or (
        isinstance(argument, ast.Call) and getattr(argument.func, "attr", "") in {"format", "join", "replace"}
    )


def written(node: ast.AST) -> str:
    """What is known of a text before it runs, with "?" for each part that is not."""
    if isinstance(node, ast.JoinedStr):
        return "".join(map(written, node.values))
    if isinstance(node, ast.BinOp):
        return written(node.left) + written(node.right)
    if called(node) in {"format", "join", "replace"} and isinstance(node.func, ast.Attribute):
        return written(node.func.value)
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else "?"


def builds_sql(tree: ast.Module) -> bool:
    """Whether a module puts SQL together, wherever it does, or calls a text SQL that it did not write."""
    return (
        any(map(put_together, sql_arguments(tree)))
        or any(put_together(node) and STATEMENT.match(written(node)) for node in ast.walk(tree))
        or any(
            called(node) == "Sql" and not isinstance(node.args[0], ast.Constant) for node in ast.walk(tree)
        )
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
    users = {file for file, tree in SOURCES.items() if builds_sql(tree)}
    assert users - GENERATED_SQL == set(), "bind values, or move the relation into a .sql file"
    assert GENERATED_SQL - users == set(), "no longer needed in the list"


def test_the_check_for_sql_sees_every_way_of_putting_a_text_together() -> None:
    built = ('f"SELECT {x}"', '"SELECT " + x', '"SELECT %s" % x', '"SELECT {}".format(x)')
    for text in (*built, '",".join(x)'):
        assert any(map(put_together, sql_arguments(ast.parse(f"con.execute({text})")))), text
        assert builds_sql(ast.parse(f"filled({text}, name=x)")), text
    for text in built:
        assert builds_sql(ast.parse(f"sql = {text}")), text
    assert builds_sql(ast.parse("Sql(x)"))
    for text in ('"SELECT $x"', "QUERY", '(folder / "calls.sql").read_text()', 'filled("FROM {t}", t=x)'):
        assert not builds_sql(ast.parse(f"con.execute({text})")), text


def test_sql_of_more_than_ten_lines_is_a_file() -> None:
    long = {
        (file, node.lineno)
        for file, tree in SOURCES.items()
        for node in ast.walk(tree)
        if STATEMENT.match(text := written(node)) and len(text.strip().splitlines()) > 10
    }
    assert long == set(), "move the relation into an .sql file"
