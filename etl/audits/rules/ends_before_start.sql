-- A leave or a shift that ends before it starts. The row is set aside.
-- zh: 请假或班次的结束早于开始
-- do: Correct the row in the file of rejected rows and load that.
-- zh do: 请在剔除行文件中改正后重新装载。
-- contract: leave, schedule
-- importance: 2
SELECT file_row, fault_column || ' ' || fault_text AS detail FROM typed WHERE fault_rule = 'ends_before_start'
