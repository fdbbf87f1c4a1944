-- One row per review and point that was marked: the row of the review in "qa", in which the marks, in total
-- and by level-1 group, are those of this point alone. item = the point as its file names it.
SELECT
    relation.* REPLACE (
        i.earned AS earned,
        i.applicable AS applicable,
        CASE WHEN form.level_1 = 'information' THEN i.earned END AS information_earned,
        CASE WHEN form.level_1 = 'information' THEN i.applicable END AS information_applicable,
        CASE WHEN form.level_1 IN ('communication', 'relationship') THEN i.earned END AS communication_earned,
        CASE WHEN form.level_1 IN ('communication', 'relationship') THEN i.applicable END
            AS communication_applicable
    ),
    i.item
FROM relation
INNER JOIN qa_items AS i ON i.review_id = relation.review_id
LEFT JOIN (
    SELECT unnest(from_json($qa_form, '[{"item": "VARCHAR", "level_1": "VARCHAR"}]'), recursive := true)
) AS form ON form.item = i.item
