-- Contacts after which the same customer called again: seconds until then about the same matter (next_contact_s), and
-- until a contact of which that is not known (next_unclear_s). Two contacts are the same matter if both reasons agree,
-- or neither file has reasons at all; where one has, and a reason is blank, that pair is unknown. A contact of several
-- legs is its first leg here, and goes by its contact_id. Whoever gives up within five seconds did not try again, and
-- colleagues among each other are no customers. Of calls that begin in the same moment the one that stands later in
-- its file is the later one.
-- Calls that a program without these rules loaded stay as they were counted: blank reasons agree with each other, and
-- whoever gives up at once tried again.
WITH earlier AS (
    SELECT file_id FROM files WHERE contract = 'calls' AND format IS NULL
),

contacts AS (
    SELECT
        coalesce(contact_id, call_id) AS call_id,
        customer_key,
        started_at,
        file_id,
        file_row,
        reason,
        file_id IN (FROM earlier) AS is_earlier,
        CASE WHEN reason IS NOT NULL THEN 'given' WHEN file_id IN (FROM reason_files) THEN 'blank' ELSE 'none' END AS said
    FROM calls
    WHERE direction = 'in'
        AND callback IS NOT TRUE
        AND customer_key IS NOT NULL
        AND coalesce(leg_no, 1) = 1
        AND (answered OR contact_id IS NOT NULL OR wait_s IS NULL OR wait_s >= 5 OR is_earlier)
)

SELECT *
FROM (
    SELECT
        call_id,
        CASE WHEN said <> 'blank' THEN epoch(lead(started_at) OVER same_matter - started_at) END AS next_contact_s,
        epoch(
            CASE
                WHEN is_earlier THEN NULL
                WHEN said = 'blank' THEN lead(started_at) OVER of_customer
                WHEN said = 'given' THEN min(started_at) FILTER (WHERE said <> 'given') OVER afterwards
                ELSE min(started_at) FILTER (WHERE said <> 'none') OVER afterwards
            END - started_at
        ) AS next_unclear_s
    FROM contacts
    WINDOW
        same_matter AS (PARTITION BY customer_key, said, reason ORDER BY started_at, file_id, file_row),
        of_customer AS (PARTITION BY customer_key ORDER BY started_at, file_id, file_row),
        afterwards AS (
            PARTITION BY customer_key ORDER BY started_at, file_id, file_row
            ROWS BETWEEN 1 FOLLOWING AND UNBOUNDED FOLLOWING)
)
WHERE next_contact_s IS NOT NULL OR next_unclear_s IS NOT NULL
