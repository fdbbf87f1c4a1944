-- A survey of a call that is not there, on a day whose calls are loaded.
-- zh: 被评价的通话不存在
-- do: If they are few, look among the rejected calls. If nearly all, the two systems number calls differently.
-- zh do: 数量少时请到剔除的通话中查找；几乎全部时，说明两个系统的通话编号不同。
-- says: {agent}: survey {survey}, call {call}
-- zh says: {agent}：评价 {survey}，通话 {call}
-- over: facts
-- contract: surveys, calls
-- importance: 1
-- A survey may come the day after its call, so the calls of both days must be loaded.
WITH asked AS (
    SELECT survey_id, call_id, agent_id, business_date AS day, file_id, file_row FROM surveys
    WHERE call_id IS NOT NULL
        AND business_date IN (SELECT day FROM audited)
        AND business_date IN (SELECT day FROM loaded_days WHERE contract = 'calls')
        AND business_date - 1 IN (
            SELECT day FROM loaded_days WHERE contract = 'calls'
            UNION ALL SELECT min(day) - 1 FROM loaded_days WHERE contract = 'calls')
),

there AS (
    SELECT call_id FROM calls WHERE call_id IN (SELECT call_id FROM asked)
)

SELECT day, file_id, file_row, 1 AS rows,
    to_json({'agent': coalesce(shown, agent_id, '–'), 'survey': survey_id, 'call': call_id}) AS detail
FROM asked
LEFT JOIN people USING (agent_id)
WHERE call_id NOT IN (SELECT call_id FROM there)
