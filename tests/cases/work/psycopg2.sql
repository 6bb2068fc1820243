-- psycopg 2.9

BEGIN

SELECT t.oid, typarray
FROM pg_type t JOIN pg_namespace ns
    ON typnamespace = ns.oid
WHERE typname = 'hstore';

ROLLBACK

BEGIN

SELECT t.oid, typarray, attname, atttypid
FROM pg_type t
JOIN pg_namespace ns ON typnamespace = ns.oid
JOIN pg_attribute a ON attrelid = typrelid
WHERE typname = 'customers' AND nspname = 'public'
    AND attnum > 0 AND NOT attisdropped
ORDER BY attnum;

ROLLBACK

BEGIN

INSERT INTO support.tickets (id,customer_id,assignee,status,priority,subject,created_at) VALUES (980001,42,'a','open',1,'x','2024-01-01'),(980002,42,'a','open',1,'x','2024-01-01')

DECLARE "n" CURSOR WITHOUT HOLD FOR SELECT * FROM support.tickets ORDER BY id

FETCH FORWARD 5 FROM "n"

CLOSE "n"

ROLLBACK

BEGIN ISOLATION LEVEL SERIALIZABLE READ ONLY

SELECT 1

ROLLBACK
