-- asyncpg 0.27

-- $1 = '42'
SELECT id, city, phone FROM customers WHERE id = $1

-- $1 = '4'
SELECT c FROM customers c WHERE id < $1 ORDER BY id

-- $1 = '{1,2}'
SELECT ARRAY[1::int8], t FROM support.tickets t WHERE id = ANY($1::int8[])

BEGIN;

SELECT id FROM customers WHERE id < 100 ORDER BY id

COMMIT;

BEGIN;

-- $1 = '960001', $2 = '42'
INSERT INTO support.tickets VALUES ($1,$2,'a','open',1,'x',now())

COPY (SELECT id, city FROM customers WHERE id < 10) TO STDOUT (FORMAT 'csv')

COPY "support"."tickets"("id", "subject") TO STDOUT

ROLLBACK;

SELECT pg_advisory_unlock_all();
CLOSE ALL;
UNLISTEN *;
RESET ALL;
