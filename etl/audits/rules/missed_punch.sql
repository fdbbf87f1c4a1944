-- A shift with one punch of two: neither attended nor missed until somebody decides.
-- zh: 漏打卡：班次只有一次打卡
-- do: Ask, then load the approved request or the row of attendance with both punches, or amend it with a correction.
-- zh do: 请核实后装载已批准的补卡记录或补全打卡的考勤记录，也可用更正补上缺少的打卡时间。
-- says: {agent}: in {in_at}, out {out_at}
-- zh says: {agent}：上班 {in_at}，下班 {out_at}
-- contract: attendance, schedule, punches
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
LEFT JOIN requested_punches AS r USING (agent_id, shift_date, shift_no)
WHERE
    a.shift_date IN (SELECT day FROM audited)
    AND (coalesce(a.in_at, r.in_at) IS NULL) <> (coalesce(a.out_at, r.out_at) IS NULL)
    AND coalesce(s.start_at, a.scheduled_start) IS NOT NULL
