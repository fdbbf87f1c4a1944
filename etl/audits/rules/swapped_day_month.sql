-- Day and month are probably swapped.
-- zh: 疑似日月颠倒
-- do: Ask for the file with another date format, or say the order of its dates in the source map; a monthly trend of these rows is wrong.
-- zh do: 请换一种日期格式重新导出，或在来源映射中指明日期顺序；这些行的月度趋势是错的。
-- says: {rows} rows of {day} are probably of {swapped}
-- zh says: {day} 的 {rows} 行可能应为 {swapped}
-- over: facts
-- days: all
-- importance: 3
-- Per file, and per source over its files. A day after the 12th cannot be swapped, so the months of such days
-- (the core of a year) are sure. Swapping the 3rd of April gives the 4th of March: swapped days lie outside the
-- core, in three months or more, and every one of them (95 %) on a day whose number is a month of the core;
-- that this happens by chance is (months of the core ÷ 12) to the power of how many such dates there are, under
-- 1 %. And they are missing where they belong: the days 1 to 12 of the core (without those whose swap is in the
-- core too) have less than half of the rows of its other days.
WITH events AS (
    SELECT contract, file_id, source, day, sum(loaded_parts.facts) AS rows, min(first_row) AS first_row
    FROM loaded_parts
    JOIN (SELECT DISTINCT file_id, source FROM files) AS f USING (file_id)
    WHERE contract IN ('calls', 'qa_reviews', 'tickets', 'surveys', 'attendance', 'punches', 'promises', 'observations')
    GROUP BY contract, file_id, source, day
),

sets AS (
    SELECT contract, CAST(file_id AS VARCHAR) AS of, day, rows, file_id, first_row FROM events
    UNION ALL
    SELECT contract, 'source ' || source, day, sum(rows), max(file_id), arg_max(first_row, file_id)
    FROM events GROUP BY contract, source, day
),

dates AS (
    SELECT *, year(day) AS y, month(day) AS m, dayofmonth(day) AS d FROM sets
),

core AS (
    SELECT contract, of, y, m, sum(rows) AS rows, count(*) AS days
    FROM dates WHERE d > 12 GROUP BY contract, of, y, m
),

strays AS (
    SELECT *, (contract, of, y, d) IN (SELECT (contract, of, y, m) FROM core) AS fits
    FROM dates
    WHERE d <= 12 AND (contract, of, y, m) NOT IN (SELECT (contract, of, y, m) FROM core)
),

cores AS (
    SELECT contract, of, y, count(*) AS months, sum(rows) / sum(days) AS usual
    FROM core GROUP BY contract, of, y
),

-- What is left on the days 1 to 12 of the core, per day, without those whose swap is in the core too.
left_over AS (
    SELECT cores.contract, cores.of, cores.y,
        coalesce(sum(rows), 0) / (any_value(months) * (12 - any_value(months))) AS per_day
    FROM cores
    LEFT JOIN dates
        ON dates.contract = cores.contract AND dates.of = cores.of AND dates.y = cores.y AND d <= 12
        AND (dates.contract, dates.of, dates.y, m) IN (SELECT (contract, of, y, m) FROM core)
        AND (dates.contract, dates.of, dates.y, d) NOT IN (SELECT (contract, of, y, m) FROM core)
    WHERE months < 12
    GROUP BY cores.contract, cores.of, cores.y
),

judged AS (
    SELECT contract, of, y
    FROM strays
    JOIN cores USING (contract, of, y)
    JOIN left_over USING (contract, of, y)
    GROUP BY contract, of, y
    HAVING count(DISTINCT m) >= 3
        AND sum(rows) >= 5
        AND sum(rows) FILTER (WHERE fits) >= 0.95 * sum(rows)
        AND pow(any_value(months) / 12, count(*)) < 0.01
        AND any_value(per_day) < 0.5 * any_value(usual)
)

SELECT
    day,
    file_id,
    first_row AS file_row,
    rows,
    to_json({'rows': rows, 'day': day, 'swapped': make_date(y, d, m)}) AS detail
FROM strays
JOIN judged USING (contract, of, y)
WHERE fits
    -- A source is named only where no single file of it is.
    AND (NOT starts_with(of, 'source ') OR (contract, y) NOT IN (
        SELECT (contract, y) FROM judged WHERE NOT starts_with(of, 'source ')))
