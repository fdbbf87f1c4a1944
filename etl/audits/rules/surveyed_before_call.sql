-- A survey that was answered before its call began.
-- zh: 评价早于来电
-- do: Look whether the two files are in different time zones, or day and month are swapped in one of them.
-- zh do: 请检查两个文件的时区是否不同，或其中一个日月颠倒。
-- says: survey {survey} {surveyed} < call {call} {started}
-- zh says: 评价 {survey} {surveyed} < 通话 {call} {started}
-- over: facts
-- contract: surveys, calls
-- importance: 2
-- A survey without a time of day is at midnight: then the day decides.
WITH asked AS (
    SELECT survey_id, call_id, surveyed_at, business_date AS day, file_id, file_row FROM surveys
    WHERE call_id IS NOT NULL AND business_date IN (SELECT day FROM audited)
),

there AS (
    SELECT call_id, min(started_at) AS started_at FROM calls WHERE call_id IN (SELECT call_id FROM asked)
    GROUP BY call_id
)

SELECT day, file_id, file_row, 1 AS rows,
    to_json({'survey': survey_id, 'surveyed': surveyed_at, 'call': call_id, 'started': started_at}) AS detail
FROM asked
JOIN there USING (call_id)
WHERE surveyed_at < CASE
    WHEN surveyed_at = date_trunc('day', surveyed_at) THEN date_trunc('day', started_at) ELSE started_at
END
