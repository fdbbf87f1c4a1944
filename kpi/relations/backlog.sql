-- One row per ticket and day at whose end it was open, up to the last day that is known. segment = the item.
-- day_age_s: seconds from its opening to the end of that day.
-- A ticket is open until it is resolved, or closed without that; one reopened later than that again until it is
-- closed for good. Of files that resolve or close no ticket at all nobody knows what is open.
WITH last_day AS (
    SELECT max(day) AS day FROM tickets_known
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
        CASE WHEN closed_at > reopened_at THEN closed_at END AS open_until
    FROM tickets
    WHERE reopened_at > coalesce(resolved_at, closed_at)
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
    -- The file's team of a person counts only as long as no staff list was ever loaded.
    CASE WHEN d.agent_id IS NOT NULL AND EXISTS (FROM agents) THEN m.team ELSE coalesce(m.team, d.team) END AS team,
    d.item AS segment,
    epoch(d.day + INTERVAL 1 DAY - d.opened_at) AS day_age_s
FROM days AS d
LEFT JOIN memberships AS m ON m.agent_id = d.agent_id AND d.day BETWEEN m.since AND m.until
