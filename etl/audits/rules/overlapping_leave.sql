-- Two leaves of one person overlap: a corrected start leaves the old one standing.
-- zh: 请假时间重叠
-- do: Take the wrong one out with a correction, or load the file without it.
-- zh do: 请用更正剔除其中错误的一条，或在文件中删除后重新装载。
-- contract: leave
-- importance: 2
SELECT typed.file_row, typed.agent_id || ': ' || other.starts_at || ' ~ ' || typed.starts_at AS detail
FROM typed
JOIN "leave" AS other ON other.agent_id = typed.agent_id AND other.starts_at <> typed.starts_at
WHERE
    NOT typed.ignored AND other.starts_at < typed.ends_at AND other.ends_at > typed.starts_at
    -- One that amends the other replaces it.
    AND coalesce(typed.leave_id <> other.leave_id, true) AND coalesce(typed.amends <> other.leave_id, true)
