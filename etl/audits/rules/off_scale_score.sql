-- A score off its scale. The row is set aside.
-- zh: 评分超出量程
-- do: Correct the row in the file of rejected rows; if there are many, the scale in the source map is wrong.
-- zh do: 请在剔除行文件中改正；若数量很多，说明来源映射中的满分有误。
-- contract: surveys, qa_items, ratings
-- importance: 2
SELECT file_row, fault_column || ' = ' || fault_text AS detail FROM typed WHERE fault_rule = 'off_scale'
