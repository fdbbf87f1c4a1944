"""Starts the server: on this computer only, on a free port, with the sample home when asked."""

from __future__ import annotations

import logging
import os
import shutil
import socket
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request
import webbrowser
from collections.abc import Callable
from pathlib import Path

from etl.errors import N_, Problem
from etl.home import Home
from etl.snapshots.snapshot import current_id

LOCAL = ("127.0.0.1", "localhost", "::1")
ORGANISATION = "示例客户服务中心"
SETTINGS = f"""organisation = "{ORGANISATION}"

[departments]
"热线部" = ["热线一组", "热线二组", "热线三组", "夜班组"]
"""


def serve_home(
    home: Home, host: str, port: int, t: Callable[[str], str], *, open_browser: bool = False
) -> None:
    """Serve `home` until stopped, saying where in words `t`.

    Raises Problem for another address than this computer's, or a port in use.
    """
    if host not in LOCAL:
        raise Problem(
            f"--host {host}",
            N_("There are no accounts yet, so everyone in the network could read and write everything."),
            N_("Serve on 127.0.0.1."),
        )
    _claim(host, port)
    # Importing the application takes a second; a refused address or port answers before it.
    from dashboard.server.asgi import serve

    address = f"http://{'[::1]' if host == '::1' else host}:{port}"
    print(t(N_("Serving {address} – stop with Ctrl+C")).format(address=address), flush=True)
    if current_id(home) is None:
        print(t(N_("There is no data in {home}; load files first.")).format(home=home.path), flush=True)
    if open_browser:
        threading.Thread(target=_open_when_ready, args=(address,), daemon=True).start()
    logging.getLogger("streamlit").setLevel(logging.ERROR)
    serve(home, host, port)


def make_demo(home: Home, t: Callable[[str], str]) -> None:
    """Make and load the sample when `home` has no data yet, saying on stderr in words `t` what goes on."""
    if current_id(home) is not None:
        return
    from dashboard.intake.running import run_in_terminal
    from kpi.loading.load import load_files
    from sample_data import make

    print(t(N_("Making the sample data …")), file=sys.stderr)
    with tempfile.TemporaryDirectory() as folder:
        make(Path(folder))
        files = sorted(path for path in Path(folder).iterdir() if path.suffix != ".md")
        print(t(N_("Loading {count} files …")).format(count=len(files)), file=sys.stderr)
        home.create()
        if not (home.config / "home.toml").exists():
            (home.config / "home.toml").write_text(SETTINGS, encoding="utf-8")
        run_in_terminal(lambda progress: load_files(home, files, progress=progress), t, quiet=True)
        _type_measures(home)
        shutil.copy(Path(folder) / "README.md", home.path / "README.md")


def _type_measures(home: Home) -> None:
    """The measures of the sample's stories on the goal sheets they were agreed on."""
    from kpi.figures.subjects import find_subject
    from kpi.figures.view import open_view, records_of
    from kpi.records import SheetKey
    from kpi.sheets.measures import MEASURE
    from sample_data.measures import PLANTED_MEASURES

    view, records = open_view(home), records_of(home, create=True)
    for planted in PLANTED_MEASURES:
        sheet = SheetKey("goals", planted.month, "person", find_subject(view, agent=planted.agent).key)
        texts = {"text": planted.text_zh, "owner": planted.owner, "due": str(planted.due), "status": "done"}
        records.save_many(
            sheet, [(planted.indicator, MEASURE[name], text, 0) for name, text in texts.items()], "sample"
        )


def _claim(host: str, port: int) -> None:
    """Problem when something listens on the port already."""
    family = socket.AF_INET6 if host == "::1" else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        if os.name != "nt":  # there it would let two servers share the port
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise Problem(
                f"{host}:{port}",
                N_("The port cannot be used ({reason})."),
                N_("Choose another with --port."),
                reason=error.strerror or error,
            ) from None


def _open_when_ready(address: str) -> None:
    for _ in range(120):
        try:
            with urllib.request.urlopen(f"{address}/healthz", timeout=1):
                webbrowser.open(address)
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.5)
