-- Functions that run SQL, or that carry values to another place.

SELECT query_to_xml('select phone from customers where id = 7', true, true, '')

SELECT pg_catalog.table_to_xml('customers', true, true, '')

SELECT schema_to_xml('public', true, true, '')

SELECT database_to_xml(true, true, '')

SELECT * FROM ts_stat('select to_tsvector(''simple'', email) from customers') ORDER BY 1

SELECT ts_rewrite('a'::tsquery, 'select ''a''::tsquery, to_tsquery(''simple'', quote_literal(phone)) from customers where id = 7')

SELECT leak(phone) FROM customers WHERE id = 7

SELECT id FROM customers WHERE leak(phone) IS NOT NULL AND id < 4

SELECT c.leak_row FROM customers c WHERE id = 7

SELECT phone_of(7)

SELECT phone === 'x' FROM customers WHERE id = 7

SELECT phone OPERATOR(public.===) 'x' FROM customers WHERE id = 7

SELECT gathered(phone ORDER BY id) FROM customers

SELECT c::customers::seen FROM customers c WHERE id = 7

DO $$ DECLARE p text; BEGIN SELECT phone INTO p FROM customers WHERE id = 7; RAISE NOTICE '%', p; END $$

BEGIN
DECLARE k CURSOR FOR SELECT phone FROM customers WHERE id = 7
SELECT cursor_to_xml('k', 5, true, true, '')

LISTEN x
SELECT pg_notify('x', (SELECT phone FROM customers WHERE id = 7))

SELECT pg_advisory_lock(('x' || md5(email))::bit(16)::int) FROM customers WHERE id = 7
SELECT objid FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid()

SELECT lo_from_bytea(4711, convert_to(phone, 'UTF8')) FROM customers WHERE id = 7
SELECT lo_get(4711)
SELECT lo_unlink(4711)

SELECT nextval('counter') FROM customers WHERE phone LIKE '+628_5%'
SELECT setval('counter', ('x' || md5(email))::bit(16)::int + 1) FROM customers WHERE id = 7
SELECT last_value FROM counter
