-- One row per promise to a customer. done_s, age_s: seconds from the promise to its reply, and to the
-- end of the last loaded day; due is true once the promised time has passed by then. A reply before
-- its promise is a mistake in the source: done_s is NULL, not early.
WITH last_day AS (
    SELECT max(day) + INTERVAL 1 DAY AS now FROM loaded_days WHERE contract = 'promises'
)

SELECT
    p.*,
    p.business_date AS day,
    m.team,
    CAST(NULL AS VARCHAR) AS segment,
    CASE WHEN p.done_at >= p.created_at THEN epoch(p.done_at - p.created_at) END AS done_s,
    epoch(last_day.now - p.created_at) AS age_s,
    p.promised_for <= last_day.now AS due
FROM promises AS p
CROSS JOIN last_day
LEFT JOIN memberships AS m ON m.agent_id = p.agent_id AND p.business_date BETWEEN m.since AND m.until
