-- One row per person who is at home in a team that the list $list names, on its day $since; of a list without teams,
-- in any: agent_id, shown ("王五(1003)"), whether the person is on this or another list of that day, and whether on
-- approved leave.
WITH named AS (
    SELECT coalesce(t.name, l.team) AS team
    FROM listed AS l
    LEFT JOIN teams AS t ON t.team_id = l.team
    WHERE l.file_id = $list AND l.team IS NOT NULL
),

present AS (
    SELECT DISTINCT agent_id
    FROM listed
    WHERE file_id IN (SELECT file_id FROM staff_lists WHERE since = $since)
),

at_home AS (
    SELECT a.agent_id, coalesce(t.name, a.team) AS team, a.valid_to
    FROM agents AS a
    LEFT JOIN teams AS t ON t.team_id = a.team
    WHERE a.valid_from <= $since AND a.stay IS DISTINCT FROM 'seconded'
    QUALIFY row_number() OVER (PARTITION BY a.agent_id ORDER BY a.valid_from DESC) = 1
)

SELECT
    h.agent_id,
    CASE
        WHEN p.name IS NULL OR p.name = p.shown THEN coalesce(p.shown, h.agent_id)
        ELSE p.name || '(' || p.shown || ')'
    END AS shown,
    h.agent_id IN (FROM present) AS on_list,
    h.agent_id IN (
        SELECT agent_id FROM "leave"
        WHERE approved AND CAST(starts_at AS DATE) <= $since AND ends_at > $since
    ) AS on_leave
FROM at_home AS h
LEFT JOIN people AS p ON p.agent_id = h.agent_id
WHERE
    coalesce(h.valid_to, DATE '9999-12-31') >= $since
    AND (h.team IN (SELECT team FROM named) OR NOT EXISTS (FROM named))
ORDER BY h.agent_id
