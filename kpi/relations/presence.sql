-- One row per person and day with any state of the work place, or with a planned shift that it should have states of.
-- Time counts on the day that the clock shows: of states and shifts over midnight a part on each. segment is empty.
--   present    whether the person has any state on that day
--   logged_s   logged in: by the sessions of that day, where there are none by the other states; once where they overlap
--   busy_s     talking or in wrap-up      ready_s  ready, and neither busy nor on break; NULL for both where the team's
--   states of that month know no talking, or no ready time
--   planned_s  planned, excused leave taken out; NULL where the team has no state that day, or the person none that
--   month: whose states were never loaded is unknown, not absent
--   adhered_s  how much of that logged in, and not on break unless busy
--   handled    customers' calls that the person answered; NULL where nobody has any that day, or the team none that month
-- A state without an end leaves the seconds of its day unknown, and those of the next where it may last into a shift;
-- logged_s only one that tells of being logged in.
WITH states AS (
    SELECT
        *,
        state = 'logged_in' OR NOT (
            bool_or(state = 'logged_in') OVER (PARTITION BY agent_id, business_date)
            -- A session of the night before is one of this day, too.
            OR coalesce(max(ended_at) FILTER (state = 'logged_in') OVER earlier > business_date, false)
        ) AS tells_login,
        -- Without an end it lasts until the next of its kind at most, and no longer than a day.
        coalesce(
            ended_at,
            min(started_at) OVER (
                PARTITION BY agent_id, state ORDER BY started_at
                RANGE BETWEEN INTERVAL 1 MICROSECOND FOLLOWING AND INTERVAL 1 DAY FOLLOWING
            ),
            started_at + INTERVAL 1 DAY
        ) AS until
    FROM agent_states
    WINDOW earlier AS (PARTITION BY agent_id ORDER BY business_date)
),

excused AS (
    SELECT * FROM absences WHERE excused
),

plans AS (
    SELECT s.*
    FROM schedule AS s
    SEMI JOIN agent_states AS a ON a.agent_id = s.agent_id
    ANTI JOIN excused AS l ON l.whole AND l.agent_id = s.agent_id AND s.shift_date BETWEEN l.first_day AND l.last_day
),

stretches AS (
    SELECT
        agent_id,
        started_at AS since,
        until,
        unnest(CASE
            WHEN ended_at IS NULL AND tells_login THEN ['unknown', 'unknown login']
            WHEN ended_at IS NULL THEN ['unknown']
            WHEN tells_login THEN [state, 'logged']
            ELSE [state]
        END) AS what,
        (file_id, file_row) AS place
    FROM states
    UNION ALL
    SELECT agent_id, start_at, end_at, 'planned', (file_id, file_row) FROM plans
    UNION ALL
    SELECT agent_id, starts_at, ends_at, 'excused', NULL FROM excused
    WHERE NOT whole AND agent_id IN (SELECT agent_id FROM plans)
),

-- What begins (1) or ends (-1) and when, and every midnight in between.
edges AS (
    SELECT agent_id, unnest([since, until]) AS moment, unnest([1, -1]) AS step, what, place FROM stretches
    UNION ALL
    SELECT
        agent_id,
        unnest(generate_series(date_trunc('day', since) + INTERVAL 1 DAY, until, INTERVAL 1 DAY)) AS moment,
        0 AS step,
        what,
        place
    FROM stretches
),

-- From each edge to the next, with how many stretches of each kind it lies in.
spans AS (
    SELECT
        agent_id,
        CAST(moment AS DATE) AS day,
        epoch(lead(moment, 1, moment) OVER so_far - moment) AS lasts_s,
        place,
        step,
        what,
        coalesce(sum(step) FILTER (what = 'logged') OVER so_far, 0) > 0 AS logged,
        coalesce(sum(step) FILTER (what IN ('talking', 'wrap')) OVER so_far, 0) > 0 AS busy,
        coalesce(sum(step) FILTER (what = 'talking') OVER so_far, 0) > 0 AS talking,
        coalesce(sum(step) FILTER (what = 'ready') OVER so_far, 0) > 0 AS ready,
        coalesce(sum(step) FILTER (what = 'break') OVER so_far, 0) > 0 AS away,
        coalesce(sum(step) FILTER (what = 'unknown') OVER so_far, 0) > 0 AS unknown,
        coalesce(sum(step) FILTER (what = 'unknown login') OVER so_far, 0) > 0 AS unknown_login,
        coalesce(sum(step) FILTER (what = 'planned') OVER so_far, 0) > 0
        AND coalesce(sum(step) FILTER (what = 'excused') OVER so_far, 0) = 0 AS planned
    FROM edges
    WINDOW so_far AS (PARTITION BY agent_id ORDER BY moment)
),

days AS (
    SELECT
        agent_id,
        day,
        bool_or(
            (step = 1 AND what NOT IN ('planned', 'excused')) OR (lasts_s > 0 AND (logged OR busy OR ready OR away))
        ) AS present,
        NOT bool_or((step = 1 AND what = 'unknown') OR (lasts_s > 0 AND unknown AND planned)) AS known,
        NOT bool_or((step = 1 AND what = 'unknown login') OR (lasts_s > 0 AND unknown_login AND planned)) AS known_login,
        coalesce(sum(lasts_s) FILTER (logged), 0) AS logged_s,
        coalesce(sum(lasts_s) FILTER (busy), 0) AS busy_s,
        bool_or(lasts_s > 0 AND talking) AS talked,
        coalesce(sum(lasts_s) FILTER (ready AND NOT busy AND NOT away), 0) AS ready_s,
        coalesce(sum(lasts_s) FILTER (planned), 0) AS planned_s,
        coalesce(sum(lasts_s) FILTER (planned AND logged AND (busy OR NOT away)), 0) AS adhered_s,
        min(place) AS place
    FROM spans
    GROUP BY agent_id, day
),

answered AS (
    SELECT agent_id, business_date AS day, count(*) AS handled
    FROM calls
    WHERE
        answered AND coalesce(of_inbound, direction = 'in') AND callback IS NOT TRUE
        AND agent_id IN (SELECT agent_id FROM agent_states)
    GROUP BY agent_id, business_date
),

together AS (
    SELECT
        d.*,
        m.team,
        a.handled,
        bool_or(d.present) OVER (PARTITION BY m.team, d.day)
        AND bool_or(d.present) OVER (PARTITION BY d.agent_id, date_trunc('month', d.day)) AS expected,
        bool_or(d.talked) OVER months AND sum(d.ready_s) OVER months > 0 AS told_apart,
        count(a.handled) OVER (PARTITION BY d.day) > 0 AND count(a.handled) OVER months > 0 AS counted
    FROM days AS d
    LEFT JOIN memberships AS m ON m.agent_id = d.agent_id AND d.day BETWEEN m.since AND m.until
    LEFT JOIN answered AS a ON a.agent_id = d.agent_id AND a.day = d.day
    WINDOW months AS (PARTITION BY m.team, date_trunc('month', d.day))
)

SELECT
    agent_id,
    day,
    team,
    CAST(NULL AS VARCHAR) AS segment,
    present,
    CASE WHEN known_login THEN logged_s END AS logged_s,
    CASE WHEN known AND told_apart THEN busy_s END AS busy_s,
    CASE WHEN known AND told_apart THEN ready_s END AS ready_s,
    CASE WHEN expected THEN planned_s END AS planned_s,
    CASE WHEN known THEN adhered_s END AS adhered_s,
    CASE WHEN counted THEN coalesce(handled, 0) END AS handled,
    place[1] AS file_id,
    place[2] AS file_row
FROM together
WHERE present OR (expected AND planned_s > 0)
