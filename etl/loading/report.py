"""What a load says of itself: every file, what became of its rows, and what is odd about them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass, field

from etl.errors import N_, Problem, Remark
from etl.loading.merge import Counts
from etl.loading.missing_people import StaffList

DOCUMENTED = N_("The map of this format was written from documentation alone: compare its first rows.")


@dataclass(frozen=True, slots=True)
class FileReport:
    """What became of one file for one contract. All counts but `facts` are source rows."""

    path: str
    source: str | None = None
    table: str | None = None
    status: str = "loaded"
    problem: Problem | None = None
    rows_read: int = 0
    counts: Counts = field(default_factory=Counts)
    reject_rules: dict[str, int] = field(default_factory=dict)
    warnings: tuple[Remark, ...] = ()


@dataclass(frozen=True, slots=True)
class LoadReport:
    """The current snapshot (None before the first), every file, what a folder held besides, what the
    audits found new in all data, and the staff lists with what is to be asked of them."""

    snapshot: str | None
    files: tuple[FileReport, ...]
    skipped: tuple[str, ...] = ()
    remarks: tuple[Remark, ...] = ()
    lists: tuple[StaffList, ...] = ()


def report_json(
    report: LoadReport, sentence: Callable[[Problem], str] = str, remark: Callable[[Remark], str] = str
) -> dict:
    """`report` as the document that `service-kpi load --json` prints, its texts as the edge words them."""
    files = []
    for file in report.files:
        counts = asdict(file.counts)
        files.append(
            {
                "path": file.path,
                "source": file.source,
                "table": file.table,
                "status": file.status,
                "message": sentence(file.problem) if file.problem else "",
                "rows_read": file.rows_read,
                **counts,
                "reject_rules": file.reject_rules,
                "warnings": [remark(one) for one in file.warnings],
            }
        )
    return {
        "snapshot": report.snapshot,
        "files": files,
        "skipped": list(report.skipped),
        "warnings": [remark(one) for one in report.remarks],
        "lists": [asdict(one) | {"since": str(one.since)} for one in report.lists],
    }
