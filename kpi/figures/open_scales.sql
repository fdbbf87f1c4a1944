-- One row a source whose answers no figure counts: how many, from which to which, and what nobody said about them.
SELECT
    source,
    count(*) AS answers,
    min(score) AS lowest,
    max(score) AS highest,
    bool_or(scale IS NULL) AS scale,
    bool_or(scale IS NOT NULL AND needed IS NULL AND question <> 'recommend') AS satisfied,
    bool_or(best IS NULL AND question = 'effort') AS best
FROM relation
JOIN (SELECT DISTINCT file_id, source FROM files WHERE contract = 'surveys') AS files USING (file_id)
WHERE score IS NOT NULL AND answered IS NOT FALSE
GROUP BY source
HAVING scale OR satisfied OR best
ORDER BY answers DESC, source
