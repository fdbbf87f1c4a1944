-- One row a call that a fact names: whoever had the customer last, of all legs of the contact.
WITH named AS (
    SELECT call_id, contact_id, rowid AS place FROM calls SEMI JOIN wanting ON wanting.link = calls.call_id
),

legs AS (
    SELECT named.call_id, calls.* EXCLUDE (call_id)
    FROM named
    INNER JOIN calls ON calls.rowid = named.place
    WHERE named.contact_id IS NULL
    UNION ALL
    SELECT named.call_id, calls.* EXCLUDE (call_id)
    FROM named
    INNER JOIN calls ON calls.contact_id = named.contact_id
)

SELECT call_id AS link, agent_id
FROM legs
QUALIFY row_number() OVER (PARTITION BY call_id ORDER BY answered DESC, started_at DESC, leg_no DESC) = 1
