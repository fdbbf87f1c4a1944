-- One row per person who was on the roster or has facts from $start to $end, with $team only there.
SELECT agent_id, shown, name
FROM people
WHERE agent_id IN (
    SELECT agent_id
    FROM memberships
    WHERE since <= $end AND until >= $start AND ($team IS NULL OR team = $team)
    UNION
    SELECT agent_id
    FROM facts
    WHERE day BETWEEN $start AND $end AND ($team IS NULL OR team = $team)
)
ORDER BY try_cast(shown AS BIGINT) NULLS LAST, shown
