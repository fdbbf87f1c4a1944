-- Calls after which the same customer called again about the same reason: seconds until then.
-- Of calls that begin in the same moment the one that stands later in its file is the later one.
SELECT call_id, next_contact_s
FROM (
    SELECT
        call_id,
        epoch(
            lead(started_at) OVER (
                PARTITION BY customer_key, reason ORDER BY started_at, file_id, file_row
            ) - started_at
        ) AS next_contact_s
    FROM calls
    WHERE direction = 'in' AND customer_key IS NOT NULL
)
WHERE next_contact_s IS NOT NULL
