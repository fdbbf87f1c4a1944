"""The house as its imports make it: which room stands on which floor, who imports whom; drawn, and checked.

python scripts/house.py           writes docs/house.svg
python scripts/house.py --check   says what is wrong: an arrow upwards, a circle, an old drawing
"""

from __future__ import annotations

import ast
import sys
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
DRAWING = ROOT / "docs" / "house.svg"

# Each house from the ground up. A file imports its own room or a lower floor; the loose files of the ground
# floor are one room.
FLOORS = {
    "etl": (
        (
            *("errors", "expressions", "personal", "sql_functions", "sql_text"),
            *("disk", "home", "progress", "staff_rules", "written_toml"),
        ),
        ("contracts", "read", "times", "attendance"),
        ("people", "snapshots"),
        ("maps",),
        ("audits", "books"),
        ("loading",),
        ("propose", "corrections", "watching"),
    ),
    "kpi": (
        ("scope", "units", "statistics", "records"),
        ("kinds", "workdays"),
        ("catalog",),
        ("rollups",),
        ("figures",),
        ("analysis", "loading"),
        ("sheets",),
    ),
    "dashboard": (
        ("words", "log"),
        ("charts", "intake"),
        ("markup", "export"),
        ("server",),
        ("parts", "commands"),
        ("views", "app", "cli"),
    ),
}
GROUND = "etl/*.py"  # the loose files on the ground, which lean on each other


def modules(root: Path = ROOT) -> dict[str, Path]:
    """Every module of the three houses, by its dotted name."""
    paths = (path for house in FLOORS for path in sorted((root / house).rglob("*.py")))
    return {
        ".".join(path.relative_to(root).with_suffix("").parts).removesuffix(".__init__"): path
        for path in paths
    }


def imports(found: dict[str, Path]) -> dict[str, set[str]]:
    """For every module those it imports: anywhere in the file, for types and inside functions too."""
    return {name: imported(path.read_text("utf-8"), found) - {name} for name, path in found.items()}


def imported(text: str, found: dict[str, Path]) -> set[str]:
    """The modules among `found` that a file with this text imports."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            within = {f"{node.module}.{alias.name}" for alias in node.names}
            names |= {name if name in found else node.module for name in within}
    return names & set(found)


def place(module: str) -> tuple[str, str, int | None]:
    """The house, the room and the floor of a module; no floor for what is no room of FLOORS."""
    house, _, rest = module.partition(".")
    room = rest.partition(".")[0]
    floor = next((number for number, rooms in enumerate(FLOORS[house]) if room in rooms), None)
    return house, GROUND if house == "etl" and floor == 0 else room, floor


def upwards(arrows: dict[str, set[str]]) -> list[str]:
    """Imports that lead to another room on the same floor or a higher one, or to a higher house."""
    order = list(FLOORS)
    wrong = []
    for module, others in sorted(arrows.items()):
        house, room, floor = place(module)
        for other in sorted(others):
            its_house, its_room, its_floor = place(other)
            if house != its_house:
                bad = order.index(its_house) > order.index(house)
            else:
                bad = None not in (floor, its_floor) and room != its_room and its_floor >= floor
            if bad:
                wrong.append(f"{module} imports {other}")
    return wrong


def circle(arrows: dict[str, set[str]]) -> list[str]:
    """Modules that import each other in a circle, the first that is found; none as it should be."""
    try:
        TopologicalSorter(arrows).prepare()
    except CycleError as error:
        return list(error.args[1])
    return []


def homeless(found: dict[str, Path]) -> list[str]:
    """Modules that stand in no room that FLOORS names."""
    return [module for module in found if module not in FLOORS and place(module)[2] is None]


WIDE, HIGH, GAP, EDGE = 108, 30, 30, 120


def drawing(found: dict[str, Path], arrows: dict[str, set[str]]) -> str:
    """The houses as SVG, floor by floor, with a line from a room to each of its house that it imports."""
    built = {place(module)[:2] for module in found if place(module)[2] is not None}
    spots, bands, top = {}, [], 10
    for house, floors in reversed(FLOORS.items()):
        start = top
        for number in reversed(range(len(floors))):
            rooms = dict.fromkeys(_room(house, room) for room in floors[number])
            rooms = [room for room in rooms if (house, room) in built]
            for column, room in enumerate(rooms):
                # Every other floor stands a little aside, so that lines pass between the rooms.
                spots[house, room] = (EDGE + number % 2 * (WIDE + GAP) // 2 + column * (WIDE + GAP), top)
            top += (HIGH + GAP) if rooms else 0
        bands.append((house, start - 6, top - start - GAP + 12))
        top += 14
    lines = {(place(module)[:2], place(other)[:2]) for module, others in arrows.items() for other in others}
    inside = sorted((a, b) for a, b in lines if a[0] == b[0] and a != b and {a, b} <= set(spots))
    width = max(x for x, _ in spots.values()) + WIDE + 16
    text = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {top}" font-family="sans-serif">',
        "<style>.b{fill:#f4f6f8}.r{fill:#fff;stroke:#5b6b7b}.l{fill:none;stroke:#2b6cb0;stroke-opacity:.4}"
        "text{fill:#1f2933;font-size:13px}.h{font-size:16px;font-weight:bold}</style>",
    ]
    for house, y, height in bands:
        text.append(f'<rect class="b" x="6" y="{y}" width="{width - 12}" height="{height}" rx="6"/>')
        text.append(f'<text class="h" x="18" y="{y + height // 2 + 5}">{house}/</text>')
    text += [_line(spots[a], spots[b]) for a, b in inside]
    for (_, room), (x, y) in spots.items():
        name, middle = room.removeprefix("etl/"), f'x="{x + WIDE // 2}" y="{y + HIGH // 2 + 5}"'
        text.append(f'<rect class="r" x="{x}" y="{y}" width="{WIDE}" height="{HIGH}" rx="4"/>')
        text.append(f'<text {middle} text-anchor="middle">{name}</text>')
    return "\n".join([*text, "</svg>", ""])


def _room(house: str, room: str) -> str:
    return place(f"{house}.{room}")[1]


def _line(start: tuple[int, int], end: tuple[int, int]) -> str:
    """A curve from the foot of one room to the head of another."""
    x, y, to_x, to_y = start[0] + WIDE // 2, start[1] + HIGH, end[0] + WIDE // 2, end[1]
    bend = (to_y - y) // 2
    return f'<path class="l" d="M{x} {y}C{x} {y + bend} {to_x} {to_y - bend} {to_x} {to_y}"/>'


def main() -> None:
    """Write the drawing, or with --check say what is wrong and exit 1."""
    found = modules()
    arrows = imports(found)
    drawn = drawing(found, arrows)
    if "--check" not in sys.argv[1:]:
        DRAWING.write_text(drawn, "utf-8")
        return
    wrong = upwards(arrows) + [f"{module} stands in no room" for module in homeless(found)]
    wrong += [" → ".join(circle(arrows))] if circle(arrows) else []
    if not DRAWING.exists() or DRAWING.read_text("utf-8") != drawn:
        wrong.append("docs/house.svg is old: python scripts/house.py")
    print("\n".join(wrong), end="\n" if wrong else "")
    sys.exit(bool(wrong))


if __name__ == "__main__":
    main()
