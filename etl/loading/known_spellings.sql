-- One row per person of earlier staff lists, way to write the number, and name: agent_id, spelled, name. An older
-- program kept how the first file wrote it.
SELECT DISTINCT
    a.agent_id,
    coalesce(
        s.spelled,
        CASE
            WHEN f.format IS NULL AND agent_key(p.shown) = agent_key(a.agent_id) THEN spelled_key(p.shown)
        END,
        a.agent_id
    ) AS spelled,
    a.name
FROM agents AS a
LEFT JOIN files AS f ON f.file_id = a.file_id AND f.contract = 'agents'
LEFT JOIN people AS p ON p.agent_id = a.agent_id
LEFT JOIN (
    SELECT agent_id, max_by(spelled, length(spelled)) AS spelled
    FROM spelled
    WHERE contract = 'agents'
    GROUP BY agent_id
) AS s ON s.agent_id = a.agent_id
