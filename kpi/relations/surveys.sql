-- One row per question of a survey, answered or only offered. What a score means stands in its row, else in
-- config/surveys.toml for its source. `answered` is NULL where a 0 may be an answer or none. `points` is the answer
-- counted so that more is better; NULL without a scale or off it. `needed` are the points that count as satisfied.
-- `all_listed` says that the file also lists who was not invited.
-- Rows of an earlier program name no question: there the two best points of any scale counted.
WITH scales AS (
    SELECT unnest(
        from_json(
            $scales,
            '[{"source": "VARCHAR", "scale": "DOUBLE", "best": "DOUBLE", "satisfied": "DOUBLE", "no_answer": "DOUBLE"}]'
        ),
        recursive := true
    )
),

said AS (
    SELECT DISTINCT f.file_id, scales.* EXCLUDE (source)
    FROM files AS f JOIN scales ON scales.source = f.source WHERE f.contract = 'surveys'
),

-- A recommendation is asked for on 0 to 10: what else a source's answers mean is not meant for it.
scaled AS (
    SELECT s.* REPLACE (
        coalesce(s.scale, CASE WHEN said.scale = 10 OR other THEN said.scale END) AS scale,
        coalesce(s.best, CASE WHEN other THEN said.best END) AS best,
        coalesce(s.satisfied, CASE WHEN other THEN said.satisfied END) AS satisfied,
        coalesce(s.no_answer, CASE WHEN other THEN said.no_answer END) AS no_answer)
    FROM (SELECT *, question IS DISTINCT FROM 'recommend' AS other FROM surveys) AS s
    LEFT JOIN said ON said.file_id = s.file_id
),

answers AS (
    SELECT
        *,
        CASE WHEN scale IN (1, 100) OR NOT other THEN 0 ELSE 1 END AS lowest,
        CASE WHEN score <> coalesce(no_answer, lowest - 1) THEN score END AS answer,
        CASE WHEN score = 0 AND other AND scale IS NULL AND no_answer IS NULL THEN NULL
            ELSE answer IS NOT NULL END AS answered
    FROM scaled
)

SELECT
    a.* EXCLUDE (other, lowest, answer),
    CASE
        -- Effort is asked both ways: how much it was (1 is best), and whether it was easy (1 is worst).
        WHEN a.best IS NULL AND a.question = 'effort' THEN NULL
        WHEN a.answer NOT BETWEEN a.lowest AND a.scale THEN NULL
        WHEN a.best < a.scale THEN a.lowest + a.scale - a.answer
        WHEN a.scale IS NOT NULL THEN a.answer
    END AS points,
    a.scale + 1 - coalesce(
        a.satisfied,
        CASE
            WHEN a.question IS NULL THEN 2
            WHEN a.scale IN (1, 2, 3) THEN 1
            WHEN a.scale IN (4, 5, 7, 10) THEN 2
        END) AS needed,
    a.file_id IN (SELECT file_id FROM surveys WHERE NOT invited) AS all_listed,
    a.business_date AS day,
    m.team,
    CAST(NULL AS VARCHAR) AS segment
FROM answers AS a
LEFT JOIN memberships AS m ON m.agent_id = a.agent_id AND a.business_date BETWEEN m.since AND m.until
