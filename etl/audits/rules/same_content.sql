-- The same content was loaded under another name.
-- zh: 同一内容以不同文件名装载
-- do: Nothing, if both were meant: rows that were there already are not counted twice.
-- zh do: 若属有意则无需处理：已有的行不会重复计数。
-- says: {names}
-- zh says: {names}
-- over: facts
-- days: all
-- importance: 1
-- By the digest of the content, per sheet and table.
SELECT
    CAST(max(loaded_at) AS DATE) AS day,
    max(file_id) AS file_id,
    NULL AS file_row,
    1 AS rows,
    to_json({'names': string_agg(DISTINCT name, ' = ' ORDER BY name)}) AS detail
FROM files
GROUP BY sha256, part, contract
HAVING count(DISTINCT name) > 1
