-- Single dates far away from all others of their file.
-- zh: 日期远离文件中的其他日期
-- do: A year mistyped, or a clock that was reset: correct the row and load it again.
-- zh do: 年份有误，或设备时钟曾被重置：请改正该行后重新装载。
-- says: {contract}: {rows} rows, {days} days away from the others
-- zh says: {contract}：{rows} 行，与其他日期相隔 {days} 天
-- over: facts
-- days: all
-- importance: 3
-- At most one in a hundred rows of a file of ten or more, after a gap of more than 60 days. Tickets and promises
-- may be old ones that are still open: of them only what lies after the others is found.
WITH days AS (
    SELECT contract, file_id, day, sum(facts) AS rows, min(first_row) AS first_row
    FROM loaded_parts
    WHERE contract IN ('calls', 'qa_reviews', 'tickets', 'surveys', 'attendance', 'punches', 'promises', 'observations')
    GROUP BY contract, file_id, day
),

placed AS (
    SELECT
        *,
        sum(rows) OVER (PARTITION BY contract, file_id) AS total,
        sum(rows) OVER (PARTITION BY contract, file_id ORDER BY day) AS up_to,
        day - lag(day) OVER (PARTITION BY contract, file_id ORDER BY day) AS since_last,
        lead(day) OVER (PARTITION BY contract, file_id ORDER BY day) - day AS till_next
    FROM days
),

-- What a gap of more than 60 days parts from the many: how far the nearest such gap is on either side.
parted AS (
    SELECT
        *,
        max(CASE WHEN since_last > 60 AND total - up_to + rows <= greatest(1, 0.01 * total) THEN since_last END)
            OVER (PARTITION BY contract, file_id ORDER BY day) AS after_gap,
        max(CASE WHEN till_next > 60 AND up_to <= greatest(1, 0.01 * total) THEN till_next END)
            OVER (PARTITION BY contract, file_id ORDER BY day DESC) AS before_gap
    FROM placed
    WHERE total >= 10
)

SELECT
    day,
    file_id,
    first_row AS file_row,
    rows,
    to_json({'contract': contract, 'rows': rows, 'days': coalesce(after_gap, before_gap)}) AS detail
FROM parted
WHERE after_gap IS NOT NULL OR (before_gap IS NOT NULL AND contract NOT IN ('tickets', 'promises'))
