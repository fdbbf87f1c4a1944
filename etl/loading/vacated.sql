-- `vacated(<key>, file_row)`: one row a fact of a group that the file delivers whole, and no longer has; with the
-- row of the file that says so.
CREATE OR REPLACE TEMP TABLE vacated AS
SELECT {key}, delivered.file_row
FROM {facts}
JOIN (
    SELECT {group}, max(file_row) AS file_row
    FROM (SELECT *, {day} AS business_date FROM typed)
    WHERE {good}
    GROUP BY {group}
) AS delivered USING ({group})
ANTI JOIN incoming USING ({key})
WHERE {among}
