"""The application's own addresses: health, exports, the rows behind a figure, and saving what was typed."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from urllib.parse import quote

from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from dashboard.log import log_fault
from dashboard.server.access import own_origin, who
from dashboard.server.address import parse_period
from dashboard.server.export_jobs import Stopped, begin
from dashboard.server.export_jobs import find as find_job
from dashboard.server.saving import read_sheet, save_field
from dashboard.server.upload_route import from_our_page, upload
from dashboard.words.places import MOVED
from dashboard.words.translate import LANGUAGES, problem_text, words
from etl.errors import Problem
from etl.home import Home
from etl.snapshots.snapshot import current, current_id
from kpi.figures.subjects import find_subject
from kpi.figures.view import of_month, open_view
from kpi.scope import Scope, parse_month, period_of

MEDIA = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "pdf": "application/pdf",
    "png": "image/png",
    "csv": "text/csv; charset=utf-8",
    "zip": "application/zip",
    "jpg": "image/jpeg",
}
SCANS = ("pdf", "png", "jpg")
SHEETS = ("goals", "appraisal", "standards", "overview", "daily")
LONGEST_ASKED = 100  # characters of a search
MAX_SENT = 200_000  # bytes of one saved field with everything around it


def routes(home: Home) -> list[Route]:
    """All routes of one home."""

    def bound(answer: Callable[[Home, Request], Response]) -> Callable[[Request], Response]:
        def handler(request: Request) -> Response:
            if who(request) is None:
                return PlainTextResponse("Refused.", 403)
            return _answer_or_sentence(request, lambda: answer(home, request))

        return handler

    async def save(request: Request) -> Response:
        return await _save(home, request)

    async def send(request: Request) -> Response:
        return await upload(home, request)

    return [
        Route("/healthz", bound(_health)),
        *(Route(f"/{old}", bound(_moved(new))) for old, new in MOVED.items()),
        Route("/search", bound(_search)),
        Route("/export/jobs/{number}", bound(_job), methods=["GET", "POST"]),
        Route("/export/rows/{name}", bound(_rows)),
        Route("/export/rejects/{name}", bound(_rejects)),
        Route("/export/interview/sheet.pdf", bound(_interview)),
        Route("/export/targets/{name}", bound(_targets)),
        Route("/export/{what}/{name}", bound(_export)),
        Route("/export", bound(_unknown_export)),
        Route("/export/{rest:path}", bound(_unknown_export)),
        Route("/save", save, methods=["POST"]),
        Route("/sheet", bound(_sheet)),
        Route("/signed/{name}", bound(_signed)),
        Route("/upload/{batch}", send, methods=["POST"]),
    ]


def _health(home: Home, _: Request) -> Response:
    return JSONResponse({"status": "ok", "snapshot": current_id(home)})


def _moved(to: str) -> Callable[[Home, Request], Response]:
    """The way on from an old address, with all that it asked for."""

    def lead_on(_: Home, request: Request) -> Response:
        query = request.url.query
        return RedirectResponse(f"/{to}?{query}" if query else f"/{to}")

    return lead_on


def _search(home: Home, request: Request) -> Response:
    """What the search of the bar finds for ?q= in a period."""
    from dashboard.server.search import search

    period = parse_period(request.query_params.get("period") or "")
    if period is None:
        return _not_found(_lang(request))
    found = search(open_view(home), request.query_params.get("q", "")[:LONGEST_ASKED], period, _lang(request))
    return JSONResponse(found, headers={"Cache-Control": "no-store"})


def _job(_: Home, request: Request) -> Response:
    """How far an export is; a POST stops it."""
    job = find_job(request.path_params["number"])
    if job is None:
        return _not_found(_lang(request))
    if request.method == "POST":
        if not own_origin(request):
            return PlainTextResponse("Refused.", 403)
        job.stopped = True
    return JSONResponse({"done": job.done, "all": job.all}, headers={"Cache-Control": "no-store"})


def _export(home: Home, request: Request) -> Response:
    what, lang = request.path_params["what"], _lang(request)
    fmt = request.query_params.get("fmt") or request.path_params["name"].rpartition(".")[2]
    if what not in SHEETS or fmt not in MEDIA:
        return _not_found(lang)
    from dashboard.export import export

    view, job = open_view(home), begin(request.query_params.get("job"))
    everyone = request.query_params.get("everyone") == "1"
    scope = _scope(view, request)
    try:
        name, content = export(view, what, scope, fmt, lang, everyone=everyone, tell=job.tell)
    except Stopped:
        return PlainTextResponse(words(lang)("Stopped."), 410)
    return _file(content, name, fmt)


def _interview(home: Home, request: Request) -> Response:
    from dashboard.export.bundle import file_name
    from dashboard.export.interview_record import interview_bytes
    from kpi.sheets.goals import goal_sheet

    view, lang = open_view(home), _lang(request)
    scope = _scope(view, request)
    sheet = goal_sheet(view, scope)
    return _file(interview_bytes(sheet, lang), file_name("interview", scope, "pdf"), "pdf")


def _rows(home: Home, request: Request) -> Response:
    """All rows behind one figure as CSV: with ?part=numerator those of its numerator, with ?dimension= and
    ?value= those of one part of it.
    """
    from dashboard.words.csv_cells import csv_bytes
    from dashboard.words.frames import rows_shown
    from kpi.analysis.dimension_sums import rows_of_part
    from kpi.figures.figures import rows_behind

    lang, key = _lang(request), request.path_params["name"].removesuffix(".csv")
    view = open_view(home)
    if key not in view.catalog.indicators or view.snapshot is None:
        return _not_found(lang)
    scope = _scope(view, request)
    passing = request.query_params.get("part") == "numerator"
    dimension = request.query_params.get("dimension")
    if dimension is None:
        found = rows_behind(view, key, scope, passing=passing)
    elif dimension in view.catalog.dimensions:
        passing = view.catalog.indicators[key].how.listed == "per"
        found = rows_of_part(
            of_month(view, scope.period), scope, key, dimension, request.query_params.get("value")
        )
    else:
        return _not_found(lang)
    rows = rows_shown(found, view.catalog.indicators[key], lang, passing=passing)
    part, period = "-numerator" * passing, request.query_params.get("period", "")
    name = f"{key}{part}-{period}-{scope.subject.id or 'all'}.csv"
    return _file(csv_bytes(rows), name, "csv")


def _rejects(home: Home, request: Request) -> Response:
    """All rows that were set aside, or those of the one file numbered ?file_id=, as CSV or workbook."""
    from dashboard.export.rejects import rejects_workbook
    from dashboard.words.csv_cells import csv_bytes
    from dashboard.words.frames import rejects_shown
    from etl.books.book_lists import reject_rows

    lang, asked = _lang(request), request.query_params.get("file_id")
    snapshot = current(home)
    if snapshot is None or not re.fullmatch("[0-9]{1,9}", asked or "0"):
        return _not_found(lang)
    file_id = int(asked) if asked else None
    if request.path_params["name"].endswith(".xlsx"):
        return _file(rejects_workbook(home, snapshot, lang, file_id=file_id), "rejects.xlsx", "xlsx")
    rows = reject_rows(snapshot, file_id=file_id)
    return _file(csv_bytes(rejects_shown(rows, lang)), "rejects.csv", "csv")


def _targets(home: Home, request: Request) -> Response:
    """The workbook of the targets of a team, or of everyone, to be edited and uploaded again."""
    from dashboard.export.targets_book import targets_workbook
    from kpi.sheets.team_targets import target_table

    view, lang = open_view(home), _lang(request)
    if view.snapshot is None or not request.path_params["name"].endswith(".xlsx"):
        return _not_found(lang)
    scope = _scope(view, request)
    month = period_of("month", scope.period.end)
    team = scope.subject.key if scope.subject.is_team else None
    content = targets_workbook(target_table(view, month, team), lang)
    return _file(content, f"targets-{month.month}-{team or 'all'}.xlsx", "xlsx")


def _sheet(home: Home, request: Request) -> Response:
    """What was typed on one sheet, for the windows that show it to follow each other."""
    return JSONResponse(read_sheet(home, request.query_params), headers={"Cache-Control": "no-store"})


def _signed(home: Home, request: Request) -> Response:
    """The scan of a signed form."""
    from kpi.records.scans import read_scan

    name = request.path_params["name"]
    content, kind = read_scan(home, name), name.rpartition(".")[2]
    if content is None or kind not in SCANS:
        return _not_found(_lang(request))
    return _file(content, name, kind)


async def _save(home: Home, request: Request) -> Response:
    person = who(request)
    if person is None or not from_our_page(request, "application/json"):
        return JSONResponse({"message": "Refused."}, 403)
    try:
        body = await _body(request)
    except ClientDisconnect:
        return JSONResponse({"message": "Gone."}, 400)
    if body is None:
        return JSONResponse({"message": "Too long."}, 413)
    try:
        sent = json.loads(body)
    except (ValueError, RecursionError):
        sent = None
    if not isinstance(sent, dict):
        return JSONResponse({"message": "Not readable."}, 400)
    try:
        status, answer = await run_in_threadpool(save_field, home, sent, person)
    except Exception as error:
        log_fault(error)
        t = words(str(sent.get("lang", "en")))
        return JSONResponse({"message": t("Not saved. The reason is in the log.")}, 500)
    return JSONResponse(answer, status, headers={"Cache-Control": "no-store"})


async def _body(request: Request) -> bytes | None:
    """The body of a request; None, and no more of it read, when it is longer than a field can be."""
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_SENT:
            return None
    return body


def _scope(view: object, request: Request) -> Scope:
    """Period and subject of a query string: period or month, and kind with id, or team or agent."""
    query = request.query_params
    period = parse_period(query.get("period") or query.get("month") or "")
    kind, subject_id = query.get("kind", ""), query.get("id")
    team = query.get("team") or (subject_id if kind == "team" else None)
    agent = query.get("agent") or (subject_id if kind == "person" else None)
    if period is None:
        period = parse_month(query.get("month") or query.get("period") or "")  # says what is wrong with it
    return Scope(period, find_subject(view, team=team, agent=agent))


def _answer_or_sentence(request: Request, answer: Callable[[], Response]) -> Response:
    """The answer, or on failure one sentence instead of a traceback."""
    lang = _lang(request)
    try:
        return answer()
    except Problem as problem:
        where, what, do = problem_text(problem, lang)
        return PlainTextResponse(f"{where}: {what} {do}", 404)
    except Exception as error:
        log_fault(error)
        return PlainTextResponse(words(lang)("Something went wrong. The reason is in the log."), 500)


def _file(content: bytes, name: str, fmt: str) -> Response:
    name = "".join(letter if letter.isprintable() else "_" for letter in name)  # a line end ends the header
    ascii_name = re.sub(r'[?"\\]', "_", name.encode("ascii", "replace").decode())
    disposition = f"attachment; filename=\"{ascii_name}\"; filename*=utf-8''{quote(name)}"
    return Response(
        content,
        media_type=MEDIA[fmt],
        headers={
            "Content-Disposition": disposition,
            "Cache-Control": "no-store",
            "X-Content-Type-Options": "nosniff",
        },
    )


def _unknown_export(_: Home, request: Request) -> Response:
    """Answer any other address under /export, which the pages behind us would take for one of theirs."""
    return _not_found(_lang(request))


def _not_found(lang: str) -> Response:
    return PlainTextResponse(words(lang)("There is nothing at this address."), 404)


def _lang(request: Request) -> str:
    lang = request.query_params.get("lang", "en")
    return lang if lang in LANGUAGES else "en"
