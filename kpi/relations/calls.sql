-- One row per inbound call. segment = queue.
-- next_contact_s: seconds until the same customer calls again about the same reason, NULL for never;
-- age_s: seconds from the start of the call to the end of the last loaded day.
WITH last_day AS (
    SELECT max(day) + INTERVAL 1 DAY AS now FROM loaded_days WHERE contract = 'calls'
),

-- A window over few columns of the calls it can say something about, not over the whole table.
contacts AS (
    SELECT
        call_id,
        epoch(
            first_value(started_at) OVER (
                PARTITION BY customer_key, reason
                ORDER BY started_at
                RANGE BETWEEN INTERVAL 1 MICROSECOND FOLLOWING AND UNBOUNDED FOLLOWING
            ) - started_at
        ) AS next_contact_s
    FROM calls
    WHERE direction = 'in' AND customer_key IS NOT NULL
),

-- Files that say of any call who answered it. In the others a missing agent is no "nobody known".
naming AS (
    SELECT DISTINCT file_id FROM calls WHERE agent_id IS NOT NULL
)

SELECT
    c.* EXCLUDE (team),
    c.business_date AS day,
    CASE
        WHEN c.answered AND c.agent_id IS NULL AND c.file_id IN (SELECT file_id FROM naming) THEN NULL
        ELSE coalesce(m.team, c.team)
    END AS team,
    c.queue AS segment,
    epoch(last_day.now - c.started_at) AS age_s,
    contacts.next_contact_s
FROM calls AS c
CROSS JOIN last_day
LEFT JOIN contacts ON contacts.call_id = c.call_id
-- A lost call belongs to the team of whom it was meant for; one answered by nobody known does not.
LEFT JOIN memberships AS m
    ON m.agent_id = coalesce(c.agent_id, CASE WHEN NOT c.answered THEN c.assigned_to END)
    AND c.business_date BETWEEN m.since AND m.until
WHERE c.direction = 'in'
