-- `folded(file_row, last)`: one row a row of `raw` that goes into a fact with others, and the last of them. A row
-- without an id stands for itself, and is missed in its key.
CREATE OR REPLACE TEMP TABLE folded AS
WITH linked AS (
    SELECT *, coalesce(CAST(({fold}) AS VARCHAR), ' ' || file_row) AS fold_key
    FROM raw
    WHERE NOT coalesce(({ignore}), false)
)

SELECT file_row, last
FROM (SELECT file_row, fold_key FROM linked)
JOIN (
    SELECT fold_key, max(file_row) AS last FROM linked GROUP BY fold_key HAVING ({having})
) USING (fold_key)
