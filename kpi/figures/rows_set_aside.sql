-- Facts set aside that belong to a period, by contract, the person they still name (NULL for nobody) and the team that
-- person is in on the day. One that names no day belongs to all days of its file, to each by its share of the file's
-- facts. `placed`: what a load of an earlier program set aside does not say whose it is, and is not counted; of rows
-- that are folded into one fact the last stands for all.
WITH of_file AS (
    SELECT
        contract,
        file_id,
        day,
        sum(facts) / sum(sum(facts)) OVER (PARTITION BY contract, file_id) AS part
    FROM loaded_parts
    GROUP BY contract, file_id, day
),

-- Of a log whose rows are folded into fewer facts nobody knows which one a row without an id belongs to: it counts for
-- as much of a fact as its other rows do. Where a load of an earlier program set aside all rows of a fact as such,
-- these are that many parts of it.
folded AS (
    SELECT contract, file_id, facts / (loaded + updated) AS facts_a_row
    FROM files
    WHERE facts > 0 AND facts < loaded + updated
),

parts AS (
    SELECT
        r.contract,
        r.file_id,
        r.agent_id,
        r.business_date,
        CASE
            WHEN f.file_id IS NULL THEN 1
            WHEN r.fact_key IS NULL THEN f.facts_a_row
            ELSE 1 / count(*) OVER (
                PARTITION BY r.contract, r.file_id, r.fact_key, r.agent_id, r.business_date, r."column", r.raw, r.rule
            )
        END AS facts
    FROM rejects AS r
    LEFT JOIN folded AS f ON f.contract = r.contract AND f.file_id = r.file_id
    WHERE r.placed AND r.settled_by IS NULL
),

of_day AS (
    SELECT contract, file_id, agent_id, business_date, sum(facts) AS facts FROM parts GROUP BY ALL
),

by_day AS (
    SELECT contract, agent_id, business_date AS day, facts FROM of_day WHERE business_date IS NOT NULL
    UNION ALL
    SELECT a.contract, a.agent_id, f.day, a.facts * f.part
    FROM of_day AS a
    INNER JOIN of_file AS f ON f.contract = a.contract AND f.file_id = a.file_id
    WHERE a.business_date IS NULL
)

SELECT b.contract, b.agent_id, m.team, sum(b.facts) AS facts
FROM by_day AS b
LEFT JOIN memberships AS m ON m.agent_id = b.agent_id AND b.day BETWEEN m.since AND m.until
WHERE b.day BETWEEN $start AND $end
GROUP BY b.contract, b.agent_id, m.team
