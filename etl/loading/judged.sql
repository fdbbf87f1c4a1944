-- `judged(turn, file_row, fate)`: one row an incoming row, compared with the same row where it stands before it in the
-- file, or with the fact that was there.
CREATE OR REPLACE TEMP TABLE judged AS
SELECT
    turn,
    file_row,
    CASE WHEN before IS NULL THEN 'loaded' WHEN before = content THEN 'duplicate' ELSE 'updated' END AS fate
FROM (
    SELECT turn, file_row, content, lag(content) OVER (PARTITION BY {identity} ORDER BY turn) AS before
    FROM (
        SELECT {identity}, 0 AS turn, 0 AS file_row, CAST(row({content}) AS VARCHAR) AS content
        FROM {facts} SEMI JOIN repeated USING ({key})
        UNION ALL
        SELECT {identity}, turn, file_row, CAST(row({content}) AS VARCHAR) FROM incoming))
WHERE turn > 0
