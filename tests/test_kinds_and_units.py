"""What a kind of indicator or a unit decides, stands in `kpi/kinds.py` and `kpi/units.py` and nowhere else."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from kpi.kinds import KINDS
from kpi.units import UNITS

ROOT = Path(__file__).resolve().parent.parent
MAY = {"kpi/kinds.py", "kpi/units.py"}
# What has the same words for something else: a column of a contract, and a level of measurement.
OF_OTHERS = {"column.kind", "level"}
# A subject and a period have a kind too; their own file alone asks which.
MAY_ASK_A_KIND = {"kpi/kinds.py", "kpi/scope.py"}
NAMES = KINDS.keys() | UNITS.keys()
UNMISTAKABLE = {"proportion", "ratio", "share", "per_1000"}  # nothing else has a key of these names
SOURCES = {
    path.relative_to(ROOT).as_posix(): ast.parse(path.read_text("utf-8"))
    for package in ("kpi", "dashboard")
    for path in sorted((ROOT / package).rglob("*.py"))
}


def texts(node: ast.AST) -> set[str]:
    """The literal texts of an expression: its own, or those of a list, tuple or set of them."""
    parts = node.elts if isinstance(node, ast.List | ast.Tuple | ast.Set) else [node]
    if isinstance(node, ast.Dict):
        parts = [key for key in node.keys if key is not None]
    if isinstance(node, ast.Call):  # frozenset(("a", "b")), dict(a=1)
        inner = set().union(*map(texts, node.args)) if node.args else set()
        return inner | {keyword.arg for keyword in node.keywords if keyword.arg}
    return {part.value for part in parts if isinstance(part, ast.Constant) and isinstance(part.value, str)}


def branches(tree: ast.AST) -> Iterator[str]:
    """Where a name of a kind or a unit decides: comparisons, `in`, `match`, and what is looked up by name."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Compare):
            sides = (node.left, *node.comparators)
            if not OF_OTHERS & {ast.unparse(side) for side in sides}:
                named = set().union(*map(texts, sides)) & NAMES
                # "count" in values asks a dictionary of words, not which kind something is.
                key = isinstance(node.ops[0], ast.In | ast.NotIn) and isinstance(node.left, ast.Constant)
                if named and not key:
                    yield ast.unparse(node)
        elif isinstance(node, ast.match_case):
            if any(
                texts(one.value) & NAMES for one in ast.walk(node.pattern) if isinstance(one, ast.MatchValue)
            ):
                yield f"case {ast.unparse(node.pattern)}"
        elif isinstance(node, ast.Dict | ast.Set):
            # Two names of one family together are a table of it; one alone may be a word of something else.
            found = texts(node)
            if UNMISTAKABLE & found or any(len(found & family.keys()) > 1 for family in (KINDS, UNITS)):
                yield ast.unparse(node)
        elif asked := looked_up(node):
            where, by = asked
            if isinstance(where, ast.Dict | ast.Call) and texts(where) & NAMES and is_kind_or_unit(by):
                yield ast.unparse(node)


def looked_up(node: ast.AST) -> tuple[ast.AST, ast.AST] | None:
    """What is looked up in, and by what: x[y], x.get(y, …)."""
    if isinstance(node, ast.Subscript):
        return node.value, node.slice
    if isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "get" and node.args:
        return node.func.value, node.args[0]
    return None


def is_kind_or_unit(node: ast.AST) -> bool:
    """Whether an expression is called a kind or a unit."""
    return ast.unparse(node).rpartition(".")[2] in {"kind", "unit"}


def asks_a_kind(tree: ast.AST) -> Iterator[str]:
    """Every comparison of something that is called a kind."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Compare) and not isinstance(node.ops[0], ast.Is | ast.IsNot):
            for side in (node.left, *node.comparators):
                if (
                    isinstance(side, ast.Name | ast.Attribute)
                    and is_kind_or_unit(side)
                    and "unit" not in ast.unparse(side)
                ):
                    yield ast.unparse(node)
        elif isinstance(node, ast.Match) and is_kind_or_unit(node.subject):
            yield ast.unparse(node.subject)


def test_kinds_and_units_decide_in_their_own_files_only() -> None:
    found = {file: list(branches(tree)) for file, tree in SOURCES.items() if file not in MAY}
    assert len(found) > 150
    assert {file: some for file, some in found.items() if some} == {}


def test_nobody_in_kpi_asks_what_kind_something_is() -> None:
    found = {
        file: list(asks_a_kind(tree))
        for file, tree in SOURCES.items()
        if file.startswith("kpi/") and file not in MAY_ASK_A_KIND
    }
    assert {file: some for file, some in found.items() if some} == {}


@pytest.mark.parametrize(
    "text",
    [
        'if indicator.kind == "proportion": pass',
        'if "rate" != figure.indicator.kind: pass',
        'x = 1 if indicator.unit == "share" else 2',
        'x = kind in ("proportion", "rate")',
        'x = figure.indicator.kind not in {"count"}',
        'x = kind in frozenset(("mean", "points"))',
        'x = unit in ["per_1000"]',
        'match kind:\n    case "ratio": pass',
        'match indicator.unit:\n    case "seconds" | "points": pass',
        'SCALES = {"share": 100, "per_1000": 1}',
        'RANGES = {"share": (0, 1), "seconds": (0, 86_400)}',
        'PARTS = {"count": ("rows",), "mean": ("rows", "x")}',
        'COUNTED = {"proportion", "rate"}',
        'SCALE = {"per_1000": 1000}',
        'x = {"count": 1}.get(indicator.kind, 0)',
        'x = {"rate": 1000}[kind]',
        "x = dict(per_1000=2)[unit]",
    ],
)
def test_every_way_to_branch_is_seen(text: str) -> None:
    assert list(branches(ast.parse(text)))


@pytest.mark.parametrize(
    "text",
    [
        'value_text(figure.coverage, "share", lang)',
        'if column.kind in ("seconds", "number"): pass',
        'Pitfall("average", {"months": 3, "mean": mean})',
        'x = {"count": len(rows), "numbers": numbers}',
        'if "count" in values: pass',
        "if subject.is_person: pass",
    ],
)
def test_words_that_decide_nothing_are_left_alone(text: str) -> None:
    assert list(branches(ast.parse(text))) == []


@pytest.mark.parametrize(
    "text",
    [
        'subject.kind == "person"',
        'kind in ("day", "month")',
        "old.kind != period.kind",
        "match x.kind:\n    case 1: pass",
    ],
)
def test_every_question_for_a_kind_is_seen(text: str) -> None:
    assert list(asks_a_kind(ast.parse(text)))
