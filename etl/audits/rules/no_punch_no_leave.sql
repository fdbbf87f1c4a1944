-- A shift without any punch or leave, on a day when others punched: whether it was missed is for somebody to find out.
-- zh: 无打卡无请假，待核实
-- do: Ask, then load the punches, the leave or the changed roster; the figures count no attendance until then.
-- zh do: 请核实后装载打卡、请假或调整后的排班；在此之前该班次按未出勤计入指标，本程序不认定旷工。
-- says: {agent}: {start} to {end}
-- zh says: {agent}：{start} – {end}
-- contract: attendance, schedule, leave, punches
-- over: facts
-- importance: 2
WITH clock AS (
    SELECT shift_date AS day FROM attendance WHERE coalesce(in_at, out_at) IS NOT NULL GROUP BY shift_date
)

SELECT
    s.shift_date AS day,
    s.file_id,
    s.file_row,
    1 AS rows,
    to_json({
        'agent': coalesce(p.shown, s.agent_id),
        'start': strftime(s.start_at, '%Y-%m-%d %H:%M'),
        'end': strftime(s.end_at, '%H:%M')
    }) AS detail
FROM schedule AS s
JOIN clock ON clock.day = s.shift_date
LEFT JOIN attendance AS a USING (agent_id, shift_date, shift_no)
LEFT JOIN people AS p ON p.agent_id = s.agent_id
WHERE
    s.shift_date IN (SELECT day FROM audited)
    AND s.start_at < s.end_at
    AND coalesce(a.in_at, a.out_at) IS NULL
    AND NOT EXISTS (
        FROM "leave" AS l
        WHERE
            l.agent_id = s.agent_id AND l.approved
            AND l.starts_at < s.end_at AND l.ends_at > s.start_at
    )
