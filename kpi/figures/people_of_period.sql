-- One row per person who was on the roster or has facts from $start to $end, with $team only there. Who is on loan
-- belongs to the home team, also with the facts of another one.
WITH lent AS (
    SELECT agent_id, team, since, until FROM memberships WHERE home IS DISTINCT FROM team
)

SELECT agent_id, shown, name
FROM people
WHERE agent_id IN (
    SELECT agent_id
    FROM memberships
    WHERE since <= $end AND until >= $start AND ($team IS NULL OR home = $team)
    UNION
    SELECT agent_id
    FROM facts
    WHERE
        day BETWEEN $start AND $end
        AND (
            $team IS NULL
            OR (
                team = $team
                AND NOT EXISTS (
                    FROM lent
                    WHERE lent.agent_id = facts.agent_id AND lent.team = $team AND day BETWEEN since AND until
                )
            )
        )
)
ORDER BY try_cast(shown AS BIGINT) NULLS LAST, shown
