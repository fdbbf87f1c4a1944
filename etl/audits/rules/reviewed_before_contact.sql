-- A review that was made before the contact it is about.
-- zh: 质检早于被检通话
-- do: Look whether day and month are swapped, or two columns of the map are exchanged.
-- zh do: 请检查是否日月颠倒，或映射中两列对调。
-- contract: qa_reviews
-- importance: 2
-- A review that has no time of day is at midnight: then the day decides.
SELECT file_row, 'reviewed_at ' || reviewed_at || ' < contact_at ' || contact_at AS detail
FROM typed
WHERE reviewed_at < CASE
    WHEN reviewed_at = date_trunc('day', reviewed_at) THEN date_trunc('day', contact_at)
    ELSE contact_at
END
