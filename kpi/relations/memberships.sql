-- One row per stay of an agent in a team: "since" to "until", never two for the same day.
-- The roster may hold overlapping stays; the one that begins later holds from its first day.
SELECT
    agent_id,
    team,
    valid_from AS since,
    least(
        coalesce(valid_to, DATE '9999-12-31'),
        coalesce(
            lead(valid_from) OVER (PARTITION BY agent_id ORDER BY valid_from) - 1,
            DATE '9999-12-31'
        )
    ) AS until
FROM agents
