-- `agent_key(text)` and `spelled_key(text)`: the rules of etl/people/agents.py in SQL; NULL for nothing.
-- Most ids are plain numbers or plain words, which need none of the careful steps.

CREATE OR REPLACE TEMP MACRO shortened_key(bare) AS
    CASE
        WHEN bare = '' THEN NULL
        WHEN starts_with(bare, '0') OR suffix(bare, '.0')
            THEN coalesce(nullif(ltrim(regexp_replace(bare, '\.0$', ''), '0'), ''), '0')
        ELSE bare
    END;

-- Full-width characters, and blanks of any width, as the narrow ones that they stand for.
CREATE OR REPLACE TEMP MACRO narrow(raw) AS
    translate(
        raw,
        '！＂＃＄％＆＇（）＊＋，－．／０１２３４５６７８９：；＜＝＞？＠ＡＢＣＤＥＦＧＨＩＪＫＬＭＮＯＰＱＲＳＴＵＶＷＸＹＺ［＼］＾＿｀ａｂｃｄｅｆｇｈｉｊｋｌｍｎｏｐｑｒｓｔｕｖｗｘｙｚ｛｜｝～' || chr(160) || chr(8239) || chr(12288),
        '!"#$%&''()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\]^_`abcdefghijklmnopqrstuvwxyz{|}~   ');

-- A number of which a spreadsheet shows the first digits only, 1.75931E+12, perhaps behind a system's name ("x:").
CREATE OR REPLACE TEMP MACRO rounded_number(raw) AS
    CASE WHEN contains(raw, '+') THEN regexp_matches(raw, '(^|:)\s*\d(\.\d+)?[Ee]\+\d{2,3}\s*$') ELSE false END;

CREATE OR REPLACE TEMP MACRO bare_key(raw) AS
    lower(regexp_replace(
        narrow(raw),
        '^[\s\x0b\x1c-\x1f\x{85}\x{1680}\x{2000}-\x{200b}\x{2028}\x{2029}\x{205f}\x{feff}]+'
        || '|[\s\x0b\x1c-\x1f\x{85}\x{1680}\x{2000}-\x{200b}\x{2028}\x{2029}\x{205f}\x{feff}]+$',
        '', 'g'));

CREATE OR REPLACE TEMP MACRO spelled_key(raw) AS nullif(regexp_replace(bare_key(raw), '\.0$', ''), '');

CREATE OR REPLACE TEMP MACRO careful_key(raw) AS shortened_key(bare_key(raw));

CREATE OR REPLACE TEMP MACRO agent_key(raw) AS
    CASE
        WHEN raw BETWEEN '0' AND ':' AND CAST(TRY_CAST(raw AS BIGINT) AS VARCHAR) = raw THEN raw
        WHEN regexp_full_match(raw, '\d{1,15}(\.0)?')
            THEN CAST(CAST(TRY_CAST(raw AS DOUBLE) AS BIGINT) AS VARCHAR)
        WHEN regexp_full_match(raw, '[!-~]+') THEN shortened_key(lower(raw))
        ELSE careful_key(raw)
    END;
