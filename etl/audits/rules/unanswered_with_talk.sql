-- A call that nobody answered has talk time.
-- zh: 未接通却有通话时长
-- do: Check how the source map tells answered calls; voicemail or a lost agent number is often behind it.
-- zh do: 请核对来源映射如何判断“接通”；常见原因是语音信箱，或接听工号丢失。
-- contract: calls
-- importance: 2
SELECT file_row, 'talk_s = ' || talk_s AS detail FROM typed WHERE NOT answered AND talk_s > 0
