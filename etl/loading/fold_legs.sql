-- The rows of `linked` with `leg_no`: a row that begins a leg, after one that ends a leg, begins the next.
SELECT
    * EXCLUDE (ended),
    coalesce(max(CASE WHEN contains(({leg}), 'begins') THEN ended END) OVER (
        PARTITION BY fold_key ORDER BY ({order}), file_row ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW), 0) AS leg_no
FROM (
    SELECT
        *,
        coalesce(sum(CASE WHEN contains(({leg}), 'ends') THEN 1 END) OVER (
            PARTITION BY fold_key ORDER BY ({order}), file_row ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0) AS ended
    FROM linked)
