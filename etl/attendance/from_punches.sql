-- `told_by_clock`: attendance as the time clock tells it, of the days in `clock_days`: one row a shift with punches, and
-- of a person without any shift that day one row of presence. `clock_near` are those days and their neighbours.
-- $before_s, $after_s: how far beyond a shift its punches may lie; $apart_s: punches closer than that are one.
CREATE OR REPLACE TEMP TABLE told_by_clock AS
WITH sessions AS (
    SELECT
        agent_id,
        unnest([started_at, ended_at]) AS punched_at,
        unnest(['in', 'out']) AS direction,
        file_id,
        file_row
    FROM agent_states SEMI JOIN clock_near ON agent_states.business_date = clock_near.day
    WHERE
        state = 'logged_in'
        AND (agent_id, business_date) NOT IN (
            SELECT (agent_id, business_date) FROM punches WHERE approved IS NULL
        )
),

presses AS (
    SELECT
        *,
        coalesce(epoch(punched_at - lag(punched_at) OVER (PARTITION BY agent_id ORDER BY punched_at)), 1e9)
        >= $apart_s AS begins
    FROM (
        SELECT agent_id, punched_at, direction, file_id, file_row
        FROM punches SEMI JOIN clock_near ON punches.business_date = clock_near.day
        WHERE coalesce(approved, true)
        UNION ALL
        FROM sessions WHERE punched_at IS NOT NULL
    )
),

numbered AS (
    SELECT
        *,
        count(*) FILTER (WHERE begins) OVER (
            PARTITION BY agent_id ORDER BY punched_at RANGE UNBOUNDED PRECEDING
        ) AS number
    FROM presses
),

-- One press of the clock; what says both ways says nothing.
punch AS (
    SELECT
        agent_id,
        min(punched_at) AS punched_at,
        CASE
            WHEN bool_or(direction = 'in') = bool_or(direction = 'out') THEN 'unknown'
            WHEN bool_or(direction = 'in') THEN 'in'
            ELSE 'out'
        END AS direction,
        min((file_id, file_row)) AS place
    FROM numbered
    GROUP BY agent_id, number
),

neighbours AS (
    SELECT
        agent_id,
        shift_date,
        shift_no,
        start_at,
        end_at,
        lag(end_at) OVER shifts AS before,
        lead(start_at) OVER shifts AS after
    FROM schedule SEMI JOIN clock_near ON schedule.shift_date = clock_near.day
    WINDOW shifts AS (PARTITION BY agent_id ORDER BY start_at, shift_no)
),

-- The time in which a punch belongs to a shift: not beyond half-way to the next one.
planned AS (
    SELECT
        agent_id,
        shift_date,
        shift_no,
        start_at,
        end_at,
        greatest(
            start_at - to_seconds($before_s),
            coalesce(before + to_seconds(epoch(start_at - before) / 2), TIMESTAMP '-infinity')
        ) AS opens,
        least(
            end_at + to_seconds($after_s),
            coalesce(end_at + to_seconds(epoch(after - end_at) / 2), TIMESTAMP 'infinity')
        ) AS closes
    FROM neighbours
),

placed AS (
    SELECT
        punch.*,
        coalesce(punch.punched_at < planned.closes, false) AS fits,
        planned.* EXCLUDE (agent_id)
    FROM punch
    ASOF LEFT JOIN planned ON planned.agent_id = punch.agent_id AND punch.punched_at >= planned.opens
),

-- Without a word about the way, the first punch is the way in and the last one the way out. Who goes in the middle of
-- a shift without having come, or comes and is not seen to go, has missed a punch.
sides AS (
    SELECT
        agent_id,
        CASE WHEN fits THEN shift_date ELSE CAST(punched_at AS DATE) END AS day,
        CASE WHEN fits THEN shift_no END AS shift_no,
        any_value(start_at) AS first_start,
        any_value(end_at) AS last_end,
        min(punched_at) FILTER (WHERE direction <> 'out') AS first_in,
        max(punched_at) FILTER (WHERE direction <> 'in') AS last_out,
        min(punched_at) FILTER (WHERE direction = 'out' AND punched_at > coalesce(start_at, punched_at - INTERVAL 1 DAY))
            AS first_gone,
        max(punched_at) FILTER (WHERE direction = 'in' AND punched_at < coalesce(end_at, punched_at + INTERVAL 1 DAY))
            AS last_come,
        bool_or(direction = 'in') AS some_in,
        bool_or(direction = 'out') AS some_out,
        min(place) AS place
    FROM (SELECT * REPLACE (
        CASE WHEN fits THEN start_at END AS start_at, CASE WHEN fits THEN end_at END AS end_at
    ) FROM placed)
    GROUP BY ALL
),

-- One punch cannot be both: which it is, others tell, or the end of the shift that it is nearer to.
told AS (
    SELECT
        *,
        CASE
            WHEN first_in IS DISTINCT FROM last_out THEN NULL
            WHEN some_in THEN 'in'
            WHEN some_out THEN 'out'
            WHEN epoch(first_in - first_start) > epoch(last_end - first_in) THEN 'out'
            ELSE 'in'
        END AS only_one
    FROM sides
)

SELECT
    told.agent_id,
    told.day AS shift_date,
    coalesce(told.shift_no, 1) AS shift_no,
    CASE
        WHEN only_one IS DISTINCT FROM 'out' AND (first_gone >= first_in OR first_gone IS NULL OR last_come > last_out)
            THEN first_in
    END AS in_at,
    CASE WHEN only_one IS DISTINCT FROM 'in' AND (last_come <= last_out OR last_come IS NULL) THEN last_out END AS out_at,
    CAST(NULL AS TIMESTAMP) AS scheduled_start,
    CAST(NULL AS TIMESTAMP) AS scheduled_end,
    told.day AS business_date,
    place[1] AS file_id,
    place[2] AS file_row,
    told.shift_no IS NOT NULL AS planned
FROM told SEMI JOIN clock_days ON clock_days.day = told.day
