-- One row per stay of an agent in a team: "since" to "until", never two for the same day.
-- The roster may hold overlapping stays; the one that begins later holds from its first day. A team that
-- the roster gives by its id is called by its name, once that is loaded.
SELECT
    a.agent_id,
    coalesce(t.name, a.team) AS team,
    a.valid_from AS since,
    least(
        coalesce(a.valid_to, DATE '9999-12-31'),
        coalesce(
            lead(a.valid_from) OVER (PARTITION BY a.agent_id ORDER BY a.valid_from) - 1,
            DATE '9999-12-31'
        )
    ) AS until
FROM agents AS a
LEFT JOIN teams AS t ON t.team_id = a.team
