"""Whether a snapshot still holds the bytes that were written: every block has a checksum.

DuckDB compares it when it reads a block, which may be in the middle of somebody's figure; here all blocks
in use are compared beforehand, about two gigabytes in a second. The layout is that of DuckDB's storage
format: three headers of 4 KiB, then blocks that begin with the checksum of their rest.
"""

from __future__ import annotations

from pathlib import Path

import duckdb
import numpy as np

HEADER = 4096
HEADERS = 3 * HEADER
FACTOR, START = np.uint64(0xBF58476D1CE4E5B9), 5381


def is_damaged(con: duckdb.DuckDBPyConnection, path: Path) -> bool:
    """Whether a block of the open database `path` is not as it was written. Free blocks are nobody's."""
    try:
        (size,) = con.execute("SELECT block_size FROM pragma_database_size()").fetchone()
        with open(path, "rb") as file:
            if not all(_is_whole(file.read(HEADER), HEADER) for _ in range(HEADERS // HEADER)):
                return True
            for block in sorted(used_blocks(con)):
                file.seek(HEADERS + block * size)
                if not _is_whole(file.read(size), size):
                    return True
    except (duckdb.Error, OSError):
        return True
    return False


def used_blocks(con: duckdb.DuckDBPyConnection) -> set[int]:
    """The numbers of the blocks that hold data of tables, or what describes them."""
    found = con.execute("SELECT block_id FROM pragma_metadata_info() WHERE free_blocks < total_blocks")
    used = {block for (block,) in found.fetchall()}
    for (table,) in con.execute("SELECT table_name FROM duckdb_tables() WHERE NOT temporary").fetchall():
        segments = con.execute(
            """SELECT block_id FROM pragma_storage_info($1) WHERE block_id >= 0
               UNION SELECT unnest(additional_block_ids) FROM pragma_storage_info($1)""",
            [table],
        )
        used.update(block for (block,) in segments.fetchall())
    return used


def _is_whole(block: bytes, size: int) -> bool:
    if len(block) < size:
        return False
    words = np.frombuffer(block, np.uint64)
    return int(np.bitwise_xor.reduce(words[1:] * FACTOR)) ^ START == int(words[0])
