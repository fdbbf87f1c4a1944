"""What strangers and broken programs send to the application's own addresses: refused, never half done."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import PlainTextResponse
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket

from dashboard.server.access import OursOnly
from dashboard.server.asgi import make_app
from dashboard.server.first_paint import FirstPaint
from dashboard.server.routes import MAX_SENT, routes
from etl.home import Home
from kpi.figures.view import records_of
from tests.dashboard.asking import Answer, ask, finish
from tests.dashboard.conftest import make_home

SHEET = {"kind": "goals", "month": "2026-10", "subject_kind": "all", "subject_key": ""}
SAVE = {"sheet": SHEET, "indicator": "csat", "field": "cause", "value": "x", "version": 0, "lang": "en"}
OURS = {"origin": "http://localhost", "content-type": "application/json"}


@pytest.fixture(scope="module")
def bare(tmp_path_factory: pytest.TempPathFactory) -> Home:
    return make_home(tmp_path_factory.mktemp("bare") / "home")


@pytest.fixture
def home(tmp_path: Path, bare: Home) -> Home:
    return Home(Path(shutil.copytree(bare.path, tmp_path / "home")))


def post(home: Home, body: object) -> Answer:
    text = body if isinstance(body, str) else json.dumps(body)
    return ask(Starlette(routes=routes(home)), "/save", method="POST", headers=OURS, body=text)


@pytest.mark.parametrize(
    "change",
    [
        {"value": None},
        {"value": ["x"]},
        {"value": {"x": 1}},
        {"value": 5},
        {"indicator": ["csat"]},
        {"field": None},
        {"version": True},
        {"version": -1},
        {"version": 10**30},
        {"version": 2**63},
        {"sheet": SHEET | {"subject_kind": "team", "subject_key": ["x"]}},
        {"sheet": SHEET | {"subject_kind": "person", "subject_key": {"a": 1}}},
        {"sheet": SHEET | {"subject_kind": "person", "subject_key": "k" * 100_000}},
        {"sheet": SHEET | {"month": "9999-12"}},
        {"sheet": SHEET | {"month": 202610}},
        {"sheet": ["goals"]},
    ],
    ids=str,
)
def test_a_save_of_another_shape_is_refused_and_keeps_nothing(change: dict, home: Home) -> None:
    answer = post(home, SAVE | change)
    assert answer.status == 422, answer.text
    records = records_of(home)
    assert records is None or records.verify_trail() == 0


@pytest.mark.parametrize(
    "body", ["[" * 150_000, '{"sheet":' * 19_000, "{", "", "[]", "NaN", '{"version":' + "9" * 9_000 + "}"],
    ids=lambda body: f"{body[:9]}… {len(body)}",
)  # fmt: skip
def test_a_body_that_is_no_json_of_ours_is_not_readable(body: str, home: Home) -> None:
    answer = post(home, body)
    assert (answer.status, answer.json) == (400, {"message": "Not readable."})


@pytest.mark.parametrize("lang", ["/etc", "**/**", "../..", "\x00", "\ud800", ["zh"], None], ids=repr)
def test_a_language_that_is_none_is_no_path(lang: object, home: Home) -> None:
    answer = post(home, SAVE | {"lang": lang, "indicator": "nonsense"})
    assert answer.status == 422
    assert answer.json["message"].startswith("This field does not exist.")


def test_no_more_is_read_of_a_body_than_a_field_can_have(home: Home) -> None:
    given = 0

    async def receive() -> dict:
        nonlocal given
        given += 1
        return {"type": "http.request", "body": b"x" * 50_000, "more_body": given < 1000}

    said = _conversation(Starlette(routes=routes(home)), receive, "/save", OURS)
    assert said[0]["status"] == 413
    assert given <= MAX_SENT // 50_000 + 1


def test_a_sender_who_goes_away_leaves_no_traceback(home: Home) -> None:
    async def receive() -> dict:
        return {"type": "http.disconnect"}

    assert _conversation(Starlette(routes=routes(home)), receive, "/save", OURS)[0]["status"] == 400


def _conversation(app: Callable, receive: Callable, path: str, headers: dict[str, str]) -> list[dict]:
    said: list[dict] = []

    async def send(message: dict) -> None:
        said.append(message)

    scope = {
        **{"type": "http", "http_version": "1.1", "method": "POST", "scheme": "http", "path": path},
        **{"server": ("localhost", 80), "raw_path": path.encode(), "query_string": b""},
        "headers": [(k.encode(), v.encode()) for k, v in ({"host": "localhost"} | headers).items()],
    }
    finish(app(scope, receive, send))
    return said


@pytest.mark.parametrize("line_end", ["%0d%0a", "%0a", "%0d"])
def test_a_line_end_in_an_address_ends_no_header(line_end: str, homes: dict[str, Home]) -> None:
    address = f"/export/rows/csat.csv?period=2026-10{line_end}"
    answer = ask(Starlette(routes=routes(homes["full"])), address)
    assert answer.status == 200
    assert answer.headers["content-disposition"].isprintable()


@pytest.mark.parametrize(
    "address",
    [
        "/export/goals/x.csv?month=9999-12",
        "/export/standards/x.csv?period=9999",
        "/export/overview/x.pdf?month=1900-01",
        "/export/targets/x.xlsx?month=9999-12",
        "/export/interview/sheet.pdf?month=9999-12&kind=person&id=1001",
        "/export/rows/csat.csv?period=0001-01-01..9999-12-31",
        "/export/rows/csat.csv?period=2026-10&dimension=queue&value=x",
        "/export/rows/csat.csv?period=2026-10&dimension=qa_point&value=x",
    ],
)
def test_an_address_of_nothing_is_a_sentence(address: str, homes: dict[str, Home]) -> None:
    answer = ask(Starlette(routes=routes(homes["full"])), address)
    assert answer.status == 404, answer.text
    assert "log" not in answer.text


STRANGERS = [
    {"host": "evil.example:8501"},
    {"host": "evil.example:8501", "origin": "http://evil.example:8501"},
    {"host": "localhost:8501", "origin": "http://localhost:9999"},
    {"host": "localhost:8501", "origin": "http://evil.example"},
    {"host": "localhost:8501", "origin": "null"},
]
FRIENDS = [{"host": "localhost:8501", "origin": "http://localhost:8501"}, {"host": "127.0.0.1:8501"}]


def _guarded() -> Starlette:
    async def page(request: object) -> PlainTextResponse:
        return PlainTextResponse("a page")

    async def socket(websocket: WebSocket) -> None:
        await websocket.accept()
        await websocket.close()

    app = [Route("/", page), WebSocketRoute("/socket", socket)]
    return Starlette(routes=app, middleware=[Middleware(OursOnly)])


@pytest.mark.parametrize("headers", STRANGERS, ids=str)
def test_strangers_reach_neither_pages_nor_sockets(headers: dict[str, str]) -> None:
    assert ask(_guarded(), "/", headers=headers).status == 403
    assert _shake_hands(_guarded(), headers) == "websocket.close"


@pytest.mark.parametrize("headers", FRIENDS, ids=str)
def test_our_own_page_reaches_both(headers: dict[str, str]) -> None:
    assert ask(_guarded(), "/", headers=headers).status == 200
    assert _shake_hands(_guarded(), headers) == "websocket.accept"


def test_the_application_is_guarded(homes: dict[str, Home], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SERVICE_KPI_HOME", "")
    app = make_app(homes["empty"])
    assert [one.cls for one in app._user_middleware] == [OursOnly, FirstPaint]


def _shake_hands(app: Starlette, headers: dict[str, str]) -> str:
    """What a socket is answered first."""
    said: list[dict] = []

    async def receive() -> dict:
        return {"type": "websocket.connect"}

    async def send(message: dict) -> None:
        said.append(message)

    scope = {
        **{"type": "websocket", "scheme": "ws", "path": "/socket", "raw_path": b"/socket"},
        **{"query_string": b"", "server": ("localhost", 8501), "subprotocols": []},
        "headers": [(k.encode(), v.encode()) for k, v in headers.items()],
    }
    finish(app(scope, receive, send))
    return said[0]["type"]
