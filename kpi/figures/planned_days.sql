-- One row per agent and day of a period: minutes of the planned shifts, approved leave taken out (minutes), and
-- with it (all_minutes). A shift belongs to the day it begins on.
SELECT
    s.agent_id,
    s.shift_date AS day,
    sum(epoch(s.end_at - s.start_at)) / 60 AS all_minutes,
    sum(greatest(epoch(s.end_at - s.start_at) - coalesce(away.seconds, 0), 0)) / 60 AS minutes
FROM schedule AS s
LEFT JOIN (
    SELECT
        s.agent_id,
        s.shift_date,
        s.shift_no,
        sum(epoch(least(s.end_at, l.ends_at) - greatest(s.start_at, l.starts_at))) AS seconds
    FROM schedule AS s
    INNER JOIN "leave" AS l
        ON l.agent_id = s.agent_id AND l.approved AND l.starts_at < s.end_at AND l.ends_at > s.start_at
    GROUP BY ALL
) AS away
    ON away.agent_id = s.agent_id AND away.shift_date = s.shift_date AND away.shift_no = s.shift_no
WHERE s.shift_date BETWEEN $start AND $end AND s.start_at < s.end_at
GROUP BY s.agent_id, s.shift_date
