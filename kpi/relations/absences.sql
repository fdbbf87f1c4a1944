-- Approved leave in force, one row each: "excused" where its type leaves the plan, "whole" where it is of whole days.
-- Leave of whole days is leave from the shifts of these days, first_day to last_day, also where they end on the next
-- one. Leave that was changed is what the latest file with its number says, or the leave that amends it.
WITH leave_rules AS (
    SELECT unnest(from_json($leave, '[{"leave_type": "VARCHAR", "rule": "VARCHAR"}]'), recursive := true)
)

SELECT
    l.agent_id,
    l.starts_at,
    l.ends_at,
    CAST(l.starts_at AS DATE) AS first_day,
    CAST(l.ends_at + INTERVAL 1 MINUTE AS DATE) - 1 AS last_day,
    CAST(l.starts_at AS TIME) = TIME '00:00:00'
    AND (CAST(l.ends_at AS TIME) = TIME '00:00:00' OR CAST(l.ends_at AS TIME) >= TIME '23:59:00') AS whole,
    r.rule IS DISTINCT FROM 'counts' AS excused
FROM "leave" AS l
LEFT JOIN leave_rules AS r ON r.leave_type = lower(trim(l.leave_type))
WHERE
    l.approved
    AND NOT EXISTS (
        FROM "leave" AS later
        WHERE
            later.approved AND later.agent_id = l.agent_id
            AND (later.amends = l.leave_id OR (later.leave_id = l.leave_id AND later.file_id > l.file_id))
    )
