-- One row per ticket, with the limits of its service item. segment = the item's key in the catalogue.
-- All …_s are seconds on the 24×7 clock; age_s and closed_age_s run to the end of the last day that is known. Where both
-- times say their offset from UTC, a change of the clocks between them is no time that passed.
-- …_stated: whether the row's file has the column at all, or any value of it: what it has no word of is not "not yet".
-- A time before the one it is counted from is a mistake in the source: the seconds are NULL, not early.
WITH items AS (
    SELECT unnest(
        from_json(
            $items,
            '[{"name": "VARCHAR", "item_key": "VARCHAR", "response_limit_s": "DOUBLE",
               "resolution_limit_s": "DOUBLE"}]'
        ),
        recursive := true
    )
),

last_day AS (
    SELECT max(day) + INTERVAL 1 DAY AS now FROM tickets_known
),

left_out AS (
    SELECT file_id, list("column") AS names FROM columns_left_out WHERE contract = 'tickets' GROUP BY file_id
),

stated AS (
    SELECT
        t.file_id,
        count(t.first_response_at) > 0 OR NOT list_contains(any_value(l.names), 'first_response_at') AS response_stated,
        count(t.resolved_at) > 0 OR NOT list_contains(any_value(l.names), 'resolved_at') AS resolution_stated,
        count(t.reopened_at) > 0 OR NOT list_contains(any_value(l.names), 'reopened_at') AS reopening_stated,
        count(t.followed_up_at) > 0 OR NOT list_contains(any_value(l.names), 'followed_up_at') AS follow_up_stated,
        count(t.repeat_of) > 0 OR NOT list_contains(any_value(l.names), 'repeat_of') AS repeat_stated
    FROM tickets AS t
    INNER JOIN left_out AS l ON l.file_id = t.file_id
    GROUP BY t.file_id
),

passed AS (
    SELECT
        t.*,
        epoch(t.first_response_at - t.opened_at)
            - coalesce(t.first_response_at_offset_s - t.opened_at_offset_s, 0) AS response_s,
        epoch(t.resolved_at - t.opened_at)
            - coalesce(t.resolved_at_offset_s - t.opened_at_offset_s, 0) AS resolution_s,
        epoch(t.reopened_at - t.resolved_at)
            - coalesce(t.reopened_at_offset_s - t.resolved_at_offset_s, 0) AS reopened_after_s,
        epoch(t.followed_up_at - t.closed_at)
            - coalesce(t.followed_up_at_offset_s - t.closed_at_offset_s, 0) AS follow_up_s,
        epoch(t.opened_at - original.opened_at)
            - coalesce(t.opened_at_offset_s - original.opened_at_offset_s, 0) AS repeat_s
    FROM tickets AS t
    LEFT JOIN tickets AS original ON original.ticket_id = t.repeat_of
)

SELECT
    t.* EXCLUDE (team, response_s, resolution_s, follow_up_s, repeat_s),
    t.business_date AS day,
    -- The file's team of a person counts only as long as no staff list was ever loaded.
    CASE WHEN t.agent_id IS NOT NULL AND EXISTS (FROM agents) THEN m.team ELSE coalesce(m.team, t.team) END AS team,
    coalesce(i.item_key, t.item) AS segment,
    i.response_limit_s,
    i.resolution_limit_s,
    CASE WHEN t.response_s >= 0 THEN t.response_s END AS responded_s,
    CASE WHEN t.resolution_s >= 0 THEN t.resolution_s END AS resolved_s,
    CASE WHEN t.follow_up_s >= 0 THEN t.follow_up_s END AS followed_up_after_s,
    CASE WHEN t.repeat_s >= 0 THEN t.repeat_s END AS repeat_after_s,
    epoch(last_day.now - t.opened_at) AS age_s,
    epoch(last_day.now - t.resolved_at) AS resolved_age_s,
    epoch(last_day.now - t.closed_at) AS closed_age_s,
    coalesce(s.response_stated, true) AS response_stated,
    coalesce(s.resolution_stated, true) AS resolution_stated,
    coalesce(s.reopening_stated, true) AS reopening_stated,
    coalesce(s.follow_up_stated, true) AS follow_up_stated,
    coalesce(s.repeat_stated, true) AS repeat_stated
FROM passed AS t
CROSS JOIN last_day
LEFT JOIN stated AS s ON s.file_id = t.file_id
LEFT JOIN items AS i ON i.name = t.item
LEFT JOIN memberships AS m ON m.agent_id = t.agent_id AND t.business_date BETWEEN m.since AND m.until
