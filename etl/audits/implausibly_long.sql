-- A measure above what its contract holds for possible. Loaded as unknown.
-- zh: 数值过大
SELECT file_row, "column" || ' = ' || value AS detail FROM measured WHERE value > high
