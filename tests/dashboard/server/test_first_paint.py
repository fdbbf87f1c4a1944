"""The page that the browser gets first has the look of the frame, whole and with its right length."""

from __future__ import annotations

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import Route

from dashboard.server.first_paint import FirstPaint
from tests.dashboard.asking import Answer, ask

PAGE = "<html><head><title>Page</title></head><body>" + "text " * 300 + "</body></html>"
BROWSER = {"accept": "text/html,*/*", "accept-encoding": "gzip"}


def page(_: Request) -> Response:
    return HTMLResponse(PAGE, headers={"etag": '"1"', "last-modified": "Tue, 01 Dec 2026 12:31:16 GMT"})


def text(_: Request) -> Response:
    return PlainTextResponse(PAGE)


def asked(path: str, **headers: str) -> Answer:
    routes = [Route("/", page), Route("/meeting", page), Route("/text", text)]
    app = Starlette(routes=routes, middleware=[Middleware(FirstPaint), Middleware(GZipMiddleware)])
    return ask(app, path, headers=BROWSER | headers)


def test_a_page_has_the_look_of_the_frame_from_the_first_moment() -> None:
    answer = asked("/")
    assert answer.text.count("<style>") == 1
    assert answer.text.index("--kpi-side") < answer.text.index("</head>")
    assert answer.text.endswith("</body></html>")
    assert int(answer.headers["content-length"]) == len(answer.content)
    assert "etag" not in answer.headers, "a browser would keep the page with an old look"
    assert "content-encoding" not in answer.headers


def test_a_page_that_stands_alone_keeps_no_room_for_the_places() -> None:
    alone = ".stApp:not(:has(.kpi-drawn)) { --kpi-side: 0px; }"
    assert alone in asked("/meeting?lang=zh").text
    assert alone in asked("/?wall=1").text
    assert alone not in asked("/").text


def test_whatever_is_no_page_goes_out_as_it_is() -> None:
    assert asked("/text", **{"accept-encoding": ""}).text == PAGE
    packed = asked("/", accept="*/*")
    assert packed.headers["content-encoding"] == "gzip"
    assert packed.headers["etag"] == '"1"'
