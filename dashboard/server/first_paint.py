"""The frame's look and ways, in the page that the browser gets first: nothing moves when the rest arrives."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from dashboard.words.places import PAGES

ASSETS = Path(__file__).parents[1] / "assets"
END = b"</head>"
PAGES_ALONE = {f"/{page.view}" for page in PAGES if page.alone}
ALONE = b".stApp:not(:has(.kpi-drawn)) { --kpi-side: 0px; }"
OF_THE_FILE = ("etag", "last-modified", "accept-ranges")  # and no longer of what is sent


class FirstPaint:
    """Adds our style sheet and script of the frame to every whole page that goes out."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._style = (ASSETS / "frame.css").read_bytes()
        self._script = (ASSETS / "frame.js").read_bytes()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        asked = Headers(scope=scope) if scope["type"] == "http" else Headers()
        if scope.get("method") == "GET" and "text/html" in asked.get("accept", ""):
            # What is packed cannot be added to.
            plain = [one for one in scope["headers"] if one[0] != b"accept-encoding"]
            style = self._style + (ALONE if _is_alone(scope) else b"")
            added = b"<style>%b</style><script>%b</script>" % (style, self._script)
            await self._app(scope | {"headers": plain}, receive, _with(added, send))
        else:
            await self._app(scope, receive, send)


def _is_alone(scope: Scope) -> bool:
    return scope["path"] in PAGES_ALONE or b"wall=1" in scope["query_string"]


def _with(added: bytes, send: Send) -> Callable:
    start: Message | None = None
    body = b""

    async def sending(message: Message) -> None:
        nonlocal start, body
        if message["type"] == "http.response.start" and _is_page(message):
            start = message
        elif start is None or message["type"] != "http.response.body":
            await send(message)
        else:
            body += message.get("body", b"")
            if not message.get("more_body"):
                body = body.replace(END, added + END, 1)
                headers = MutableHeaders(scope=start)
                headers["content-length"] = str(len(body))
                for name in OF_THE_FILE:
                    del headers[name]
                await send(start)
                await send(message | {"body": body})

    return sending


def _is_page(start: Message) -> bool:
    kind = Headers(raw=start["headers"]).get("content-type", "")
    return start["status"] == 200 and kind.startswith("text/html")
