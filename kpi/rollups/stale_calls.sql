-- Into stale_days every day of calls that a load touched, with the $back days before it: calls of these days can be
-- counted otherwise now, and what is made of them in $relation.
INSERT INTO stale_days
WITH now AS (
    SELECT max(day) AS last FROM loaded_days WHERE contract = 'calls'
),

before AS (
    SELECT max(last) AS last FROM rollup_ends WHERE relation = 'calls'
),

found AS (
    SELECT day FROM touched_days WHERE contract = 'calls'
    UNION
    -- Whose shift a call fell into; that of a night ends on the next day.
    SELECT unnest([day, day + 1]) FROM touched_days WHERE contract = 'schedule'
    UNION
    -- "Now" moved: days before it become mature, or cease to be.
    SELECT
        unnest(
            generate_series(least(now.last, before.last), greatest(now.last, before.last), INTERVAL 1 DAY)
        )::DATE
    FROM now, before
)

SELECT DISTINCT $relation, CAST(day - CAST(n AS INTEGER) AS DATE)
FROM found, range($back + 1) AS earlier (n)
