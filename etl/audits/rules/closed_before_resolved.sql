-- A ticket that was closed before it was resolved, or closed or followed up before it was opened.
-- zh: 关闭早于解决，或关闭、回访早于受理
-- do: Look whether day and month are swapped in one of the columns, or two columns of the map are exchanged.
-- zh do: 请检查其中一列是否日月颠倒，或映射中两列对调。
-- contract: tickets
-- importance: 2
SELECT
    file_row,
    CASE
        WHEN closed_at < opened_at THEN 'closed_at ' || closed_at || ' < opened_at ' || opened_at
        WHEN closed_at < resolved_at THEN 'closed_at ' || closed_at || ' < resolved_at ' || resolved_at
        ELSE 'followed_up_at ' || followed_up_at || ' < opened_at ' || opened_at
    END AS detail
FROM one_clock
WHERE closed_at < opened_at OR closed_at < resolved_at OR followed_up_at < opened_at
