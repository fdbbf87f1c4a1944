-- One row per month in which people are in another team, or on another team's sheet, than before, on a day that had
-- facts before: month, people. stays_now and stays_before are the memberships, days_before the days.
SELECT strftime(day, '%Y-%m') AS month, count(DISTINCT agent_id) AS people
FROM (
    WITH changed AS (
        SELECT agent_id FROM (FROM stays_now EXCEPT FROM stays_before)
        UNION
        SELECT agent_id FROM (FROM stays_before EXCEPT FROM stays_now)
    ),

    now AS (
        SELECT agent_id, day, team, home
        FROM days_before
        JOIN stays_now ON day BETWEEN since AND until
        WHERE agent_id IN (FROM changed)
    ),

    earlier AS (
        SELECT agent_id, day, team, home
        FROM days_before
        JOIN stays_before ON day BETWEEN since AND until
        WHERE agent_id IN (FROM changed)
    )

    (FROM now EXCEPT FROM earlier)
    UNION ALL
    (FROM earlier EXCEPT FROM now)
)
GROUP BY month
ORDER BY month
