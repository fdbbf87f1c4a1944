-- Rows set aside that belong to a period, by contract and the person they still name (NULL for nobody). One that names
-- no day belongs to all days of its file, to each by its share of the file's facts. `placed`: what a load of an
-- earlier program set aside does not say whose it is, and is not counted.
WITH of_file AS (
    SELECT
        contract,
        file_id,
        coalesce(sum(facts) FILTER (WHERE day BETWEEN $start AND $end), 0) / sum(facts) AS part
    FROM loaded_parts
    GROUP BY contract, file_id
),

-- Of a log whose rows are folded into fewer facts a row is only a part of one.
folded AS (
    SELECT contract, file_id, facts / (loaded + updated) AS facts_a_row
    FROM files
    WHERE facts > 0 AND facts < loaded + updated
)

SELECT
    r.contract,
    r.agent_id,
    sum(
        CASE
            WHEN r.business_date IS NULL THEN coalesce(f.part, 0)
            WHEN r.business_date BETWEEN $start AND $end THEN 1
            ELSE 0
        END * coalesce(one.facts_a_row, 1)
    ) AS rows_set_aside
FROM rejects AS r
LEFT JOIN of_file AS f ON f.contract = r.contract AND f.file_id = r.file_id
LEFT JOIN folded AS one ON one.contract = r.contract AND one.file_id = r.file_id
WHERE r.placed AND r.settled_by IS NULL
GROUP BY r.contract, r.agent_id
HAVING rows_set_aside > 0
