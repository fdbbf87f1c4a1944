-- One row per shift of `planned_shifts` and stretch of it that is approved leave: away_from to away_to, whether the
-- shift begins and ends on leave, and whether leave of its type excuses (by $leave; of types not named there it does).
WITH leave_rules AS (
    SELECT unnest(from_json($leave, '[{"leave_type": "VARCHAR", "rule": "VARCHAR"}]'), recursive := true)
),

-- Leave of whole days is leave from the shifts of these days, also where they end on the next one.
absences AS (
    SELECT
        l.agent_id,
        l.starts_at,
        l.ends_at,
        CAST(l.starts_at AS DATE) AS first_day,
        CAST(l.ends_at + INTERVAL 1 MINUTE AS DATE) - 1 AS last_day,
        CAST(l.starts_at AS TIME) = TIME '00:00:00'
        AND (CAST(l.ends_at AS TIME) = TIME '00:00:00' OR CAST(l.ends_at AS TIME) >= TIME '23:59:00') AS whole,
        r.rule IS DISTINCT FROM 'counts' AS excused
    FROM "leave" AS l
    LEFT JOIN leave_rules AS r ON r.leave_type = lower(trim(l.leave_type))
    -- Leave that was changed is what the latest file with its number says, or the leave that amends it.
    WHERE
        l.approved
        AND NOT EXISTS (
            FROM "leave" AS later
            WHERE
                later.approved AND later.agent_id = l.agent_id
                AND (later.amends = l.leave_id OR (later.leave_id = l.leave_id AND later.file_id > l.file_id))
        )
),

away AS (
    SELECT
        s.agent_id,
        s.day,
        s.shift_no,
        s.start_at,
        s.end_at,
        l.excused,
        CASE WHEN l.whole THEN s.start_at ELSE greatest(s.start_at, l.starts_at) END AS away_from,
        CASE WHEN l.whole THEN s.end_at ELSE least(s.end_at, l.ends_at) END AS away_to
    FROM planned_shifts AS s
    INNER JOIN absences AS l
        ON l.agent_id = s.agent_id
        AND CASE
            WHEN l.whole THEN s.day BETWEEN l.first_day AND l.last_day
            ELSE l.starts_at < s.end_at AND l.ends_at > s.start_at
        END
)

-- Of leave that overlaps, each only from where those before it end: no minute is taken out twice.
SELECT
    agent_id,
    day,
    shift_no,
    excused,
    away_from = start_at AS at_start,
    away_to = end_at AS at_end,
    greatest(
        away_from,
        max(away_to) OVER (
            PARTITION BY agent_id, day, shift_no, excused ORDER BY away_from, away_to
            ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
        )
    ) AS away_from,
    away_to
FROM away
