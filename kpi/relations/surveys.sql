-- One row per survey, answered or only offered.
SELECT
    s.*,
    s.business_date AS day,
    m.team,
    CAST(NULL AS VARCHAR) AS segment
FROM surveys AS s
LEFT JOIN memberships AS m ON m.agent_id = s.agent_id AND s.business_date BETWEEN m.since AND m.until
