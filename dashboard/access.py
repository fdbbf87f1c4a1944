"""Who is asking. Pages, routes and writes all ask here, so that accounts have one place to arrive."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from starlette.requests import HTTPConnection


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
