-- One row per planned shift that the time clock covers: its day has rows of the clock, and its team has
-- any punch in that month (people without a team are one more). A team whose punches were never loaded
-- is unknown, not absent. segment = the shift's code.
-- planned_min and attended_min leave approved leave out; no punch at all is an absence (0 minutes),
-- one punch alone, or a way out before the way in, leaves attended_min unknown. late_min counts whole minutes after the start (negative
-- before it), NULL without a punch or when the shift began on leave.
WITH covered AS (
    SELECT day FROM loaded_days WHERE contract = 'attendance'
),

plans AS (
    SELECT
        coalesce(s.agent_id, a.agent_id) AS agent_id,
        coalesce(s.shift_date, a.shift_date) AS day,
        coalesce(s.shift_no, a.shift_no) AS shift_no,
        s.shift,
        coalesce(s.start_at, a.scheduled_start) AS start_at,
        coalesce(s.end_at, a.scheduled_end) AS end_at,
        a.in_at,
        a.out_at,
        coalesce(a.file_id, s.file_id) AS file_id,
        coalesce(a.file_row, s.file_row) AS file_row
    FROM schedule AS s
    FULL OUTER JOIN attendance AS a
        ON a.agent_id = s.agent_id AND a.shift_date = s.shift_date AND a.shift_no = s.shift_no
),

teams AS (
    SELECT p.*, m.team, date_trunc('month', p.day) AS month
    FROM plans AS p
    LEFT JOIN memberships AS m ON m.agent_id = p.agent_id AND p.day BETWEEN m.since AND m.until
),

punched AS (
    SELECT DISTINCT team, month FROM teams WHERE coalesce(in_at, out_at) IS NOT NULL
),

shifts AS (
    SELECT
        t.* EXCLUDE (month),
        least(greatest(t.in_at, t.start_at), t.end_at) AS worked_from,
        greatest(least(t.out_at, t.end_at), least(greatest(t.in_at, t.start_at), t.end_at)) AS worked_to
    FROM teams AS t
    INNER JOIN punched AS p ON p.month = t.month AND p.team IS NOT DISTINCT FROM t.team
    WHERE t.day IN (SELECT day FROM covered) AND t.start_at < t.end_at
),

-- Leave that overlaps or touches is one stretch, so that no minute is taken out twice.
leave_starts AS (
    SELECT
        agent_id,
        starts_at,
        ends_at,
        starts_at > max(ends_at) OVER (
            PARTITION BY agent_id ORDER BY starts_at, ends_at ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
        ) AS begins
    FROM "leave"
    WHERE approved
),

leave_stretches AS (
    SELECT
        *,
        count(*) FILTER (WHERE begins) OVER (PARTITION BY agent_id ORDER BY starts_at, ends_at) AS stretch
    FROM leave_starts
),

absences AS (
    SELECT agent_id, min(starts_at) AS starts_at, max(ends_at) AS ends_at
    FROM leave_stretches
    GROUP BY agent_id, stretch
),

on_leave AS (
    SELECT
        s.agent_id,
        s.day,
        s.shift_no,
        sum(epoch(least(s.end_at, l.ends_at) - greatest(s.start_at, l.starts_at))) AS planned_s,
        sum(greatest(epoch(least(s.worked_to, l.ends_at) - greatest(s.worked_from, l.starts_at)), 0))
            AS worked_s,
        bool_or(l.starts_at <= s.start_at) AS at_start
    FROM shifts AS s
    INNER JOIN absences AS l
        ON l.agent_id = s.agent_id AND l.starts_at < s.end_at AND l.ends_at > s.start_at
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
    END AS late_min
FROM shifts AS s
LEFT JOIN on_leave AS l ON l.agent_id = s.agent_id AND l.day = s.day AND l.shift_no = s.shift_no
