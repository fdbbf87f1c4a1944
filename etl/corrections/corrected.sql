-- `corrected_<contract>`: one row a fact and correction that means it, and whether that one holds. Of corrections that
-- settle the same about a fact the last one holds, and one that takes it out only until it is taken in again.
INSERT INTO {corrected}
SELECT
    * EXCLUDE (out_at, in_at, latest),
    true,
    CASE
        WHEN slot = 'exclude' THEN out_at > coalesce(in_at, 0)
        ELSE in_at > coalesce(out_at, 0) AND place = latest
    END
FROM (
    SELECT
        *,
        max(place) FILTER (WHERE slot = 'exclude') OVER (PARTITION BY {key}) AS out_at,
        max(place) FILTER (WHERE slot <> 'exclude') OVER (PARTITION BY {key}) AS in_at,
        max(place) OVER (PARTITION BY {key}, slot) AS latest
    FROM chosen)
