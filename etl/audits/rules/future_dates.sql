-- Rows of a day that is still to come.
-- zh: 日期在未来
-- do: A year or a month mistyped, day and month swapped, or the clock of this computer is wrong.
-- zh do: 年月有误、日月颠倒，或本机时钟不准。
-- says: {contract}: {rows} rows of this day
-- zh says: {contract}：该日有 {rows} 行
-- over: facts
-- days: all
-- importance: 3
-- After the day on which the load runs; plans (rosters, leave, memberships) may lie ahead.
SELECT
    day,
    file_id,
    min(first_row) AS file_row,
    sum(facts) AS rows,
    to_json({'contract': contract, 'rows': sum(facts)}) AS detail
FROM loaded_parts
WHERE day > $today
    AND contract IN ('calls', 'qa_reviews', 'tickets', 'surveys', 'attendance', 'punches', 'promises', 'observations')
GROUP BY contract, day, file_id
