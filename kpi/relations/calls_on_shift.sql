-- The rows of "calls", here "unshifted", with the planned shift in which whoever answered began the call; NULL
-- outside of every one. A shift ends at the latest where the next begins: no call is in two of them.
WITH plans AS (
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
    c.*,
    d.shift
FROM unshifted AS c
LEFT JOIN duty AS d
    ON d.agent_id = c.agent_id
    AND d.day = CAST(c.started_at AS DATE)
    AND c.started_at >= d.start_at
    AND c.started_at < d.until
