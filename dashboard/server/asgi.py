"""The dashboard as an ASGI application: the pages, and the routes of our own beside them."""

from __future__ import annotations

import gc
import os
import tomllib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import streamlit as st
from starlette.middleware import Middleware

from dashboard.intake.batches import uploads_of
from dashboard.intake.folders import sweep
from dashboard.log import log_fault, log_into
from dashboard.server.access import OursOnly
from dashboard.server.first_paint import FirstPaint
from dashboard.server.routes import routes
from dashboard.words.translate import words
from etl.home import Home, find_home

HERE = Path(__file__).resolve().parents[1]


def make_app(home: Home) -> st.App:
    """The application of one home; the pages find it through SERVICE_KPI_HOME."""
    os.environ["SERVICE_KPI_HOME"] = str(home.path.resolve())
    if home.exists:
        log_into(home.logs)
    return st.App(
        HERE / "app.py",
        lifespan=_warm,
        routes=routes(home),
        middleware=[Middleware(OursOnly), Middleware(FirstPaint)],
        on_script_error=_sorry,
    )


def serve(home: Home, host: str, port: int) -> None:
    """Serve `home` until stopped. The port must be free; Streamlit exits 1 when it is not."""
    limit = {"server.maxUploadSize": home.settings.upload_limit_mb}
    make_app(home).run(config=settings() | limit | {"server.address": host, "server.port": port})


def settings() -> dict[str, object]:
    """Streamlit's settings from theme.toml, as dotted names, so that no file of the user takes part."""
    found: dict[str, object] = {}

    def flatten(entries: dict, prefix: str) -> None:
        for name, value in entries.items():
            if isinstance(value, dict):
                flatten(value, f"{prefix}{name}.")
            else:
                found[f"{prefix}{name}"] = value

    flatten(tomllib.loads((HERE / "theme.toml").read_text(encoding="utf-8")), "")
    return found


@asynccontextmanager
async def _warm(_: st.App) -> AsyncIterator[dict[str, object]]:
    """Import what the pages need, then keep it out of the garbage collector's rounds."""
    import altair  # noqa: F401
    import polars  # noqa: F401

    import kpi.analysis.effects
    import kpi.sheets.appraisal
    import kpi.sheets.goals
    import kpi.sheets.standards  # noqa: F401

    uploads = uploads_of(find_home())
    sweep(uploads.home)
    gc.collect()
    gc.freeze()
    yield {}
    uploads.close()


def _sorry(error: Exception) -> bool:
    """For what fails outside app.py's own guard, such as a callback: the same calm sentence."""
    log_fault(error)
    choice = st.session_state.get("choice")
    st.warning(words(choice.lang if choice else "en")("Something went wrong. The reason is in the log."))
    return True
