"""Asks an ASGI application directly, without a network."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from urllib.parse import quote, unquote

from starlette.applications import Starlette


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back."""

    status: int
    headers: dict[str, str]
    content: bytes

    @property
    def text(self) -> str:
        """The content as text."""
        return self.content.decode()

    @property
    def json(self) -> object:
        """The content read as JSON."""
        return json.loads(self.content)


def finish(coroutine: Coroutine) -> None:
    """Run a coroutine to its end in a thread of its own.

    The browser tests of the same session leave an event loop running in this one.
    """
    with ThreadPoolExecutor(1) as pool:
        pool.submit(asyncio.run, coroutine).result()


def ask(
    app: Starlette,
    address: str,
    *,
    method: str = "GET",
    headers: dict[str, str] | None = None,
    body: str = "",
) -> Answer:
    """Send one request to `app` at http://localhost and wait for all of its answer."""
    path, _, query = address.partition("?")
    sent = {"host": "localhost"} | (headers or {})
    scope = {
        "type": "http",
        "http_version": "1.1",
        "method": method,
        "scheme": "http",
        "server": ("localhost", 80),
        "path": unquote(path),  # as a server does
        "raw_path": quote(path, safe="/%").encode(),
        "query_string": quote(query, safe="=&%").encode(),
        "headers": [(name.lower().encode(), value.encode()) for name, value in sent.items()],
    }
    messages: list[dict] = []

    async def receive() -> dict:
        return {"type": "http.request", "body": body.encode(), "more_body": False}

    async def send(message: dict) -> None:
        messages.append(message)

    finish(app(scope, receive, send))
    start = next(one for one in messages if one["type"] == "http.response.start")
    content = b"".join(one.get("body", b"") for one in messages if one["type"] == "http.response.body")
    received = {name.decode().lower(): value.decode("latin-1") for name, value in start["headers"]}
    return Answer(start["status"], received, content)
