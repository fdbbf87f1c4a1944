-- One row a call that overlaps, of those in `found_calls(turn, second, lasts, until, times, day)`: a call is found
-- again by what its number says, and of calls that are alike there are as many rows as were found.
INSERT INTO overlapped
SELECT day, file_id, file_row, 1, to_json({
    'agent': coalesce(shown, agent_id), 'call': call_id,
    'begins': $since + to_seconds(second), 'until': $since + to_seconds(until)})
FROM (
    SELECT *, CAST({second} AS BIGINT) AS second, CAST({lasts} AS BIGINT) AS lasts
    FROM calls JOIN speakers USING (agent_id) WHERE {spoken})
JOIN found_calls USING (turn, second, lasts)
LEFT JOIN people USING (agent_id)
QUALIFY row_number() OVER (PARTITION BY turn, second, lasts ORDER BY file_id, file_row DESC) <= times
