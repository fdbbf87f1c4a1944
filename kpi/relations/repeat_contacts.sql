-- Contacts after which the same customer called again about the same reason: seconds until then. A contact of several
-- legs is its first leg here, and goes by its contact_id.
-- Of calls that begin in the same moment the one that stands later in its file is the later one.
SELECT call_id, next_contact_s
FROM (
    SELECT
        coalesce(contact_id, call_id) AS call_id,
        epoch(
            lead(started_at) OVER (
                PARTITION BY customer_key, reason ORDER BY started_at, file_id, file_row
            ) - started_at
        ) AS next_contact_s
    FROM calls
    WHERE direction = 'in' AND callback IS NOT TRUE AND customer_key IS NOT NULL AND coalesce(leg_no, 1) = 1
)
WHERE next_contact_s IS NOT NULL
