-- psycopg 3.1

BEGIN

-- $1 = 'customers'
SELECT
    t.typname AS name, t.oid AS oid, t.typarray AS array_oid,
    t.oid::regtype::text AS regtype,
    coalesce(a.fnames, '{}') AS field_names,
    coalesce(a.ftypes, '{}') AS field_types
FROM pg_type t
LEFT JOIN (
    SELECT
        attrelid,
        array_agg(attname) AS fnames,
        array_agg(atttypid) AS ftypes
    FROM (
        SELECT a.attrelid, a.attname, a.atttypid
        FROM pg_attribute a
        JOIN pg_type t ON t.typrelid = a.attrelid
        WHERE t.oid = $1::regtype
        AND a.attnum > 0
        AND NOT a.attisdropped
        ORDER BY a.attnum
    ) x
    GROUP BY attrelid
) a ON a.attrelid = t.typrelid
WHERE t.oid = $1::regtype

COMMIT

BEGIN

-- $1 = 'integer'
SELECT
    typname AS name, oid, typarray AS array_oid,
    oid::regtype::text AS regtype, typdelim AS delimiter
FROM pg_type t
WHERE t.oid = $1::regtype
ORDER BY t.oid

COMMIT

ROLLBACK

BEGIN

-- $1 = 'int4range'
SELECT t.typname AS name, t.oid AS oid, t.typarray AS array_oid,
    t.oid::regtype::text AS regtype,
    r.rngsubtype AS subtype_oid
FROM pg_type t
JOIN pg_range r ON t.oid = r.rngtypid
WHERE t.oid = $1::regtype

COMMIT

BEGIN

-- $1 = 'int4multirange'
SELECT t.typname AS name, t.oid AS oid, t.typarray AS array_oid,
    t.oid::regtype::text AS regtype,
    r.rngtypid AS range_oid, r.rngsubtype AS subtype_oid
FROM pg_type t
JOIN pg_range r ON t.oid = r.rngmultitypid
WHERE t.oid = $1::regtype

COMMIT

BEGIN

DECLARE "named" CURSOR FOR SELECT id FROM customers WHERE id < 100 ORDER BY id

FETCH FORWARD 10 FROM "named"

MOVE 5 FROM "named"

FETCH FORWARD ALL FROM "named"

CLOSE "named"

ROLLBACK

BEGIN

SELECT 1

-- $1 = '3'
SELECT id FROM customers WHERE id=$1

COPY (SELECT id, phone FROM customers WHERE id < 5) TO STDOUT

-- $1 = '970002'
INSERT INTO support.tickets VALUES ($1,42,'a','open',1,'m',now())

ROLLBACK

DEALLOCATE ALL
