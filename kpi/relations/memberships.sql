-- One row per stretch of days that an agent works in one team: "since" to "until", never two for the same day.
-- team = where the agent works, home = whose sheet and target the agent has: another team only while on loan.
-- The roster may hold overlapping stays; the one that begins later holds from its first day. A loan lies over the
-- stay at home, which goes on after it; without a last day it ends where the next stay of any kind begins. A team
-- that the roster gives by its id is called by its name, once that is loaded.
WITH stays AS (
    SELECT
        a.agent_id,
        coalesce(t.name, a.team) AS team,
        coalesce(a.stay = 'seconded', false) AS lent,
        a.valid_from AS since,
        coalesce(a.valid_to, DATE '9999-12-31') AS last,
        lead(a.valid_from) OVER (PARTITION BY a.agent_id, coalesce(a.stay = 'seconded', false) ORDER BY a.valid_from)
            AS next_alike,
        CASE
            WHEN a.stay = 'seconded' AND a.valid_to IS NULL
                THEN lead(a.valid_from) OVER (PARTITION BY a.agent_id ORDER BY a.valid_from)
        END AS next_of_any
    FROM agents AS a
    LEFT JOIN teams AS t ON t.team_id = a.team
),

ended AS (
    SELECT
        agent_id,
        team,
        lent,
        since,
        least(last, coalesce(next_alike - 1, last), coalesce(next_of_any - 1, last)) AS until
    FROM stays
),

-- Where a stretch can begin.
edges AS (
    SELECT agent_id, since AS day FROM ended
    UNION
    SELECT agent_id, until + 1 FROM ended WHERE until < DATE '9999-12-31'
),

stretches AS (
    SELECT
        agent_id,
        day AS since,
        coalesce(lead(day) OVER (PARTITION BY agent_id ORDER BY day) - 1, DATE '9999-12-31') AS until
    FROM edges
)

SELECT
    s.agent_id,
    CASE WHEN loan.agent_id IS NULL THEN own.team ELSE loan.team END AS team,
    CASE WHEN own.agent_id IS NULL THEN loan.team ELSE own.team END AS home,
    s.since,
    s.until
FROM stretches AS s
LEFT JOIN ended AS own ON own.agent_id = s.agent_id AND NOT own.lent AND s.since BETWEEN own.since AND own.until
LEFT JOIN ended AS loan ON loan.agent_id = s.agent_id AND loan.lent AND s.since BETWEEN loan.since AND loan.until
WHERE own.agent_id IS NOT NULL OR loan.agent_id IS NOT NULL
