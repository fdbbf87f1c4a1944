-- One row a call that a fact names. Of legs that several people answered it is not known whose is meant.
SELECT
    call_id AS link,
    CASE WHEN count(DISTINCT agent_id) < 2 THEN coalesce(max(agent_id), min_by(assigned_to, started_at)) END AS agent_id,
    min(started_at) AS started_at
FROM calls
SEMI JOIN wanting ON wanting.link = calls.call_id
GROUP BY call_id
