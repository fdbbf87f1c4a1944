-- One row per planned shift that the time clock can tell of. A shift without a row of the clock is an absence
-- where its team has any punch that day, one whose row holds no punch where its team has any that month (people
-- without a team are one more): a team whose punches were never loaded is unknown, not absent.
-- segment = the shift's code.
-- planned_min and attended_min leave approved leave out, of types that are excused; no punch at all is an
-- absence (0 minutes), a missed punch, or a way out before the way in, leaves attended_min unknown. late_min
-- counts whole minutes after the start (negative before it), NULL without a punch or when the shift began on
-- leave; early_min those before the end, NULL without a way out after the way in or when the shift ended on leave.
WITH teams AS (
    SELECT p.*, m.team, date_trunc('month', p.day) AS month
    FROM planned_shifts AS p
    LEFT JOIN memberships AS m ON m.agent_id = p.agent_id AND p.day BETWEEN m.since AND m.until
),

punched AS (
    SELECT DISTINCT team, month, day FROM teams WHERE coalesce(in_at, out_at) IS NOT NULL
),

shifts AS (
    SELECT
        t.* EXCLUDE (month, recorded),
        least(greatest(t.in_at, t.start_at), t.end_at) AS worked_from,
        greatest(least(t.out_at, t.end_at), least(greatest(t.in_at, t.start_at), t.end_at)) AS worked_to
    FROM teams AS t
    LEFT JOIN (SELECT DISTINCT team, month FROM punched) AS m
        ON m.month = t.month AND m.team IS NOT DISTINCT FROM t.team
    LEFT JOIN punched AS d ON d.day = t.day AND d.team IS NOT DISTINCT FROM t.team
    WHERE t.start_at < t.end_at AND CASE WHEN t.recorded THEN m.month ELSE d.day END IS NOT NULL
),

on_leave AS (
    SELECT
        s.agent_id,
        s.day,
        s.shift_no,
        sum(greatest(epoch(l.away_to - l.away_from), 0)) FILTER (WHERE l.excused) AS planned_s,
        sum(greatest(epoch(least(s.worked_to, l.away_to) - greatest(s.worked_from, l.away_from)), 0))
            FILTER (WHERE l.excused) AS worked_s,
        bool_or(l.at_start) AS at_start,
        bool_or(l.at_end) AS at_end
    FROM shifts AS s
    INNER JOIN leave_of_shifts AS l ON l.agent_id = s.agent_id AND l.day = s.day AND l.shift_no = s.shift_no
    GROUP BY s.agent_id, s.day, s.shift_no
)

SELECT
    s.* EXCLUDE (worked_from, worked_to),
    s.shift AS segment,
    (epoch(s.end_at - s.start_at) - coalesce(l.planned_s, 0)) / 60 AS planned_min,
    CASE
        WHEN s.in_at IS NULL AND s.out_at IS NULL THEN 0
        WHEN s.in_at <= s.out_at
            THEN (epoch(s.worked_to - s.worked_from) - coalesce(l.worked_s, 0)) / 60
    END AS attended_min,
    CASE
        WHEN NOT coalesce(l.at_start, false) THEN floor(epoch(s.in_at - s.start_at) / 60)
    END AS late_min,
    CASE
        WHEN NOT coalesce(l.at_end, false) AND NOT coalesce(s.out_at < s.in_at, false)
            THEN floor(epoch(s.end_at - s.out_at) / 60)
    END AS early_min
FROM shifts AS s
LEFT JOIN on_leave AS l ON l.agent_id = s.agent_id AND l.day = s.day AND l.shift_no = s.shift_no
