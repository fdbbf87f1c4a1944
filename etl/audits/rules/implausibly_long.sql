-- A measure above what its contract holds for possible. Loaded as unknown.
-- zh: 数值过大
-- do: Often milliseconds or a running total in a column of seconds: check the unit in the source map.
-- zh do: 常见原因是毫秒或累计值被当作秒：请核对来源映射中的单位。
-- importance: 2
SELECT file_row, "column" || ' = ' || value AS detail FROM measured WHERE value > high
