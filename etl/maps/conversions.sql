-- How texts become values. Each macro yields NULL for a text that it cannot read; nothing is guessed:
-- a date must begin with its year, "3:20" is not a duration (minutes or hours?), 12.6 is no whole number.
--
-- The first branch of each is a cheap guard that admits one common way of writing, for which a plain cast
-- is exact; DuckDB evaluates the careful branches only for the rows that reach them.

CREATE OR REPLACE TEMP MACRO plain_date(raw) AS
    CASE WHEN contains(raw, '年')
        THEN regexp_replace(raw, '^(\d{4})年(\d{1,2})月(\d{1,2})日', '\1-\2-\3') ELSE raw END;

-- "08:05 UTC" and "08:05:10 +0800" as a cast to TIMESTAMPTZ wants them: "08:05:00Z" and "08:05:10+08:00".
CREATE OR REPLACE TEMP MACRO plain_offset(raw) AS
    regexp_replace(regexp_replace(regexp_replace(regexp_replace(
        raw,
        ' *(?:Z|UTC)$', 'Z'),
        ' +([+-]\d)', '\1'),
        '([+-]\d{2})(\d{2})$', '\1:\2'),
        '([ T]\d{1,2}:\d{2})([Z+-])', '\1:00\2');

-- A cast to TIMESTAMP drops an offset in silence, so that none may reach one. A zone's name ("CST") is not
-- read, nor is "08:00-10:00", which is a span of time.
CREATE OR REPLACE TEMP MACRO careful_time(raw, zone) AS
    CASE
        WHEN regexp_matches(raw, '^\d{4}[-/]\d{1,2}[-/]\d{1,2}([ T]+\d{1,2}:\d{2}(:\d{1,2}(\.\d*)?)?\s*)?$')
            THEN TRY_CAST(raw AS TIMESTAMP)
        WHEN NOT regexp_matches(raw, '^\d{4}[-/]\d{1,2}[-/]\d{1,2}[ T]+\d{1,2}:\d{2}') THEN NULL
        WHEN regexp_matches(raw, '^[^:]+:\d{2}:\d{1,2}(\.\d*)?(Z|[+-](0\d|1[0-4])(:[0-5]\d)?)$')
            THEN timezone(zone, TRY_CAST(raw AS TIMESTAMPTZ))
        WHEN regexp_matches(raw, '^[^:]+:\d{2}:\d{1,2}(\.\d*)? *(Z|UTC|[+-](0\d|1[0-4])(:?[0-5]\d)?)$')
            OR regexp_matches(raw, '^[^:]+:\d{2} *(Z|UTC|\+(0\d|1[0-4])(:?[0-5]\d)?)$')
            THEN timezone(zone, TRY_CAST(plain_offset(raw) AS TIMESTAMPTZ))
    END;

-- Times with an offset are converted to wall-clock time of the home zone, naive ones are taken as written.
CREATE OR REPLACE TEMP MACRO read_time(raw, zone) AS
    CASE
        WHEN raw BETWEEN '1' AND '3' AND NOT suffix(raw, 'Z') AND raw LIKE '____-__-__ __:__:__'
            THEN TRY_CAST(raw AS TIMESTAMP)
        WHEN raw BETWEEN '1' AND '3' AND (raw LIKE '____-__-__T__:__:__Z' OR raw LIKE '____-__-__T__:__:__.___Z')
            THEN timezone(zone, TRY_CAST(raw AS TIMESTAMPTZ))
        ELSE careful_time(plain_date(raw), zone)
    END;

-- Whether a time says how far its clock is ahead of UTC.
CREATE OR REPLACE TEMP MACRO has_offset(raw) AS regexp_matches(raw, '\d:\d{2}.*(Z|UTC|[+-]\d{2}(:?\d{2})?)$');

-- How many seconds the clocks of the home zone were ahead of UTC then; NULL for a time that does not say which of two
-- moments it means where the clocks were put back.
CREATE OR REPLACE TEMP MACRO read_offset(raw, zone) AS
    CASE WHEN has_offset(raw) THEN CAST(epoch(read_time(raw, zone) - read_time(raw, 'UTC')) AS INTEGER) END;

-- A year that no service centre has records of is a typing error, and would move every "now".
CREATE OR REPLACE TEMP MACRO plausible(moment) AS
    CASE WHEN moment BETWEEN TIMESTAMP '1950-01-01' AND TIMESTAMP '2099-12-31 23:59:59.999999' THEN moment END;

CREATE OR REPLACE TEMP MACRO read_date(raw) AS
    CASE
        -- Digit by digit: a cast to DATE passes over what stands behind the day.
        WHEN raw GLOB '[12][0-9][0-9][0-9]-[01][0-9]-[0-3][0-9]' THEN TRY_CAST(raw AS DATE)
        WHEN regexp_matches(plain_date(raw), '^\d{4}[-/]\d{1,2}[-/]\d{1,2}([ T]+0{1,2}:00(:00)?)?$')
            THEN CAST(TRY_CAST(plain_date(raw) AS TIMESTAMP) AS DATE)
    END;

CREATE OR REPLACE TEMP MACRO read_month(raw) AS
    CASE
        WHEN regexp_matches(raw, '^\d{4}[-/年]\d{1,2}月?$')
            THEN strftime(TRY_CAST(regexp_replace(raw, '^(\d{4})[-/年](\d{1,2})月?$', '\1-\2-01') AS DATE), '%Y-%m')
        WHEN read_date(raw) IS NOT NULL THEN strftime(read_date(raw), '%Y-%m')
    END;

-- A time of day, on 24 hours or with AM and PM.
CREATE OR REPLACE TEMP MACRO read_clock(raw) AS
    CASE
        WHEN regexp_matches(raw, '^([01]?\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d{1,6})?)?$')
            THEN TRY_CAST(CASE WHEN regexp_matches(raw, ':.*:') THEN raw ELSE raw || ':00' END AS TIME)
        WHEN regexp_matches(raw, '^\d{1,2}:\d{2}(:\d{2})? *[AaPp][Mm]$')
            THEN CAST(try_strptime(raw, ['%I:%M:%S %p', '%I:%M:%S%p', '%I:%M %p', '%I:%M%p']) AS TIME)
    END;

-- The moment at which the clock next shows `clock`, for an end without a date: 23:58 to 00:05 is seven minutes.
-- Clocks of two systems disagree by seconds, so what lies a little before `moment` is on the same day.
CREATE OR REPLACE TEMP MACRO at_or_after(moment, clock) AS
    CASE
        WHEN CAST(moment AS DATE) + CAST(clock AS TIME) < CAST(moment AS TIMESTAMP) - INTERVAL 5 MINUTE
            THEN CAST(moment AS DATE) + CAST(clock AS TIME) + INTERVAL 1 DAY
        ELSE CAST(moment AS DATE) + CAST(clock AS TIME)
    END;

-- A text that people write may hold what is personal: at least seven digits with little between them, or an address.
CREATE OR REPLACE TEMP MACRO read_free(raw) AS
    CASE
        WHEN strlen(raw) < 6 THEN raw
        WHEN regexp_matches(raw, '[@＠]|(?:[0-9０-９][^0-9０-９]{0,2}){7}') THEN mask_personal(raw)
        ELSE raw
    END;

-- A cast reads "1_000", "+-7", "inf" and "nan" as well, and makes 1e999 infinite. Blanks around do not matter.
CREATE OR REPLACE TEMP MACRO read_number(raw) AS
    CASE
        WHEN raw >= ',' AND NOT contains(raw, '_') AND isfinite(TRY_CAST(raw AS DOUBLE)) THEN TRY_CAST(raw AS DOUBLE)
        WHEN regexp_matches(raw, '^\s*[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?\s*$') AND isfinite(TRY_CAST(raw AS DOUBLE))
            THEN TRY_CAST(raw AS DOUBLE)
    END;

CREATE OR REPLACE TEMP MACRO read_whole(raw) AS
    CASE WHEN read_number(raw) = floor(read_number(raw)) THEN TRY_CAST(read_number(raw) AS BIGINT) END;

-- Seconds, or h:mm:ss.
CREATE OR REPLACE TEMP MACRO read_seconds(raw) AS
    CASE
        WHEN raw BETWEEN '.' AND ':' AND NOT contains(raw, '_') AND isfinite(TRY_CAST(raw AS DOUBLE))
            THEN TRY_CAST(raw AS DOUBLE)
        WHEN NOT contains(raw, ':') THEN read_number(raw)
        WHEN raw GLOB '[0-9]:[0-5][0-9]:[0-5][0-9]' OR raw GLOB '[01][0-9]:[0-5][0-9]:[0-5][0-9]'
            THEN epoch(TRY_CAST(raw AS TIME))
        WHEN regexp_matches(raw, '^-?\d+:[0-5]\d:[0-5]\d(\.\d+)?$')
            THEN (CASE WHEN starts_with(raw, '-') THEN -1 ELSE 1 END) * (
                3600 * CAST(ltrim(split_part(raw, ':', 1), '-') AS DOUBLE)
                + 60 * CAST(split_part(raw, ':', 2) AS DOUBLE)
                + CAST(split_part(raw, ':', 3) AS DOUBLE))
    END;

-- What etl/times proposes for other ways of writing: each turns a text into one that the macros above, or
-- strptime, can read. A text of no such shape stays as it is, so that its row is set aside as unreadable.

-- The seconds since 1970 (or milliseconds: `size` 1000, …) of the years 1995 to 2099.
CREATE OR REPLACE TEMP MACRO epoch_text(raw, size) AS
    CASE
        WHEN regexp_full_match(raw, '\d{9,19}(\.\d+)?')
            AND TRY_CAST(raw AS DOUBLE) / size BETWEEN 788918400 AND 4102444799.999999
            THEN CAST(make_timestamp(CAST(round(TRY_CAST(raw AS DOUBLE) / size * 1000000) AS BIGINT)) AS VARCHAR) || 'Z'
        ELSE raw
    END;

-- Days since 1899-12-30 and their fraction, to the second: workbooks show too few digits for more.
CREATE OR REPLACE TEMP MACRO excel_text(raw) AS
    CASE
        WHEN NOT regexp_full_match(raw, '\d{5}(\.\d+)?') OR TRY_CAST(raw AS DOUBLE) NOT BETWEEN 25569 AND 73051 THEN raw
        WHEN TRY_CAST(raw AS DOUBLE) = floor(TRY_CAST(raw AS DOUBLE))
            THEN CAST(DATE '1899-12-30' + CAST(TRY_CAST(raw AS DOUBLE) AS INTEGER) AS VARCHAR)
        ELSE CAST(TIMESTAMP '1899-12-30' + to_seconds(round(TRY_CAST(raw AS DOUBLE) * 86400)) AS VARCHAR)
    END;

-- A share of a day as a clock: 0.5 is noon.
CREATE OR REPLACE TEMP MACRO excel_clock(raw) AS
    CASE WHEN regexp_full_match(raw, '0?\.\d+|0')
        THEN CAST(TIME '00:00:00' + to_seconds(least(round(TRY_CAST(raw AS DOUBLE) * 86400), 86399)) AS VARCHAR) ELSE raw END;

CREATE OR REPLACE TEMP MACRO without_weekday(raw) AS
    trim(regexp_replace(
        raw,
        '(?i)[(（]?(?:星期|礼拜|周)[一二三四五六日天][)）]?,?'
        || '|\b(?:mon|tues?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:day)?\b[.,]?', ' ', 'g'));

-- 下午3:20 and 3:20 p.m. as "PM 3:20" and "3:20 pm"; 下午15:20 and 上午0:20 need no half of the day.
CREATE OR REPLACE TEMP MACRO half_day(raw) AS
    regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(
        raw,
        '(?:上午|早上|清晨|凌晨) *(0?0[:时点])', '\1', 'g'),
        '(?:中午|下午|傍晚|晚上) *((?:1[3-9]|2[0-3])[:时点])', '\1', 'g'),
        '(?:上午|早上|清晨|凌晨) *', 'AM ', 'g'),
        '中午 *((?:12|0?[12])[:时点])', 'PM \1', 'g'),
        '(?:傍晚|晚上) *((?:0?[1-9]|1[01])[:时点])', 'PM \1', 'g'),
        '下午 *', 'PM ', 'g'),
        '(?i)([ap])\. *m\.?', '\1m', 'g');

CREATE OR REPLACE TEMP MACRO plain_day(raw) AS
    regexp_replace(regexp_replace(raw, '(?i)\bsept\b', 'Sep', 'g'), '(?i)(\d)(?:st|nd|rd|th)\b', '\1', 'g');

CREATE OR REPLACE TEMP MACRO microseconds(raw) AS regexp_replace(raw, '(:\d{2}\.\d{6})\d+', '\1', 'g');

CREATE OR REPLACE TEMP MACRO plain_zone(raw) AS
    regexp_replace(regexp_replace(regexp_replace(
        raw,
        '([+-]\d{2}:?\d{2}) *\([^()]*\)$', '\1'),
        '(?:GMT|UTC) ?([+-]\d)', '\1'),
        ' *(?:GMT|UTC)$', 'Z');

CREATE OR REPLACE TEMP MACRO without_zone(raw) AS regexp_replace(raw, ' [A-Z]{3,5}$', '');

CREATE OR REPLACE TEMP MACRO without_midnight(raw) AS 
    regexp_replace(raw, '[ T]+(?:0?0:00(?::00(?:\.0+)?)?|12:00(?::00)? ?[Aa][Mm])$', '');

-- Times in `formats` that may end in an offset, which no strptime format reads, as ISO texts.
CREATE OR REPLACE TEMP MACRO with_offset(raw, formats) AS
    coalesce(
        strftime(try_strptime(regexp_replace(raw, ' *(?:Z|[+-]\d{2}(?::?\d{2})?)$', ''), formats), '%Y-%m-%d %H:%M:%S.%f')
        || trim(regexp_extract(raw, ' *(?:Z|[+-]\d{2}(?::?\d{2})?)$')),
        raw);

-- Durations. 3:20 (or 3:20:00, where a spreadsheet took it for hours) as minutes and seconds; as hours and minutes.
CREATE OR REPLACE TEMP MACRO minutes_seconds(raw) AS
    CASE WHEN regexp_full_match(raw, '-?\d+:[0-5]\d(\.\d+)?(:00)?')
        THEN CAST((CASE WHEN starts_with(raw, '-') THEN -1 ELSE 1 END) * (
            60 * CAST(ltrim(split_part(raw, ':', 1), '-') AS DOUBLE) + CAST(split_part(raw, ':', 2) AS DOUBLE)) AS VARCHAR)
        ELSE raw END;

CREATE OR REPLACE TEMP MACRO hours_minutes(raw) AS
    CASE WHEN regexp_full_match(raw, '-?\d+:[0-5]\d') THEN raw || ':00' ELSE raw END;

CREATE OR REPLACE TEMP MACRO scaled_seconds(raw, factor) AS
    coalesce(CAST(round(read_number(raw) * factor, 6) AS VARCHAR), raw);

CREATE OR REPLACE TEMP MACRO decimal_point(raw) AS
    CASE WHEN regexp_full_match(raw, '-?\d+,\d+') THEN replace(raw, ',', '.') ELSE raw END;

CREATE OR REPLACE TEMP MACRO without_thousands(raw) AS
    CASE WHEN regexp_full_match(raw, '-?\d{1,3}(,\d{3})+(\.\d+)?') THEN replace(raw, ',', '') ELSE raw END;

-- 1分23秒, 1h 2m 3s, PT1M3S. In the latter, M before the T would be months.
CREATE OR REPLACE TEMP MACRO spoken_part(raw, unit) AS
    coalesce(TRY_CAST(nullif(regexp_extract(raw, '(?i)(\d+(?:\.\d+)?) *(?:' || unit || ')', 1), '') AS DOUBLE), 0);

CREATE OR REPLACE TEMP MACRO spoken_seconds(raw) AS
    CASE
        WHEN regexp_full_match(raw, 'P(\d+D)?T(\d+H)?(\d+M)?(\d+(\.\d+)?S)?') AND NOT suffix(raw, 'T')
            OR raw <> '' AND regexp_full_match(raw,
                '(?i)(\d+ *(d|days?|天) *)?(\d+(\.\d+)? *(h|hrs?|hours?|小时|时) *)?'
                || '(\d+(\.\d+)? *(m|mins?|minutes?|分钟|分|[''′]) *)?(\d+(\.\d+)? *(s|secs?|seconds?|秒钟|秒|["″]))?')
            THEN CAST(
                86400 * spoken_part(raw, 'd|天') + 3600 * spoken_part(raw, 'h|小时|时')
                + 60 * spoken_part(raw, 'm|分|[''′]') + spoken_part(raw, 's|秒|["″]') AS VARCHAR)
        ELSE raw
    END;
