-- One row per half-hour in which customers' calls began: of all of them (team empty), and of each team's; never both
-- count together. calls: those that the indicator service_level counts, or would if it knew their wait (unknown of
-- them); in_time those that reach it.
SELECT
    day,
    team,
    CAST(NULL AS VARCHAR) AS agent_id,
    CAST(NULL AS VARCHAR) AS segment,
    time_bucket(INTERVAL 30 MINUTE, started_at) AS half_hour,
    count(*) AS calls,
    count(*) FILTER (answered AND wait_s <= CAST($within_s AS DOUBLE)) AS in_time,
    count(*) FILTER (CASE WHEN answered THEN wait_s IS NULL ELSE NOT waits_known END) AS unknown,
    min(file_id) AS file_id,
    min(file_row) AS file_row
FROM relation
WHERE answered OR wait_s IS NULL OR wait_s >= CAST($short_s AS DOUBLE)
GROUP BY GROUPING SETS ((day, half_hour), (day, half_hour, team))
HAVING grouping(team) = 1 OR team IS NOT NULL
