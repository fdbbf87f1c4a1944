-- `numbered(place, contact_id, leg_no, of_inbound)`: one row a call that was or becomes part of a contact of several legs, in the
-- order in which they began; NULL for one that stands alone now. A contact is called by the id of its first leg, and
-- by its start too where that id came back later. of_inbound: whether a leg is part of a call that came in, which the
-- exchange may call internal. A call that only asks a colleague has the number 0, and is nobody's.
CREATE OR REPLACE TEMP TABLE numbered AS
WITH legs AS (
    SELECT
        calls.rowid AS place,
        calls.call_id,
        calls.started_at,
        calls.direction,
        calls.contact_id AS before,
        parts.contact,
        row_number() OVER (
            PARTITION BY parts.contact ORDER BY calls.started_at, calls.answered_at, calls.agent_id, calls.rowid
        ) AS leg_no
    FROM calls
    INNER JOIN parts ON parts.place = calls.rowid
),

contacts AS (
    SELECT
        contact,
        first(call_id ORDER BY leg_no) AS call_id,
        min(started_at) AS started_at,
        first(direction ORDER BY leg_no) = 'in' AS inbound,
        count(*) AS legs
    FROM legs
    GROUP BY contact
),

-- Ids of which there are several contacts, or were when a call was named.
reused AS (
    SELECT call_id FROM legs
    GROUP BY call_id
    HAVING count(DISTINCT contact) > 1 OR bool_or(starts_with(before, call_id || ' '))
),

named AS (
    SELECT
        contact,
        inbound,
        CASE
            WHEN call_id IN (FROM reused) THEN call_id || ' ' || strftime(started_at, '%Y-%m-%d %H:%M:%S')
            WHEN legs > 1 THEN call_id
        END AS contact_id
    FROM contacts
)

SELECT
    legs.place,
    CASE WHEN asks IS NULL THEN named.contact_id END AS contact_id,
    CASE WHEN asks IS NOT NULL THEN 0 WHEN named.contact_id IS NOT NULL THEN legs.leg_no END AS leg_no,
    CASE
        WHEN asks IS NOT NULL THEN false
        WHEN named.contact_id IS NOT NULL THEN named.inbound AND legs.direction <> 'out'
    END AS of_inbound
FROM legs
INNER JOIN named ON named.contact = legs.contact
LEFT JOIN (SELECT place AS asks FROM consulted WHERE NOT passed_on) ON asks = legs.place
