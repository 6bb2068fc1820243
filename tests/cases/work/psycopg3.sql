-- psycopg 3.1

BEGIN

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

ROLLBACK

BEGIN

SELECT 1

-- $1 = '3'
SELECT id FROM customers WHERE id=$1

ROLLBACK

DEALLOCATE ALL
