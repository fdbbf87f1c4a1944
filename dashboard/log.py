"""Notes a fault in the log without the data that caused it: no message, no values, no names."""

from __future__ import annotations

import logging
import traceback
from logging.handlers import RotatingFileHandler
from pathlib import Path

LOG = logging.getLogger("service_kpi")
ROOT = Path(__file__).parents[1]


def log_fault(error: BaseException) -> None:
    """One line: the kind of error and where it came from, innermost last."""
    frames = traceback.extract_tb(error.__traceback__)
    ours = [frame for frame in frames if Path(frame.filename).is_relative_to(ROOT)]
    places = [f"{Path(f.filename).name}:{f.lineno} {f.name}" for f in (ours or frames)[-6:]]
    LOG.error("%s at %s", type(error).__name__, " > ".join(places))


def log_into(folder: Path) -> None:
    """Write the log into `folder` (at most 3 × 1 MB) as well as to standard error."""
    if any(isinstance(handler, RotatingFileHandler) for handler in LOG.handlers):
        return
    folder.mkdir(parents=True, exist_ok=True)
    handler = RotatingFileHandler(folder / "dashboard.log", maxBytes=1 << 20, backupCount=2, encoding="utf-8")
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
    LOG.addHandler(handler)
