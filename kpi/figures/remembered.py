"""What follows from a snapshot, a catalogue and the words of a place, kept as long as the snapshot is open.

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
    """What was remembered under `place`; made, and remembered, where there is nothing."""
    if (found := recall(view, place)) is None:
        found = make()
        remember(view, {place: found})
    return found


def recall(view: View, place: Hashable) -> Any:
    """What was remembered under `place` of the view's data and catalogue; None for nothing."""
    known = _known.get(view.snapshot, {}) if view.snapshot else {}
    catalog, found = known.get(place, (None, None))
    return found if catalog is view.catalog else None


def remember(view: View, found: Mapping[Hashable, Any]) -> None:
    """Remember some things, each under its place; nothing of a view without data, nor more than MOST."""
    if view.snapshot is None or len(found) > MOST:
        return
    known = _known.setdefault(view.snapshot, {})
    if len(known) + len(found) > MOST:
        known.clear()
    known.update({place: (view.catalog, one) for place, one in found.items()})
