-- A voice call with more hours of talk than config/home.toml gives under [audits] long_talk_h.
-- zh: 通话超长
-- do: Listen to some. A line left open counts fully as handling time: take such calls out with a correction.
-- zh do: 请抽听几通。未挂断的线路会全部计入处理时长：请用更正将其剔除。
-- contract: calls
-- importance: 2
-- What is longer than a day is unknown anyway, see implausibly_long.
SELECT file_row, 'talk_s = ' || talk_s AS detail
FROM typed
WHERE talk_s > $long_talk_s AND talk_s <= 86400 AND is_voice(channel)
