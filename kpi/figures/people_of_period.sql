-- One row per person who was on the roster or has facts from $start to $end, with $team only there. Who is on loan
-- belongs to the home team, also with the facts of another one.
SELECT agent_id, shown, name
FROM people
WHERE agent_id IN (
    SELECT agent_id
    FROM memberships
    WHERE since <= $end AND until >= $start AND ($team IS NULL OR home = $team)
    UNION
    SELECT f.agent_id
    FROM facts AS f
    LEFT JOIN memberships AS loan
        ON
            loan.agent_id = f.agent_id AND f.day BETWEEN loan.since AND loan.until
            AND loan.home IS DISTINCT FROM loan.team
    WHERE
        f.day BETWEEN $start AND $end
        AND ($team IS NULL OR (f.team = $team AND loan.team IS DISTINCT FROM $team))
)
ORDER BY try_cast(shown AS BIGINT) NULLS LAST, shown
