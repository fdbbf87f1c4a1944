-- A ticket that was answered or resolved before it was opened.
-- zh: 响应或解决早于受理
-- do: Look whether day and month are swapped in one of the columns, or opened after the fact by hand.
-- zh do: 请检查其中一列是否日月颠倒，或工单是否事后补录。
-- contract: tickets
-- importance: 2
SELECT file_row, 'opened_at ' || opened_at AS detail
FROM one_clock
WHERE first_response_at < opened_at OR resolved_at < opened_at
