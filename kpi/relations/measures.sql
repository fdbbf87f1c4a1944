-- One row per figure from elsewhere: numerator and denominator of an indicator in a month, such as an exam's. segment =
-- the indicator, by its key where the file gives its name. A person is told by number, or by a name that nobody else
-- has; one whom nobody knows counts for everyone and in no team. What a team is said to have counts only where nobody
-- of it has a row of that month and indicator with anything to divide by, so that nothing counts twice.
WITH names AS (
    SELECT unnest(from_json($measured, '[{"name": "VARCHAR", "key": "VARCHAR"}]'), recursive := true)
),

known AS (
    SELECT said, min(agent_id) AS agent_id
    FROM (
        SELECT agent_id AS said, agent_id FROM people
        UNION ALL SELECT lower(trim(shown)), agent_id FROM people
        UNION ALL SELECT lower(trim(name)), agent_id FROM people WHERE name IS NOT NULL
    )
    GROUP BY said
    HAVING count(DISTINCT agent_id) = 1
),

named AS (
    SELECT
        m.* REPLACE (coalesce(i.key, m.indicator) AS indicator),
        coalesce(k.agent_id, bare.agent_id) AS agent_id
    FROM measures AS m
    LEFT JOIN names AS i ON i.name = lower(trim(m.indicator))
    LEFT JOIN known AS k ON m.subject_kind = 'person' AND k.said = lower(trim(m.subject_id))
    LEFT JOIN known AS bare
        ON m.subject_kind = 'person' AND k.said IS NULL AND bare.said = ltrim(lower(trim(m.subject_id)), '0')
),

-- Who changes team in a month belongs to the later one.
placed AS (
    SELECT
        n.*,
        n.business_date AS day,
        CASE WHEN n.subject_kind = 'team' THEN n.subject_id ELSE s.team END AS team,
        n.indicator AS segment
    FROM named AS n
    LEFT JOIN memberships AS s
        ON s.agent_id = n.agent_id AND s.since <= last_day(n.business_date) AND s.until >= n.business_date
    QUALIFY row_number() OVER (
        PARTITION BY n.subject_kind, n.subject_id, n.month, n.indicator ORDER BY s.since DESC
    ) = 1
)

SELECT p.*
FROM placed AS p
ANTI JOIN (SELECT team, month, indicator FROM placed WHERE subject_kind = 'person' AND denominator > 0) AS people
    ON p.subject_kind = 'team' AND people.team = p.team AND people.month = p.month
    AND people.indicator = p.indicator
