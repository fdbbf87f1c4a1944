-- A duration below zero: clocks that disagree, or a vendor's arithmetic. Loaded as unknown.
-- zh: 时长为负
-- do: Report it to whoever runs the telephone system; nothing needs to be done for the figures.
-- zh do: 请反馈给话务系统管理员；指标无需处理，该值已按未知计。
-- importance: 2
SELECT file_row, "column" || ' = ' || value AS detail FROM measured WHERE value < low
