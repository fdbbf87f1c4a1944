-- A call that nobody answered has talk time.
-- zh: 未接通却有通话时长
-- contract: calls
SELECT file_row, 'talk_s = ' || talk_s AS detail FROM typed WHERE NOT answered AND talk_s > 0
