"""Forty things to hide and forty to keep, in every text of a home: the whole of it and its exports are searched."""

from __future__ import annotations

import csv
import json
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest
from starlette.applications import Starlette

from dashboard.server.routes import routes
from etl.corrections.corrections import Correction
from etl.errors import Problem
from etl.home import Home
from etl.maps.maps import load_sources
from etl.snapshots.snapshot import current
from kpi.figures.view import open_view, records_of
from kpi.loading.correction_list import propose
from kpi.loading.load import load_files
from kpi.records import SheetKey
from kpi.records.corrections import withdraw
from kpi.records.cycle_kept import take
from kpi.records.steps import Step
from tests.dashboard.asking import ask
from tests.dashboard.export.reading import cells, pages
from tests.etl.test_personal import HIDE, KEEP

TEXTS = [text for text, _ in HIDE.values()]
# What may not be found: the secret itself, or the whole text where the secret alone also is something to keep.
SECRETS = [text if any(secret in kept for kept in KEEP) else secret for text, secret in HIDE.values()]
# Ids and names are nobody's numbers, whatever they look like.
TICKET, QUEUE, TEAM, ITEM = "18600001111", "400-700-1234", "800-700-1234 组", "021-66006600 专线"
STATUS, REVIEWER = "转15900002222处理", "18700003333"
TYPED = "回访13711112222，邮箱typed@example.com"
SHEET = SheetKey("goals", "2026-10", "person", "1001")


def table(path: Path, header: str, rows: list[list[str]]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([header.split(","), *rows])
    return path


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Home]:
    """A home that was told everything: by files, corrected files, rows at fault, and by people."""
    folder = tmp_path_factory.mktemp("files")
    home, day = Home(tmp_path_factory.mktemp("home")), "2026-10-05 10:00:00"
    told = [*TEXTS, *KEEP]
    tickets = "工单编号,受理时间,工单类型,是否成立,责任工号,投诉原因,服务细项,状态,备注"
    made = [[f"T{n}", day, "投诉", "成立", "1001", one, ITEM, STATUS, one] for n, one in enumerate(told)]
    again = [[*row[:5], told[n - 1], *row[6:]] for n, row in enumerate(made)]
    faulty = [[f"F{n}", one, "投诉", "成立", "1001", one, ITEM, STATUS, one] for n, one in enumerate(TEXTS)]
    torn = [[*row, row[5]] for row in made[: len(TEXTS)]]
    calls = [[f"C{n}", day, "是", "1001", QUEUE, one, "20"] for n, one in enumerate(told)]
    ratings = [["1001", "2026-10", "teamwork", "4", f"R{n}", one] for n, one in enumerate(TEXTS)]
    leave = [
        ["1001", f"2026-10-{1 + n % 28:02d}", f"2026-10-{1 + n % 28:02d} 12:00", one]
        for n, one in enumerate(TEXTS)
    ]
    files = [
        table(folder / "agents.csv", "工号,姓名,班组,生效日期", [["1001", "样例甲", TEAM, "2026-01-01"]]),
        table(folder / "calls.csv", "通话编号,来电时间,是否接通,接听工号,队列,来电原因,通话秒数", calls),
        table(folder / "tickets.csv", tickets, [*made, [TICKET, *made[0][1:]], *faulty, *torn]),
        table(folder / "tickets_again.csv", tickets, again),
        table(folder / "ratings.csv", "客服工号,月份,考核参数,评分,评分人,事例", ratings),
        table(folder / "leave.csv", "工号,请假开始,请假结束,假别", leave),
        table(
            folder / "qa.csv",
            "质检编号,客服工号,质检时间,质检员,开头语[10]",
            [["Q1", "1001", day, REVIEWER, "9"]],
        ),
    ]
    report = load_files(home, files)
    assert [str(file.problem) for file in report.files if file.problem] == []
    records = records_of(home, create=True)
    sheet = {"kind": "goals", "month": "2026-10", "subject_kind": "person", "subject_key": "1001"}
    headers = {"content-type": "application/json", "origin": "http://localhost"}
    for field in ("cause", "measures"):
        typed = {"sheet": sheet, "indicator": "csat", "field": field, "value": TYPED, "version": 0}
        app, body = Starlette(routes=routes(home)), json.dumps(typed | {"lang": "zh"})
        answer = ask(app, "/save", method="POST", headers=headers, body=body)
        assert (answer.status, answer.json["shown"]) == (200, "回访137****2222，邮箱t****@example.com")
    take(records, SHEET, Step("discussed", "王组长", because=TYPED), "tester")
    what = Correction(0, "amend", "tickets", keys=(("T1",),), column="cause", value=TYPED)
    number = propose(
        open_view(home), records, what, reason=TYPED, evidence=TYPED, asked_by="王组长", who="tester"
    )
    withdraw(records, number, "王组长", TYPED, version=1, who="tester")
    yield home
    records.close()


def everything(home: Home) -> str:
    """All that the home's databases hold, as one text."""
    snapshot = current(home)
    names = snapshot.query("SELECT table_name FROM duckdb_tables()").to_series()
    held = [str(row) for name in names for row in snapshot.query(f'SELECT * FROM "{name}"').rows()]
    with sqlite3.connect(home.path / "records.db") as records:
        held += records.iterdump()
    return "\n".join(held)


def found_in(text: str) -> list[str]:
    return [secret for secret in (*SECRETS, "13711112222", "typed@") if secret in text]


def test_nothing_personal_is_in_the_home(home: Home) -> None:
    held = everything(home)
    assert len(TEXTS) >= 40
    assert "138****8000" in held
    assert found_in(held) == []
    others = [path.read_bytes() for path in home.path.rglob("*") if path.is_file()]
    secrets = [secret.encode() for secret in (*SECRETS, "13711112222", "typed@")]
    assert [secret.decode() for secret in secrets if any(secret in one for one in others)] == []


def test_what_only_looks_like_it_is_kept(home: Home) -> None:
    causes = current(home).query("SELECT DISTINCT cause FROM tickets").to_series().to_list()
    reasons = current(home).query("SELECT DISTINCT reason FROM calls").to_series().to_list()
    assert len(KEEP) >= 40
    assert set(KEEP) <= set(causes)
    assert set(KEEP) <= set(reasons)


def test_ids_and_names_are_kept_whatever_they_look_like(home: Home) -> None:
    asked = {
        "SELECT ticket_id FROM tickets WHERE ticket_id NOT LIKE 'T%'": TICKET,
        "SELECT DISTINCT item FROM tickets": ITEM,
        "SELECT DISTINCT status FROM tickets": STATUS,
        "SELECT DISTINCT queue FROM calls": QUEUE,
        "SELECT DISTINCT team FROM agents": TEAM,
        "SELECT DISTINCT reviewer FROM qa_reviews": REVIEWER,
    }
    for question, name in asked.items():
        assert current(home).query(question).rows() == [(name,)]
    kept = current(home).query("SELECT cells FROM rejects WHERE rule = 'unreadable_time'").to_series()
    assert all(ITEM in one and STATUS in one for one in kept)


def test_nothing_personal_leaves_with_an_export(home: Home) -> None:
    app, whose = Starlette(routes=routes(home)), "month=2026-10&kind=person&id=1001&lang=zh"
    texts = []
    for address in (
        *(
            f"/export/{what}/x.{fmt}?{whose}"
            for what in ("goals", "appraisal")
            for fmt in ("xlsx", "pdf", "csv")
        ),
        f"/export/interview/sheet.pdf?{whose}",
        "/export/rejects/rejects.csv?lang=zh",
        "/export/rejects/rejects.xlsx?lang=zh",
        *(
            f"/export/rows/{key}.csv?period=2026-10&lang=zh"
            for key in ("complaints", "handled", "attendance")
        ),
    ):
        answer = ask(app, address)
        assert answer.status == 200, address
        fmt = address.partition("?")[0].rpartition(".")[2]
        if fmt == "xlsx":
            texts += [str(cell) for sheet in cells(answer.content).values() for cell in sheet.values()]
        else:
            texts += pages(answer.content) if fmt == "pdf" else [answer.content.decode("utf-8-sig")]
    said = "\n".join(texts)
    assert "138****8000" in said
    assert "137****2222" in said
    assert found_in(said) == []
    squeezed = [secret.replace(" ", "") for secret in SECRETS]  # paper wraps where it likes
    assert [
        one for one in squeezed if len(one) > 8 and one in said and not any(one in kept for kept in KEEP)
    ] == []


def test_a_lost_key_of_customers_stops_a_load_and_nothing_else(tmp_path: Path) -> None:
    home, header = Home(tmp_path / "home"), "通话编号,来电时间,是否接通,客户号码"
    first = table(tmp_path / "a.csv", header, [["C1", "2026-10-01 09:00:00", "是", "13800138000"]])
    second = table(tmp_path / "b.csv", header, [["C2", "2026-10-02 09:00:00", "是", "13800138000"]])
    load_files(home, [first])
    key = (home.path / "customer.key").read_text()
    assert key not in everything_loaded(home)
    (home.path / "customer.key").unlink()
    with pytest.raises(Problem, match="missing or damaged"):
        load_files(home, [second])
    assert not (home.path / "customer.key").exists()
    (home.path / "customer.key").write_text("00" * 32)
    with pytest.raises(Problem, match="not the key that earlier customer numbers were hashed with"):
        load_files(home, [second])
    assert current(home).query("SELECT count(*) FROM calls").item() == 1
    (home.path / "customer.key").write_text(key)
    load_files(home, [second])
    assert current(home).query("SELECT count(DISTINCT customer_key), count(*) FROM calls").rows() == [(1, 2)]


def everything_loaded(home: Home) -> str:
    with duckdb.connect(str(current(home).path), read_only=True) as con:
        names = [name for (name,) in con.execute("SELECT table_name FROM duckdb_tables()").fetchall()]
        return "\n".join(str(con.execute(f'FROM "{name}"').fetchall()) for name in names)


@pytest.mark.parametrize(
    "expression",
    [
        "getvariable('customer_secret')",
        "\"GetVariable\"('customer_secret')",
        "main.getvariable('customer_secret')",
        "concat('x', getvariable('customer_secret'))",
        "list_transform([cause], lambda one: getvariable('customer_secret'))[1]",
        "list_transform([cause], one -> getvariable('customer_secret'))[1]",
        "CASE WHEN cause IS NULL THEN NULL ELSE getvariable('customer_secret') END",
        "CAST(getvariable('customer_secret') AS VARCHAR)",
        "customer_key(cause)",
        "current_setting('secret_directory')",
        "getenv('HOME')",
        "query('SELECT 1')",
        "(SELECT getvariable('customer_secret'))",
        "read_text('customer.key')",
        "random()",
        "now()",
        "$customer_secret",
    ],
)
def test_no_expression_of_a_map_reaches_the_key(expression: str, tmp_path: Path) -> None:
    (tmp_path / "sources").mkdir()
    quoted = json.dumps(expression)
    (tmp_path / "sources" / "spy.toml").write_text(
        f'title = {{ zh = "甲", en = "a" }}\nheaders = ["id", "cause"]\n[[table]]\ncontract = "tickets"\n'
        f'[table.columns]\nticket_id = "id"\nopened_at = "id"\ncause = {quoted}\n',
        encoding="utf-8",
    )
    with pytest.raises(Problem, match=r"spy\.toml"):
        load_sources(tmp_path)
