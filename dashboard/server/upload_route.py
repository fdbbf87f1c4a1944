"""The address that files are sent to by the page's own script, one a request, into a batch."""

from __future__ import annotations

import re

from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response

from dashboard.intake.batches import Uploads, uploads_of
from dashboard.log import log_fault
from dashboard.server.access import own_origin, who
from dashboard.words.translate import LANGUAGES, problem_text, words
from etl.errors import Problem
from etl.home import Home

BATCH = re.compile("[0-9a-f]{32}")


async def upload(home: Home, request: Request) -> Response:
    """Take the body of a POST as the file ?name= of the batch in the path.

    200 {"size"}; 403 from another page than ours; 413 {"message"} when it is too much; 409 when the
    batch is closed. What is not received whole leaves nothing behind.
    """
    batch, lang = request.path_params["batch"], request.query_params.get("lang", "en")
    lang = lang if lang in LANGUAGES else "en"
    name = request.query_params.get("name", "")
    if who(request) is None or not from_our_page(request, "application/octet-stream"):
        return JSONResponse({"message": "Refused."}, 403)
    if not BATCH.fullmatch(batch) or not name:
        return JSONResponse({"message": "Not readable."}, 400)
    length = request.headers.get("content-length", "")
    try:
        size = await _receive(uploads_of(home), batch, name, int(length) if length.isdigit() else 0, request)
    except Problem as problem:
        _, what, do = problem_text(problem, lang)
        return JSONResponse({"message": f"{what} {do}".strip()}, 413)
    except ClientDisconnect:
        return JSONResponse({"message": "Gone."}, 400)
    except Exception as error:
        log_fault(error)
        return JSONResponse({"message": words(lang)("Something went wrong. The reason is in the log.")}, 500)
    return JSONResponse({"size": size}, headers={"Cache-Control": "no-store"})


async def _receive(uploads: Uploads, batch_id: str, name: str, expected: int, request: Request) -> int:
    batch, path = await run_in_threadpool(uploads.place, batch_id, name, expected)
    size = 0
    try:
        with path.open("xb") as file:
            async for chunk in request.stream():
                size += len(chunk)
                if size > expected:  # what was announced was checked already
                    uploads.fits(batch, name, size)
                await run_in_threadpool(file.write, chunk)
        uploads.add(batch, path)
    except BaseException:
        uploads.drop_file(path)
        raise
    return size


def from_our_page(request: Request, content_type: str) -> bool:
    """Whether a script of our own page sent this: a foreign one cannot name our origin."""
    sent = request.headers.get("content-type", "").partition(";")[0]
    return own_origin(request) and sent == content_type
