-- One row per planned shift, of the roster or of a file of the time clock that has its own, with the punches of both and
-- whether the clock has a row of it.
SELECT
    coalesce(s.agent_id, a.agent_id) AS agent_id,
    coalesce(s.shift_date, a.shift_date) AS day,
    coalesce(s.shift_no, a.shift_no) AS shift_no,
    s.shift,
    coalesce(s.start_at, a.scheduled_start) AS start_at,
    coalesce(s.end_at, a.scheduled_end) AS end_at,
    coalesce(a.in_at, r.in_at) AS in_at,
    coalesce(a.out_at, r.out_at) AS out_at,
    a.agent_id IS NOT NULL AS recorded,
    coalesce(a.file_id, s.file_id) AS file_id,
    coalesce(a.file_row, s.file_row) AS file_row
FROM schedule AS s
FULL OUTER JOIN attendance AS a
    ON a.agent_id = s.agent_id AND a.shift_date = s.shift_date AND a.shift_no = s.shift_no
LEFT JOIN requested_punches AS r
    ON r.agent_id = a.agent_id AND r.shift_date = a.shift_date AND r.shift_no = a.shift_no
