-- `clocked`: the rows of `told_by_clock` that no file gives: of a shift, or of a person without any that day.
CREATE OR REPLACE TEMP TABLE clocked AS
SELECT * EXCLUDE (planned)
FROM told_by_clock
WHERE
    (agent_id, shift_date, shift_no) NOT IN (
        SELECT (agent_id, shift_date, shift_no) FROM attendance SEMI JOIN clock_days ON day = shift_date
    )
    AND (
        planned
        OR (agent_id, shift_date) NOT IN (
            SELECT (agent_id, shift_date) FROM schedule SEMI JOIN clock_days ON day = shift_date
            UNION ALL
            SELECT (agent_id, shift_date) FROM attendance SEMI JOIN clock_days ON day = shift_date
        )
    );

-- `requested_punches`: what an approved request 补卡 says of a side that a file's row of attendance lacks.
DELETE FROM requested_punches WHERE shift_date IN (SELECT day FROM clock_days);

INSERT INTO requested_punches
WITH requests AS (
    SELECT agent_id, punched_at FROM punches WHERE approved
)

SELECT
    agent_id,
    shift_date,
    shift_no,
    CASE WHEN a.in_at IS NULL AND (agent_id, t.in_at) IN (FROM requests) THEN t.in_at END AS in_at,
    CASE WHEN a.out_at IS NULL AND (agent_id, t.out_at) IN (FROM requests) THEN t.out_at END AS out_at
FROM told_by_clock AS t
JOIN attendance AS a USING (agent_id, shift_date, shift_no)
WHERE (a.in_at IS NULL) <> (a.out_at IS NULL)
