-- Clocked out before clocking in, or a shift that ends before it starts.
-- zh: 下班打卡早于上班打卡，或班次结束早于开始
-- do: The time attended is unknown until somebody says which is right: enter a correction.
-- zh do: 在岗时长按未知处理；请核实后录入更正。
-- contract: attendance
-- importance: 2
SELECT
    file_row,
    CASE
        WHEN out_at < in_at THEN 'out_at ' || out_at || ' < in_at ' || in_at
        ELSE 'scheduled_end ' || scheduled_end || ' < scheduled_start ' || scheduled_start
    END AS detail
FROM typed
WHERE out_at < in_at OR scheduled_end < scheduled_start
