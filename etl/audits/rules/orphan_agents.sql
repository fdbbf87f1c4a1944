-- Calls, reviews, tickets or surveys of somebody who is in no roster.
-- zh: 人员名册中没有的工号
-- do: Add the person to the roster with team and dates; until then these rows count for everyone, in no team.
-- zh do: 请在名册中补充此人的班组与日期；此前这些记录计入全体，不属于任何班组。
-- says: {agent}: {rows} rows of {contract}
-- zh says: {agent}：{contract} {rows} 行
-- over: facts
-- contract: calls, qa_reviews, tickets, surveys
-- all when: agents
-- importance: 2
-- Says nothing as long as no roster is loaded.
WITH strangers AS (
    SELECT agent_id, shown FROM people
    WHERE agent_id NOT IN (SELECT agent_id FROM agents) AND EXISTS (FROM agents)
),

found AS (
    SELECT 'calls' AS contract, business_date AS day, agent_id, file_id, file_row FROM calls
    WHERE agent_id IN (SELECT agent_id FROM strangers)
    UNION ALL
    SELECT 'qa_reviews', business_date, agent_id, file_id, file_row FROM qa_reviews
    WHERE agent_id IN (SELECT agent_id FROM strangers)
    UNION ALL
    SELECT 'tickets', business_date, agent_id, file_id, file_row FROM tickets
    WHERE agent_id IN (SELECT agent_id FROM strangers)
    UNION ALL
    SELECT 'surveys', business_date, agent_id, file_id, file_row FROM surveys
    WHERE agent_id IN (SELECT agent_id FROM strangers)
)

SELECT
    day,
    min(file_id) AS file_id,
    min_by(file_row, file_id) AS file_row,
    count(*) AS rows,
    to_json({'agent': any_value(shown), 'contract': contract, 'rows': count(*)}) AS detail
FROM found
JOIN strangers USING (agent_id)
WHERE day IN (SELECT day FROM audited)
GROUP BY day, contract, agent_id
