-- One row per contract and day that has any row of the team $team: part, day, facts. Rows of "facts" say their
-- team; those of a person's duty are the team's where the person was in it on that day.
SELECT part, day, CAST(sum(all_rows) AS BIGINT) AS facts
FROM facts
WHERE team = $team AND day IS NOT NULL
GROUP BY part, day
UNION ALL
SELECT duty.part, duty.day, count(*)
FROM (
    SELECT 'schedule' AS part, agent_id, business_date AS day FROM schedule
    UNION ALL
    SELECT 'punches', agent_id, business_date FROM punches
    UNION ALL
    SELECT 'leave', agent_id, business_date FROM "leave"
) AS duty
INNER JOIN memberships AS stay
    ON stay.team = $team AND stay.agent_id = duty.agent_id AND duty.day BETWEEN stay.since AND stay.until
GROUP BY duty.part, duty.day
