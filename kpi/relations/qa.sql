-- One row per review, with its points in total and by level-1 group of the QA form.
-- any_fatal is true when the review or one of its points is marked fatal; fatal_stated, when the file
-- it came from marks fatal errors at all: silence of a file that never does is not "none".
WITH form AS (
    SELECT unnest(from_json($qa_form, '[{"item": "VARCHAR", "level_1": "VARCHAR"}]'), recursive := true)
),

points AS (
    SELECT
        i.review_id,
        sum(i.earned) AS earned,
        sum(i.applicable) AS applicable,
        sum(i.earned) FILTER (WHERE f.level_1 = 'information') AS information_earned,
        sum(i.applicable) FILTER (WHERE f.level_1 = 'information') AS information_applicable,
        sum(i.earned) FILTER (WHERE f.level_1 IN ('communication', 'relationship')) AS communication_earned,
        sum(i.applicable) FILTER (WHERE f.level_1 IN ('communication', 'relationship'))
            AS communication_applicable,
        bool_or(i.fatal) AS fatal_point
    FROM qa_items AS i
    LEFT JOIN form AS f ON f.item = i.item
    GROUP BY i.review_id
),

stating AS (
    SELECT file_id FROM qa_reviews WHERE fatal IS NOT NULL
    UNION
    SELECT r.file_id FROM qa_reviews AS r JOIN points AS p USING (review_id) WHERE p.fatal_point IS NOT NULL
)

SELECT
    r.*,
    p.* EXCLUDE (review_id),
    r.business_date AS day,
    m.team,
    CAST(NULL AS VARCHAR) AS segment,
    coalesce(r.fatal, false) OR coalesce(p.fatal_point, false) AS any_fatal,
    r.file_id IN (SELECT file_id FROM stating) AS fatal_stated
FROM qa_reviews AS r
LEFT JOIN points AS p ON p.review_id = r.review_id
LEFT JOIN memberships AS m ON m.agent_id = r.agent_id AND r.business_date BETWEEN m.since AND m.until
-- A review without a time of its own has a day once its call is loaded.
WHERE r.business_date IS NOT NULL
