-- One row per ticket and day at whose end it was open, up to the last loaded day. segment = the item.
-- day_age_s: seconds from its opening to the end of that day.
-- A ticket is open until it is resolved, or closed without that; one reopened later than it was resolved again
-- until it is closed. Of files that resolve or close no ticket at all nobody knows what is open.
WITH last_day AS (
    SELECT max(day) AS day FROM loaded_days WHERE contract = 'tickets'
),

settling AS (
    SELECT DISTINCT file_id FROM tickets WHERE coalesce(resolved_at, closed_at) IS NOT NULL
),

stretches AS (
    SELECT
        *,
        opened_at AS open_from,
        coalesce(resolved_at, closed_at) AS open_until
    FROM tickets
    UNION ALL BY NAME
    SELECT
        *,
        reopened_at AS open_from,
        closed_at AS open_until
    FROM tickets
    WHERE reopened_at > resolved_at AND (closed_at IS NULL OR closed_at > reopened_at)
),

days AS (
    SELECT
        s.* EXCLUDE (open_from, open_until),
        CAST(unnest(generate_series(
            CAST(s.open_from AS DATE),
            least(coalesce(CAST(s.open_until AS DATE) - 1, last_day.day), last_day.day),
            INTERVAL 1 DAY
        )) AS DATE) AS day
    FROM stretches AS s
    CROSS JOIN last_day
    SEMI JOIN settling ON settling.file_id = s.file_id
)

SELECT
    d.* EXCLUDE (team),
    coalesce(m.team, d.team) AS team,
    d.item AS segment,
    epoch(d.day + INTERVAL 1 DAY - d.opened_at) AS day_age_s
FROM days AS d
LEFT JOIN memberships AS m ON m.agent_id = d.agent_id AND d.day BETWEEN m.since AND m.until
