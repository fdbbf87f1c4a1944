"""The page 数据 asks whether a staff list has everyone, and from when it holds, before it is loaded."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

import dashboard
from dashboard.intake.batches import Batch, uploads_of
from etl.home import Home
from etl.snapshots.snapshot import current
from kpi.loading.load import load_files

APP = Path(dashboard.__file__).parent / "app.py"
BATCH = "0123456789abcdef" * 2
HEADER = "工号,姓名,班组\n"
FILES = {
    "名册.csv": f"{HEADER}1001,张三,一组\n1002,李四,一组\n1003,王五,一组\n",
    "c.csv": "通话编号,来电时间,是否接通,接听工号\nC1,2026-09-20 10:00:00,是,1001\n",
    "新名册.csv": f"{HEADER}1001,张三,一组\n",
}


@pytest.fixture
def checked(tmp_path: Path) -> tuple[Home, Batch]:
    """A home with a list of three, and the check of a later one that has one of them."""
    home = Home(tmp_path / "home")
    for name, text in FILES.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    load_files(home, [tmp_path / name for name in ("名册.csv", "c.csv")])
    here = uploads_of(home)
    batch, place = here.place(BATCH, "新名册.csv", 100)
    shutil.copy(tmp_path / "新名册.csv", place)
    here.add(batch, place)
    here.check(batch)
    assert batch.work.wait(600)
    yield home, batch
    here.close()


@pytest.mark.usefixtures("in_thread")
@pytest.mark.parametrize(
    ("answer", "as_of", "ended"),
    [(None, None, None), (1, None, date(2026, 9, 20)), (1, date(2026, 10, 1), date(2026, 9, 30))],
)
def test_the_page_asks_and_the_load_follows_the_answer(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, answer, as_of, ended
) -> None:
    home, batch = request.getfixturevalue("checked")
    monkeypatch.setenv("SERVICE_KPI_HOME", str(home.path))
    test = AppTest.from_file(str(APP), default_timeout=600)
    test.query_params["lang"] = "zh"
    test.switch_page("views/data.py").run()
    page = "\n".join(str(one.proto.body) for one in test.get("html"))
    assert "名单 1 人，这些班组在册 3 人：全员名单还是一个班组？" in page
    (asked,) = test.radio
    assert list(asked.options) == ["只是一部分人：无人离开", "全员名单：未列出者已离开"]
    if answer is not None:
        asked.set_value(asked.options[answer])
    (day,) = test.date_input
    assert day.value == date(2026, 9, 21)
    if as_of is not None:
        day.set_value(as_of)
    next(one for one in test.button if one.key == f"load_{BATCH}").click().run()
    assert batch.work.wait(600)
    assert batch.stage == "loaded"
    left = current(home).query("SELECT valid_to FROM agents WHERE agent_id IN ('1002', '1003')")
    assert left["valid_to"].to_list() == [ended, ended]
