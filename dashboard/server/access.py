"""Who is asking. Pages, routes and writes all ask here, so that accounts have one place to arrive."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from starlette.requests import HTTPConnection
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send


@dataclass(frozen=True, slots=True)
class Person:
    """Someone using the dashboard. `name` is what the audit trail records."""

    name: str
    role: Literal["administrator"]


LOCAL = Person("local", "administrator")
THIS_COMPUTER = ("127.0.0.1", "localhost", "::1")


def who(request: HTTPConnection | None = None) -> Person | None:
    """The person behind a request, or behind the running page when there is none; None for a stranger.

    The server listens on this computer only, so everyone who reaches it is its administrator. A
    request under another name is none of ours: a foreign site whose name was made to point here.
    """
    if request is not None and request.url.hostname not in THIS_COMPUTER:
        return None
    return LOCAL


def own_origin(request: HTTPConnection) -> bool:
    """Whether a request names our own page as where it comes from: a foreign script cannot."""
    return request.headers.get("origin", "").partition("://")[2] == request.headers.get("host")


class OursOnly:
    """Refuses strangers before any page, socket or file of the application is reached.

    A stranger is whom `who` does not know, and a page that names another origin than ours: such as one of
    another program on this computer, which a browser lets open sockets to every port.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] in ("http", "websocket"):
            request = HTTPConnection(scope)
            if who(request) is None or ("origin" in request.headers and not own_origin(request)):
                return await _refuse(scope, receive, send)
        await self._app(scope, receive, send)


async def _refuse(scope: Scope, receive: Receive, send: Send) -> None:
    if scope["type"] == "http":
        await PlainTextResponse("Refused.", 403)(scope, receive, send)
    else:  # closed before it was accepted, the server answers 403
        await send({"type": "websocket.close", "code": 1008, "reason": ""})
