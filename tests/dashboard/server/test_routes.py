"""The application's own addresses: health, downloads, and a save that only our own page can make."""

from __future__ import annotations

import csv
import io
import json
import re
from html import unescape
from pathlib import Path

import openpyxl
import pytest
from starlette.applications import Starlette

from dashboard.parts.exports import export_links
from dashboard.parts.session import Frame
from dashboard.server.address import Choice
from dashboard.server.routes import routes
from dashboard.words.translate import words
from etl.home import Home
from etl.loading.load import load
from kpi.figures.figures import figures
from kpi.figures.subjects import find_subject
from kpi.figures.view import open_view
from kpi.records.scans import keep_scan
from kpi.scope import Scope, parse_month
from tests.dashboard.asking import Answer, ask
from tests.dashboard.conftest import AGENTS, calls, make_home, two_of_one_name

SAVE = {
    "sheet": {"kind": "goals", "month": "2026-10", "subject_kind": "all", "subject_key": ""},
    "indicator": "csat",
    "field": "cause",
    "value": "x",
    "version": 0,
    "lang": "zh",
}


def get(home: Home, address: str) -> Answer:
    return ask(Starlette(routes=routes(home)), address)


def post(home: Home, body: object, **headers: str) -> Answer:
    """POST to /save as JSON from our own page, unless `headers` say otherwise; "" leaves one out."""
    sent = {"origin": "http://localhost", "content-type": "application/json"}
    sent |= {name.replace("_", "-"): value for name, value in headers.items()}
    text = body if isinstance(body, str) else json.dumps(body)
    given = {name: value for name, value in sent.items() if value}
    return ask(Starlette(routes=routes(home)), "/save", method="POST", headers=given, body=text)


def rows(content: bytes) -> list[list[str]]:
    assert content.startswith(b"\xef\xbb\xbf"), "Excel needs the byte order mark"
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))


def test_health_names_the_snapshot(homes: dict[str, Home]) -> None:
    assert get(homes["full"], "/healthz").json == {"status": "ok", "snapshot": "000001"}
    assert get(homes["empty"], "/healthz").json == {"status": "ok", "snapshot": None}
    assert not homes["empty"].exists


@pytest.mark.parametrize(
    "address",
    [
        "/export/nonsense/x.pdf?month=2026-10",
        "/export/goals/x.docx?month=2026-10",
        "/export/goals/x.pdf?month=2026-10&kind=person&id=7777",
        "/export/goals/x.pdf?month=2026-13",
        "/export/goals/x.png?month=2026-10",
        "/export/overview/x.csv?month=2026-10",
        "/export/overview/x.pdf?month=2026-10&kind=person&id=1001",
        "/export/goals/x.pdf",
        "/export/rows/nonsense.csv?month=2026-10",
        "/export/rows/../../records.db",
        "/export/",
        "/export",
        "/export/goals",
        "/export/goals/2026/10/x.pdf",
    ],
)
def test_unknown_downloads_are_not_found(address: str, homes: dict[str, Home]) -> None:
    answer = get(homes["full"], address)
    assert answer.status == 404
    assert "Traceback" not in answer.text


@pytest.mark.parametrize(("fmt", "start"), [("xlsx", b"PK"), ("pdf", b"%PDF"), ("csv", b"\xef\xbb\xbf")])
@pytest.mark.parametrize("what", ["goals", "appraisal", "standards"])
def test_exports_leave_through_one_door(what: str, fmt: str, start: bytes, homes: dict[str, Home]) -> None:
    answer = get(homes["full"], f"/export/{what}/x.{fmt}?month=2026-10&kind=person&id=1001&lang=zh")
    assert answer.status == 200, answer.text
    assert answer.content.startswith(start)
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["content-disposition"] == (
        f"attachment; filename=\"{what}-2026-10-1001.{fmt}\"; filename*=utf-8''{what}-2026-10-1001.{fmt}"
    )


def test_a_chinese_name_is_kept_in_the_download(homes: dict[str, Home]) -> None:
    answer = get(homes["full"], "/export/goals/x.csv?month=2026-10&kind=team&id=一班&lang=zh")
    assert "filename*=utf-8''goals-2026-10-%E4%B8%80%E7%8F%AD.csv" in answer.headers["content-disposition"]


def test_the_rows_of_a_rate_are_those_below_the_line_and_on_demand_those_above(
    homes: dict[str, Home],
) -> None:
    (figure,) = figures(open_view(homes["full"]), Scope(parse_month("2026-10")), ("complaints_per_1000",))
    address = "/export/rows/complaints_per_1000.csv?period=2026-10&lang=en"
    above, below = get(homes["full"], f"{address}&part=numerator"), get(homes["full"], address)
    assert len(rows(above.content)) - 1 == figure.numerator > 0
    assert len(rows(below.content)) - 1 == figure.denominator > 0
    assert "Ticket ID" in rows(above.content)[0]
    assert "complaints_per_1000-numerator-2026-10-all.csv" in above.headers["content-disposition"]


@pytest.mark.parametrize("key", ["service_level", "transfer", "csat", "handling_time", "complaints"])
def test_the_rows_behind_a_figure_are_all_there(key: str, homes: dict[str, Home]) -> None:
    answer = get(homes["full"], f"/export/rows/{key}.csv?period=2026-10&lang=en")
    (figure,) = figures(open_view(homes["full"]), Scope(parse_month("2026-10")), (key,))
    table = rows(answer.content)
    assert len(table) - 1 == figure.base
    assert not any("_" in heading for heading in table[0]), "a heading without words"


def test_rejects_cannot_run_as_formulas(homes: dict[str, Home]) -> None:
    table = rows(get(homes["full"], "/export/rejects/rejects.csv?lang=en").content)
    assert table[0] == ["File", "Table", "File row", "Column", "Raw value", "Rule"]
    assert [row[1:] for row in table[1:]] == [["Calls", "9", "Started at", "'=1+1", "x"]]
    assert get(homes["empty"], "/export/rejects/rejects.csv").status == 404


def test_rejects_as_a_workbook_are_only_there_when_there_are_some(
    tmp_path: Path, homes: dict[str, Home]
) -> None:
    home, path = Home(tmp_path / "home"), tmp_path / "calls.csv"
    path.write_text("通话编号,来电时间,是否接通\nC1,31/02/2026 09:00,是\n", encoding="utf-8")
    load(home, [path])
    answer = get(home, "/export/rejects/rejects.xlsx?lang=en&file_id=1")
    assert answer.headers["content-disposition"].startswith('attachment; filename="rejects.xlsx"')
    sheet = openpyxl.load_workbook(io.BytesIO(answer.content)).active
    assert [cell.value for cell in sheet[3]][:4] == ["Not a date and time", "来电时间", "2", "C1"]
    assert get(home, "/export/rejects/rejects.xlsx?file_id=2").status == 404
    assert (
        get(homes["full"], "/export/rejects/rejects.xlsx").status == 404
    )  # kept before rows were kept whole


def test_rejects_of_one_file_are_not_those_of_its_namesake(tmp_path: Path) -> None:
    home = make_home(tmp_path / "home", **two_of_one_name())
    (_, *both) = rows(get(home, "/export/rejects/rejects.csv?lang=en").content)
    assert [row[4] for row in both] == ["first", "second"]
    (_, *one) = rows(get(home, "/export/rejects/rejects.csv?lang=en&file_id=8").content)
    assert [row[4] for row in one] == ["second"]
    for nonsense in ("x", "-1", "1e3", "٣"):
        assert get(home, f"/export/rejects/rejects.csv?file_id={nonsense}").status == 404


def test_a_team_with_a_slash_exports_under_a_safe_name(tmp_path: Path) -> None:
    agents = [AGENTS[0] | {"team": "甲/乙"}]
    home = make_home(tmp_path / "home", agents=agents, calls=calls())
    view = open_view(home)
    scope = Scope(parse_month("2026-10"), find_subject(view, team="甲/乙"))
    frame = Frame(home, view, scope, Choice("zh", scope.period, "甲/乙"), words("zh"))
    links = re.findall(r'href="([^"]+)"', str(export_links(frame, "goals", scope)))
    assert len(links) == 6
    for link in links:
        answer = get(home, unescape(link))
        what = "overview" if "/overview/" in link else "goals"
        assert answer.status == 200, link
        assert f"{what}-2026-10-%E7%94%B2_%E4%B9%99." in answer.headers["content-disposition"]


@pytest.mark.parametrize(
    ("what", "agent", "formats"),
    [
        ("goals", "", ["xlsx", "pdf", "csv", "xlsx", "pdf", "csv", "zip", "pdf", "png"]),
        ("goals", "1001", ["xlsx", "pdf", "csv"]),
        ("standards", "", ["xlsx", "pdf", "csv"]),
        ("daily", "", ["png"]),
    ],
)
def test_the_monthly_report_is_linked_from_the_goal_sheet_of_no_person(
    what: str, agent: str, formats: list[str], homes: dict[str, Home]
) -> None:
    view = open_view(homes["full"])
    scope = Scope(parse_month("2026-10"), find_subject(view, agent=agent or None))
    frame = Frame(homes["full"], view, scope, Choice("zh", scope.period), words("zh"))
    assert re.findall(r"/sheet\.(\w+)\?", str(export_links(frame, what, scope))) == formats


def test_a_day_leaves_as_one_picture_of_that_day_or_the_newest(homes: dict[str, Home]) -> None:
    for period, day in (("2026-10-05", "2026-10-05"), ("2026-09", "2026-10-07")):
        answer = get(homes["full"], f"/export/daily/sheet.png?period={period}&lang=zh&kind=team&id=一班")
        assert (answer.status, answer.headers["content-type"]) == (200, "image/png")
        assert f"daily-{day}-%E4%B8%80%E7%8F%AD.png" in answer.headers["content-disposition"]
    assert get(homes["full"], "/export/daily/sheet.pdf?period=2026-10-05&lang=zh").status == 404
    assert get(homes["full"], "/export/daily/sheet.png?period=2026-10-05&agent=1001&lang=zh").status == 404


@pytest.mark.parametrize(
    ("fmt", "start", "media"), [("pdf", b"%PDF", "application/pdf"), ("png", b"\x89PNG", "image/png")]
)
def test_the_monthly_report_leaves_through_the_same_door(
    fmt: str, start: bytes, media: str, homes: dict[str, Home]
) -> None:
    answer = get(homes["full"], f"/export/overview/sheet.{fmt}?period=2026-10&lang=zh")
    assert (answer.status, answer.headers["content-type"]) == (200, media)
    assert answer.content.startswith(start)


def test_the_overview_is_the_first_page(homes: dict[str, Home]) -> None:
    answer = get(homes["full"], "/overview?lang=zh&team=%E4%B8%80%E7%8F%AD")
    assert (answer.status, answer.headers["location"]) == (307, "/?lang=zh&team=%E4%B8%80%E7%8F%AD")
    assert get(homes["full"], "/overview").headers["location"] == "/"


def test_a_save_from_our_page_is_kept(home: Home) -> None:
    assert post(home, SAVE).json == {"version": 1, "shown": "x"}
    stale = post(home, SAVE | {"value": "y"})
    assert (stale.status, stale.json["shown"]) == (409, "x")


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "http://elsewhere.example"},
        {"origin": "http://localhost.elsewhere.example"},
        {"origin": "null"},
        {"origin": "http://rebound.example", "host": "rebound.example"},
        {"origin": ""},
        {"content_type": "text/plain"},
        {"content_type": "application/x-www-form-urlencoded"},
        {"content_type": ""},
    ],
)
def test_other_sites_cannot_save(headers: dict, home: Home) -> None:
    assert post(home, SAVE, **headers).status == 403
    assert open_view(home).records is None


@pytest.mark.parametrize("content", ["", "[]", "{", "1", '"x"'])
def test_what_is_not_an_entry_is_refused(content: str, home: Home) -> None:
    assert post(home, content).status == 400


def test_a_save_that_is_too_long_is_refused(home: Home) -> None:
    assert post(home, SAVE | {"value": "x" * 300_000}).status == 413


def test_save_takes_only_posts(home: Home) -> None:
    assert get(home, "/save").status == 405


def test_a_foreign_name_for_this_computer_is_refused(homes: dict[str, Home]) -> None:
    app = Starlette(routes=routes(homes["full"]))
    for address in ("/healthz", "/export/goals/x.csv?month=2026-10", "/export/rejects/rejects.csv"):
        assert ask(app, address, headers={"host": "rebound.example:8501"}).status == 403
        assert ask(app, address, headers={"host": "127.0.0.1:8501"}).status == 200


def test_the_scan_of_a_signed_form_is_handed_out_and_nothing_beside_it(tmp_path: Path) -> None:
    home = make_home(tmp_path / "home", agents=AGENTS, calls=calls())
    name = keep_scan(home, b"%PDF-1.7 signed")
    answer = get(home, f"/signed/{name}")
    assert (answer.status, answer.content) == (200, b"%PDF-1.7 signed")
    assert answer.headers["content-disposition"].startswith("attachment")
    for other in ("none.pdf", "..%2Fcustomer.key", "customer.key"):
        assert get(home, f"/signed/{other}").status == 404


def test_windows_ask_what_a_sheet_holds(tmp_path: Path) -> None:
    home = make_home(tmp_path / "home", agents=AGENTS, calls=calls())
    asked = "kind=goals&month=2026-10&subject_kind=person&subject_key=1001"
    answer = get(home, f"/sheet?{asked}")
    assert (answer.status, answer.headers["cache-control"]) == (200, "no-store")
    assert json.loads(answer.content) == {"state": "draft", "fields": {}}
    assert get(home, "/sheet?kind=month&month=2026-10").status == 404
    app = Starlette(routes=routes(home))
    for address in (f"/sheet?{asked}", "/signed/x.pdf"):
        assert ask(app, address, headers={"host": "rebound.example:8501"}).status == 403
