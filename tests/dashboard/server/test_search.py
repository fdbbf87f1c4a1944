"""The search of the bar, old addresses, exports that are watched and stopped, the look of the first moment."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

import dashboard
from dashboard.export import export
from dashboard.server.export_jobs import Stopped, begin, find
from dashboard.server.search import search
from dashboard.words.places import HOME, MOVED, PAGES
from etl.home import Home
from kpi.figures.view import open_view
from kpi.scope import Scope, Subject, parse_month
from tests.dashboard.server.test_routes import get

OCTOBER = parse_month("2026-10")


def found(home: Home, asked: str, lang: str = "zh") -> list[tuple[str, str, str]]:
    return [(hit["kind"], hit["name"], hit["page"]) for hit in search(open_view(home), asked, OCTOBER, lang)]


def test_people_teams_indicators_and_pages_are_found(homes: dict[str, Home]) -> None:
    home = homes["full"]
    assert found(home, "样例员工02") == [("person", "样例员工02", "goals")]
    assert found(home, "1002")[0] == ("person", "样例员工02", "goals")
    assert ("team", "二班", "goals") in found(home, "二班")
    assert found(home, "TRANSFER", "en")[0][0] == "indicator"
    assert ("page", "指标", "indicators") in found(home, "指标")
    assert found(home, "nobody at all") == []
    assert [name for _, _, name in found(home, "")] == [page.view for page in PAGES]


def test_what_begins_so_comes_first(homes: dict[str, Home]) -> None:
    names = [name for kind, name, _ in found(homes["full"], "接通率") if kind == "indicator"]
    assert names[0] == "接通率"
    assert len(names) > 1


def test_the_search_answers_over_its_address(homes: dict[str, Home]) -> None:
    (hit,) = get(homes["full"], "/search?q=样例员工01&period=2026-10&lang=zh").json
    assert (hit["agent"], hit["beside"], hit["page"]) == ("1001", "1001", "goals")
    assert get(homes["full"], "/search?q=x&period=nonsense").status == 404
    assert get(homes["empty"], "/search?q=样例&period=2026-10").json == []


def test_every_page_has_a_view_and_every_old_address_leads_on(homes: dict[str, Home]) -> None:
    views = {path.stem for path in (Path(dashboard.__file__).parent / "views").glob("*.py")}
    assert {page.view for page in PAGES} == views
    for old, new in MOVED.items():
        answer = get(homes["full"], f"/{old}?lang=zh&agent=1001")
        assert answer.status == 307
        assert answer.headers["location"] == f"/{new}?lang=zh&agent=1001"
        assert new in views | {""}
    assert HOME == "overview"


def test_an_export_says_how_far_it_is_and_stops(homes: dict[str, Home]) -> None:
    number, home = "ab" * 16, homes["full"]
    assert get(home, f"/export/jobs/{number}").status == 404
    answer = get(home, f"/export/goals/x.csv?month=2026-10&kind=team&id=一班&lang=zh&job={number}")
    assert answer.status == 200
    assert get(home, f"/export/jobs/{number}").json == {"done": 2, "all": 2}
    job = begin("cd" * 16)

    def stop_after_one(done: int, whole: int) -> None:
        job.stopped = done == 1
        job.tell(done, whole)

    with pytest.raises(Stopped):
        export(
            open_view(home),
            "goals",
            Scope(OCTOBER, Subject()),
            "csv",
            "zh",
            everyone=True,
            tell=stop_after_one,
        )
    assert (job.done, job.all) == (0, 5)  # everyone, two teams, two people


def test_only_numbers_that_a_page_makes_are_jobs() -> None:
    begin("../../etc/passwd")
    assert find("../../etc/passwd") is None
    threads = [threading.Thread(target=begin, args=(f"{n:032x}",)) for n in range(100)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert sum(find(f"{n:032x}") is not None for n in range(100)) == 64
