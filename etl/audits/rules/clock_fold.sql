-- Times that the clocks of the home's time zone showed twice, without saying which: they were put back.
-- zh: 时钟拨慢时重复出现、无法区分先后的时间
-- do: Durations over this hour may be an hour off; ask for an export with the offset (such as +02:00).
-- zh do: 跨越这一小时的时长可能相差一小时；请导出带时区偏移（如 +02:00）的时间。
-- importance: 2
SELECT
    file_row,
    string_agg(concat("column", ' ', strftime(moment, '%Y-%m-%d %H:%M:%S')), ', ' ORDER BY moment, "column") AS detail
FROM odd_clocks
WHERE kind = 'fold'
GROUP BY file_row
