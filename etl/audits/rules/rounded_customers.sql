-- Customers' numbers that lost their last digits: a spreadsheet wrote them as 1.38E+10. These customers are unknown.
-- zh: 客户号码被表格软件写成 1.38E+10，末位数字已丢失：这些客户按未知处理
-- do: Export again with the column as text: who called again, and first contact resolution, leave these rows out.
-- zh do: 请将该列设为文本后重新导出：再次来电与首次解决率不含这些行。
-- contract: calls, tickets
-- importance: 2
SELECT file_row, customer_shown AS detail
FROM typed
WHERE customer_key IS NULL AND customer_shown LIKE '%+%'
