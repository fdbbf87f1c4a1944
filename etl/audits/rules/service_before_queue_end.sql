-- Service starts one second or more before the queue ends: one of the two clocks is wrong.
-- zh: 排队未结束就已开始服务
-- do: The log is known for it. Waits and talk times are taken as it logs them, not from these clocks.
-- zh do: 该日志的已知现象。等待与通话时长取日志所记数值，不由这两个时刻推算。
-- source: bank_calls
-- importance: 1
SELECT file_row, 'ser_start ' || ser_start || ' < q_exit ' || q_exit AS detail
FROM raw
WHERE ser_start <> '0:00:00' AND q_exit <> '0:00:00' AND read_seconds(ser_start) < read_seconds(q_exit)
