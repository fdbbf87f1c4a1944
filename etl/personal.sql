-- What becomes of customer identifiers: never kept in clear.
-- `identity`: "+86 138-0013-8000", "１３８００１３８０００" and "13800138000" are one customer; a plain number is its own.
-- One of which a spreadsheet kept the first digits only, "1.38E+10", could be anybody's.
-- `customer_key`: 64 bits of MD5 over the secret of the home and the identity. The secret (32 random
-- bytes) is what protects: without it no hash could keep eleven digits from being tried out. MD5 because
-- its weakness, finding two inputs with one hash, does not matter here, and its speed does: the secret is
-- written in base 64, so that with eleven digits it still fits into one block of MD5 (55 bytes).
-- `customer_shown`: 138****1234; short ones keep only their ends.

CREATE OR REPLACE TEMP MACRO identity(raw) AS
    CASE
        WHEN CAST(TRY_CAST(raw AS UBIGINT) AS VARCHAR) = raw THEN raw
        WHEN rounded_number(raw) THEN NULL
        ELSE regexp_replace(
            regexp_replace(regexp_replace(narrow(raw), '[\s()\-]', '', 'g'), '\.0$', ''),
            '^(\+|00)86(1[3-9]\d{9})$', '\2')
    END;

CREATE OR REPLACE TEMP MACRO customer_key(raw) AS
    CAST(md5_number(getvariable('customer_secret') || identity(raw)) >> 64 AS UBIGINT);

CREATE OR REPLACE TEMP MACRO masked(bare) AS
    CASE
        WHEN length(bare) >= 11 THEN left(bare, 3) || '****' || right(bare, 4)
        WHEN length(bare) >= 6 THEN left(bare, 1) || '****' || right(bare, 2)
        WHEN bare IS NOT NULL THEN '****'
    END;

CREATE OR REPLACE TEMP MACRO customer_shown(raw) AS
    CASE WHEN rounded_number(raw) THEN raw ELSE masked(identity(raw)) END;
