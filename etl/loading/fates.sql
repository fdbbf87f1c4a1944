-- (file_row, fate): one row a source row, of which several rows of `typed` may have been made; what became of it is
-- the weightiest thing that became of one of them.
SELECT file_row, min_by(fate, rank) AS fate FROM (
    SELECT file_row, 'rejected' AS fate, 1 AS rank FROM typed WHERE NOT ignored AND fault IS NOT NULL
    UNION ALL
    SELECT file_row, 'updated', 2 FROM vacated
    UNION ALL
    SELECT file_row, fate, CASE fate WHEN 'updated' THEN 2 WHEN 'loaded' THEN 3 ELSE 4 END FROM judged
    UNION ALL
    SELECT file_row, 'loaded', 3 FROM typed ANTI JOIN repeated USING ({key}) WHERE {good}
    UNION ALL
    SELECT file_row, 'ignored', 5 FROM typed WHERE ignored)
GROUP BY file_row
