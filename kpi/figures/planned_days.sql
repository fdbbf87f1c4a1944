-- One row per agent and day of a period: minutes of `planned_shifts`, those of the roster, approved leave of any type
-- taken out (minutes), and with it (all_minutes). A shift belongs to the day it begins on.
SELECT
    s.agent_id,
    s.day,
    sum(epoch(s.end_at - s.start_at)) / 60 AS all_minutes,
    sum(epoch(s.end_at - s.start_at) - coalesce(away.seconds, 0)) / 60 AS minutes
FROM planned_shifts AS s
LEFT JOIN (
    SELECT agent_id, day, shift_no, sum(greatest(epoch(away_to - away_from), 0)) AS seconds
    FROM leave_of_shifts
    GROUP BY agent_id, day, shift_no
) AS away
    ON away.agent_id = s.agent_id AND away.day = s.day AND away.shift_no = s.shift_no
WHERE s.day BETWEEN $start AND $end
GROUP BY s.agent_id, s.day
