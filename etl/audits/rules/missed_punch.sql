-- A shift with one punch of two: neither attended nor missed until somebody decides.
-- zh: 漏打卡：班次只有一次打卡
-- do: Ask, then load the row of attendance with both punches, or amend it with a correction.
-- zh do: 请核实后装载补全打卡的考勤记录，或用更正补上缺少的打卡时间。
-- says: {agent}: in {in_at}, out {out_at}
-- zh says: {agent}：上班 {in_at}，下班 {out_at}
-- contract: attendance, schedule
-- over: facts
-- importance: 2
SELECT
    a.shift_date AS day,
    a.file_id,
    a.file_row,
    1 AS rows,
    to_json({
        'agent': coalesce(p.shown, a.agent_id),
        'in_at': coalesce(strftime(a.in_at, '%Y-%m-%d %H:%M'), '–'),
        'out_at': coalesce(strftime(a.out_at, '%Y-%m-%d %H:%M'), '–')
    }) AS detail
FROM attendance AS a
LEFT JOIN schedule AS s USING (agent_id, shift_date, shift_no)
LEFT JOIN people AS p ON p.agent_id = a.agent_id
WHERE
    a.shift_date IN (SELECT day FROM audited)
    AND (a.in_at IS NULL) <> (a.out_at IS NULL)
    AND coalesce(s.start_at, a.scheduled_start) IS NOT NULL
