-- `links(one, other)`: one row a pair of calls that are legs of one contact, of the calls on the touched days and those
-- beside them; `consulted(place, contact)`: calls by which an agent asks a colleague while a customer is on the line,
-- each with the call of that customer. Calls are named by their place (rowid) in the facts. A call lasts a day at
-- most, and so does the way to its next leg: an id that comes back later is another contact's.
CREATE OR REPLACE TEMP TABLE near AS
WITH here AS (SELECT rowid AS place, * FROM calls WHERE business_date BETWEEN $since AND $until),

of_some_contact AS (
    SELECT rowid AS place, * FROM calls
    SEMI JOIN (SELECT contact_id FROM here WHERE contact_id IS NOT NULL) AS known USING (contact_id)
),

of_some_id AS (SELECT rowid AS place, * FROM calls SEMI JOIN shared_keys USING (call_id)),

parents AS (
    SELECT * FROM here
    SEMI JOIN (SELECT parent_call_id AS call_id FROM here WHERE parent_call_id IS NOT NULL) AS named USING (call_id)
)

SELECT place, call_id, parent_call_id, contact_id, started_at FROM of_some_contact
UNION
SELECT place, call_id, parent_call_id, contact_id, started_at FROM of_some_id
UNION
SELECT place, call_id, parent_call_id, contact_id, started_at FROM here
WHERE parent_call_id IS NOT NULL OR leg_no = 0
UNION
SELECT place, call_id, parent_call_id, contact_id, started_at FROM parents;

-- The same id, or the same parent, one after the other; a parent and its legs.
CREATE OR REPLACE TEMP TABLE links AS
SELECT place AS one, lead(place) OVER of_id AS other, started_at, lead(started_at) OVER of_id AS other_at
FROM near
WINDOW of_id AS (PARTITION BY call_id ORDER BY started_at, place)
UNION ALL
SELECT place, lead(place) OVER of_parent, started_at, lead(started_at) OVER of_parent
FROM near
WHERE parent_call_id IS NOT NULL
WINDOW of_parent AS (PARTITION BY parent_call_id ORDER BY started_at, place)
UNION ALL
SELECT parent.place, leg.place, parent.started_at, leg.started_at
FROM near AS parent
INNER JOIN near AS leg ON leg.parent_call_id = parent.call_id AND leg.place <> parent.place;

DELETE FROM links
WHERE other IS NULL OR greatest(started_at, other_at) - least(started_at, other_at) > INTERVAL 1 DAY;

-- When whoever passed a call on had done: without and with the time on hold, which some sources count as talk.
CREATE OR REPLACE TEMP TABLE passed_on AS
SELECT
    rowid AS place,
    customer_key,
    started_at,
    coalesce(answered_at, started_at + to_seconds(coalesce(wait_s, ring_s, 0))) + to_seconds(talk_s) AS talked_until,
    talked_until + to_seconds(coalesce(hold_s, 0)) AS ended_at
FROM calls
WHERE transferred
    AND answered
    AND customer_key IS NOT NULL
    AND agent_id IS NOT NULL
    AND talk_s IS NOT NULL
    AND business_date BETWEEN $since AND $until;

-- Rows of ids of their own: the customer's next call begins when the one before was passed on, somebody else has it,
-- and nothing else comes into question. Two clocks and their rounding are ten seconds apart at most; whoever hangs up
-- and dials again is not back so soon. Only what the join needs is read of all calls.
CREATE OR REPLACE TEMP TABLE met AS
SELECT one.place AS one, other.place AS other
FROM passed_on AS one
INNER JOIN (
    SELECT rowid AS place, customer_key, started_at FROM calls
    WHERE customer_key IS NOT NULL AND business_date BETWEEN $since AND $until
) AS other ON other.customer_key = one.customer_key
WHERE other.started_at > one.started_at
    AND other.started_at >= one.talked_until - INTERVAL 10 SECOND
    AND other.started_at <= one.ended_at + INTERVAL 10 SECOND;

INSERT INTO links
SELECT met.one, met.other, one.started_at, other.started_at
FROM met
INNER JOIN calls AS one ON one.rowid = met.one
INNER JOIN calls AS other ON other.rowid = met.other
WHERE one.call_id <> other.call_id
    AND other.parent_call_id IS NULL
    AND other.direction IN ('in', 'internal')
    AND one.direction = 'in'
    AND coalesce(other.agent_id, other.assigned_to) IS DISTINCT FROM one.agent_id
    AND met.one NOT IN (SELECT one FROM links)
QUALIFY count(*) OVER (PARTITION BY met.one) = 1 AND count(*) OVER (PARTITION BY met.other) = 1;

-- The caller is an agent's own number, and he has a customer on the line: he asks a colleague. If that ends with the
-- customer passed on, it is the customer's next leg; else it is nobody's call.
CREATE OR REPLACE TEMP TABLE consulted AS
WITH asking AS (
    SELECT call.rowid AS place, people.agent_id, call.started_at, call.started_at + to_seconds(
        coalesce(call.wait_s, 0) + coalesce(call.talk_s, 0) + coalesce(call.hold_s, 0)) AS ended_at
    FROM calls AS call
    INNER JOIN (
        SELECT agent_id, customer_key(agent_id) AS customer_key
        FROM people WHERE regexp_matches(agent_id, '^\d{2,6}$')
    ) AS people ON people.customer_key = call.customer_key
    WHERE call.business_date BETWEEN $since AND $until
),

busy AS (
    SELECT
        rowid AS place,
        agent_id,
        started_at,
        coalesce(transferred, false) AS transferred,
        coalesce(answered_at, started_at + to_seconds(coalesce(wait_s, ring_s, 0)))
        + to_seconds(coalesce(talk_s, 0) + coalesce(hold_s, 0)) AS ended_at
    FROM calls
    SEMI JOIN asking USING (agent_id)
    WHERE answered AND direction = 'in' AND business_date BETWEEN $since AND $until
)

SELECT
    asking.place,
    busy.place AS customers,
    busy.started_at AS customers_at,
    asking.started_at,
    busy.transferred AND busy.ended_at BETWEEN asking.started_at - INTERVAL 10 SECOND
        AND asking.ended_at + INTERVAL 10 SECOND AS passed_on
FROM asking
INNER JOIN busy
    ON busy.agent_id = asking.agent_id
    AND busy.place <> asking.place
    AND busy.started_at < asking.started_at
    AND busy.ended_at >= asking.started_at
QUALIFY row_number() OVER (PARTITION BY asking.place ORDER BY busy.started_at DESC, busy.place) = 1;

INSERT INTO links
SELECT customers, place, customers_at, started_at FROM consulted WHERE passed_on;
