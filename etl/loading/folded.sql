-- `folded(file_row, last, leg_no, legs)`: one row a row of `raw` that goes into a fact with others, the last of them,
-- and which leg (from 0) of how many it is. A row without an id stands for itself, and is missed in its key.
CREATE OR REPLACE TEMP TABLE folded AS
WITH linked AS (
    SELECT *, coalesce(CAST(({fold}) AS VARCHAR), ' ' || file_row) AS fold_key
    FROM raw
    WHERE NOT coalesce(({ignore}), false)
),

rows_of_legs AS ({rows_of_legs})

SELECT file_row, last, leg_no, legs
FROM (SELECT file_row, fold_key, leg_no FROM rows_of_legs)
JOIN (
    SELECT fold_key, leg_no, max(file_row) AS last, count(*) OVER (PARTITION BY fold_key) AS legs
    FROM rows_of_legs GROUP BY fold_key, leg_no HAVING ({having})
) USING (fold_key, leg_no)
