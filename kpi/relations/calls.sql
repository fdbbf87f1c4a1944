-- One row per inbound call. segment = queue.
-- next_contact_s: see repeat_contacts; NULL for never, or later than any look_back_days. A missing agent is "nobody known" only in files
-- that name anybody (naming_files).
-- shift: of the plan, in which whoever answered began the call; NULL outside of every planned shift.
-- age_s: seconds from the start of the call to the end of the last loaded day.
WITH last_day AS (
    SELECT max(day) + INTERVAL 1 DAY AS now FROM loaded_days WHERE contract = 'calls'
),

-- A shift ends at the latest where the next begins: no call is in two of them.
plans AS (
    SELECT
        agent_id,
        shift,
        start_at,
        least(end_at, lead(start_at) OVER (PARTITION BY agent_id ORDER BY start_at, shift_no)) AS until
    FROM schedule
),

-- By calendar day, so that calls find their shift by equal keys.
duty AS (
    SELECT
        p.*,
        unnest(
            generate_series(date_trunc('day', p.start_at), p.until - INTERVAL 1 MICROSECOND, INTERVAL 1 DAY)
        ) AS day
    FROM plans AS p
    WHERE p.start_at < p.until
)

SELECT
    c.* EXCLUDE (team),
    c.business_date AS day,
    CASE
        WHEN c.answered AND c.agent_id IS NULL AND c.file_id IN (SELECT file_id FROM naming_files) THEN NULL
        ELSE coalesce(m.team, c.team)
    END AS team,
    c.queue AS segment,
    epoch(last_day.now - c.started_at) AS age_s,
    again.next_contact_s,
    d.shift
FROM calls AS c
CROSS JOIN last_day
LEFT JOIN repeat_contacts AS again ON again.call_id = c.call_id
-- A lost call belongs to the team of whom it was meant for; one answered by nobody known does not.
LEFT JOIN memberships AS m
    ON m.agent_id = coalesce(c.agent_id, CASE WHEN NOT c.answered THEN c.assigned_to END)
    AND c.business_date BETWEEN m.since AND m.until
LEFT JOIN duty AS d
    ON d.agent_id = c.agent_id
    AND d.day = CAST(c.started_at AS DATE)
    AND c.started_at >= d.start_at
    AND c.started_at < d.until
WHERE c.direction = 'in'
