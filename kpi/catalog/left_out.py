"""Which of the home's own entries are to be left out, so that a catalogue holds together."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from etl.errors import Problem

OWN = "config/"  # how messages call the files of a home

Place = tuple[str, str, str]  # file, section, key


def at_fault(faults: Collection[Problem], own: Mapping[Place, str]) -> tuple[set[Place], list[Problem]]:
    """The places of own entries to leave out, and the faults as they are to be said.

    `own` has the own entries by place, each as messages call it. A fault that is said of a shipped entry
    comes from an own one that it needs: the one whose key it names, else those of its file, else all. None
    of the places where there is no own entry at all.
    """
    mine = [fault for fault in faults if fault.where.startswith(OWN)]
    if mine:
        named = {fault.where for fault in mine}
        return {place for place, name in own.items() if {name, OWN + place[0]} & named}, mine
    for places in (
        {place for fault in faults for place in own if place[2] in _names(fault)},
        {place for fault in faults for place in own if f"/{place[0]} " in fault.where},
        set(own),
    ):
        if places:
            where = ", ".join(sorted(own[place] for place in places))
            return places, [Problem(where, fault.what, fault.do, **fault.values) for fault in faults]
    return set(), []


def _names(fault: Problem) -> set[object]:
    """What a fault speaks of: its entry, and the values in its sentence."""
    return {
        fault.where.partition("[")[2].rstrip("]"),
        *(v for v in fault.values.values() if isinstance(v, str)),
    }
