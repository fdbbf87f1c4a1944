-- A promise that was kept, or promised for, before it was made.
-- zh: 回复或时限早于承诺
-- do: Look whether day and month are swapped, or two columns of the map are exchanged.
-- zh do: 请检查是否日月颠倒，或映射中两列对调。
-- contract: promises
-- importance: 2
SELECT
    file_row,
    CASE
        WHEN done_at < created_at THEN 'done_at ' || done_at
        ELSE 'promised_for ' || promised_for
    END || ' < created_at ' || created_at AS detail
FROM one_clock
WHERE done_at < created_at OR promised_for < created_at
