-- One row per shift of `planned_shifts` and stretch of it that is approved leave, of `absences`: away_from to away_to,
-- whether the shift begins and ends on leave, and whether leave of its type excuses.
WITH away AS (
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
