-- The same key twice in one file, with other content: the last row counts.
-- zh: 同一文件内编号相同而内容不同
-- do: Is the key really one of a single call or ticket? If the file has several rows of each, the map must fold them.
-- zh do: 请确认该编号是否唯一；若文件中一通对应多行，来源映射需要合并（fold）。
-- importance: 2
SELECT file_row, key AS detail FROM repeats WHERE fate = 'updated' AND nth > 1
