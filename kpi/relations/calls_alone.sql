-- The rows of "calls" without the columns that have to be joined to them: team, age_s, next_…_s.
SELECT
    c.* EXCLUDE (team, owner),
    c.business_date AS day,
    c.file_id NOT IN (SELECT file_id FROM waitless_files) AS waits_known,
    c.queue AS segment
FROM call_rows AS c
