-- The same calls or tickets stand in two files under different numbers: they count twice.
-- zh: 同一批通话或工单以不同编号重复出现
-- do: Keep one of the two exports: take the other out with a correction, and do not load both formats.
-- zh do: 两种导出只保留一种：用更正剔除另一份，今后不要同时装载。
-- says: {contract}: {rows} rows are those of {other} ({share} % of the smaller file on these days)
-- zh says: {contract}：{rows} 行与 {other} 相同（占这些日期中较小文件的 {share}%）
-- over: facts
-- contract: calls, tickets
-- importance: 3
-- Two rows are the same when they begin in the same second and last equally long (talk of a call, time to the
-- resolution of a ticket, within two seconds), whatever their numbers and agents are called. Some agree by
-- chance, so two files are named only when half of the smaller one's rows, and ten or more, are in the other.
WITH shared AS (
    SELECT contract, day FROM loaded_parts
    WHERE contract IN ('calls', 'tickets') AND day IN (SELECT day FROM audited)
    GROUP BY contract, day HAVING count(DISTINCT file_id) > 1
),

events AS (
    SELECT 'calls' AS contract, business_date AS day, file_id, file_row,
        epoch_us(started_at) // 1000000 AS moment, talk_s AS lasted
    FROM calls
    WHERE business_date IN (SELECT day FROM shared WHERE contract = 'calls') AND talk_s > 0
    UNION ALL
    SELECT 'tickets', business_date, file_id, file_row,
        epoch_us(opened_at) // 1000000, epoch(resolved_at - opened_at)
    FROM tickets
    WHERE business_date IN (SELECT day FROM shared WHERE contract = 'tickets') AND resolved_at > opened_at
),

sizes AS (
    SELECT contract, file_id, count(*) AS rows FROM events GROUP BY contract, file_id
),

-- Alike rows of one file together: where an export knows days only, all of a day begin in the same second.
alike AS (
    SELECT contract, day, file_id, moment, CAST(round(lasted) AS BIGINT) AS lasted,
        count(*) AS rows, min(file_row) AS file_row
    FROM events
    GROUP BY contract, day, file_id, moment, CAST(round(lasted) AS BIGINT)
),

paired AS (
    SELECT one.contract, one.day, one.file_id, other.file_id AS other_id, one.file_row,
        least(one.rows, sum(other.rows)) AS rows
    FROM alike AS one
    JOIN alike AS other
        ON one.contract = other.contract AND one.moment = other.moment
        AND one.file_id > other.file_id AND abs(one.lasted - other.lasted) <= 2
    GROUP BY one.contract, one.day, one.file_id, other.file_id, one.moment, one.lasted, one.rows, one.file_row
),

same AS (
    SELECT contract, day, file_id, other_id, sum(rows) AS rows, min(file_row) AS file_row
    FROM paired
    GROUP BY contract, day, file_id, other_id
),

judged AS (
    SELECT same.*, sum(same.rows) OVER pair AS pair_rows,
        least(one.rows, other.rows) AS smaller
    FROM same
    JOIN sizes AS one ON one.contract = same.contract AND one.file_id = same.file_id
    JOIN sizes AS other ON other.contract = same.contract AND other.file_id = same.other_id
    WINDOW pair AS (PARTITION BY same.contract, same.file_id, same.other_id)
)

SELECT day, judged.file_id, file_row, rows,
    to_json({
        'contract': contract,
        'rows': rows,
        'other': (SELECT any_value(name) FROM files WHERE files.file_id = other_id),
        'share': round(least(100, 100 * pair_rows / smaller))
    }) AS detail
FROM judged
WHERE pair_rows >= 10 AND pair_rows >= 0.5 * smaller
