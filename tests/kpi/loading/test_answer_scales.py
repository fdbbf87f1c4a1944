"""What a rating means: said by its file, by whoever loads it, or in config/surveys.toml; never guessed."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import duckdb
import pytest

from etl.errors import Problem
from etl.home import Home
from etl.maps.answer_scales import load_scales, read_scale, save_scale
from kpi.figures.figure import Figure
from kpi.figures.figures import figures
from kpi.figures.open_scales import OpenScale, open_scales
from kpi.figures.subjects import find_subject
from kpi.figures.view import open_view
from kpi.loading.load import load_files
from kpi.rollups.verify import verify
from kpi.scope import Scope, parse_month

HEADER = "评价编号,评价时间,客服工号,是否邀评,评分"
FIVES = [f"S{n},2026-09-0{1 + n % 9} 10:00:00,100{n % 2},是,{1 + n % 5}" for n in range(20)]


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / "home")


def written(tmp_path: Path, *rows: str, header: str = HEADER, name: str = "评价.csv") -> Path:
    path = tmp_path / name
    path.write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
    return path


def figure(home: Home, key: str = "csat", month: str = "2026-09", agent: str | None = None) -> Figure:
    view = open_view(home)
    scope = Scope(parse_month(month), find_subject(view, agent=agent))
    (found,) = figures(view, scope, keys=[key])
    return found


def said(home: Home, *paths: Path, **options: object) -> list[str]:
    """What a load remarks on."""
    report = load_files(home, paths, **options)
    return [str(one) for one in (*report.remarks, *(w for file in report.files for w in file.warnings))]


def zendesk(tmp_path: Path, scores: list[str]) -> Path:
    ratings = [
        {
            "id": 9000 + n,
            "assignee_id": 501,
            "group_id": 77,
            "requester_id": 300 + n,
            "ticket_id": 100 + n,
            "score": score,
            "created_at": f"2026-09-{1 + n % 28:02d}T03:00:00Z",
            "updated_at": f"2026-09-{1 + n % 28:02d}T04:00:00Z",
        }
        for n, score in enumerate(scores)
    ]
    path = tmp_path / "ratings.json"
    path.write_text(json.dumps({"satisfaction_ratings": ratings}), encoding="utf-8")
    return path


def test_of_two_points_only_the_better_one_counts(home, tmp_path):
    load_files(home, [zendesk(tmp_path, ["bad"] * 12 + ["good"] * 12 + ["offered"] * 6)])
    csat, response = figure(home), figure(home, "csat_response")
    assert (csat.numerator, csat.denominator, csat.coverage) == (12, 24, 1.0)
    assert (response.numerator, response.denominator) == (24, 30)
    found = open_view(home).query("SELECT DISTINCT scale, call_id FROM surveys").rows()
    assert found == [(2.0, None)]
    assert open_view(home).query("SELECT count(DISTINCT ticket_id) FROM surveys").item() == 30


def test_without_a_scale_the_rows_load_and_the_figure_is_unknown(home, tmp_path):
    path = written(tmp_path, *FIVES)
    report = load_files(home, [path])
    assert (report.files[0].counts.loaded, report.files[0].counts.rejected) == (20, 0)
    assert [str(one)[:14] for one in report.files[0].warnings] == ["20 ratings do "]
    csat = figure(home)
    assert (csat.value, csat.low, csat.base, csat.coverage) == (None, None, 0, 0.0)
    assert figure(home, "csat_response").value == 1.0
    assert open_scales(open_view(home)) == (
        OpenScale("plain_surveys", 20, 1.0, 5.0, scale=True, satisfied=False, best=False),
    )


def test_the_scale_is_said_while_loading_and_again_otherwise(home, tmp_path):
    path = written(tmp_path, *FIVES)
    load_files(home, [path])
    report = load_files(home, [path], answers=read_scale(["scale=5"]))
    assert (report.files[0].status, report.files[0].counts.updated) == ("loaded", 20)
    assert (figure(home).numerator, figure(home).denominator) == (8, 20)
    assert open_scales(open_view(home)) == ()
    load_files(home, [path], answers=read_scale(["scale=5", "best=1", "satisfied=1"]))
    assert (figure(home).numerator, figure(home).denominator) == (4, 20)  # those who said 1
    # The same answer again changes nothing.
    again = load_files(home, [path], answers=read_scale(["scale=5", "best=1", "satisfied=1"]))
    assert again.files[0].status == "unchanged"


def test_a_scale_said_while_loading_sets_aside_what_is_beyond_it(home, tmp_path):
    report = load_files(home, [written(tmp_path, *FIVES)], answers=read_scale(["scale=4"]))
    assert (report.files[0].counts.loaded, report.files[0].reject_rules) == (16, {"off_scale": 4})


def test_the_scale_of_a_source_holds_for_what_is_loaded_and_can_be_said_otherwise(home, tmp_path):
    load_files(home, [written(tmp_path, *FIVES)])
    save_scale(home.config, "plain_surveys", {"scale": 5})
    assert (figure(home).numerator, figure(home).denominator, figure(home).coverage) == (8, 20, 1.0)
    save_scale(home.config, "plain_surveys", {"best": 1})
    assert load_scales(home.config) == {"plain_surveys": {"scale": 5, "best": 1}}
    assert (figure(home).numerator, figure(home).denominator) == (8, 20)  # 1 and 2
    # Answers beyond the scale are no ratings on it.
    (home.config / "surveys.toml").write_text("[plain_surveys]\nscale = 4\n", encoding="utf-8")
    assert (figure(home).numerator, figure(home).denominator, figure(home).coverage) == (8, 16, 0.8)
    # The next load adds up by it, and has nothing to ask.
    more = written(tmp_path, "S99,2026-09-10 10:00:00,1001,是,4", name="more.csv")
    assert said(home, more) == []
    view = open_view(home)
    assert view.rolled_up()
    assert (figure(home).numerator, figure(home).denominator) == (9, 17)
    with duckdb.connect(str(view.snapshot.path), read_only=True) as con:
        verify(con, view.catalog)


def test_what_the_file_says_is_not_said_otherwise(home, tmp_path):
    rows = [f"{row},10,{best}" for row, best in zip(FIVES[:2], ("", "1"), strict=True)]
    load_files(
        home, [written(tmp_path, *rows, header=f"{HEADER},满分,最佳评分")], answers=read_scale(["scale=5"])
    )
    save_scale(home.config, "plain_surveys", {"scale": 5, "best": 5, "no_answer": 1})
    # 1 of 10 is no answer by the house's word, 2 of 10 with 1 as the best is the second best.
    assert (figure(home).numerator, figure(home).denominator) == (1, 1)


def test_a_recommendation_keeps_its_own_scale(home, tmp_path):
    rows = [
        "S1,2026-09-01 10:00:00,1001,是,0,推荐",
        "S2,2026-09-01 10:01:00,1001,是,9,推荐",
        "S3,2026-09-01 10:02:00,1001,是,0,满意",
        "S4,2026-09-01 10:03:00,1001,是,5,",
    ]
    path = written(tmp_path, *rows, header=f"{HEADER},评价内容")
    load_files(home, [path], answers=read_scale(["scale=5"]))
    assert figure(home, "nps").value is None  # its scale is still open
    assert (figure(home).numerator, figure(home).denominator) == (1, 1)
    load_files(home, [path], answers=read_scale(["scale=10"]))
    nps = figure(home, "nps")
    assert (nps.numerator, nps.denominator, nps.value) == (0, 2, 0.0)
    assert -100 <= nps.low < 0 < nps.high <= 100


def test_no_answer_is_none_and_not_set_aside(home, tmp_path):
    rows = [
        "S1,2026-09-01 10:00:00,1001,是,0,5,",
        "S2,2026-09-01 10:00:00,1001,是,9,5,9",
        "S3,2026-09-01 10:00:00,1001,是,5,5,9",
        "S4,2026-09-01 10:00:00,1001,是,0,5,9",
    ]
    report = load_files(home, [written(tmp_path, *rows, header=f"{HEADER},满分,未评分值")])
    assert report.files[0].reject_rules == {"off_scale": 1}  # 0 is neither an answer nor the word for none
    response = figure(home, "csat_response")
    assert (response.numerator, response.denominator) == (1, 3)
    assert (figure(home).numerator, figure(home).denominator) == (1, 1)


def test_other_scales_ask_how_many_points_count(home, tmp_path):
    rows = [f"{row},6" for row in FIVES]
    assert said(home, written(tmp_path, *rows, header=f"{HEADER},满分"))[0].startswith(
        "20 ratings do not say"
    )
    assert figure(home).value is None
    assert open_scales(open_view(home))[0] == OpenScale(
        "plain_surveys", 20, 1.0, 5.0, scale=False, satisfied=True, best=False
    )
    save_scale(home.config, "plain_surveys", {"satisfied": 3})
    assert (figure(home).numerator, figure(home).denominator) == (8, 20)  # 4, 5 and 6 of 6
    assert open_scales(open_view(home)) == ()


def test_invitations_by_person(home, tmp_path):
    rows = [row.replace("是", "否") if n % 4 == 0 else row for n, row in enumerate(FIVES)]
    load_files(home, [written(tmp_path, *rows)])
    found = [figure(home, "invited", agent=agent) for agent in (None, "1000", "1001")]
    assert [(one.numerator, one.denominator) for one in found] == [(15, 20), (5, 10), (10, 10)]


def test_ratings_of_an_earlier_program_keep_the_assumed_five_and_say_so_once(home, tmp_path):
    header = f"{HEADER},满分"
    old = [f"{row},5" for row in FIVES] + [
        "T1,2026-09-11 10:00:00,1001,是,1,2",
        "T2,2026-09-11 10:00:00,1001,是,2,2",
        "T3,2026-09-11 10:00:00,1001,是,5,6",
        "T4,2026-09-11 10:00:00,1001,是,4,6",
    ]
    earlier = Home(tmp_path / "earlier")
    load_files(earlier, [written(tmp_path, *old, header=header)])
    shutil.copytree(earlier.path, home.path)
    with duckdb.connect(str(home.snapshots / "000001.duckdb")) as con:  # as that program left them
        con.execute("UPDATE surveys SET question = NULL, satisfied = NULL")
        con.execute("DROP TABLE rollup_meta")
    csat = figure(home)
    assert (csat.numerator, csat.denominator) == (11, 24)  # by its rule: the two best of any scale
    more = written(tmp_path, "S99,2026-09-12 10:00:00,1001,是,", name="more.csv")
    remarks = said(home, more)
    assert [one.split(" ratings")[0] for one in remarks] == ["20", "2"]
    assert "2026-09-11 to 2026-09-11" in remarks[1]
    # Of 2 points the better one counts now; the six points keep their two.
    assert (figure(home).numerator, figure(home).denominator) == (10, 24)
    assert said(home, written(tmp_path, "S98,2026-09-12 10:00:00,1001,是,", name="last.csv")) == []


@pytest.mark.parametrize(
    "text",
    ["[s]\nscale = 'five'\n", "[s]\nscal = 5\n", "s = 5\n", "[s]\n", "[s]\nscale = 5\nsatisfied = 6\n",
     "[s]\nscale = 5\nbest = 3\n", "[s]\nscale = 0\n", "[s]\nscale = true\n", "[s]\nscale = nan\n", "[s"],
)  # fmt: skip
def test_a_fault_in_the_config_is_named(home, text):
    home.create()
    (home.config / "surveys.toml").write_text(text, encoding="utf-8")
    with pytest.raises(Problem, match=r"config/surveys\.toml"):
        load_scales(home.config)
    with pytest.raises(Problem, match=r"config/surveys\.toml"):
        open_view(home)


@pytest.mark.parametrize("text", ["scale", "scale=", "scale=five", "scal=5", "scale=0", "scale=101", "=5"])
def test_an_answer_that_says_nothing_is_refused(text):
    with pytest.raises(Problem, match="says nothing about the answers"):
        read_scale([text])


def test_a_scale_that_cannot_be_is_not_kept(home):
    save_scale(home.config, "plain_surveys", {"scale": 5})
    for wrong in ({"satisfied": 6}, {"best": 3}, {}):
        with pytest.raises(Problem):
            save_scale(home.config, "plain_surveys", {"scale": 5, **wrong} if wrong else {"scale": 0})
    assert load_scales(home.config) == {"plain_surveys": {"scale": 5}}
