"""How far something packed may unfold. A file from outside may be made to fill the disk or the memory."""

from __future__ import annotations

from etl.errors import N_, Problem

# A year of daily exports in one archive is 365 files; more is another thing than an export.
MEMBERS = 1000
# 100 million calls as CSV are about 15 GB.
UNPACKED = 32 << 30
# Deflate makes at most 1032 bytes of one. Exports stay under 30, logs of one repeated line under 100.
RATIO = 200
# Small things may be as dense as they like: they do no harm.
RATIO_FREE = 64 << 20
# A workbook is read into memory: a full sheet of 20 columns and a million rows has about 1 GB of XML.
WORKBOOK = 4 << 30
# Cells filled from the merged range they are in: five names in each of 200,000 rows.
MERGED = 1_000_000
# An archive of archives (an export a day, each packed, all packed again) is common; a third level is not.
DEPTH = 2
# Bytes that unpacking leaves free on the disk: the load itself needs room as well.
SPARE_DISK = 256 << 20


def check_ratio(name: str, unpacked: int, packed: int) -> None:
    """Raise Problem when `packed` bytes unfold to more `unpacked` ones than any export does."""
    if unpacked > RATIO_FREE and unpacked > RATIO * packed:
        raise Problem(
            name,
            N_("It unfolds to more than {ratio} times its size, as no export does."),
            N_("Unpack it yourself if you trust it, and load what is in it."),
            ratio=RATIO,
        )
