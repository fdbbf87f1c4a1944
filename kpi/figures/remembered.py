"""A cache of results that depend on a snapshot and a catalogue, kept as long as the snapshot is open.

In a meeting the same sheets are drawn at every click, and a snapshot never changes.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from typing import Any, TypeVar
from weakref import WeakKeyDictionary

from etl.snapshots.snapshot import Snapshot
from kpi.catalog.definitions import Catalog
from kpi.figures.view import View

MOST = 512  # of one snapshot

T = TypeVar("T")

_known: WeakKeyDictionary[Snapshot, dict[Hashable, tuple[Catalog, Any]]] = WeakKeyDictionary()


def remembered(view: View, place: Hashable, make: Callable[[], T]) -> T:
    """The result kept under `place`; made and kept when there is none."""
    if (found := recall(view, place)) is None:
        found = make()
        remember(view, {place: found})
    return found


def recall(view: View, place: Hashable) -> Any:
    """The result kept under `place` for the view's snapshot and catalogue; None when there is none."""
    known = _known.get(view.snapshot, {}) if view.snapshot else {}
    catalog, found = known.get(place, (None, None))
    return found if catalog is view.catalog else None


def remember(view: View, found: Mapping[Hashable, Any]) -> None:
    """Keep results, each under its place; not for a view without data, and at most MOST in all."""
    if view.snapshot is None or len(found) > MOST:
        return
    known = _known.setdefault(view.snapshot, {})
    if len(known) + len(found) > MOST:
        known.clear()
    known.update({place: (view.catalog, one) for place, one in found.items()})
