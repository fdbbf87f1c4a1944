"""Pages of a home in which every name that was loaded, and every text that was typed, is markup."""

from __future__ import annotations

import json

import pytest

from etl.home import Home
from kpi.figures.view import records_of
from kpi.records import SheetKey
from tests.dashboard.conftest import full, make_home
from tests.dashboard.planted import EVIL, Read
from tests.dashboard.views.test_pages import PAGES, faults, forms, opened

ORGANISATION, PERSON, TEAM, TYPED = (f"{EVIL} {what}" for what in ("organisation", "person", "team", "typed"))
# Beside the organisation, which stands in every sidebar: whose names and texts a page of the team shows.
SAID = {"prepare": (PERSON, TYPED), "targets": (PERSON, TEAM), "appraisal": (PERSON,)}


@pytest.fixture(scope="module")
def planted_home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """Two people of one team, with goal sheets that were filled in over two months."""
    rows = full()
    rows["agents"] = [agent | {"name": PERSON, "team": TEAM} for agent in rows["agents"]]
    rows["qa_items"] = [item | {"item": EVIL} for item in rows["qa_items"]]
    rows["rejects"] = [one | {"raw": EVIL, "rule": EVIL, "column": EVIL} for one in rows["rejects"]]
    home = make_home(tmp_path_factory.mktemp("planted") / "home", **rows)
    (home.config / "home.toml").write_text(f"organisation = {json.dumps(ORGANISATION)}\n", encoding="utf-8")
    records = records_of(home, create=True)
    for month in ("2026-09", "2026-10"):
        for subject in (("person", "1001"), ("team", TEAM), ("all", "")):
            for name in ("cause", "measures", "owner", "due", "next_target"):
                records.save(SheetKey("goals", month, *subject), "transfer", name, TYPED, version=0, who=EVIL)
    return home


@pytest.mark.parametrize("whose", ["agent", "team"])
@pytest.mark.parametrize("page", PAGES)
def test_no_page_has_anything_that_is_planted_as_markup(
    page: str,
    whose: str,
    planted_home: Home,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    query = {"team": TEAM} if whose == "team" else {"agent": "1001"}
    test = opened(planted_home, monkeypatch, page, lang="en", month="2026-10", **query)
    assert not test.exception
    assert not faults(caplog)
    parts = [Read(html) for html in (*(str(one.proto.body) for one in test.get("html")), *forms(test))]
    assert all(part.harmless for part in parts)
    assert not [one for one in test.markdown if one.proto.allow_html]
    found = "\n".join(text for part in parts for text in part.texts)
    person = {"goals": (PERSON, TYPED), "meeting": (PERSON, TYPED), "appraisal": (PERSON,)}
    for text in (ORGANISATION, *(SAID if whose == "team" else person).get(page, ())):
        assert text in found
