-- Answered before it was queued.
-- zh: 接听早于排队
-- contract: calls
SELECT file_row, 'answered_at ' || answered_at || ' < queued_at ' || queued_at AS detail
FROM typed
WHERE answered_at < queued_at
