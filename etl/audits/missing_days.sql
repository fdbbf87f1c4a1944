-- Days without data on which data are to be expected, told from the weekdays of the data themselves: a desk that
-- is closed on Sundays misses nothing there. Reads `counted(part, day, facts)`, where a part is whatever is looked
-- at by itself, and `weights(part, day, weight)`: of a team, how many rows the other teams have that day (what is not
-- there has the weight 1). Gives `missing(part, day, known)` in the months from the first to the last day of a part,
-- for each stretch of it: after nine weeks without any data a new one begins.
--
-- What is usual on a day is the median number of rows per weight on the same weekday of the eight nearest weeks
-- that have any data (its own week left out), times the weight of the day. Days without data that follow each
-- other are missing when 8 or more rows would have been usual in them together (12 where a weight is estimated),
-- for then chance does not explain it (e^-8 is 0.03 % for a Poisson count); of those days the ones on which at
-- least one row is usual. As long as the eight weeks hold fewer than 8 days of data, nothing is known about
-- weekdays: then every day is missing, and `known` is false. Public holidays are not known.
WITH counted AS ({counted}),

weights AS ({weights}),

days AS (
    SELECT
        counted.part,
        counted.day,
        CAST(date_trunc('week', counted.day) AS DATE) AS week,
        facts / coalesce(weight, 1) AS share
    FROM counted
    LEFT JOIN weights ON weights.part = counted.part AND weights.day = counted.day
),

weeks AS (
    SELECT
        *,
        sum(begins) OVER (PARTITION BY part ORDER BY week) AS stretch
    FROM (
        SELECT
            part,
            week,
            count(*) AS days,
            CAST(coalesce(week - lag(week) OVER (PARTITION BY part ORDER BY week) > 63, false) AS INTEGER) AS begins
        FROM days
        GROUP BY part, week)
),

numbered AS (
    SELECT
        *,
        row_number() OVER (PARTITION BY part, stretch ORDER BY week) AS turn,
        count(*) OVER (PARTITION BY part, stretch) AS turns
    FROM weeks
),

calendar AS (
    SELECT
        part,
        stretch,
        any_value(turns) AS turns,
        CAST(unnest(generate_series(date_trunc('month', min(day)), last_day(max(day)), INTERVAL 1 DAY)) AS DATE) AS day
    FROM days
    JOIN numbered USING (part, week)
    GROUP BY part, stretch
),

empty AS (
    SELECT * FROM calendar ANTI JOIN counted ON counted.part = calendar.part AND counted.day = calendar.day
),

-- How many weeks with data lie before and after the week of each day.
placed AS (
    SELECT
        empty.part,
        empty.stretch,
        empty.day,
        coalesce(turn, 0) AS turn,
        coalesce(turn, 0) - CAST(coalesce(week + 7 > empty.day, false) AS INTEGER) AS earlier,
        empty.turns - coalesce(turn, 0) AS later
    FROM empty
    ASOF LEFT JOIN numbered
        ON numbered.part = empty.part AND numbered.stretch = empty.stretch AND numbered.week <= empty.day
),

near AS (
    SELECT
        part,
        stretch,
        day,
        unnest(
            range(earlier - least(earlier, greatest(4, 8 - later)) + 1, earlier + 1)
            || range(turn + 1, turn + 1 + least(later, greatest(4, 8 - earlier)))
        ) AS turn
    FROM placed
),

seen AS (
    SELECT near.part, near.day, sum(numbered.days) AS days, median(coalesce(days.share, 0)) AS share
    FROM near
    JOIN numbered
        ON numbered.part = near.part AND numbered.stretch = near.stretch AND numbered.turn = near.turn
    LEFT JOIN days
        ON days.part = near.part AND days.day = numbered.week + CAST(isodow(near.day) - 1 AS INTEGER)
    GROUP BY near.part, near.day
),

-- Days that follow each other have the same difference to their number.
runs AS (
    SELECT
        empty.part,
        empty.day,
        coalesce(days, 0) >= 8 AS known,
        share * coalesce(weight, 1) AS usual,
        CASE WHEN weight IS NULL THEN 8 ELSE 12 END AS needed,
        empty.day - CAST(row_number() OVER (PARTITION BY empty.part ORDER BY empty.day) AS INTEGER) AS run
    FROM empty
    LEFT JOIN seen ON seen.part = empty.part AND seen.day = empty.day
    LEFT JOIN weights ON weights.part = empty.part AND weights.day = empty.day
),

missing AS (
    SELECT part, day, known FROM runs
    QUALIFY NOT known
        OR (usual >= 1 AND sum(usual) FILTER (WHERE known) OVER (PARTITION BY part, run) >= needed)
)

{question}
