-- asyncpg 0.27

-- $1 = '42'
SELECT id, city, phone FROM customers WHERE id = $1

-- $1 = '{1,2}'
SELECT ARRAY[1::int8], t FROM support.tickets t WHERE id = ANY($1::int8[])

BEGIN;

SELECT id FROM customers WHERE id < 100 ORDER BY id

COMMIT;

BEGIN;

ROLLBACK;
