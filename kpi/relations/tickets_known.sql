-- One row per day at whose end it is known what is open: every day of the months of which tickets are loaded, from the
-- first on which one was opened. The last month goes to the last day on which anything is said to have happened to a
-- ticket, opened or not: an export of October's tickets that was made in November says nothing of November's. As the
-- files gave them: what is known of a day does not depend on corrections.
WITH opened AS (
    SELECT day FROM loaded_days WHERE contract = 'tickets' AND year(day) BETWEEN 1900 AND 2199
),

ends AS (
    SELECT min(day) AS since, max(day) AS until FROM opened
),

-- More than nine weeks after the last one was opened it is a slip of the pen.
told AS (
    SELECT max(t.day) AS day
    FROM (
        SELECT CAST(unnest([first_response_at, resolved_at, closed_at, reopened_at, followed_up_at]) AS DATE) AS day
        FROM main.tickets
    ) AS t
    CROSS JOIN ends
    WHERE t.day <= ends.until + 63
),

months AS (
    SELECT DISTINCT CAST(date_trunc('month', day) AS DATE) AS since, last_day(day) AS until FROM opened
)

SELECT
    CAST(unnest(generate_series(
        greatest(m.since, e.since), least(m.until, greatest(e.until, t.day)), INTERVAL 1 DAY
    )) AS DATE) AS day
FROM months AS m
CROSS JOIN ends AS e
CROSS JOIN told AS t
