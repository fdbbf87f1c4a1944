-- Which calls of the touched days, and of the days beside them, are legs of one contact: `linkable`, one row a call
-- that may have company, and `links`, one row a pair of them. A call lasts a day at most, and so does a leg's way to
-- the next: an id that comes back later is another contact's.
CREATE OR REPLACE TEMP TABLE near AS
SELECT min(day) - 1 AS since, max(day) + 1 AS until FROM touched_days WHERE contract = 'calls';

-- When the talk of whom a call was passed on by was over: with and without the time on hold, which some sources count
-- as talk and others beside it.
CREATE OR REPLACE TEMP TABLE over AS
SELECT
    rowid AS place,
    agent_id,
    customer_key,
    call_id,
    started_at,
    transferred,
    coalesce(answered_at, started_at + to_seconds(coalesce(wait_s, ring_s, 0))) + to_seconds(talk_s) AS talked_until,
    talked_until + to_seconds(coalesce(hold_s, 0)) AS ended_at
FROM calls
WHERE transferred
    AND answered
    AND agent_id IS NOT NULL
    AND talk_s IS NOT NULL
    AND business_date BETWEEN (SELECT since FROM near) AND (SELECT until FROM near);

-- A call of the same customer that begins when another was passed on, and that somebody else has: the next leg, where
-- nothing else can be. Clocks and rounding are ten seconds apart at most; nobody hangs up and is here again so soon.
CREATE OR REPLACE TEMP TABLE followed AS
SELECT over.place AS one, next.rowid AS other
FROM over
INNER JOIN calls AS next ON next.customer_key = over.customer_key
WHERE next.started_at BETWEEN over.talked_until - INTERVAL 10 SECOND AND over.ended_at + INTERVAL 10 SECOND
    AND next.started_at > over.started_at
    AND next.call_id <> over.call_id
    AND next.direction IN ('in', 'internal')
    AND next.parent_call_id IS NULL
    AND coalesce(next.agent_id, next.assigned_to) IS DISTINCT FROM over.agent_id
    AND over.call_id NOT IN (SELECT parent_call_id FROM calls WHERE parent_call_id IS NOT NULL)
QUALIFY count(*) OVER (PARTITION BY over.place) = 1 AND count(*) OVER (PARTITION BY next.rowid) = 1;

-- A call in which an agent is the caller while he talks to a customer: he asks a colleague. If he then passes the
-- customer on, it is the customer's next leg; if not, it is nobody's.
CREATE OR REPLACE TEMP TABLE asked AS
SELECT call.rowid AS place, call.started_at, call.talk_s, people.agent_id
FROM calls AS call
INNER JOIN people ON call.customer_key = customer_key(people.agent_id)
WHERE call.business_date BETWEEN (SELECT since FROM near) AND (SELECT until FROM near);
