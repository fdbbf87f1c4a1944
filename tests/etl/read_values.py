"""What a load makes of texts when its map says what a reading of them says."""

import polars as pl

from etl.expressions import check_expression


def values(con, reading, texts):
    """What a load makes of `texts` (in the zone of Shanghai) when its map says what `reading` says."""
    frame = pl.DataFrame({"x": texts}, schema={"x": pl.String})
    expression = reading.expression('"x"')
    check_expression(expression, "x")
    value = f"plausible(read_time({expression}, 'Asia/Shanghai'))"
    if reading.kind == "clock":
        value = f"read_clock({expression})"
    if reading.formats:
        listed = ", ".join(f"'{one}'" for one in reading.formats)
        value = f"plausible(try_strptime({expression}, [{listed}]))"
        value = f"CAST(try_strptime({expression}, [{listed}]) AS TIME)" if reading.kind == "clock" else value
    assert frame.height == len(texts)
    return [found for (found,) in con.execute(f"SELECT {value} FROM frame").fetchall()]


def keys(reading):
    return [doubt.key for doubt in reading.doubts]
