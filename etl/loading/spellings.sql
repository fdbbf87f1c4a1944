-- How the file $file writes the numbers with leading zeros in one column of $contract: one row a number and spelling,
-- or one a row of the file where it writes the number in several ways.
INSERT INTO spelled
WITH texts AS (
    SELECT DISTINCT {name} AS id, {text} AS text
    FROM typed
    WHERE NOT ignored AND fault_rule IS NULL AND {name} IS NOT NULL
),

ways AS (
    SELECT text, coalesce(agent_key(text), id) AS key, coalesce(spelled_key(text), id) AS spelled
    FROM texts
),

zeros AS (
    SELECT
        text,
        key,
        spelled,
        (SELECT count(DISTINCT w.spelled) FROM ways AS w WHERE w.key = ways.key) > 1 AS mixed
    FROM ways
    WHERE text IS NOT NULL AND key <> spelled
)

SELECT DISTINCT $file, $contract, $column, key, spelled, CAST(NULL AS BIGINT)
FROM zeros
WHERE NOT mixed
UNION ALL
SELECT $file, $contract, $column, z.key, z.spelled, t.file_row
FROM typed AS t
JOIN zeros AS z ON z.text = t.{text}
WHERE z.mixed AND NOT t.ignored
