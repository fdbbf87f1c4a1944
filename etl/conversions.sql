-- How texts become values. Each macro yields NULL for a text that it cannot read; nothing is guessed:
-- a date must begin with its year, "3:20" is not a duration (minutes or hours?), 12.6 is no whole number.

CREATE OR REPLACE TEMP MACRO plain_date(raw) AS
    regexp_replace(raw, '^(\d{4})年(\d{1,2})月(\d{1,2})日', '\1-\2-\3');

-- Times with an offset are converted to wall-clock time of the home zone, naive ones are taken as written.
CREATE OR REPLACE TEMP MACRO read_time(raw, zone) AS
    CASE
        WHEN regexp_matches(plain_date(raw), '^\d{4}[-/]\d{1,2}[-/]\d{1,2}[ T]+\d{1,2}:\d{2}.*(Z|[+-]\d{2}(:?\d{2})?)$')
            THEN timezone(zone, TRY_CAST(plain_date(raw) AS TIMESTAMPTZ))
        WHEN regexp_matches(plain_date(raw), '^\d{4}[-/]\d{1,2}[-/]\d{1,2}([ T]+\d{1,2}:\d{2}|$)')
            THEN TRY_CAST(plain_date(raw) AS TIMESTAMP)
    END;

-- A year that no service centre has records of is a typing error, and would move every "now".
CREATE OR REPLACE TEMP MACRO plausible(moment) AS
    CASE WHEN year(moment) BETWEEN 1950 AND 2099 THEN moment END;

CREATE OR REPLACE TEMP MACRO read_date(raw) AS
    CASE WHEN regexp_matches(plain_date(raw), '^\d{4}[-/]\d{1,2}[-/]\d{1,2}([ T]+0{1,2}:00(:00)?)?$')
        THEN CAST(TRY_CAST(plain_date(raw) AS TIMESTAMP) AS DATE) END;

CREATE OR REPLACE TEMP MACRO read_month(raw) AS
    CASE
        WHEN regexp_matches(raw, '^\d{4}[-/年]\d{1,2}月?$')
            THEN strftime(TRY_CAST(regexp_replace(raw, '^(\d{4})[-/年](\d{1,2})月?$', '\1-\2-01') AS DATE), '%Y-%m')
        WHEN read_date(raw) IS NOT NULL THEN strftime(read_date(raw), '%Y-%m')
    END;

-- Texts may hold a customer's number: "客户13800138000来电". Twice, since neighbours share a separator.
CREATE OR REPLACE TEMP MACRO mask_once(raw) AS
    regexp_replace(raw, '(^|\D)(1[3-9]\d)[ -]?\d{4}[ -]?(\d{4})($|\D)', '\1\2****\3\4', 'g');
CREATE OR REPLACE TEMP MACRO read_text(raw) AS mask_once(mask_once(raw));

CREATE OR REPLACE TEMP MACRO read_number(raw) AS
    CASE WHEN regexp_matches(raw, '^[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?$') THEN TRY_CAST(raw AS DOUBLE) END;

CREATE OR REPLACE TEMP MACRO read_whole(raw) AS
    CASE WHEN read_number(raw) = floor(read_number(raw)) THEN TRY_CAST(read_number(raw) AS BIGINT) END;

-- Seconds, or h:mm:ss.
CREATE OR REPLACE TEMP MACRO read_seconds(raw) AS
    CASE
        WHEN regexp_matches(raw, '^-?\d+:[0-5]\d:[0-5]\d(\.\d+)?$')
            THEN (CASE WHEN starts_with(raw, '-') THEN -1 ELSE 1 END) * (
                3600 * CAST(ltrim(split_part(raw, ':', 1), '-') AS DOUBLE)
                + 60 * CAST(split_part(raw, ':', 2) AS DOUBLE)
                + CAST(split_part(raw, ':', 3) AS DOUBLE))
        ELSE read_number(raw)
    END;
