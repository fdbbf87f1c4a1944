-- One row per customer with a call that a load brought, from $first to $last, or took away.
CREATE OR REPLACE TEMP TABLE callers AS
SELECT customer_key FROM replaced_customers
UNION
SELECT customer_key
FROM calls
WHERE business_date BETWEEN $first AND $last
    AND business_date IN (SELECT day FROM touched_days WHERE contract = 'calls')
    AND customer_key IS NOT NULL
