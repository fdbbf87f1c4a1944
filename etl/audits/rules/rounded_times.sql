-- All calls of the file begin on a full minute: the export cuts the seconds off.
-- zh: 来电时间全部为整分
-- do: Export with seconds. Waits that are worked out from such times are wrong by up to a minute.
-- zh do: 请导出到秒。由此推算的等待时长最多相差一分钟。
-- contract: calls
-- importance: 1
-- counts: rows
-- The inner query of `seconds` ends at the first time that is not on a full minute.
WITH seconds AS (
    SELECT count(*) AS found FROM (
        SELECT 1 FROM typed
        WHERE epoch_us(started_at) % 60000000 <> 0 OR epoch_us(answered_at) % 60000000 <> 0
        LIMIT 1)
)

SELECT min(file_row) AS file_row, 'started_at ' || min(started_at) || ' ~ ' || max(started_at) AS detail, count(*) AS rows
FROM typed
WHERE started_at IS NOT NULL AND (SELECT found FROM seconds) = 0
HAVING count(*) >= 50
