"""Starts the server: on this computer only, on a free port, with the sample home when asked."""

from __future__ import annotations

import logging
import os
import socket
import sys
import threading
import time
import urllib.error
import urllib.request
import webbrowser
from collections.abc import Callable

from etl.errors import N_, Problem
from etl.home import Home
from etl.snapshots.snapshot import current_id

LOCAL = ("127.0.0.1", "localhost", "::1")


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
    from dashboard.intake.sample import load_sample

    print(t(N_("Making the sample data …")), file=sys.stderr)
    run_in_terminal(lambda progress: load_sample(home, progress), t, quiet=True)


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
