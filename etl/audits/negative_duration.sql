-- A duration below zero: clocks that disagree, or a vendor's arithmetic. Loaded as unknown.
-- zh: 时长为负
SELECT file_row, "column" || ' = ' || value AS detail FROM measured WHERE value < low
