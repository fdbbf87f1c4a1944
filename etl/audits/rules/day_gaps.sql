-- A day without any data between days with data, on a weekday that usually has some.
-- zh: 中间有一天没有数据
-- do: Export that day again and load it. Public holidays are not known to the program.
-- zh do: 请重新导出该日数据并装载。程序不知道法定节假日。
-- says: {contract} {team} {queue}
-- zh says: {contract} {team} {queue}
-- over: facts
-- days: all
-- importance: 2
-- What is usual, and when its lack is no chance: etl/audits/missing_days.sql. A team or queue is named only for days on
-- which the others have data. Nine weeks and more without data are no gap.
SELECT
    day,
    NULL AS file_id,
    NULL AS file_row,
    1 AS rows,
    to_json({'contract': contract, 'team': coalesce(team, ''), 'queue': coalesce(queue, '')}) AS detail
FROM missing_parts
JOIN part_names USING (part)
ASOF JOIN (SELECT part, day AS last_day FROM counted_parts) AS before
    ON before.part = missing_parts.part AND last_day < missing_parts.day
ASOF JOIN (SELECT part, day AS next_day FROM counted_parts) AS after
    ON after.part = missing_parts.part AND next_day > missing_parts.day
WHERE known AND next_day - last_day <= 63
