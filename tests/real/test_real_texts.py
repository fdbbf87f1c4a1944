"""Every real text file is read to its last row, with the number of rows that its note gives."""

from __future__ import annotations

import pytest

from etl.read import grids, rows
from etl.read.content import open_file


@pytest.mark.parametrize(
    ("name", "delimiter", "count", "width"),
    [
        ("asterisk_cdr_g9_noheader.csv", ",", 856, 25),
        ("attendance_zk_attlog_a.dat", "\t", 14_360, 6),
        ("bank_calls_1999-01.txt", "\t", 1 + 31_599, 17),
        ("bank_calls_1999-02.txt", "\t", 1 + 33_344, 17),
        ("comcast_complaints.csv", ",", 1 + 2_224, 11),
        ("pbxware_queue_log.csv", ",", 1 + 1_000, 14),
        ("synthetic_callcenter/agent_schedule.csv", ",", 1 + 402, 5),
        ("synthetic_callcenter/agents.csv", ",", 1 + 52, 4),
        ("synthetic_callcenter/call_quality.csv", ",", 1 + 6_182, 4),
        ("synthetic_callcenter/calls.csv", ",", 1 + 6_060, 8),
        ("synthetic_callcenter/departments.csv", ",", 1 + 10, 2),
    ],
)
def test_every_row_of_a_real_text_file_is_read(real, name, delimiter, count, width):
    content = open_file(real / name)
    grid = next(iter(grids(content)))
    found = list(rows(content, grid))
    assert (content.encoding, grid.delimiter, len(found)) == ("utf-8", delimiter, count)
    assert {(len(row.cells), row.fault) for row in found} == {(width, None)}
