-- The undated rows of the list {list}, which held from {old}, hold from {new}. Where a person has a stay from that
-- day already, the list says nothing new: its own row goes, and stands in the history.
CREATE OR REPLACE TEMP TABLE moving AS
SELECT fact.rowid AS place, EXISTS (
    SELECT 1 FROM agents AS other WHERE other.agent_id = fact.agent_id AND other.valid_from = {new}
) AS taken
FROM agents AS fact
WHERE
    fact.valid_from = {old}
    AND fact.agent_id IN (SELECT agent_id FROM listed WHERE file_id = {list} AND undated)
    AND fact.agent_id NOT IN (
        SELECT l.agent_id
        FROM listed AS l
        JOIN staff_lists AS other ON other.file_id = l.file_id
        JOIN staff_lists AS own ON own.file_id = {list}
        WHERE l.undated AND other.since = {old} AND other.said IS DISTINCT FROM own.said
    );

INSERT INTO row_history
SELECT
    'agents', concat_ws(' / ', agent_id, valid_from), file_id, file_row, {list}, NULL,
    CAST(to_json(fact) AS VARCHAR)
FROM agents AS fact
WHERE rowid IN (SELECT place FROM moving WHERE taken);

DELETE FROM agents WHERE rowid IN (SELECT place FROM moving WHERE taken);

UPDATE agents SET valid_from = {new}, business_date = {new}
WHERE rowid IN (SELECT place FROM moving WHERE NOT taken)
