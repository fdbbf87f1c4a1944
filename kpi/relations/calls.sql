-- One row per leg of a customer's call: what one person, or one queue, had of it. segment = queue.
-- next_contact_s, next_unclear_s: see repeat_contacts; NULL for never, or later than any look_back_days. A missing agent
-- is "nobody known" only in files that name anybody (naming_files).
-- waits_known: whether its file says of most answered calls how long they waited (waitless_files).
-- age_s: seconds from the start of the call to the end of the last loaded day.
WITH last_day AS (
    SELECT max(day) + INTERVAL 1 DAY AS now FROM loaded_days WHERE contract = 'calls'
)

SELECT
    c.* EXCLUDE (team, owner),
    c.business_date AS day,
    c.file_id NOT IN (SELECT file_id FROM waitless_files) AS waits_known,
    CASE
        WHEN c.answered AND c.owner IS NULL AND c.file_id IN (SELECT file_id FROM naming_files) THEN NULL
        -- The file's team of a person counts only as long as no staff list was ever loaded.
        WHEN c.owner IS NOT NULL AND EXISTS (FROM agents) THEN m.team
        ELSE coalesce(m.team, c.team)
    END AS team,
    c.queue AS segment,
    epoch(last_day.now - c.started_at) AS age_s,
    again.next_contact_s,
    again.next_unclear_s
FROM call_rows AS c
CROSS JOIN last_day
LEFT JOIN repeat_contacts AS again ON again.call_id = coalesce(c.contact_id, c.call_id)
-- A lost call belongs to the team of whom it was meant for; one answered by nobody known does not.
LEFT JOIN memberships AS m ON m.agent_id = c.owner AND c.business_date BETWEEN m.since AND m.until
