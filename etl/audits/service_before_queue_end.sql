-- Service starts one second or more before the queue ends: one of the two clocks is wrong.
-- zh: 排队未结束就已开始服务
-- source: bank_calls
SELECT file_row, 'ser_start ' || ser_start || ' < q_exit ' || q_exit AS detail
FROM raw
WHERE ser_start <> '0:00:00' AND q_exit <> '0:00:00' AND read_seconds(ser_start) < read_seconds(q_exit)
