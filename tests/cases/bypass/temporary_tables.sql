-- Values kept in temporary tables, and names of temporary tables where the database looks for others. Each reads an
-- expression: a plain column would tell the twins apart by the number of its table.

CREATE TEMP TABLE kept AS SELECT id, phone FROM customers
SELECT string_agg(k::text, ',' ORDER BY id) FROM kept k
DROP TABLE kept

SELECT id, phone, email INTO TEMP into_temp FROM customers
SELECT string_agg(t::text, ',' ORDER BY id) FROM into_temp t
DROP TABLE into_temp

CREATE TABLE pg_temp.by_schema AS TABLE customers
SELECT string_agg(t::text, ',' ORDER BY id) FROM pg_temp.by_schema t
DROP TABLE pg_temp.by_schema

CREATE TEMP TABLE filled (id bigint, phone text)
INSERT INTO filled SELECT id, phone FROM customers
SELECT string_agg(phone, ',' ORDER BY id) FROM filled
DROP TABLE filled

CREATE TEMP TABLE updated AS SELECT id, ''::text AS email FROM customers
UPDATE updated SET email = c.email FROM customers c WHERE c.id = updated.id
SELECT string_agg(email, ',' ORDER BY id) FROM updated
DROP TABLE updated

CREATE TEMP TABLE asked AS SELECT id, ''::text AS email FROM customers ORDER BY id
UPDATE asked SET email = (SELECT c.email FROM customers c WHERE c.id = asked.id) RETURNING id + 0, email || ''
DROP TABLE asked

CREATE TEMP TABLE shadow AS SELECT id FROM customers
SELECT s.id + 0, (SELECT phone FROM customers WHERE id = s.id) || '' FROM shadow s ORDER BY s.id
DROP TABLE shadow

CREATE TEMP TABLE customers AS SELECT * FROM public.customers
SELECT string_agg(phone, ',' ORDER BY id) FROM customers
DROP TABLE pg_temp.customers

CREATE TEMP TABLE copied (LIKE customers)
INSERT INTO copied SELECT * FROM customers
SELECT string_agg(email, ',' ORDER BY id) FROM copied
DROP TABLE copied

CREATE TEMP TABLE rows_of AS SELECT c FROM customers c
SELECT string_agg((c).phone, ',' ORDER BY (c).id) FROM rows_of
DROP TABLE rows_of

CREATE TEMP TABLE heirs () INHERITS (customers)
SELECT string_agg(phone, ',' ORDER BY id) FROM customers
DROP TABLE heirs

CREATE TEMP TABLE one AS SELECT id FROM customers WHERE phone LIKE '+628_5%'
SELECT count(*) FROM one
DROP TABLE one

CREATE TEMP TABLE sorted AS SELECT id, phone FROM customers ORDER BY phone
SELECT string_agg(id::text, ',') FROM sorted
DROP TABLE sorted

BEGIN
CREATE TEMP TABLE dropped ON COMMIT DROP AS SELECT phone FROM customers
SELECT string_agg(phone, ',' ORDER BY phone) FROM dropped
COMMIT
