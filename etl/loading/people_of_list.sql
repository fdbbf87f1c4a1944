-- One row per person who is at home in a team of the list $list on its day $since: agent_id, shown ("王五(1003)"),
-- whether the person is on this or another list of that day, and whether on approved leave. The teams of a list are
-- those that it names, and those that it takes people from; of one that names none, all.
WITH own AS (
    SELECT agent_id, team FROM listed WHERE file_id = $list
),

named AS (
    SELECT coalesce(t.name, own.team) AS team
    FROM own
    LEFT JOIN teams AS t ON t.team_id = own.team
    WHERE own.team IS NOT NULL
),

left_behind AS (
    SELECT coalesce(t.name, a.team) AS team
    FROM agents AS a
    LEFT JOIN teams AS t ON t.team_id = a.team
    WHERE
        a.valid_from < $since AND coalesce(a.valid_to, $since) >= CAST($since AS DATE) - 1
        AND a.stay IS DISTINCT FROM 'seconded' AND a.agent_id IN (SELECT agent_id FROM own)
    QUALIFY row_number() OVER (PARTITION BY a.agent_id ORDER BY a.valid_from DESC) = 1
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
    AND (h.team IN (SELECT team FROM named UNION SELECT team FROM left_behind) OR NOT EXISTS (FROM named))
ORDER BY h.agent_id
