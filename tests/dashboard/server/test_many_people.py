"""Many people who save at once, each in a thread of their own: nothing is lost, nothing is merged."""

from __future__ import annotations

import random
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from dashboard.server.access import Person
from dashboard.server.saving import save_field
from etl.home import Home
from kpi.figures.view import records_of
from kpi.records import SheetKey

FIELDS = ("cause", "measures", "owner")
INDICATORS = ("csat", "handling_time", "service_level", "transfer")
SHEETS = ("1001", "1002")


@pytest.mark.parametrize(
    ("people", "saves"), [(5, 12), pytest.param(50, 200, marks=pytest.mark.soak)], ids=["5", "50"]
)
def test_every_save_is_kept_or_refused_and_none_is_lost(home: Home, people: int, saves: int) -> None:
    start = Barrier(people)
    records_of(home, create=True)

    def work(number: int) -> Counter[tuple[str, str, str]]:
        """The saves of one person that were taken, by cell; a refused one is tried again on what came meanwhile."""
        chance, me, taken = random.Random(number), Person(f"p{number}", "administrator"), Counter()
        start.wait()
        for n in range(saves):
            sheet, indicator, field = (chance.choice(of) for of in (SHEETS, INDICATORS, FIELDS))
            version, status = 0, 409
            while status == 409:
                status, answer = save_field(
                    home,
                    {
                        "sheet": {"kind": "goals", "month": "2026-10", "subject_kind": "person"}
                        | {"subject_key": sheet},
                        "indicator": indicator,
                        "field": field,
                        "value": f"{number}/{n}",
                        "version": version,
                        "lang": "en",
                    },
                    me,
                )
                version = answer.get("version", version)
            assert status == 200, answer
            taken[sheet, indicator, field] += 1
        return taken

    with ThreadPoolExecutor(people) as pool:
        taken = sum(pool.map(work, range(people)), Counter())
    assert taken.total() == people * saves
    records = records_of(home, create=False)
    assert records.verify_trail() == people * saves
    for sheet in SHEETS:
        cells = records.cells(SheetKey("goals", "2026-10", "person", sheet))
        assert {key: cell.version for key, cell in cells.items()} == {
            (indicator, field): count for (of, indicator, field), count in taken.items() if of == sheet
        }
