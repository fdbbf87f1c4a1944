"""What the search of the bar finds: people, teams, indicators, pages, each with the page that it opens."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from typing import Literal

from dashboard.words.places import PAGES, PLACES
from dashboard.words.translate import in_words, words
from kpi.figures.remembered import remembered
from kpi.figures.subjects import people, teams
from kpi.figures.view import View
from kpi.scope import Period

Kind = Literal["person", "team", "indicator", "page"]
MOST = 6  # of a kind


@dataclass(frozen=True, slots=True)
class Hit:
    """One thing found: its name, what is said beside it, and the page to open, with whom or which figure."""

    kind: Kind
    name: str
    beside: str
    page: str
    team: str = ""
    agent: str = ""
    figure: str = ""


def search(view: View, asked: str, period: Period, lang: str) -> list[dict]:
    """What holds `asked` in its name, id or key, as JSON; those that begin with it come first.

    Of each kind a few at most; all pages where nothing is asked.
    """
    wanted = asked.casefold().strip()
    if not wanted:
        return [asdict(hit) for hit, _ in _pages(lang)]
    kinds = (_people(view, period), _teams(view), _indicators(view, lang), _pages(lang))
    return [asdict(hit) for kind in kinds for hit in _best(kind, wanted)]


def _best(hits: Iterable[tuple[Hit, tuple[str, ...]]], wanted: str) -> list[Hit]:
    found: list[tuple[bool, Hit]] = []
    for hit, names in hits:
        known = [name.casefold() for name in names]
        if any(wanted in name for name in known):
            found.append((not any(name.startswith(wanted) for name in known), hit))
    return [hit for _, hit in sorted(found, key=lambda one: one[0])[:MOST]]


def _people(view: View, period: Period) -> Iterator[tuple[Hit, tuple[str, ...]]]:
    for one in remembered(view, ("people", period, ""), lambda: people(view, period)):
        yield Hit("person", one.name or one.id, one.id, "goals", agent=one.id), (one.name, one.id)


def _teams(view: View) -> Iterator[tuple[Hit, tuple[str, ...]]]:
    for name in remembered(view, "teams", lambda: teams(view)):
        yield Hit("team", name, "", "goals", team=name), (name,)


def _indicators(view: View, lang: str) -> Iterator[tuple[Hit, tuple[str, ...]]]:
    for one in view.catalog.indicators.values():
        name = in_words(one.name, lang)
        yield Hit("indicator", name, "", "indicators", figure=one.key), (*one.name.values(), one.key)


def _pages(lang: str) -> Iterator[tuple[Hit, tuple[str, ...]]]:
    t = words(lang)
    place_of = {page: place for place in PLACES for page in place.pages}
    for page in PAGES:
        place = place_of[page].name
        beside = "" if place == page.name else t(place)
        yield Hit("page", t(page.name), beside, page.view), (t(page.name), t(place), page.view)
