-- Ordinary reads over open columns: through the gateway they answer just what PostgreSQL answers directly.
SELECT 1
SELECT 1 AS one, 'two' AS two, NULL::int AS three
SELECT version()
SELECT current_database()
SELECT now() IS NOT NULL
SELECT id, city FROM customers WHERE id = 42
SELECT id, city FROM public.customers WHERE id = 42
SELECT id, city FROM customers c WHERE c.id IN (1, 2, 3) ORDER BY id
SELECT c.id, c.city FROM customers AS c WHERE c.id BETWEEN 10 AND 20 ORDER BY c.id DESC
SELECT customers.id FROM customers ORDER BY customers.id LIMIT 3 OFFSET 5
SELECT id AS number, city AS "Where" FROM customers ORDER BY number FETCH FIRST 3 ROWS ONLY
SELECT id, city FROM customers WHERE city = 'Bandung' ORDER BY 1 LIMIT 5
SELECT id FROM customers WHERE city LIKE 'Ba%' AND id < 100 ORDER BY id
SELECT id, upper(city), length(city) FROM customers WHERE id < 5 ORDER BY id
SELECT id, CASE WHEN id % 2 = 0 THEN 'even' ELSE 'odd' END AS parity FROM customers WHERE id < 6 ORDER BY id
SELECT count(*) FROM customers
SELECT city, count(*) FROM customers GROUP BY city ORDER BY city
SELECT city, count(*) AS n FROM customers GROUP BY 1 HAVING count(*) > 10 ORDER BY n DESC, city
SELECT city, max(id), min(id), sum(id), avg(id)::numeric(20,4) FROM customers GROUP BY city ORDER BY city
SELECT date_trunc('month', created_at) AS m, count(*) FROM customers GROUP BY m ORDER BY m
SELECT city, count(*) FROM customers GROUP BY ROLLUP (city) ORDER BY city NULLS LAST
SELECT city, count(*) FROM customers GROUP BY GROUPING SETS ((city), ()) ORDER BY city NULLS FIRST
SELECT id, city FROM customers WHERE id = 7 GROUP BY id, city
SELECT count(DISTINCT city) FROM customers
SELECT DISTINCT city FROM customers ORDER BY city
SELECT DISTINCT ON (city) city, id FROM customers ORDER BY city, id
SELECT c.id, t.subject FROM customers c JOIN support.tickets t ON t.customer_id = c.id WHERE c.id < 50 ORDER BY c.id, t.id
SELECT c.id, t.subject FROM customers c LEFT JOIN support.tickets t ON t.customer_id = c.id WHERE c.id < 20 ORDER BY c.id, t.id
SELECT c.id, t.id FROM support.tickets t RIGHT JOIN customers c ON c.id = t.customer_id WHERE c.id < 20 ORDER BY 1, 2
SELECT c.id, x.id FROM customers c FULL JOIN (SELECT id FROM customers WHERE id < 3) x ON x.id = c.id WHERE c.id < 5 ORDER BY c.id
SELECT a.id, b.id FROM customers a JOIN customers b ON b.id = a.id + 1 WHERE a.id < 4 ORDER BY 1
SELECT id, city, status FROM customers JOIN (SELECT customer_id AS id, status FROM support.tickets) t USING (id) WHERE id < 50 ORDER BY id, status
SELECT a.id FROM customers a, customers b WHERE a.id = b.id AND a.id < 4 ORDER BY 1
SELECT c.id, l.n FROM customers c CROSS JOIN LATERAL (SELECT count(*) AS n FROM support.tickets t WHERE t.customer_id = c.id) l WHERE c.id < 5 ORDER BY 1
SELECT s.id FROM (SELECT id FROM customers WHERE id < 5) s ORDER BY s.id
SELECT s.number FROM (SELECT id, city FROM customers WHERE id < 5) AS s (number, place) ORDER BY 1
SELECT x.a FROM customers AS x (a) WHERE x.a < 3 ORDER BY x.a
WITH few AS (SELECT id, city FROM customers WHERE id < 5) SELECT * FROM few ORDER BY id
WITH few AS MATERIALIZED (SELECT id FROM customers WHERE id < 5), more AS (SELECT id + 1 AS next FROM few) SELECT next FROM more ORDER BY 1
WITH c (number) AS (SELECT id FROM customers WHERE id < 3) SELECT number FROM c ORDER BY number
WITH RECURSIVE n AS (SELECT 1 AS i UNION ALL SELECT i + 1 FROM n WHERE i < 5) SELECT i, city FROM n JOIN customers ON customers.id = i ORDER BY i
WITH customers AS (SELECT 1 AS id) SELECT * FROM customers
SELECT id FROM customers WHERE id < 3 UNION ALL SELECT id FROM customers WHERE id = 9 ORDER BY 1
SELECT city FROM customers WHERE id < 30 UNION SELECT city FROM customers WHERE id < 60 ORDER BY city
SELECT id FROM customers WHERE id < 10 INTERSECT SELECT id FROM customers WHERE id > 5 ORDER BY 1
SELECT id FROM customers WHERE id < 10 EXCEPT SELECT id FROM customers WHERE id > 5 ORDER BY 1
(SELECT id FROM customers ORDER BY id LIMIT 2) UNION ALL (SELECT id FROM customers ORDER BY id DESC LIMIT 2)
SELECT id, row_number() OVER (ORDER BY id) FROM customers WHERE id < 5 ORDER BY id
SELECT id, rank() OVER (PARTITION BY city ORDER BY id) AS r FROM customers WHERE id < 40 ORDER BY id
SELECT id, lag(id) OVER (ORDER BY id), lead(id, 2) OVER w FROM customers WHERE id < 8 WINDOW w AS (ORDER BY id) ORDER BY id
SELECT id, sum(id) OVER (ORDER BY id ROWS BETWEEN 1 PRECEDING AND CURRENT ROW) FROM customers WHERE id < 6 ORDER BY id
SELECT id FROM customers c WHERE EXISTS (SELECT 1 FROM support.tickets t WHERE t.customer_id = c.id) AND id < 100 ORDER BY id
SELECT id FROM customers WHERE id IN (SELECT customer_id FROM support.tickets WHERE status = 'open') AND id < 100 ORDER BY id
SELECT id FROM customers WHERE id NOT IN (SELECT customer_id FROM support.tickets WHERE customer_id IS NOT NULL) AND id < 50 ORDER BY id
SELECT id, (SELECT count(*) FROM support.tickets t WHERE t.customer_id = c.id) FROM customers c WHERE id < 6 ORDER BY id
SELECT id FROM customers WHERE id = ANY (ARRAY[1, 2, 3]) ORDER BY id
SELECT id FROM customers WHERE (id, city) = (1, 'nowhere')
SELECT array_agg(id ORDER BY id) FROM customers WHERE id < 5
SELECT string_agg(city, ',' ORDER BY id) FROM customers WHERE id < 5
SELECT json_build_object('id', id, 'city', city)::text FROM customers WHERE id < 4 ORDER BY id
SELECT jsonb_agg(id ORDER BY id) FROM customers WHERE id < 4
SELECT coalesce(city, 'none'), nullif(id, 1), greatest(id, 2) FROM customers WHERE id < 4 ORDER BY id
SELECT extract(year FROM created_at)::int FROM customers WHERE id < 3 ORDER BY id
SELECT created_at::date, created_at + interval '1 day' > created_at FROM customers WHERE id < 3 ORDER BY id
SELECT created_at AT TIME ZONE 'UTC' IS NOT NULL FROM customers WHERE id = 1
SELECT substring(city FROM 1 FOR 3), position('a' IN city), trim(BOTH FROM city), overlay(city PLACING 'x' FROM 1) FROM customers WHERE id < 3 ORDER BY id
SELECT id::text || '-' || city FROM customers WHERE id < 3 ORDER BY id
SELECT cast(id AS numeric(10, 2)) FROM customers WHERE id < 3 ORDER BY id
SELECT id FROM customers WHERE city ILIKE '%a%' AND id < 10 ORDER BY id
SELECT id FROM customers WHERE city SIMILAR TO 'B%' AND id < 50 ORDER BY id
SELECT id FROM customers WHERE city ~ '^B' AND id < 50 ORDER BY id
SELECT id FROM customers WHERE created_at > '2000-01-01' AND id < 5 ORDER BY id
SELECT id FROM customers WHERE NOT (id > 3) ORDER BY id
SELECT id FROM customers WHERE id IS NOT NULL AND city IS DISTINCT FROM 'x' AND id < 3 ORDER BY id
SELECT * FROM generate_series(1, 3)
SELECT g, city FROM generate_series(1, 3) AS g JOIN customers ON id = g ORDER BY g
SELECT * FROM unnest(ARRAY['a', 'b']) WITH ORDINALITY AS u(v, n)
SELECT v FROM (VALUES (1, 'a'), (2, 'b')) AS t (n, v) ORDER BY n
VALUES (1, 'a'), (2, 'b')
TABLE support.tickets ORDER BY id LIMIT 3
SELECT * FROM support.tickets ORDER BY id LIMIT 5
SELECT t.* FROM support.tickets t WHERE t.id < 4 ORDER BY t.id
SELECT t FROM support.tickets t WHERE t.id < 4 ORDER BY t.id
SELECT status, count(*) FROM support.tickets GROUP BY status ORDER BY status
SELECT t.id, c.city FROM support.tickets t JOIN customers c ON c.id = t.customer_id WHERE t.id < 10 ORDER BY t.id
SELECT count(*) FILTER (WHERE status = 'open') FROM support.tickets
SELECT E'a\nb', 'it''s', $$dollar$$, U&'\0041', B'101', X'1F'
SELECT 1.5e3, .5, 10 % 3, 2 ^ 3, -id, @ -3, |/ 9.0 FROM customers WHERE id = 1
SELECT true AND NOT false, 1 <> 2, 1 != 2, 'a' < 'b'
SELECT (ARRAY[1, 2])[1], (ARRAY[1, 2, 3])[2:3], ARRAY[[1, 2], [3, 4]]
SELECT '{"a": {"b": 1}}'::jsonb -> 'a' ->> 'b', '{"a": 1}'::jsonb @> '{"a": 1}'
SELECT row_to_json(t)::text FROM (SELECT id, city FROM customers WHERE id = 1) t
SELECT ROW(1, 'a') = ROW(1, 'a')
SELECT interval '1 day 2 hours', date '2024-01-31' + 1, time '10:00'
SELECT int4range(1, 5) @> 3
SELECT to_char(12345.678, 'FM99,999.00'), to_char(date '2024-02-03', 'YYYY-MM-DD')
SELECT relname FROM pg_class WHERE relname = 'customers'
SELECT n.nspname, c.relname FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE c.relname = 'customers' AND n.nspname = 'public'
SELECT typname FROM pg_type WHERE oid = 25
SELECT attname, format_type(atttypid, atttypmod) FROM pg_attribute WHERE attrelid = 'public.customers'::regclass AND attnum = 1
SELECT table_name FROM information_schema.tables WHERE table_schema = 'pg_catalog' AND table_name = 'pg_class'
SELECT oid, typarray FROM pg_type WHERE typname = 'int4'

-- what can be named without its schema: asked about the client's search_path, not the back end's
SELECT count(*) FROM pg_collation WHERE pg_collation_is_visible(oid)
SELECT count(*) FROM pg_conversion WHERE pg_conversion_is_visible(oid)
SELECT count(*) FROM pg_proc WHERE pg_function_is_visible(oid)
SELECT count(*) FROM pg_opclass WHERE pg_opclass_is_visible(oid)
SELECT count(*) FROM pg_operator WHERE pg_operator_is_visible(oid)
SELECT count(*) FROM pg_opfamily WHERE pg_opfamily_is_visible(oid)
SELECT count(*) FROM pg_statistic_ext WHERE pg_statistics_obj_is_visible(oid)
SELECT count(*) FROM pg_class WHERE pg_table_is_visible(oid)
SELECT count(*) FROM pg_ts_config WHERE pg_ts_config_is_visible(oid)
SELECT count(*) FROM pg_ts_dict WHERE pg_ts_dict_is_visible(oid)
SELECT count(*) FROM pg_ts_parser WHERE pg_ts_parser_is_visible(oid)
SELECT count(*) FROM pg_ts_template WHERE pg_ts_template_is_visible(oid)
SELECT count(*) FROM pg_type WHERE pg_type_is_visible(oid)
SELECT pg_table_is_visible('public.customers'::regclass), pg_catalog.pg_table_is_visible('support.tickets'::regclass) AS tickets
SELECT pg_table_is_visible(NULL), pg_table_is_visible('pg_class'::regclass)::text, NOT pg_type_is_visible('int4'::regtype) AS hidden
SELECT relname FROM pg_class WHERE relname IN ('customers', 'tickets') AND CASE WHEN pg_table_is_visible(oid) THEN true ELSE false END
SELECT v, count(*) FROM (SELECT pg_table_is_visible(c.oid) AS v FROM pg_class c WHERE c.relname IN ('customers', 'tickets')) s GROUP BY v ORDER BY v
SELECT pg_table_is_visible(oid), count(*) FROM pg_class WHERE relname IN ('customers', 'tickets') GROUP BY pg_table_is_visible(oid) ORDER BY 1

-- the session's own state
SELECT current_schema(), current_schemas(false), current_schemas(true)
SELECT current_schema, upper(current_schema) AS u, current_schema::text, (SELECT current_schema) AS s
SELECT nspname FROM pg_namespace WHERE nspname = ANY (current_schemas(false))
SELECT current_setting('search_path'), current_setting('search_path', true) AS path
SELECT attname, format_type(atttypid, atttypmod) FROM pg_attribute WHERE attrelid = 'customers'::regclass AND attnum > 0 ORDER BY attnum
SELECT format_type('customers'::regtype, NULL), format_type('support.tickets'::regtype, -1) AS t
SELECT '"customers"'::regclass::oid = 'public.customers'::regclass::oid, 'Customers'::regclass::oid = to_regclass('customers')::oid
SELECT has_table_privilege('customers', 'SELECT'), pg_get_serial_sequence('customers', 'id')
SELECT key, option FROM pg_index i, unnest(i.indkey, i.indoption) WITH ORDINALITY koi(key, option, n) WHERE i.indrelid = 'customers'::regclass ORDER BY n
SELECT (information_schema._pg_expandarray(i.indkey)).n FROM pg_index i WHERE i.indrelid = 'customers'::regclass
SELECT name, setting FROM pg_settings WHERE name IN ('max_index_keys', 'standard_conforming_strings') ORDER BY name
SELECT set_config('bytea_output', 'hex', false) FROM pg_show_all_settings() WHERE name = 'bytea_output'
SELECT set_config(name, 'view, foreign-table', false) FROM pg_settings WHERE name = 'restrict_nonsystem_relation_kind'
SELECT option_name, option_value FROM pg_options_to_table(ARRAY['a=1'])
SELECT st.relname FROM pg_catalog.pg_statio_all_tables st WHERE st.schemaname = 'support' ORDER BY 1

-- functions in FROM beside tables
SELECT id, g FROM customers, generate_series(1, 2) g WHERE id = g ORDER BY id
SELECT id, u, o FROM customers, unnest(ARRAY['a']) WITH ORDINALITY t(u, o) WHERE id = o
SELECT id, ordinality FROM customers, unnest(ARRAY['a', 'b']) WITH ORDINALITY t WHERE id = t.ordinality ORDER BY id
SELECT id, city FROM customers JOIN generate_series(1, 3) id USING (id) ORDER BY id
SELECT id, city FROM customers NATURAL JOIN generate_series(1, 3) id ORDER BY id
SELECT date(d) AS day, count(id) FROM generate_series('2021-01-01'::timestamptz, '2021-01-03', '1 day') d LEFT JOIN customers ON created_at::date = d::date GROUP BY 1 ORDER BY 1
SELECT g.g, g FROM generate_series(1, 2) g
SELECT s FROM generate_series(1, 3) AS s(x)
SELECT g.* FROM generate_series(1, 2) AS g(n)
SELECT t.tag FROM (SELECT ARRAY['a', 'b'] AS tags) q, unnest(q.tags) AS t(tag)
SELECT a, b FROM unnest(ARRAY[1, 2], ARRAY['x', 'y']) u(a, b)
SELECT unnest FROM unnest(ARRAY[1, 2])
SELECT unnest.x FROM unnest(ARRAY[1]) AS unnest(x)
SELECT * FROM ROWS FROM (generate_series(1, 2), unnest(ARRAY[1, 2])) AS r(a, b)
SELECT lexeme FROM unnest(to_tsvector('simple', 'a b'))
SELECT k FROM jsonb_object_keys('{"a": 1}') k
SELECT e->>'a' FROM jsonb_array_elements('[{"a": 1}]') e
