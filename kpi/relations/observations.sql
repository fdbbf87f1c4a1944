-- One row per observation on the floor. segment = the standard observed.
SELECT
    o.*,
    o.business_date AS day,
    m.team,
    o.standard AS segment
FROM observations AS o
LEFT JOIN memberships AS m ON m.agent_id = o.agent_id AND o.business_date BETWEEN m.since AND m.until
