-- One row per promise to a customer. done_s, promised_s, age_s: seconds from the promise to its reply, to the time
-- promised, and to the end of the last loaded day; late_s: from the time promised to the reply. due is true once the
-- promised time has passed by then. A reply before its promise is a mistake in the source: done_s is NULL, not early.
-- reply_stated: whether the row's file has the column of replies at all, or any value of it.
-- Where both times say their offset from UTC, a change of the clocks between them is no time that passed.
WITH last_day AS (
    SELECT max(day) + INTERVAL 1 DAY AS now FROM loaded_days WHERE contract = 'promises'
),

silent AS (
    SELECT p.file_id
    FROM promises AS p
    INNER JOIN columns_left_out AS l
        ON l.file_id = p.file_id AND l.contract = 'promises' AND l."column" = 'done_at'
    GROUP BY p.file_id
    HAVING count(p.done_at) = 0
),

passed AS (
    SELECT
        p.*,
        epoch(p.done_at - p.created_at) - coalesce(p.done_at_offset_s - p.created_at_offset_s, 0) AS reply_s,
        epoch(p.promised_for - p.created_at)
            - coalesce(p.promised_for_offset_s - p.created_at_offset_s, 0) AS promised_s,
        epoch(p.done_at - p.promised_for) - coalesce(p.done_at_offset_s - p.promised_for_offset_s, 0) AS late_s
    FROM promises AS p
)

SELECT
    p.* EXCLUDE (reply_s),
    p.business_date AS day,
    m.team,
    CAST(NULL AS VARCHAR) AS segment,
    CASE WHEN p.reply_s >= 0 THEN p.reply_s END AS done_s,
    epoch(last_day.now - p.created_at) AS age_s,
    p.promised_for <= last_day.now AS due,
    p.file_id NOT IN (SELECT file_id FROM silent) AS reply_stated
FROM passed AS p
CROSS JOIN last_day
LEFT JOIN memberships AS m ON m.agent_id = p.agent_id AND p.business_date BETWEEN m.since AND m.until
