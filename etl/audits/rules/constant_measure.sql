-- A measure that is the same in all rows of the file: it was probably not recorded.
-- zh: 数值全部相同
-- do: If the telephone system does not record it, leave the column out of the source map.
-- zh do: 若系统并未记录该值，请在来源映射中去掉此列。
-- importance: 1
-- counts: rows
-- Zero in all rows is as suspicious as any other number; fewer than 50 rows may agree by chance.
SELECT file_row, "column" || ' = ' || value AS detail, rows FROM constants WHERE rows >= 50
