-- Times that the clocks of the home's time zone never showed: they were put forward over them.
-- zh: 时钟拨快时被跳过、不存在的时间
-- do: Ask whether the system writes another time zone, or does not follow the change of the clocks.
-- zh do: 请确认该系统是否使用其他时区，或没有跟随夏令时调整。
-- importance: 2
SELECT
    file_row,
    string_agg(concat("column", ' ', strftime(moment, '%Y-%m-%d %H:%M:%S')), ', ' ORDER BY moment, "column") AS detail
FROM odd_clocks
WHERE kind = 'gap'
GROUP BY file_row
