-- The logged service time is not the time between start and end of service.
-- zh: 服务时长与起止时刻不符
-- do: Nothing, as long as they are few: the logged time is used.
-- zh do: 数量很少时无需处理：采用日志所记时长。
-- source: bank_calls
-- importance: 1
SELECT file_row, 'ser_time ' || ser_time || ' <> ' || ser_start || ' ~ ' || ser_exit AS detail
FROM raw
WHERE (read_seconds(ser_exit) - read_seconds(ser_start) + 86400) % 86400 <> read_seconds(ser_time)
