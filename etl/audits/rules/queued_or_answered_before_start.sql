-- A call was queued or answered before it began.
-- zh: 排队或接听早于来电
-- do: Check in the source map which time is the start; or two clocks of the telephone system disagree.
-- zh do: 请核对来源映射中哪个时间是来电时间；也可能是话务系统的两个时钟不一致。
-- contract: calls
-- importance: 2
-- One second or more: some systems cut the fraction of one time off and round the other.
SELECT
    file_row,
    CASE
        WHEN queued_at < started_at THEN 'queued_at ' || queued_at ELSE 'answered_at ' || answered_at
    END || ' < started_at ' || started_at AS detail
FROM one_clock
WHERE (queued_at < started_at OR answered_at < started_at)
    AND epoch(started_at - least(queued_at, answered_at)) >= 1
