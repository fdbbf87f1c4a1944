"""Settings that are saved from the page: written to their file in `config/`, and kept in the trail."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path

from etl.errors import N_, Problem
from etl.home import Home, read_settings
from etl.personal import mask_numbers
from etl.snapshots.snapshot import current_id
from etl.written_toml import Place, change_entries
from kpi.records.sheet_key import SheetKey
from kpi.records.store import Records, Saved
from kpi.records.trail import Change

SETTINGS = SheetKey("settings", "", "all", "")
ZONE = ("timezone",)


def save_settings(
    home: Home, records: Records, changes: Mapping[Place, object], who: str
) -> tuple[Place, ...]:
    """Change `config/home.toml`; the places that hold something else now. None takes an entry out.

    Problem for what the home's own reader refuses, and for another time zone once anything is loaded: the
    times of facts are those of its clocks.
    """
    if changes.get(ZONE, home.settings.timezone) != home.settings.timezone and current_id(home) is not None:
        raise Problem(
            "timezone",
            N_("The time zone stays: data are loaded already, in the time of its clocks."),
            N_("Begin a new home for another one."),
        )
    return save_entries(
        records, home.config / "home.toml", changes, lambda room: read_settings(room / "home.toml"), who
    )


def save_entries(
    records: Records, path: Path, changes: Mapping[Place, object], check: Callable[[Path], object], who: str
) -> tuple[Place, ...]:
    """Change entries of one file in `config/` as `change_entries` does, and keep in the trail who did."""
    file = path.stem

    def keep(changed: Mapping[Place, tuple[object, object]]) -> None:
        cells = records.cells(SETTINGS)
        for place, (old, new) in changed.items():
            name = ".".join(place)
            known = cells.get((file, name), Saved())
            version = known.version
            if known.value != mask_numbers(_text(old)):  # written into the file by hand
                by_hand = f"config/{path.name}"
                version = records.save(SETTINGS, file, name, _text(old), version=version, who=by_hand)
            records.save(SETTINGS, file, name, _text(new), version=version, who=who)

    return change_entries(path, changes, check, keep)


def settings_history(records: Records | None) -> list[Change]:
    """Every change of a setting that was saved from the page, the newest first."""
    return records.history(SETTINGS) if records else []


def _text(value: object) -> str:
    """A value as the trail keeps it; "" where there is none."""
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
