-- A day with far fewer or far more rows than the same weekday before.
-- zh: 数据量与往常同一星期几相差悬殊
-- do: Was the file cut off, loaded in part, or is a queue missing? Public holidays are not known to the program.
-- zh do: 请核对文件是否被截断、只导出了一部分或缺少某个队列。程序不知道法定节假日。
-- says: {contract}: {rows} rows, {usual} on the {weeks} same weekdays before
-- zh says: {contract}：{rows} 行，此前 {weeks} 个同一星期几通常为 {usual} 行
-- over: facts
-- days: all
-- importance: 2
-- Against the median of the same weekday in the eight weeks before (at least four of them with data), in units of
-- their spread: 1.4826 × the median absolute deviation (which is the standard deviation of a normal sample), and
-- never less than the square root of the median (of a Poisson count). Five of them, and less than half or more
-- than twice as many. Where fewer than 20 rows are usual, chance does as much: there only 100 rows or more are odd.
WITH counts AS (
    SELECT contract, day, facts FROM loaded_days
    WHERE contract IN ('calls', 'qa_reviews', 'tickets', 'surveys', 'attendance', 'promises', 'observations')
),

before AS (
    SELECT
        now.contract,
        now.day,
        any_value(now.facts) AS facts,
        count(*) AS weeks,
        median(earlier.facts) AS usual,
        mad(earlier.facts) AS spread
    FROM counts AS now
    JOIN counts AS earlier
        ON earlier.contract = now.contract
        AND earlier.day < now.day AND earlier.day >= now.day - 56
        AND (now.day - earlier.day) % 7 = 0
    GROUP BY now.contract, now.day
)

SELECT
    day,
    NULL AS file_id,
    NULL AS file_row,
    1 AS rows,
    to_json({'contract': contract, 'rows': facts, 'usual': usual, 'weeks': weeks}) AS detail
FROM before
WHERE weeks >= 4
    AND (usual >= 20 OR facts >= 100)
    AND abs(facts - usual) > 5 * greatest(1.4826 * spread, sqrt(usual))
    AND (facts < 0.5 * usual OR facts > 2 * usual)
