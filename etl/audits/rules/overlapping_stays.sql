-- A stay in a team ends after the next one has begun: the later one is taken from its first day.
-- zh: 班组归属时间重叠
-- do: Correct the last day of the earlier stay in the roster, and load it again.
-- zh do: 请在人员名册中改正前一段归属的失效日期，再重新装载。
-- contract: agents
-- importance: 2
SELECT typed.file_row, typed.agent_id || ': ' || agents.valid_from || ' ~ ' || typed.valid_from AS detail
FROM typed
JOIN agents ON agents.agent_id = typed.agent_id AND agents.valid_from <> typed.valid_from
WHERE NOT typed.ignored AND CASE
    WHEN agents.valid_from < typed.valid_from THEN agents.valid_to >= typed.valid_from
    ELSE typed.valid_to >= agents.valid_from
END
