-- Statements that try to see a masked value. Each must be refused, fail, or show none. One a line.
SELECT phone FROM customers
SELECT * FROM customers
SELECT c FROM customers c
SELECT c.* FROM customers c
SELECT c::text FROM customers c
SELECT (c).phone FROM customers c
SELECT (c).* FROM customers c
SELECT ROW(c.*) FROM customers c
SELECT to_json(c) FROM customers c
SELECT to_jsonb(c)->>'phone' FROM customers c
SELECT row_to_json(c) FROM customers c
SELECT json_agg(c) FROM customers c
SELECT jsonb_object_agg(id, phone) FROM customers
SELECT string_agg(phone, ',') FROM customers
SELECT array_agg(phone) FROM customers
SELECT xmlforest(phone) FROM customers
SELECT c.row_to_json FROM customers c
SELECT c.to_json FROM customers c
SELECT (c).row_to_json FROM customers c
SELECT phone(c) FROM customers c
SELECT public.customers.phone FROM public.customers
SELECT postgres.public.customers.phone FROM postgres.public.customers
TABLE customers
TABLE public.customers
TABLE ONLY customers
SELECT * FROM ONLY (customers)
SELECT * FROM customers *
SELECT * FROM "customers"
SELECT * FROM "public"."customers"
SELECT * FROM U&"\0063ustomers"
SELECT * FROM U&"!0063ustomers" UESCAPE '!'
SELECT * FROM pg_temp.customers
SELECT * FROM "public.customers"
SELECT * FROM contacts
SELECT telp FROM vip
SELECT c FROM contacts c
SELECT * FROM phone_book
SELECT upper(telp) FROM vip
SELECT address FROM contacts
SELECT note FROM masked_by_expression
SELECT * FROM masked_by_expression
SELECT substr(phone, 1, 9) || right(phone, 4) FROM customers
SELECT reverse(phone) FROM customers
SELECT md5(phone), length(phone) FROM customers WHERE phone LIKE '+62811%'
SELECT encode(phone::bytea, 'escape') FROM customers
SELECT phone::bytea FROM customers
SELECT ascii(phone) FROM customers
SELECT phone COLLATE "C" FROM customers
SELECT min(phone), max(phone) FROM customers
SELECT phone FROM customers ORDER BY phone LIMIT 1
SELECT DISTINCT phone FROM customers
SELECT phone, count(*) FROM customers GROUP BY phone
SELECT phone FROM customers GROUP BY id
SELECT c.phone FROM customers c GROUP BY c.id
SELECT lag(phone) OVER (ORDER BY id) FROM customers
SELECT first_value(phone) OVER w FROM customers WINDOW w AS (PARTITION BY city)
SELECT phone FROM customers UNION SELECT email FROM customers
SELECT phone FROM customers EXCEPT SELECT 'x'
SELECT phone FROM customers INTERSECT SELECT phone FROM customers
VALUES ((SELECT phone FROM customers LIMIT 1))
SELECT ARRAY(SELECT phone FROM customers)
SELECT (SELECT phone FROM customers WHERE id = 1)
SELECT EXISTS (SELECT 1 FROM customers WHERE phone = '+62811000001')
SELECT (SELECT c) FROM customers c
SELECT x.c FROM (SELECT c FROM customers c) x
SELECT (x.c).phone FROM (SELECT c FROM customers c) x
SELECT l.p FROM customers c, LATERAL (SELECT c.phone AS p) l
SELECT l.* FROM customers c, LATERAL (SELECT c.*) l
SELECT u FROM customers c, unnest(ARRAY[c.phone, c.email]) u
SELECT * FROM customers c, LATERAL jsonb_each_text(to_jsonb(c))
SELECT * FROM jsonb_each_text((SELECT to_jsonb(c) FROM customers c LIMIT 1))
SELECT * FROM ROWS FROM (unnest(ARRAY(SELECT phone FROM customers))) AS p
WITH x AS (SELECT * FROM customers) SELECT phone FROM x
WITH x(a, b, c, d, e) AS (SELECT * FROM customers) SELECT * FROM x
WITH customers AS (SELECT 1 AS id) SELECT public.customers.phone FROM public.customers
WITH customers AS (SELECT * FROM public.customers) SELECT * FROM customers
WITH x AS (WITH customers AS (SELECT 1 AS one) SELECT * FROM customers) SELECT * FROM x, customers
WITH y AS (SELECT * FROM customers), customers AS (SELECT 1) SELECT * FROM y
WITH RECURSIVE customers AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM customers WHERE n < 2) SELECT * FROM customers
WITH RECURSIVE a AS (SELECT * FROM b), b AS (SELECT * FROM customers) SELECT * FROM a
WITH RECURSIVE r AS (SELECT id, phone FROM customers WHERE id = 1 UNION ALL SELECT c.id, c.phone FROM customers c JOIN r ON c.id = r.id + 1) SELECT * FROM r
WITH d AS (DELETE FROM customers RETURNING *) SELECT * FROM d
WITH i AS (INSERT INTO support.tickets SELECT id, id, phone, 'x', 'y' FROM customers RETURNING *) SELECT * FROM i
SELECT * INTO TEMP stolen FROM customers
CREATE TABLE stolen AS SELECT * FROM customers
COPY customers TO STDOUT
COPY (SELECT * FROM customers) TO STDOUT
EXPLAIN ANALYZE SELECT * FROM customers
PREPARE p AS SELECT * FROM customers
DECLARE c CURSOR FOR SELECT * FROM customers
DO $$ BEGIN PERFORM 1; END $$
SELECT * FROM customers NATURAL JOIN contacts
SELECT * FROM customers a JOIN customers b USING (phone)
SELECT phone FROM customers a JOIN customers b USING (id, phone)
SELECT * FROM customers a FULL JOIN customers b USING (id)
SELECT j.* FROM (customers a JOIN support.tickets t ON a.id = t.customer_id) j
SELECT j FROM (customers a JOIN support.tickets t ON a.id = t.customer_id) j
SELECT j.phone FROM (customers a JOIN support.tickets t ON a.id = t.customer_id) AS j
SELECT ctid, * FROM customers
SELECT xmin FROM customers
SELECT tableoid::regclass FROM customers
SELECT * FROM customers TABLESAMPLE system (100)
SELECT * FROM customers WHERE CURRENT OF c
SELECT phone FROM customers FOR UPDATE
SELECT phone::int FROM customers
SELECT full_name::int FROM customers WHERE phone = '+62811000001'
SELECT 1 / (CASE WHEN phone LIKE '+62811%' THEN 0 ELSE 1 END) FROM customers
SELECT CASE WHEN phone = '+62811000001' THEN phone END FROM customers
SELECT CASE phone WHEN '+62811000001' THEN 'hit +62 ' || phone ELSE 'miss' END FROM customers
SELECT coalesce(NULL, phone), greatest(phone, email), nullif(phone, 'x') FROM customers
SELECT format('%s', phone), concat(phone, email), concat_ws(',', c) FROM customers c
SELECT format('%s', c) FROM customers c
SELECT quote_literal(phone), quote_ident(email) FROM customers
SELECT regexp_replace(phone, '(.)', '\1-', 'g') FROM customers
SELECT regexp_split_to_table(phone, '') FROM customers
SELECT translate(phone, '0123456789', 'abcdefghij') FROM customers
SELECT set_config('application_name', phone, false) FROM customers
SELECT query_to_xml('SELECT phone FROM public.customers', true, false, '')
SELECT table_to_xml('public.customers', true, false, '')
SELECT ts_stat('SELECT to_tsvector(phone) FROM public.customers')
SELECT * FROM pg_stats WHERE tablename = 'customers'
SELECT most_common_vals FROM pg_catalog.pg_stats
SELECT * FROM pg_statistic
SELECT query FROM pg_stat_activity
SELECT id FROM customers ORDER BY phone
SELECT id FROM customers WHERE phone > '+628' ORDER BY id
SELECT id FROM customers WHERE phone = full_name
SELECT id FROM customers c WHERE c.phone = (SELECT '+62811000001'::text)
SELECT width_bucket(id, 1, 10, 3), phone FROM customers
SELECT a.phone FROM customers a JOIN customers b ON a.phone = b.phone
SELECT __tabir_k1 FROM customers
SELECT "__tabir_m1" FROM customers WHERE phone = 'x'
SELECT 1 AS "__tabir_k1" FROM customers
SELECT U&"\005f_tabir_m1" FROM customers WHERE phone = 'x'
SELECT phone FROM customers; SELECT email FROM customers
SELECT /* phone */ phone -- email
SELECT phone "phone""; SELECT" FROM customers
SELECT E'\'' || phone || '\\' FROM customers
SELECT $a$'$a$ || phone FROM customers
SELECT phone OPERATOR(pg_catalog.||) email FROM customers
SELECT phone OPERATOR(public.||) email FROM customers
SELECT public.leak(phone) FROM customers
SELECT leak(phone) FROM customers
SELECT leak(c.phone) FROM customers c WHERE leak(c.phone)
SELECT id FROM customers WHERE leak(phone)
SELECT phone::public.mood FROM customers
SELECT phone::customers FROM customers
SELECT c::customers FROM customers c
SELECT (NULL::customers).phone
SELECT (jsonb_populate_record(NULL::customers, to_jsonb(c))).phone FROM customers c
SELECT p.phone FROM customers_materialized p
SELECT * FROM customers_materialized
SELECT * FROM child_customers
SELECT * FROM customers c, customers_materialized m WHERE c.id = m.id
SELECT full_name, phone FROM customers c WHERE id IN (SELECT id FROM customers WHERE phone = '+62811000001')
SELECT id, phone FROM customers WHERE phone = '+62811000001'
SELECT * FROM customers WHERE phone IN ('+62811000001', '+62811000002')
SELECT c FROM customers c WHERE phone = '+62811000001'
SELECT to_json(c) FROM customers c WHERE c.phone = '+62811000001'
SELECT phone FROM customers WHERE NOT phone = '+62811000001'
SELECT phone = '+62811000001' FROM customers
SELECT id FROM customers HAVING phone = 'x'
SELECT mode() WITHIN GROUP (ORDER BY phone) FROM customers
SELECT percentile_disc(0.5) WITHIN GROUP (ORDER BY phone) FROM customers
SELECT json_build_object('p', phone) FROM customers
SELECT hashtext(phone) FROM customers
SELECT convert_to(phone, 'UTF8') FROM customers
SELECT phone <-> 'x' FROM customers
SELECT overlay(phone placing '' from 1 for 0) FROM customers
SELECT substring(phone FROM '.*') FROM customers
SELECT trim(phone), position('1' in phone) FROM customers
SELECT (phone::text[])[1] FROM customers
SELECT string_to_array(phone, NULL) FROM customers
SELECT phone IS NOT DISTINCT FROM '+62811000001', phone FROM customers
SELECT s FROM (SELECT * FROM customers) s
SELECT s FROM (TABLE customers) s
SELECT * FROM (TABLE customers) s, (SELECT * FROM contacts) t
SELECT (SELECT array_agg(x) FROM (SELECT * FROM customers) x)
SELECT (ARRAY(SELECT c FROM customers c))[1]
SELECT (ARRAY(SELECT c FROM customers c))[1].phone
SELECT max(c::text) FROM customers c
SELECT count(*) FROM customers WHERE phone ~ '^\+62811'
SELECT id FROM customers ORDER BY id LIMIT (SELECT count(*) FROM customers WHERE phone LIKE '%1')
SELECT lo_get(1)
SELECT pg_read_file('postgresql.conf')
SELECT current_setting('data_directory')
SELECT * FROM dblink('x', 'y') AS t(a text)
SELECT c.phone FROM customers AS c TABLESAMPLE bernoulli (100) REPEATABLE (1)
SELECT * FROM customers TABLESAMPLE bernoulli ((SELECT max(length(phone)) FROM customers))
SELECT ctid, phone, c FROM customers c
SELECT (c).phone, (c.*).phone, (c::customers).phone FROM customers c
SELECT ROW(c.*)::customers FROM customers c
SELECT (ROW(c.*)).f3 FROM customers c
SELECT c FROM customers c GROUP BY c.id
SELECT row_to_json(c), max(c.phone) FROM customers c GROUP BY c.id
SELECT id, phone FROM customers GROUP BY GROUPING SETS ((id), (id, city))
SELECT c.phone FROM customers c GROUP BY c.id, ROLLUP (c.city)
SELECT c.to_json, c.text, c.json_agg FROM customers c
SELECT c.phone, c.address FROM customers c
SELECT c.count, c.phone FROM customers c GROUP BY c.id
SELECT u FROM customers a JOIN customers b USING (id, phone) AS u
SELECT u.phone FROM customers a JOIN customers b USING (id) AS u
SELECT * FROM customers NATURAL JOIN (SELECT id, phone FROM customers) x
SELECT * FROM (SELECT id, '+62811000001' AS phone FROM customers) x NATURAL JOIN customers
SELECT * FROM (SELECT id, 'Street 1' AS address FROM customers) x NATURAL LEFT JOIN customers
SELECT j, j.* FROM (customers a NATURAL JOIN (SELECT id FROM customers) b) AS j
SELECT to_json(k) FROM ((customers a JOIN customers b USING (id)) AS j JOIN customers c USING (id)) AS k
SELECT XMLFOREST(phone, c.email AS e, address) FROM customers c
SELECT XMLELEMENT(NAME x, XMLATTRIBUTES(phone), c.*) FROM customers c
SELECT XMLSERIALIZE(CONTENT XMLCONCAT(XMLFOREST(phone)) AS text) FROM customers
SELECT x.* FROM customers c, XMLTABLE('/c' PASSING XMLELEMENT(NAME c, c.phone) COLUMNS p text PATH '.') x
SELECT x.p FROM customers c, LATERAL XMLTABLE('/c' PASSING '<c/>' COLUMNS p text PATH 'x' DEFAULT c.phone) x
WITH RECURSIVE t AS (SELECT id, phone FROM customers WHERE id = 1 UNION ALL SELECT c.id, c.phone FROM customers c JOIN t ON c.id = t.id + 1) SEARCH DEPTH FIRST BY phone SET o SELECT o, * FROM t
WITH RECURSIVE t AS (SELECT c FROM customers c WHERE id = 1 UNION ALL SELECT c FROM customers c JOIN t ON c.id = (t.c).id + 1) CYCLE c SET y USING p SELECT p, c FROM t
SELECT rewrite.public.customers.phone FROM rewrite.public.customers
SELECT rewrite.public.customers.* FROM rewrite.public.customers
SELECT (array_agg(c ORDER BY c.id))[1].phone FROM customers c
SELECT (array_agg(c))[1] FROM customers c
SELECT s FROM (SELECT c, phone FROM customers c) s
SELECT VALUES_.* FROM customers c, LATERAL (VALUES (c.*)) VALUES_
SELECT v FROM customers c, LATERAL (VALUES (c.phone, c), (c.email, c)) v
SELECT FROM customers HAVING max(phone) > '+62811'
SELECT min(c) FROM (SELECT phone FROM customers) c
SELECT jsonb_populate_record(NULL::customers, to_jsonb(c)) FROM customers c
SELECT * FROM json_populate_recordset(NULL::customers, (SELECT json_agg(c) FROM customers c))
