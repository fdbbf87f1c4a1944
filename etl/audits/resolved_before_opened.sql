-- A ticket that was answered or resolved before it was opened.
-- zh: 响应或解决早于受理
-- contract: tickets
SELECT file_row, 'opened_at ' || opened_at AS detail
FROM typed
WHERE first_response_at < opened_at OR resolved_at < opened_at
