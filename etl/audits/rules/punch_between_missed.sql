-- Somebody came twice, or went twice, without the other between: a punch was missed in the middle of the day.
-- zh: 漏打卡：连续两次上班或两次下班，中间缺一次打卡
-- do: Ask, then load the approved request for the punch, or the leave of the time between.
-- zh do: 请核实后装载已批准的补卡记录，或其间的请假。
-- says: {agent}: {first} and {second}, both {way}
-- zh says: {agent}：{first} 与 {second} 均为 {way}
-- contract: punches, agent_states
-- over: facts
-- importance: 2
WITH presses AS (
    SELECT agent_id, business_date, punched_at, direction, file_id, file_row
    FROM punches
    WHERE direction <> 'unknown' AND coalesce(approved, true)
    UNION ALL
    SELECT agent_id, business_date, started_at, 'in', file_id, file_row FROM agent_states WHERE state = 'logged_in'
    UNION ALL
    SELECT agent_id, business_date, ended_at, 'out', file_id, file_row FROM agent_states
    WHERE state = 'logged_in' AND ended_at IS NOT NULL
),

pairs AS (
    SELECT
        *,
        lag(direction) OVER days AS before,
        lag(punched_at) OVER days AS first
    FROM presses
    WHERE business_date IN (SELECT day FROM audited)
    WINDOW days AS (PARTITION BY agent_id, business_date ORDER BY punched_at, direction)
)

SELECT
    business_date AS day,
    file_id,
    file_row,
    1 AS rows,
    to_json({
        'agent': coalesce(p.shown, pairs.agent_id),
        'first': strftime(first, '%Y-%m-%d %H:%M'),
        'second': strftime(punched_at, '%H:%M'),
        'way': direction
    }) AS detail
FROM pairs
LEFT JOIN people AS p ON p.agent_id = pairs.agent_id
-- Within half an hour it is the same press once more.
WHERE before = direction AND punched_at - first > INTERVAL 30 MINUTE
