-- Several statements in one message, as scripts and execute_batch of psycopg2 send them

SET search_path TO support, public; SELECT count(*) FROM tickets

SET search_path TO DEFAULT; SHOW search_path

BEGIN; SET LOCAL search_path TO billing; SELECT kind, count(*) FROM transactions GROUP BY kind ORDER BY kind; COMMIT

SELECT set_config('search_path', 'support', false); SELECT id, subject FROM tickets ORDER BY id LIMIT 3; RESET search_path

SET statement_timeout = '30s'; SELECT id, city FROM customers WHERE id = 42; RESET statement_timeout

BEGIN;

UPDATE support.tickets SET priority = 3 WHERE id = 1;UPDATE support.tickets SET priority = 4 WHERE id = 2;UPDATE support.tickets SET priority = 5 WHERE id = 3

UPDATE customers SET city = 'Solo' WHERE id = 1; UPDATE customers SET city = 'Solo' WHERE id = 2; SELECT id, city FROM customers WHERE id <= 2 ORDER BY id

ROLLBACK;

BEGIN; UPDATE customers SET city = 'Solo' WHERE id = 3; SELECT city FROM customers WHERE id = 3; ROLLBACK
