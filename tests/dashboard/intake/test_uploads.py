"""Files from the browser: taken whole or not at all, under no path of the browser's making, and not kept."""

from __future__ import annotations

import pytest
from starlette.applications import Starlette

from dashboard.intake import worker as uploads_work
from dashboard.intake.batches import IDLE_S, Uploads, uploads_of
from dashboard.intake.folders import safe_name, sweep
from dashboard.markup.uploads import head_html, report_html
from dashboard.server.routes import routes
from etl.errors import Problem
from etl.home import Home
from etl.loading.load import load
from etl.loading.staff_lists import Asked
from etl.snapshots.snapshot import building, current, current_id
from tests.dashboard.asking import ask

BATCH = "0123456789abcdef" * 2
HEADER = "通话编号,来电时间,是否接通,接听工号,等待秒数,通话秒数,客户号码\n"
ROW = "U1,2026-10-01 09:00:00,是,1001,1,1,13800138000\n"
BAD = "U2,31/12/2026 09:00,是,1001,1,1,13900139000\n"
OURS = {"origin": "http://localhost", "content-type": "application/octet-stream"}


@pytest.fixture
def small(tmp_path):
    """A home that nothing was loaded into, whose uploads are limited to 1 MB; closed after the test."""
    home = Home(tmp_path / "small")
    home.create()
    (home.config / "home.toml").write_text("upload_limit_mb = 1\n", encoding="utf-8")
    yield home
    uploads_of(home).close()


def post(home, body, *, batch=BATCH, name="calls.csv", headers=OURS, lang="en"):
    return ask(
        Starlette(routes=routes(home)),
        f"/upload/{batch}?name={name}&lang={lang}",
        method="POST",
        headers=headers,
        body=body,
    )


def kept(home):
    """Every uploaded byte in the home."""
    return [path for path in (home.path / "uploads").rglob("*") if path.is_file() and path.suffix != ".lock"]


def settled(batch):
    """The batch, when nothing works on it any more."""
    assert batch.work.wait(600)
    return batch


@pytest.mark.process
def test_a_file_is_checked_then_loaded_then_gone(small):
    assert post(small, HEADER + ROW + BAD).status == 200
    here = uploads_of(small)
    assert here.batches() == []  # nothing to show before all files are there
    batch = here.find(BATCH)
    assert batch.stage == "receiving"
    here.check(batch)
    assert settled(batch).stage == "checked"
    assert current_id(small) is None
    assert len(kept(small)) == 1
    (file,) = batch.report.files
    assert (file.source, file.rows_read, file.counts.loaded, file.counts.rejected) == ("plain_calls", 2, 1, 1)
    page = str(report_html(batch.report, "checked", small, "en")) + str(head_html(batch, "checked", "en"))
    for said in (
        "calls.csv",
        "Will be loaded",
        "1 rejected: Not a date and time",
        "1 of 1 files can be loaded",
    ):
        assert said in page
    here.load(batch)
    here.load(batch)  # a second browser pressed it too
    assert settled(batch).stage == "loaded"
    assert current(small).query("SELECT call_id, customer_shown FROM calls").rows() == [("U1", "138****8000")]
    assert kept(small) == []
    here.drop(batch)
    assert here.batches() == []


LISTS = {
    "9月.csv": "工号,姓名,班组\n1001,张三,一组\n1003,王五,一组\n",
    "10月.csv": "工号,姓名,班组\n1001,张三,一组\n",
}


@pytest.mark.usefixtures("in_thread")
@pytest.mark.parametrize("complete", [True, False])
def test_whether_a_staff_list_is_complete_is_asked_and_answered(small, complete: bool):
    load(small, [written(small, "c.csv", HEADER + ROW), written(small, "9月.csv", LISTS["9月.csv"])])
    post(small, LISTS["10月.csv"], name="10月.csv")
    here = uploads_of(small)
    batch = here.find(BATCH)
    here.check(batch)
    (asked,) = settled(batch).report.lists
    assert (asked.listed, asked.members, asked.missing) == (1, 2, ("王五(1003)",))
    page = str(report_html(batch.report, "checked", small, "zh"))
    assert "名单 1 人，这些班组在册 2 人：全员名单还是一个班组？" in page
    here.load(batch, Asked(complete=complete))
    assert settled(batch).stage == "loaded"
    left = current(small).query("SELECT valid_to IS NOT NULL FROM agents WHERE agent_id = '1003'").rows()
    assert left == [(complete,)]


def written(home, name: str, text: str):
    path = home.path.parent / name
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.usefixtures("in_thread")
def test_what_is_refused_is_removed_at_once_and_said(small):
    post(small, "<html><body>13800138000</body></html>", name="a.csv")
    post(small, "x,y\n1,2\n", name="b.csv")
    here = uploads_of(small)
    batch = here.find(BATCH)
    here.check(batch)
    assert settled(batch).stage == "failed"
    assert kept(small) == []
    page = str(report_html(batch.report, "failed", small, "en"))
    assert "an HTML page" in page
    assert "no known source" in page
    here.load(batch)  # nothing of it can be loaded, whatever a page sends
    assert batch.stage == "failed"


@pytest.mark.process
def test_a_load_waits_for_another_one_and_is_cancelled(small):
    post(small, HEADER + ROW)
    here = uploads_of(small)
    batch = here.find(BATCH)
    with building(small):
        here.check(batch)
        assert batch.stage == "checking"
        while batch.state.step != "wait":
            assert not batch.work.wait(0.05)
        assert "Waiting for another load" in str(head_html(batch, "checking", "en"))
        here.drop(batch)  # not while it is worked on
        assert here.find(BATCH) is batch
        assert here.stop(batch)
        assert settled(batch).stage == "stopped"
    assert kept(small) == []
    assert batch.report is None
    assert "Nothing of the 1 files was kept" in str(head_html(batch, "stopped", "en"))


@pytest.mark.process
def test_a_process_that_dies_takes_nothing_with_it(small):
    post(small, HEADER + ROW)
    here = uploads_of(small)
    batch = here.find(BATCH)
    with building(small):
        here.check(batch)
        while batch.state.step != "wait":
            assert not batch.work.wait(0.05)
        batch.work._process.kill()
        assert settled(batch).stage == "failed"
    (file,) = batch.report.files
    assert "ended unexpectedly" in str(file.problem)
    assert "ended unexpectedly" in str(report_html(batch.report, "failed", small, "en"))
    assert kept(small) == []


@pytest.mark.process
def test_a_process_whose_server_is_gone_stops(small):
    post(small, HEADER + ROW)
    here = uploads_of(small)
    batch = here.find(BATCH)
    with building(small):
        here.check(batch)
        while batch.state.step != "wait":
            assert not batch.work.wait(0.05)
        batch.work._process.stdin.close()  # what the end of the server does
        assert settled(batch).stage == "stopped"


def test_too_much_is_refused_whatever_was_announced(small):
    half = "x" * 600_000
    assert post(small, half).status == 200
    answer = post(small, half)
    assert (answer.status, "More than 1 MB" in answer.json["message"]) == (413, True)
    lied = post(small, half, headers=OURS | {"content-length": "5"})
    assert (lied.status, "More than 1 MB" in lied.json["message"]) == (413, True)
    announced = post(small, "x", headers=OURS | {"content-length": "9999999"})
    assert announced.status == 413
    assert sum(path.stat().st_size for path in kept(small)) == 600_000
    assert "一次" in post(small, half, lang="zh").json["message"]


def test_a_full_disk_is_said(small, monkeypatch):
    class Full:
        free = 1000

    monkeypatch.setattr("dashboard.intake.batches.shutil.disk_usage", lambda path: Full)
    answer = post(small, "x")
    assert (answer.status, "disk is full" in answer.json["message"]) == (413, True)
    assert kept(small) == []


@pytest.mark.parametrize(
    ("options", "status"),
    [
        ({"headers": OURS | {"origin": "http://elsewhere.example"}}, 403),
        ({"headers": {"content-type": "application/octet-stream"}}, 403),
        ({"headers": OURS | {"content-type": "text/plain"}}, 403),
        ({"headers": OURS | {"host": "elsewhere.example", "origin": "http://elsewhere.example"}}, 403),
        ({"batch": "../../etc"}, 404),
        ({"batch": "ABCDEF" * 5 + "AB"}, 400),
        ({"name": ""}, 400),
    ],
)
def test_only_our_own_page_may_send(small, options, status):
    assert post(small, HEADER + ROW, **options).status == status
    assert kept(small) == []


@pytest.mark.usefixtures("in_thread")
def test_a_batch_that_is_worked_on_takes_no_more(small):
    post(small, HEADER + ROW)
    here = uploads_of(small)
    batch = here.find(BATCH)
    here.check(batch)
    settled(batch)
    assert "being loaded already" in post(small, HEADER + BAD).json["message"]
    assert len(kept(small)) == 1


@pytest.mark.parametrize(
    ("name", "here"),
    [
        ("通话记录_2026-10.csv", "通话记录_2026-10.csv"),
        ("../../config/home.toml", "home.toml"),
        ("C:\\Users\\x\\calls.xlsx", "calls.xlsx"),
        ("..", "upload"),
        (".hidden", "hidden"),
        ("a\x00b\n<c>.csv", "a_b__c_.csv"),
        ("CON.csv", "_CON.csv"),
        ("com1", "_com1"),
        ("x" * 500 + ".csv", "x" * 116 + ".csv"),
        ("客" * 500 + ".csv", "客" * 38 + ".csv"),
        ("", "upload"),
        ("/", "upload"),
    ],
)
def test_a_name_is_made_safe(name, here):
    assert safe_name(name) == here


@pytest.mark.usefixtures("in_thread")
def test_two_files_of_one_name_are_two(small):
    post(small, HEADER + ROW)
    post(small, HEADER + ROW.replace("U1", "U3"))
    here = uploads_of(small)
    batch = here.find(BATCH)
    assert [one.name for one in batch.files] == ["calls.csv", "calls.csv"]
    here.check(batch)
    assert sum(file.counts.loaded for file in settled(batch).report.files) == 2


def test_files_that_nobody_loads_are_removed_after_a_while(small, monkeypatch):
    post(small, HEADER + ROW)
    here = uploads_of(small)
    here.find(BATCH).touched -= IDLE_S + 1
    other = "f" * 32
    post(small, HEADER + ROW, batch=other)
    assert here.find(BATCH) is None
    assert len(kept(small)) == 1


def test_what_a_crashed_server_left_is_removed_but_not_a_living_ones(small):
    living = Uploads(small)
    _, path = living.place(BATCH, "living.csv", 1)
    path.write_text("x")
    dead = small.path / "uploads" / "0011"
    dead.mkdir()
    (dead / "calls.csv").write_text("13800138000")
    sweep(small)
    assert kept(small) == [path]
    living.close()
    assert list((small.path / "uploads").iterdir()) == []


def test_opening_the_page_makes_no_folder(tmp_path):
    home = Home(tmp_path / "nowhere")
    assert uploads_of(home).batches() == []
    sweep(home)
    assert not home.exists


def test_a_problem_travels_between_processes():
    import pickle

    problem = Problem("here", "{n} is wrong.", "Mend {n}.", n=3)
    again = pickle.loads(pickle.dumps(problem))
    assert str(again) == str(problem) == "here: 3 is wrong. Mend 3."
    assert uploads_work.TELL_S < 1
