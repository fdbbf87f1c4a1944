-- A part of a call is longer than the whole: than from its start to its answer, or than its talk.
-- zh: 时长加总不符
-- do: Check the units in the source map: milliseconds, minutes, or a wait that was counted from another start.
-- zh do: 请核对来源映射中的单位：毫秒、分钟，或等待时长的起点不同。
-- contract: calls
-- importance: 2
-- Two seconds more are rounding. A greeting after the end of the talk cannot have been heard.
SELECT
    file_row,
    CASE
        WHEN wait_s > epoch(answered_at - started_at) + 2 THEN 'wait_s = ' || wait_s
        WHEN ring_s > epoch(answered_at - started_at) + 2 THEN 'ring_s = ' || ring_s
        WHEN ivr_s > epoch(coalesce(queued_at, answered_at) - started_at) + 2 THEN 'ivr_s = ' || ivr_s
        ELSE 'greeting_s = ' || greeting_s
    END
    || coalesce(', started_at ' || started_at || ', answered_at ' || answered_at, ', talk_s = ' || talk_s) AS detail
FROM one_clock
WHERE answered_at >= started_at AND (
    wait_s > epoch(answered_at - started_at) + 2
    OR ring_s > epoch(answered_at - started_at) + 2
    OR ivr_s > epoch(coalesce(queued_at, answered_at) - started_at) + 2
)
OR greeting_s > talk_s + coalesce(hold_s, 0) + 2
