-- What a snapshot holds besides the facts: the books of every load.
CREATE TABLE IF NOT EXISTS files (
    file_id INTEGER, name VARCHAR, part VARCHAR, size BIGINT, sha256 VARCHAR, source VARCHAR,
    source_digest VARCHAR, contract VARCHAR, rows_read BIGINT, loaded BIGINT, updated BIGINT,
    duplicate BIGINT, rejected BIGINT, ignored BIGINT, facts BIGINT, warnings VARCHAR,
    loaded_at TIMESTAMP, snapshot VARCHAR);
CREATE TABLE IF NOT EXISTS rejects (
    file_id INTEGER, contract VARCHAR, file_row BIGINT, "column" VARCHAR, raw VARCHAR, rule VARCHAR);
-- The whole row as etl/books/set_aside.py keeps it, and the load that settled it: NULL while it waits.
ALTER TABLE rejects ADD COLUMN IF NOT EXISTS cells VARCHAR;
ALTER TABLE rejects ADD COLUMN IF NOT EXISTS settled_by INTEGER;
ALTER TABLE rejects ADD COLUMN IF NOT EXISTS settled_at TIMESTAMP;
-- Whose row it is and of which day, as far as it still says so, and the key of its fact; `placed` since they are kept, but
-- not of rows that are folded into one fact with a later one, which stands for it.
ALTER TABLE rejects ADD COLUMN IF NOT EXISTS agent_id VARCHAR;
ALTER TABLE rejects ADD COLUMN IF NOT EXISTS business_date DATE;
ALTER TABLE rejects ADD COLUMN IF NOT EXISTS fact_key VARCHAR;
ALTER TABLE rejects ADD COLUMN IF NOT EXISTS placed BOOLEAN;
CREATE TABLE IF NOT EXISTS reject_headers (file_id INTEGER, header VARCHAR);
CREATE TABLE IF NOT EXISTS audits (file_id INTEGER, audit VARCHAR, found BIGINT);
CREATE TABLE IF NOT EXISTS audit_rows (file_id INTEGER, audit VARCHAR, file_row BIGINT, detail VARCHAR);
-- NULL for what was found in a file; otherwise the day on which it was found in the facts of all.
ALTER TABLE audits ADD COLUMN IF NOT EXISTS day DATE;
ALTER TABLE audit_rows ADD COLUMN IF NOT EXISTS day DATE;
CREATE TABLE IF NOT EXISTS row_history (
    contract VARCHAR, key VARCHAR, old_file INTEGER, old_row BIGINT, new_file INTEGER, new_row BIGINT,
    old_values VARCHAR);
CREATE TABLE IF NOT EXISTS loaded_days (contract VARCHAR, day DATE, facts BIGINT);
CREATE TABLE IF NOT EXISTS loaded_parts (
    contract VARCHAR, day DATE, file_id INTEGER, team VARCHAR, queue VARCHAR, facts BIGINT,
    first_row BIGINT);
CREATE TABLE IF NOT EXISTS naming_files (file_id INTEGER);
-- The columns that a file does not have: what is empty there is not known, and no no.
CREATE TABLE IF NOT EXISTS columns_left_out (file_id INTEGER, contract VARCHAR, "column" VARCHAR);
-- Files of calls that do not say of most answered calls how long they waited.
CREATE TABLE IF NOT EXISTS waitless_files (file_id INTEGER);
-- Files of calls that have a column for the reason, whether anything stands in it or not.
CREATE TABLE IF NOT EXISTS reason_files (file_id INTEGER);
CREATE TABLE IF NOT EXISTS repeat_contacts (call_id VARCHAR, next_contact_s DOUBLE);
ALTER TABLE repeat_contacts ADD COLUMN IF NOT EXISTS next_unclear_s DOUBLE;
CREATE TABLE IF NOT EXISTS people (agent_id VARCHAR, shown VARCHAR, name VARCHAR);
-- Punches of approved requests 补卡 that a file's row of attendance lacks, see etl/attendance/clocked.sql.
CREATE TABLE IF NOT EXISTS requested_punches (
    agent_id VARCHAR, shift_date DATE, shift_no BIGINT, in_at TIMESTAMP, out_at TIMESTAMP);
-- Ids of facts that could be several people, and are nobody's.
CREATE TABLE IF NOT EXISTS unclear_people (agent_id VARCHAR, shown VARCHAR);
-- Numbers that a file writes with leading zeros; in the row file_row alone where that is not NULL.
CREATE TABLE IF NOT EXISTS spelled (
    file_id INTEGER, contract VARCHAR, "column" VARCHAR, agent_id VARCHAR, spelled VARCHAR, file_row BIGINT);
-- Staff lists without dates, see etl/loading/staff_lists.py: the day that was said for each (NULL: none), the day from
-- which its rows hold, whether it came before any other, whether the year of its day is a guess as long as there are
-- no facts, whether it has everyone of its teams, and how many of its rows are not known.
CREATE TABLE IF NOT EXISTS staff_lists (
    file_id INTEGER, said DATE, since DATE, first BOOLEAN, guessed BOOLEAN, complete BOOLEAN, unread BIGINT);
CREATE TABLE IF NOT EXISTS listed (file_id INTEGER, agent_id VARCHAR, team VARCHAR, undated BOOLEAN);
-- The format in which its facts were loaded, see etl/snapshots/formats.py; NULL before it was kept.
ALTER TABLE files ADD COLUMN IF NOT EXISTS format INTEGER;
-- The fingerprint of the key that customers were hashed with.
CREATE TABLE IF NOT EXISTS customer_secrets (fingerprint VARCHAR);
