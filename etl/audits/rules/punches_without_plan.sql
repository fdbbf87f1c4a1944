-- People with punches but without a shift that day: presence, from which no attendance is worked out.
-- zh: 有打卡但当天没有排班：只知到岗，不计出勤率
-- do: Load the roster of these days, if they were working days.
-- zh do: 如果这些天有排班，请装载排班表。
-- says: {count} people
-- zh says: {count} 人
-- contract: attendance, schedule
-- over: facts
-- importance: 1
-- counts: rows
SELECT
    a.shift_date AS day,
    min(a.file_id) AS file_id,
    arg_min(a.file_row, a.file_id) AS file_row,
    count(DISTINCT a.agent_id) AS rows,
    to_json({'count': count(DISTINCT a.agent_id)}) AS detail
FROM attendance AS a
LEFT JOIN schedule AS s USING (agent_id, shift_date, shift_no)
WHERE
    a.shift_date IN (SELECT day FROM audited)
    AND coalesce(a.in_at, a.out_at) IS NOT NULL
    AND coalesce(s.start_at, a.scheduled_start) IS NULL
GROUP BY a.shift_date
