-- What went straight into the facts and has to be looked at again; `file_row` says of each whether it is good, odd
-- or not meant for the table. `twice` are the hashes of keys that occur more than once.

-- One row a fact of the file with such a key.
CREATE OR REPLACE TEMP TABLE again AS
SELECT rowid AS place, {content}, file_row AS state FROM {facts}
WHERE file_id = {file_id} AND file_row <> {ignored} AND hash({key}) IN (FROM twice);

-- One row a key that facts of older files have already.
CREATE OR REPLACE TEMP TABLE known AS
SELECT {key} FROM (SELECT {key} FROM {facts} WHERE file_id <> {file_id})
SEMI JOIN (SELECT {key} FROM {facts} WHERE file_id = {file_id} AND file_row <> {ignored}) USING ({key});

-- One row an identity whose rows are all alike and good, with the first of them.
CREATE OR REPLACE TEMP TABLE alike AS
SELECT {identity}, min(first) AS first FROM (
    SELECT {content}, state, min(place) AS first FROM again GROUP BY {content}, state)
GROUP BY {identity} HAVING count(*) = 1 AND max(state) = {good};

-- One row a fact that only repeats a good one.
CREATE OR REPLACE TEMP TABLE doubled_rows AS
SELECT {content}, place + {place} AS file_row
FROM again JOIN alike USING ({identity}) ANTI JOIN known USING ({key})
WHERE place > first;

-- One row a row of the file that has to be read with care.
CREATE OR REPLACE TEMP TABLE odd_rows AS
SELECT rowid + {place} AS file_row FROM {facts}
WHERE file_id = {file_id} AND (
    file_row = {odd}
    OR (file_row = {good} AND ({key}) IN (FROM known))
    OR (file_row = {good} AND ({identity}) IN (SELECT {identity} FROM again ANTI JOIN alike USING ({identity}))))
ORDER BY file_row
