-- What "calls", "contacts" and "all_calls" are parts of: every leg of a call, and every contact of several legs as one
-- more row. Most contacts have one leg, whose row is both: one pass over the calls adds up all three.
--   in_all_calls  a leg of any direction          in_calls     a leg of a customer's call
--   in_contacts   a customer's call, once, however many people it went through
-- A leg that somebody else passed on is the customer's, also where the exchange calls it internal. A call-back 回呼 is
-- no inbound call, whatever direction it has. owner: whose team a row belongs to.
-- Of a contact of several legs: queue, team, ring and greeting are those of the first answered leg (else of the first);
-- agent_id is who had it last, whom its resolution belongs to; wait_s runs up to the first answer.
WITH legs AS (
    SELECT *, min(leg_no) FILTER (WHERE answered) OVER (PARTITION BY contact_id) AS answered_leg
    FROM calls
    WHERE contact_id IS NOT NULL AND leg_no > 0
),

several AS (
    SELECT
        *,
        leg_no = coalesce(answered_leg, min(leg_no) OVER (PARTITION BY contact_id)) AS taken,
        leg_no <= coalesce(answered_leg, leg_no) AS waiting
    FROM legs
)

SELECT
    c.* REPLACE (coalesce(c.callback, nullif(c.direction = 'callback', false)) AS callback),
    coalesce(c.agent_id, CASE WHEN NOT c.answered THEN c.assigned_to END) AS owner,
    c.leg_no IS DISTINCT FROM 0 AS in_all_calls,
    coalesce(c.of_inbound, c.direction = 'in') AND c.callback IS NOT TRUE AS in_calls,
    c.direction = 'in' AND c.callback IS NOT TRUE AND c.contact_id IS NULL AND c.leg_no IS DISTINCT FROM 0
        AS in_contacts
FROM calls AS c
UNION ALL BY NAME
SELECT
    contact_id,
    first(call_id ORDER BY leg_no) AS call_id,
    min(started_at) AS started_at,
    min(business_date) AS business_date,
    bool_or(answered) AS answered,
    last(agent_id ORDER BY answered, leg_no) AS agent_id,
    first(assigned_to ORDER BY leg_no) AS assigned_to,
    first(team) FILTER (WHERE taken) AS team,
    first(queue) FILTER (WHERE taken) AS queue,
    first(direction ORDER BY leg_no) AS direction,
    first(reason ORDER BY leg_no) AS reason,
    first(channel ORDER BY leg_no) AS channel,
    first(queued_at ORDER BY leg_no) AS queued_at,
    first(answered_at) FILTER (WHERE taken) AS answered_at,
    CASE WHEN count(*) FILTER (WHERE waiting AND wait_s IS NULL) = 0 THEN sum(wait_s) FILTER (WHERE waiting) END
        AS wait_s,
    first(ring_s) FILTER (WHERE taken) AS ring_s,
    first(ring_count) FILTER (WHERE taken) AS ring_count,
    first(greeting_s) FILTER (WHERE taken) AS greeting_s,
    first(ivr_s ORDER BY leg_no) AS ivr_s,
    CASE WHEN count(*) FILTER (WHERE answered AND talk_s IS NULL) = 0 THEN sum(talk_s) END AS talk_s,
    sum(hold_s) AS hold_s,
    sum(wrap_s) AS wrap_s,
    bool_or(transferred) AS transferred,
    first(unattended ORDER BY leg_no) AS unattended,
    first(customer_key ORDER BY leg_no) AS customer_key,
    first(customer_shown ORDER BY leg_no) AS customer_shown,
    first(file_id ORDER BY leg_no) AS file_id,
    first(file_row ORDER BY leg_no) AS file_row,
    first(coalesce(agent_id, CASE WHEN NOT answered THEN assigned_to END)) FILTER (WHERE taken) AS owner,
    coalesce(first(callback ORDER BY leg_no), nullif(first(direction ORDER BY leg_no) = 'callback', false))
        AS callback,
    false AS in_all_calls,
    false AS in_calls,
    first(direction = 'in' AND callback IS NOT TRUE ORDER BY leg_no) AS in_contacts
FROM several
GROUP BY contact_id
