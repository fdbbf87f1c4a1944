-- The waits that are logged do not fit the times between queue and answer (Little's law).
-- zh: 等待时长与排队、接听时刻不符（利特尔法则）
-- do: The unit of the wait is wrong (milliseconds, minutes), or one of the times is cut off to the hour.
-- zh do: 等待时长的单位有误（毫秒、分钟），或其中一个时刻被截断到小时。
-- says: {queue}: {calls} calls, on average {measured} waiting by their times, but {expected} by arrivals × mean wait
-- zh says: {queue}：{calls} 通来电，按时刻平均排队 {measured} 通，按到达率×平均等待应为 {expected} 通
-- over: facts
-- contract: calls
-- importance: 3
-- Little's law, L = λ·W: the mean number waiting is the rate of arrivals times the mean wait (J. D. C. Little,
-- Operations Research 9, 1961). For one queue and day, over the calls that have both:
--     L  = Σ (answered_at − queued_at) ÷ 86,400   how many are waiting on average, told by the two times
--     λW = (n ÷ 86,400) × (Σ wait_s ÷ n)          the same, told by the logged waits
-- They are measured apart only where the file gives the wait besides both times; a wait that was worked out
-- from the times agrees with them by itself. More than 10 % apart, over at least 30 calls and by more than
-- five seconds a call (ringing may be in one of them), is no rounding.
-- Talk cannot be checked so: its end is not logged, and talk beyond what one person can do is an overlap.
WITH waited AS (
    SELECT
        *,
        epoch(answered_at - queued_at) - coalesce(answered_at_offset_s - queued_at_offset_s, 0) AS between_s
    FROM calls
    WHERE queued_at IS NOT NULL AND business_date IN (SELECT day FROM audited)
)

SELECT
    business_date AS day,
    min(file_id) AS file_id,
    min_by(file_row, file_id) AS file_row,
    count(*) AS rows,
    to_json({
        'queue': coalesce(queue, '–'),
        'calls': count(*),
        'measured': round(sum(between_s) / 86400, 4),
        'expected': round(sum(wait_s) / 86400, 4)
    }) AS detail
FROM waited
WHERE between_s >= 0 AND wait_s IS NOT NULL
GROUP BY business_date, queue
HAVING count(*) >= 30
    AND abs(sum(wait_s) - sum(between_s))
        > greatest(0.1 * sum(between_s), 5 * count(*))
