-- A stay in a team that ends before it starts: the person belongs to no team through it.
-- zh: 班组归属的失效日期早于生效日期
-- do: Correct the dates in the roster, and load it again.
-- zh do: 请在人员名册中改正日期，再重新装载。
-- contract: agents
-- importance: 2
SELECT file_row, agent_id || ': valid_to ' || valid_to || ' < valid_from ' || valid_from AS detail
FROM typed
WHERE valid_to < valid_from
