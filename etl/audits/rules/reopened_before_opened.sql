-- A ticket that was reopened before it was opened.
-- zh: 重开早于受理
-- do: Look whether day and month are swapped in one of the columns, or two columns of the map are exchanged.
-- zh do: 请检查其中一列是否日月颠倒，或映射中两列对调。
-- contract: tickets
-- importance: 2
-- Reopened before it was resolved is no mistake: service desks export the last resolution, which follows.
SELECT file_row, 'reopened_at ' || reopened_at || ' < opened_at ' || opened_at AS detail
FROM one_clock
WHERE reopened_at < opened_at
