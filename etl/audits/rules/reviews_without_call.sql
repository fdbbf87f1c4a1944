-- A review of a call that is not there, on a day whose calls are loaded.
-- zh: 被质检的通话不存在
-- do: If they are few, look among the rejected calls. If nearly all, the two systems number calls differently.
-- zh do: 数量少时请到剔除的通话中查找；几乎全部时，说明两个系统的通话编号不同。
-- says: {agent}: review {review}, call {call}
-- zh says: {agent}：质检 {review}，通话 {call}
-- over: facts
-- contract: qa_reviews, calls
-- importance: 1
-- Only where the review says when the contact was; its own date may be days later.
WITH asked AS (
    SELECT review_id, call_id, agent_id, business_date AS day, file_id, file_row FROM qa_reviews
    WHERE call_id IS NOT NULL
        AND CAST(contact_at AS DATE) = business_date
        AND business_date IN (SELECT day FROM audited)
        AND business_date IN (SELECT day FROM loaded_days WHERE contract = 'calls')
),

there AS (
    SELECT call_id FROM calls WHERE call_id IN (SELECT call_id FROM asked)
)

SELECT day, file_id, file_row, 1 AS rows,
    to_json({'agent': coalesce(shown, agent_id, '–'), 'review': review_id, 'call': call_id}) AS detail
FROM asked
LEFT JOIN people USING (agent_id)
WHERE call_id NOT IN (SELECT call_id FROM there)
