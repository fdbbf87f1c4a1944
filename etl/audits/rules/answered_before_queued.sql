-- Answered before it was queued.
-- zh: 接听早于排队
-- do: One of the two clocks is wrong: ask whoever runs the telephone system. The wait of these calls is unknown.
-- zh do: 两个时钟中有一个不准，请联系话务系统管理员核对；这些来电的等待时长按未知处理。
-- contract: calls
-- importance: 2
SELECT file_row, 'answered_at ' || answered_at || ' < queued_at ' || queued_at AS detail
FROM one_clock
WHERE answered_at < queued_at
