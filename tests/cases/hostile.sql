-- Statements that a restricted role might send to see what its policy hides. One a line; whatever comes back,
-- rows, errors or notices, must not hold a phone number, e-mail address or street address of the table.
-- 4711's number is compared with; statements here never spell a number of the table themselves.

-- plain reads
SELECT phone FROM customers LIMIT 5
SELECT * FROM customers LIMIT 5
TABLE customers
SELECT c FROM customers c LIMIT 5
SELECT c.* FROM customers c LIMIT 5
SELECT (c).phone FROM customers c LIMIT 5
SELECT (c.*)::text FROM customers c LIMIT 5
SELECT ROW(c.*) FROM customers c LIMIT 5
SELECT ROW(c.phone, c.email) FROM customers c LIMIT 5
SELECT to_json(c) FROM customers c LIMIT 5
SELECT row_to_json(c) FROM customers c LIMIT 5
SELECT to_jsonb(c)->>'phone' FROM customers c LIMIT 5
SELECT json_agg(c) FROM (SELECT * FROM customers LIMIT 5) c
SELECT c.row_to_json FROM customers c LIMIT 5
SELECT c.to_jsonb FROM customers c LIMIT 5
SELECT phone(c) FROM customers c LIMIT 5
SELECT email(customers) FROM customers LIMIT 5
SELECT customers FROM customers LIMIT 5
SELECT customers::text FROM customers LIMIT 5
SELECT customers.phone::text FROM public.customers LIMIT 5
SELECT public.customers.phone FROM public.customers LIMIT 5
SELECT postgres.public.customers.phone FROM public.customers LIMIT 5
SELECT payments.public.customers.phone FROM payments.public.customers LIMIT 5
SELECT "phone" FROM "public"."customers" LIMIT 5
SELECT U&"\0070hone" FROM U&"\0063ustomers" LIMIT 5
SELECT U&"!0070hone" UESCAPE '!' FROM customers LIMIT 5
SELECT PHONE FROM CUSTOMERS LIMIT 5
SELECT/**/phone/**/FROM/**/customers/**/LIMIT/**/5
SELECT phone FROM ONLY customers LIMIT 5
SELECT phone FROM ONLY (customers) LIMIT 5
SELECT phone FROM customers * LIMIT 5
SELECT phone FROM customers TABLESAMPLE SYSTEM (100) LIMIT 5
SELECT a FROM customers AS c(a, b, d, e, f) LIMIT 5
SELECT c FROM customers AS x(a, b, c, d, e) LIMIT 5
SELECT e FROM customers AS x(a, b, c, d, e, f, g) LIMIT 5
SELECT ctid, xmin, tableoid FROM customers LIMIT 5
SELECT max(phone), min(email) FROM customers
SELECT string_agg(phone, ',') FROM (SELECT phone FROM customers LIMIT 5) s
SELECT array_agg(email) FROM (SELECT email FROM customers LIMIT 5) s
SELECT xmlforest(phone, email) FROM customers LIMIT 5
SELECT xmlelement(name c, phone) FROM customers LIMIT 5
SELECT json_build_object('p', phone) FROM customers LIMIT 5
SELECT jsonb_object_agg(id, phone) FROM (SELECT id, phone FROM customers LIMIT 5) s
SELECT array(SELECT phone FROM customers LIMIT 5)
SELECT (SELECT phone FROM customers WHERE id = 4711)
SELECT format('%s', phone) FROM customers LIMIT 5
SELECT concat_ws(',', phone, email, address) FROM customers LIMIT 5
SELECT phone || email FROM customers LIMIT 5
SELECT encode(phone::bytea, 'base64') FROM customers LIMIT 5
SELECT md5(phone), phone::bytea FROM customers LIMIT 5
SELECT reverse(phone) FROM customers LIMIT 5
SELECT translate(phone, '0123456789', 'abcdefghij') FROM customers LIMIT 5
SELECT ascii(substr(phone, 5, 1)) FROM customers LIMIT 5
SELECT regexp_replace(phone, '^', 'x') FROM customers LIMIT 5
SELECT regexp_split_to_table(phone, '') FROM customers LIMIT 20
SELECT unnest(string_to_array(phone, NULL)) FROM customers LIMIT 20
SELECT CASE WHEN true THEN phone END FROM customers LIMIT 5
SELECT coalesce(NULL, phone) FROM customers LIMIT 5
SELECT nullif(phone, '') FROM customers LIMIT 5
SELECT greatest(phone, '') FROM customers LIMIT 5

-- joins, sub-queries, CTEs, set operations
SELECT x.phone FROM customers x JOIN customers y USING (id) LIMIT 5
SELECT phone FROM customers x NATURAL JOIN customers y LIMIT 5
SELECT j.phone FROM (customers x JOIN support.tickets t ON t.customer_id = x.id) AS j LIMIT 5
SELECT j FROM (customers x JOIN support.tickets t ON t.customer_id = x.id) AS j LIMIT 5
SELECT j.* FROM (customers x CROSS JOIN (SELECT 1 AS one) o) AS j LIMIT 5
WITH c AS (SELECT * FROM customers) SELECT phone FROM c LIMIT 5
WITH c AS MATERIALIZED (SELECT phone FROM customers) SELECT * FROM c LIMIT 5
WITH customers AS (SELECT * FROM public.customers) SELECT phone FROM customers LIMIT 5
WITH customers AS (SELECT * FROM customers) SELECT phone FROM customers LIMIT 5
WITH RECURSIVE r AS (SELECT phone, 1 AS n FROM customers WHERE id = 4711 UNION ALL SELECT phone, n + 1 FROM r WHERE n < 3) SELECT * FROM r
WITH RECURSIVE customers AS (SELECT 1 AS phone UNION ALL SELECT phone + 1 FROM customers WHERE phone < 3) SELECT * FROM public.customers LIMIT 5
SELECT s.phone FROM (SELECT * FROM customers) s LIMIT 5
SELECT s.a FROM (SELECT phone FROM customers) s(a) LIMIT 5
SELECT l.phone FROM support.tickets t, LATERAL (SELECT phone FROM customers c WHERE c.id = t.customer_id) l LIMIT 5
SELECT 'x' UNION ALL SELECT phone FROM customers LIMIT 5
SELECT phone FROM customers INTERSECT SELECT phone FROM customers LIMIT 5
SELECT phone FROM customers EXCEPT SELECT '' LIMIT 5
SELECT DISTINCT phone FROM customers LIMIT 5
SELECT DISTINCT ON (phone) phone FROM customers LIMIT 5
SELECT phone, count(*) FROM customers GROUP BY phone LIMIT 5
SELECT phone FROM customers GROUP BY GROUPING SETS ((phone), ()) LIMIT 5
SELECT full_name FROM customers ORDER BY phone LIMIT 5
SELECT lag(phone) OVER (ORDER BY id) FROM customers LIMIT 5
SELECT first_value(email) OVER (PARTITION BY city) FROM customers LIMIT 5
SELECT string_agg(phone, ',') OVER (ORDER BY id ROWS 2 PRECEDING) FROM customers LIMIT 5
VALUES ((SELECT phone FROM customers LIMIT 1))
SELECT * FROM generate_series(1, 3) g, customers LIMIT 5
SELECT * FROM ROWS FROM (unnest((SELECT array_agg(phone) FROM (SELECT phone FROM customers LIMIT 5) s))) u
SELECT * FROM json_populate_record(NULL::customers, '{"phone":"x"}')
SELECT (NULL::customers).phone
SELECT c::public.customers FROM customers c LIMIT 5
SELECT * FROM json_to_recordset((SELECT json_agg(c) FROM (SELECT * FROM customers LIMIT 5) c)) AS x(phone text)
SELECT full_name FROM customers WHERE phone LIKE '+62%' LIMIT 5
SELECT full_name FROM customers WHERE phone > '+62' ORDER BY phone LIMIT 5
SELECT full_name FROM customers WHERE left(phone, 4) = '+628' LIMIT 5
SELECT full_name FROM customers WHERE phone ~ '^.628' LIMIT 5
SELECT full_name FROM customers WHERE phone = ANY (SELECT phone FROM customers LIMIT 5)
SELECT full_name FROM customers WHERE phone IN (SELECT '+62' || g FROM generate_series(1, 1000) g)
SELECT c.full_name FROM customers c JOIN generate_series(81000000000, 81000001000) g ON c.phone = '+62' || g
SELECT count(*) FILTER (WHERE phone LIKE '+628%') FROM customers
SELECT width_bucket(length(phone), 1, 20, 20) FROM customers LIMIT 5

-- errors that quote data
SELECT phone::int FROM customers WHERE id = 4711
SELECT email::int FROM customers LIMIT 1
SELECT address::date FROM customers LIMIT 1
SELECT 1 / (CASE WHEN phone LIKE '+62%' THEN 0 ELSE 1 END) FROM customers LIMIT 1
SELECT (phone || 'x')::interval FROM customers LIMIT 1
SELECT email::inet FROM customers LIMIT 1
SELECT email::jsonb FROM customers LIMIT 1
SELECT to_date(phone, 'YYYY') FROM customers LIMIT 1
SELECT to_timestamp(email, 'YYYY') FROM customers LIMIT 1
SELECT email::regclass FROM customers LIMIT 1
SELECT jsonb_path_query('{}', phone::jsonpath) FROM customers LIMIT 1
SELECT id FROM customers WHERE full_name::int > 0 AND id = 4711
SELECT set_config('application_name', phone, false) FROM customers WHERE id = 4711
SELECT set_config('tabir.x', (SELECT phone FROM customers WHERE id = 4711), false)
SELECT current_setting((SELECT phone FROM customers WHERE id = 4711))

-- functions that reach around
SELECT query_to_xml('select phone from customers limit 5', true, true, '')
SELECT table_to_xml('customers', true, true, '')
SELECT pg_catalog.query_to_xml('select phone from customers limit 5', true, true, '')
SELECT schema_to_xml('public', true, true, '')
SELECT database_to_xml(true, true, '')
SELECT cursor_to_xml('c', 5, true, true, '')
SELECT * FROM ts_stat('select to_tsvector(phone) from customers')
SELECT ts_rewrite('a'::tsquery, 'select phone::tsquery, phone::tsquery from customers')
SELECT pg_read_file('postgresql.conf')
SELECT pg_ls_dir('.')
SELECT lo_import('/etc/passwd')
SELECT lo_get(1)
SELECT pg_sleep(0)
SELECT pg_advisory_lock(1)
SELECT pg_notify('x', phone) FROM customers LIMIT 1
SELECT nextval('customers_id_seq')
SELECT lastval()
SELECT * FROM pg_stats WHERE tablename = 'customers'
SELECT most_common_vals FROM pg_catalog.pg_stats
SELECT histogram_bounds FROM pg_stats
SELECT * FROM pg_statistic
SELECT * FROM pg_catalog.pg_statistic_ext_data
SELECT * FROM pg_stat_activity
SELECT query FROM pg_stat_statements
SELECT * FROM pg_authid
SELECT * FROM pg_shadow
SELECT * FROM pg_user_mappings
SELECT * FROM pg_prepared_statements
SELECT * FROM pg_cursors
SELECT current_query()
SELECT * FROM pg_largeobject
SELECT dblink('dbname=payments', 'select phone from customers')
SELECT * FROM pg_stat_user_tables
SELECT pg_relation_size('customers')
SELECT reltuples FROM pg_class WHERE relname = 'customers'
SELECT pg_stat_get_live_tuples('customers'::regclass)
SELECT has_table_privilege('customers', 'select')
SELECT pg_terminate_backend(pg_backend_pid())
SELECT * FROM information_schema.tables LIMIT 1
SELECT textin('x')
SELECT brin_page_items(NULL, NULL)

-- other statements
COPY customers TO STDOUT
COPY (SELECT phone FROM customers LIMIT 5) TO STDOUT
COPY customers TO '/tmp/x'
COPY customers TO PROGRAM 'cat'
COPY customers FROM STDIN
EXPLAIN SELECT phone FROM customers
EXPLAIN (ANALYZE, VERBOSE) SELECT phone FROM customers WHERE id = 4711
EXPLAIN EXECUTE p
PREPARE p AS SELECT phone FROM customers LIMIT 5
EXECUTE p
DECLARE cur CURSOR FOR SELECT phone FROM customers
DECLARE cur CURSOR WITH HOLD FOR SELECT phone FROM customers
FETCH ALL FROM cur
CREATE TABLE t AS SELECT phone FROM customers
CREATE TEMP TABLE t AS SELECT phone FROM customers
DROP TABLE pg_temp.t
CREATE TEMP TABLE customers (id int, phone text)
DROP TABLE pg_temp.customers
CREATE VIEW v AS SELECT phone FROM customers
CREATE FUNCTION f(text) RETURNS text LANGUAGE sql AS 'select $1'
CREATE OPERATOR = (LEFTARG = text, RIGHTARG = text, FUNCTION = texteq)
SELECT phone INTO t FROM customers
SELECT phone INTO TEMP t FROM customers LIMIT 5
DROP TABLE pg_temp.t
INSERT INTO support.tickets (customer_id, subject) SELECT id, phone FROM customers LIMIT 5
INSERT INTO support.tickets (customer_id, subject) SELECT id, phone FROM customers LIMIT 1 RETURNING *
UPDATE customers SET city = phone WHERE id = 4711 RETURNING city
UPDATE customers SET city = city WHERE id = 4711 RETURNING *
DELETE FROM customers WHERE id = 4711 RETURNING phone
DELETE FROM support.tickets USING customers c WHERE false RETURNING c.phone
WITH d AS (UPDATE customers SET city = city WHERE id = 4711 RETURNING phone) SELECT * FROM d
MERGE INTO support.tickets t USING customers c ON false WHEN MATCHED THEN DELETE
DO $$ BEGIN RAISE NOTICE '%', (SELECT phone FROM customers LIMIT 1); END $$
CALL p((SELECT phone FROM customers LIMIT 1))
LOCK TABLE customers
TRUNCATE customers
ALTER TABLE customers RENAME phone TO note
GRANT SELECT ON customers TO public
SET ROLE postgres
SET SESSION AUTHORIZATION postgres
SET row_security = off
SET session_replication_role = replica
SET standard_conforming_strings = off
SET client_encoding = 'SJIS'
SET search_path = pg_temp, evil
RESET ROLE
NOTIFY x, 'y'
LISTEN x
LOAD 'auto_explain'
VACUUM customers
ANALYZE VERBOSE customers
REFRESH MATERIALIZED VIEW m
COMMENT ON TABLE customers IS 'x'
SECURITY LABEL ON TABLE customers IS 'x'
SELECT 1; SELECT phone FROM customers LIMIT 5
SELECT phone FROM customers LIMIT 5; COPY customers TO STDOUT
BEGIN; SELECT * FROM customers LIMIT 5; ROLLBACK
SELECT phone FROM customers FOR UPDATE
SELECT phone FROM customers FOR SHARE SKIP LOCKED LIMIT 5

-- spelling tricks
SELECT 'a\'; SELECT phone FROM customers LIMIT 5; --'
SELECT E'\'; SELECT phone FROM customers --'
SELECT $a$; SELECT phone FROM customers; $a$
SELECT /* /* */ phone FROM customers -- */ 1
SELECT 1 -- 
SELECT "__tabir_k1" FROM customers LIMIT 5
SELECT 1 AS "__tabir_k1"
SELECT __tabir_1 FROM customers LIMIT 5
SELECT phone AS city, city AS phone FROM customers LIMIT 5
SELECT phone OPERATOR(pg_catalog.||) '' FROM customers LIMIT 5
SELECT phone OPERATOR(public.=) 'x' FROM customers LIMIT 5
SELECT phone COLLATE "C" FROM customers LIMIT 5
SELECT phone::varchar(50), CAST(email AS char(60)) FROM customers LIMIT 5
SELECT x FROM customers, LATERAL (SELECT customers.phone AS x) l LIMIT 5
SELECT x.phone FROM pg_catalog.pg_class, customers x LIMIT 5
SELECT phone FROM pg_temp.customers
SELECT * FROM pg_toast.pg_toast_16384
SELECT image FROM kyc.documents LIMIT 1
SELECT d FROM kyc.documents d LIMIT 1
SELECT amount FROM billing.transactions LIMIT 1
SELECT a.phone FROM customers a LEFT JOIN customers b ON a.phone = b.phone AND a.id <> b.id LIMIT 5
SELECT * FROM customers WHERE id IN (SELECT id FROM customers WHERE email LIKE 'a%') LIMIT 5
SELECT id FROM customers c WHERE EXISTS (SELECT 1 FROM customers d WHERE d.phone = c.phone AND d.id <> c.id) LIMIT 5
SELECT (SELECT string_agg(c.phone, ',')) FROM customers c
SELECT customers.*::text FROM customers LIMIT 3
SELECT count(DISTINCT phone), count(DISTINCT email) FROM customers
SELECT percentile_disc(0.5) WITHIN GROUP (ORDER BY phone) FROM customers
SELECT mode() WITHIN GROUP (ORDER BY email) FROM customers

-- cursors and prepared statements
BEGIN; DECLARE cur CURSOR FOR SELECT phone FROM customers; FETCH 5 FROM cur; COMMIT
BEGIN; DECLARE cur BINARY CURSOR FOR SELECT c FROM customers c; FETCH 5 FROM cur; COMMIT
BEGIN; DECLARE cur SCROLL CURSOR FOR SELECT to_json(c) FROM customers c; FETCH LAST FROM cur; FETCH PRIOR FROM cur; COMMIT
DECLARE cur CURSOR WITH HOLD FOR SELECT email, phone FROM customers; FETCH 5 FROM cur; CLOSE cur
DECLARE cur CURSOR WITH HOLD FOR SELECT phone FROM customers; SELECT statement FROM pg_cursors
BEGIN; DECLARE cur CURSOR FOR WITH x AS (UPDATE customers SET city = city RETURNING phone) SELECT * FROM x; FETCH ALL cur; ROLLBACK
BEGIN; DECLARE cur CURSOR FOR SELECT phone FROM customers FOR UPDATE; FETCH 5 FROM cur; ROLLBACK
PREPARE p2 AS SELECT phone FROM customers LIMIT 5; EXECUTE p2; DEALLOCATE p2
PREPARE p2 (text) AS SELECT $1; EXECUTE p2((SELECT phone FROM customers LIMIT 1)); DEALLOCATE p2
PREPARE p2 (customers) AS SELECT ($1).phone; EXECUTE p2(NULL); DEALLOCATE p2
PREPARE p2 (int) AS SELECT phone_of($1); EXECUTE p2(1); DEALLOCATE p2
PREPARE p2 AS UPDATE customers SET city = phone RETURNING city; EXECUTE p2; DEALLOCATE p2
PREPARE p2 AS TABLE customers; EXPLAIN ANALYZE EXECUTE p2; DEALLOCATE p2
PREPARE p2 AS SELECT id FROM customers WHERE phone LIKE $1; EXECUTE p2('+6%'); DEALLOCATE p2
CREATE TEMP TABLE stolen AS EXECUTE p2

-- copies, plans and the rest of the utility statements
COPY customers (phone) TO STDOUT
COPY (SELECT phone FROM customers) TO STDOUT
COPY customers TO '/tmp/tabir_stolen'
COPY customers FROM '/etc/passwd'
EXPLAIN SELECT * FROM customers WHERE phone = '+6285727404681'
EXPLAIN (ANALYZE, VERBOSE) SELECT phone FROM customers
EXPLAIN (VERBOSE, FORMAT json) SELECT phone FROM customers WHERE phone LIKE '+6%'
EXPLAIN (COSTS ON) SELECT id FROM customers WHERE full_name < 'B'
EXPLAIN CREATE TABLE stolen AS SELECT phone FROM customers
EXPLAIN UPDATE customers SET city = phone
LOCK TABLE customers IN ACCESS EXCLUSIVE MODE
NOTIFY stolen, 'x'
LISTEN stolen
CALL phone_of(1)
