-- SELECT in every form that PostgreSQL 15 has. With every column open, each must give what PostgreSQL itself gives:
-- rows, names and types of the columns, or the SQLSTATE of the error. One a line.
-- Joins
SELECT * FROM support.tickets NATURAL JOIN billing.transactions ORDER BY id
SELECT * FROM customers NATURAL JOIN (SELECT id, city, 1 AS one FROM customers) x ORDER BY id
SELECT c.id, x.one FROM customers c NATURAL LEFT JOIN (SELECT id, 1 AS one FROM kyc.documents) x ORDER BY c.id
SELECT * FROM (SELECT id, kind FROM kyc.documents) d NATURAL RIGHT JOIN (SELECT id, city FROM customers) c ORDER BY id
SELECT * FROM (SELECT id, kind FROM kyc.documents) d NATURAL FULL JOIN (SELECT id + 10 AS id, city FROM customers) c ORDER BY id
SELECT * FROM customers c NATURAL INNER JOIN customers d ORDER BY id
SELECT count(*) FROM customers c NATURAL JOIN (SELECT 1 AS nothing_shared) x
SELECT count(*) FROM customers c NATURAL LEFT JOIN (SELECT 1 AS nothing_shared WHERE false) x
SELECT * FROM customers a NATURAL JOIN support.tickets b NATURAL JOIN kyc.documents ORDER BY id
SELECT id, kind FROM (customers c NATURAL JOIN kyc.documents) ORDER BY 1
SELECT d.* FROM customers c NATURAL JOIN kyc.documents AS d (id, owner, what) ORDER BY 1
SELECT j.id FROM (customers c NATURAL JOIN kyc.documents d) AS j ORDER BY 1
SELECT u.id, c.city, d.kind FROM customers c JOIN kyc.documents d USING (id) AS u ORDER BY 1
SELECT u.*, c.city FROM customers c LEFT JOIN kyc.documents d USING (id) AS u ORDER BY 1
SELECT u FROM customers c JOIN kyc.documents d USING (id) AS u ORDER BY u.id
SELECT to_json(u) FROM customers c FULL JOIN kyc.documents d USING (id) AS u ORDER BY u.id
SELECT * FROM customers c JOIN kyc.documents d USING (id) AS u WHERE u.id < 4 ORDER BY id
SELECT c.id FROM customers c JOIN kyc.documents c USING (id)
SELECT u.id FROM customers u JOIN kyc.documents d USING (id) AS u
SELECT u.city FROM customers c JOIN kyc.documents d USING (id) AS u
SELECT * FROM (customers c JOIN support.tickets t ON c.id = t.customer_id) AS j ORDER BY 1, 9
SELECT j.a, j.b FROM (customers c JOIN support.tickets t ON c.id = t.customer_id) AS j (a, b) ORDER BY 1, 2
SELECT j.* FROM (customers c JOIN kyc.documents d USING (id)) AS j (a, b) ORDER BY 1
SELECT j FROM (customers c JOIN kyc.documents d USING (id)) AS j ORDER BY j.id
SELECT to_jsonb(j) FROM (support.tickets t LEFT JOIN billing.transactions b USING (id)) AS j ORDER BY j.id
SELECT k.x FROM ((customers c JOIN kyc.documents d USING (id)) AS j JOIN support.tickets t USING (id)) AS k (x) ORDER BY 1
SELECT c.id FROM (customers c JOIN kyc.documents d USING (id)) AS j
SELECT j.id FROM (customers c JOIN kyc.documents d ON c.id = d.id) AS j
SELECT city FROM (customers c CROSS JOIN (VALUES (1), (2)) v (n)) AS j WHERE n = 2 ORDER BY full_name
SELECT * FROM customers a FULL JOIN (SELECT id + 20 AS id FROM kyc.documents) b USING (id) FULL JOIN (SELECT id + 35 AS id FROM support.tickets) c USING (id) ORDER BY id
SELECT * FROM (customers a FULL JOIN kyc.documents b USING (id)) FULL JOIN (support.tickets c FULL JOIN billing.transactions d USING (id)) USING (id) ORDER BY id
SELECT id FROM customers a FULL JOIN (SELECT id + 20 AS id FROM kyc.documents) b USING (id) FULL JOIN (SELECT id + 35 AS id FROM support.tickets) c USING (id) ORDER BY id
SELECT a.id, b.id FROM customers a JOIN customers b JOIN customers c ON c.id = b.id + 1 ON b.id = a.id + 1 WHERE a.id < 4 ORDER BY 1
SELECT a.id, count(*) FROM customers a LEFT JOIN (kyc.documents b JOIN support.tickets c ON c.customer_id = b.customer_id) ON b.customer_id = a.id GROUP BY a.id ORDER BY 1
SELECT * FROM customers c (a, b, c, d) WHERE a < 3 ORDER BY a
SELECT * FROM customers c (a, a, c) WHERE c.id = 3
SELECT * FROM customers c (a, b, c, d, e, f, g, h, i)
SELECT x.n FROM customers AS x (n) JOIN customers AS y (n) ON x.n = y.n + 1 ORDER BY 1
SELECT * FROM (VALUES (1, 'x'), (2, 'y')) AS v (id, s) JOIN customers USING (id) ORDER BY id
SELECT count(*) FROM customers a, customers b, customers c WHERE a.id = b.id AND b.id = c.id
SELECT * FROM customers c RIGHT OUTER JOIN kyc.documents d ON left(c.city, 1) = right(d.kind, 1) WHERE d.id < 3 ORDER BY d.id
SELECT customers.id FROM customers c
SELECT public.customers.id FROM customers c
SELECT id FROM customers, kyc.documents
SELECT nothing FROM customers
SELECT c.nothing FROM customers c
SELECT * FROM nowhere
SELECT * FROM customers, customers
SELECT * FROM customers c JOIN kyc.documents d USING (nothing)
-- Samples, ONLY, system columns
SELECT count(*) FROM customers TABLESAMPLE bernoulli (100)
SELECT id FROM customers AS c TABLESAMPLE system (100) REPEATABLE (42) ORDER BY id
SELECT c.n FROM customers AS c (n) TABLESAMPLE pg_catalog.bernoulli (50 + 10) REPEATABLE (1 + 1) WHERE c.n < 20 ORDER BY 1
SELECT count(*) FROM ONLY customers TABLESAMPLE bernoulli (100) JOIN kyc.documents d USING (id)
SELECT count(*) FROM customers c, customers d TABLESAMPLE bernoulli (c.id)
SELECT (SELECT count(*) FROM kyc.documents TABLESAMPLE bernoulli (c.id * 0 + 100)) FROM customers c WHERE id < 3
SELECT count(*) FROM (SELECT 1) x TABLESAMPLE bernoulli (1)
SELECT count(*) FROM par TABLESAMPLE bernoulli (100)
SELECT count(*) FROM ONLY (customers)
SELECT * FROM ONLY par
SELECT * FROM par_eu * ORDER BY id
SELECT tableoid = 'par_eu'::regclass AS eu, * FROM par ORDER BY id
SELECT tableoid, count(*) FROM par GROUP BY tableoid ORDER BY 1
SELECT ctid, id FROM customers WHERE id < 3 ORDER BY id
SELECT c.ctid, c.* FROM customers c WHERE id < 3 ORDER BY id
SELECT ctid, c FROM customers c WHERE id < 3 ORDER BY id
SELECT c.ctid, to_json(c) FROM customers c WHERE c.ctid = '(0,1)'
SELECT xmin = xmin, xmax, cmin, cmax, tableoid = 'customers'::regclass FROM customers WHERE id = 1
SELECT count(*) FROM customers c JOIN customers d ON c.ctid = d.ctid
SELECT ctid FROM customers c, kyc.documents d
SELECT ctid FROM customers c JOIN kyc.documents d USING (id)
SELECT c.ctid AS place, d.ctid FROM customers c JOIN kyc.documents d USING (id) WHERE id < 3 ORDER BY id
SELECT count(DISTINCT ctid), count(DISTINCT tableoid) FROM customers
SELECT ctid, id FROM customers GROUP BY id ORDER BY id LIMIT 2
SELECT max(c.ctid) FROM customers c
SELECT ctid FROM contacts
SELECT oid FROM customers
SELECT ctid FROM (SELECT * FROM customers) x
SELECT x.ctid FROM (SELECT ctid, id FROM customers) x ORDER BY id LIMIT 1
SELECT (SELECT c.ctid) FROM customers c WHERE id = 1
SELECT id FROM customers WHERE ctid IN (SELECT ctid FROM customers WHERE id < 4) ORDER BY id
SELECT id FROM customers WHERE ctid = ANY (ARRAY['(0,1)', '(0,2)']::tid[]) ORDER BY id
-- TABLE, VALUES, no columns, ordinals
TABLE customers ORDER BY id
TABLE public.customers ORDER BY 2 LIMIT 3
TABLE ONLY customers ORDER BY id OFFSET 38
(TABLE customers) ORDER BY id
SELECT * FROM (TABLE customers) x ORDER BY id
WITH x AS (TABLE customers) TABLE x ORDER BY id
TABLE kyc.documents UNION ALL TABLE kyc.documents ORDER BY id, image
SELECT (SELECT count(*) FROM (TABLE customers) q), EXISTS (TABLE customers), 1 IN (TABLE ids)
SELECT ARRAY(TABLE ids) = ARRAY(SELECT id FROM ids)
VALUES (1, 'a'), (2, 'b') ORDER BY 1 DESC LIMIT 1
VALUES ((SELECT count(*) FROM customers), 1), (2, (SELECT max(id) FROM customers))
SELECT * FROM (VALUES ((SELECT count(*) FROM customers), 1), (2, 2)) AS v (n, m) ORDER BY m
SELECT * FROM (VALUES ((SELECT count(ROW(c.*)) FROM customers c), 1)) AS v
SELECT * FROM (VALUES (1), (2), (3)) v (n) WHERE n IN (VALUES (1), (3)) ORDER BY 1
SELECT column1 FROM (VALUES (1), (2)) v ORDER BY column1
SELECT v FROM (VALUES (1, 'a'), (2, NULL)) v ORDER BY v
SELECT ARRAY(VALUES (1), (2)), (VALUES (3))
SELECT 1 UNION VALUES (2), (3) ORDER BY 1
VALUES (1, 2), (3)
SELECT
SELECT FROM customers
SELECT WHERE false
SELECT count(*) FROM (SELECT FROM customers) x
SELECT EXISTS (SELECT FROM customers WHERE id = 1)
SELECT DISTINCT FROM customers
SELECT ALL id FROM customers ORDER BY id LIMIT 1
SELECT x.* FROM (SELECT FROM customers LIMIT 2) x
SELECT FROM customers UNION ALL SELECT FROM kyc.documents
SELECT city, count(*) FROM customers GROUP BY 1 ORDER BY 2, 1
SELECT city, id FROM customers ORDER BY 3
SELECT city, id FROM customers GROUP BY 3
SELECT 'x' AS a, city AS a FROM customers ORDER BY a
SELECT id AS city, city AS id FROM customers ORDER BY city LIMIT 2
SELECT id AS city FROM customers GROUP BY city
-- Whole rows
SELECT c FROM customers c ORDER BY id LIMIT 2
SELECT customers FROM customers ORDER BY customers.id LIMIT 2
SELECT (c).city, (c).full_name FROM customers c ORDER BY c.id
SELECT (c.*).city FROM customers c ORDER BY 1
SELECT (c).* FROM customers c ORDER BY c.id
SELECT (c.*)::text FROM customers c ORDER BY c.id
SELECT c.*::text FROM customers c ORDER BY id
SELECT to_json(c), row_to_json(c, true), to_jsonb(c.*) FROM customers c WHERE id < 3 ORDER BY id
SELECT json_agg(c ORDER BY c.id) FROM customers c WHERE id < 3
SELECT json_agg(c.* ORDER BY c.id) FROM customers c WHERE id < 3
SELECT json_build_object('customer', c, 'n', 1)::text FROM customers c WHERE id = 1
SELECT json_object_agg(c.id, c) FROM customers c WHERE id = 1
SELECT count(c), count(c.*), count(DISTINCT c) FROM customers c
SELECT count(c) FROM support.tickets t LEFT JOIN customers c ON c.id = t.customer_id AND c.id < 5
SELECT t.id, c, c IS NULL, c IS NOT NULL, to_json(c) FROM support.tickets t LEFT JOIN customers c ON c.id = t.customer_id AND c.id < 5 ORDER BY t.id
SELECT c.* IS NULL, NOT (c IS DISTINCT FROM NULL) FROM customers c ORDER BY c.id
SELECT c = d, c <> d, c < d, c.* = d.* FROM customers c JOIN customers d USING (id) ORDER BY id
SELECT c = (SELECT d FROM customers d WHERE d.id = c.id) FROM customers c WHERE c.id < 3 ORDER BY id
SELECT count(*) FROM customers c WHERE c IN (SELECT d FROM customers d WHERE d.id < 5)
SELECT count(*) FROM customers c WHERE (c.id, c.city) IN (SELECT id, city FROM customers)
SELECT ROW(c.*), ROW(c.*, 1), ROW(c, 1) FROM customers c WHERE id = 1
SELECT ROW(c.*) = ROW(d.*) FROM customers c JOIN customers d USING (id) WHERE id < 3
SELECT array_agg(c ORDER BY c.id) FROM customers c WHERE id < 3
SELECT (array_agg(c ORDER BY c.id))[1] FROM customers c
SELECT c::text, length(c::text), c::varchar(10) FROM customers c ORDER BY c.id
SELECT max(c.id), min(c::text) FROM customers c
SELECT c FROM (SELECT id, city FROM customers) c ORDER BY c LIMIT 2
SELECT row_to_json(t) FROM (SELECT id, full_name AS name FROM customers ORDER BY id LIMIT 3) t
SELECT json_agg(t) FROM (SELECT id, full_name AS name FROM customers ORDER BY id LIMIT 3) t
WITH source AS (SELECT id, city FROM customers) SELECT coalesce(json_agg(t), '[]') AS body, count(t) FROM (SELECT * FROM source ORDER BY id LIMIT 2) t
SELECT row_to_json(x) FROM (SELECT c.id, (SELECT json_agg(d) FROM (SELECT kind FROM kyc.documents d WHERE d.customer_id = c.id ORDER BY d.id) d) AS documents FROM customers c ORDER BY c.id LIMIT 4) x
SELECT json_agg(row_to_json(ROW(c.id, c.city)) ORDER BY c.id) FROM customers c WHERE id < 3
SELECT (SELECT c) FROM customers c WHERE id = 1
SELECT (x.c).city FROM (SELECT c FROM customers c) x ORDER BY 1
SELECT (x.c).* FROM (SELECT c FROM customers c) x ORDER BY 1
SELECT x.* FROM (SELECT c, d FROM customers c JOIN kyc.documents d USING (id)) x ORDER BY (x.c).id
SELECT l.* FROM customers c, LATERAL (SELECT c.*) l ORDER BY id
SELECT l.* FROM customers c, LATERAL (SELECT (c).*) l ORDER BY id
SELECT e.key, count(*) FROM customers c, LATERAL jsonb_each(to_jsonb(c)) e GROUP BY e.key ORDER BY 1
SELECT key, value FROM customers c, jsonb_each_text(to_jsonb(c)) WHERE c.id = 1 ORDER BY 1
SELECT c::public.customers FROM customers c WHERE id = 1
SELECT c::customers, (c::customers).city FROM customers c WHERE id = 1
SELECT CAST(c AS customers) FROM customers c WHERE id = 1
SELECT label(c), c.label FROM customers c ORDER BY c.id
SELECT public.label(c), label(c.*) FROM customers c WHERE id = 1
SELECT label(c) FROM support.tickets t LEFT JOIN customers c ON c.id = t.customer_id AND c.id < 5 ORDER BY t.id
SELECT label(ROW(1, 'x', NULL, NULL, NULL, 'y', NULL, now())::customers)
SELECT id FROM customers c WHERE label(c) LIKE '%1' ORDER BY id
SELECT (NULL::customers).id, (ROW(1, 'x', NULL, NULL, NULL, 'y', NULL, '2020-01-01')::public.customers).full_name
SELECT (json_populate_record(NULL::customers, '{"id": 5, "city": "Bandung"}')).city
SELECT * FROM json_populate_record(NULL::customers, '{"id": 5, "city": "Bandung"}')
SELECT c FROM customers c GROUP BY c ORDER BY c LIMIT 2
SELECT row_to_json(c) FROM customers c GROUP BY c.id ORDER BY c.id LIMIT 2
SELECT c, count(d) FROM customers c LEFT JOIN kyc.documents d ON d.customer_id = c.id GROUP BY c.id ORDER BY c.id LIMIT 3
SELECT DISTINCT c FROM customers c ORDER BY c LIMIT 2
SELECT c FROM customers c UNION SELECT d FROM customers d ORDER BY 1 LIMIT 2
SELECT lag(c) OVER (ORDER BY id) FROM customers c ORDER BY id LIMIT 2
SELECT pg_typeof(c), pg_typeof(c.id) FROM kyc.documents c LIMIT 1
SELECT t.home, (t.home).low, (home).* FROM things t ORDER BY id
SELECT (t).home.low, ((t).home).high FROM things t ORDER BY t.id
SELECT (things.home).low FROM things ORDER BY id
SELECT home.low FROM things
SELECT t.tags[1], (t.tags)[1:2], t.data -> 'a', (t.extra).x FROM things t
SELECT t.tags[1], (t.tags)[2:], tags[:1], (t).tags[1] FROM things t ORDER BY id
-- Functional notation
SELECT c.row_to_json FROM customers c ORDER BY id LIMIT 2
SELECT c.to_json, c.pg_column_size FROM customers c WHERE id < 2
SELECT full_name(c), id(c.*), city(customers) FROM customers c, customers WHERE c.id = customers.id ORDER BY c.id
SELECT (c).row_to_json FROM customers c ORDER BY id LIMIT 1
SELECT c.count FROM customers c
SELECT c.id, d.count FROM customers c, kyc.documents d GROUP BY c.id ORDER BY 1 LIMIT 2
SELECT (c.city).upper, (c.id).text FROM customers c ORDER BY c.id LIMIT 2
SELECT (t.home).row_to_json, low(t.home) FROM things t ORDER BY t.id
SELECT nothing(c) FROM customers c
SELECT (c).nothing FROM customers c
-- WITH
WITH RECURSIVE n AS (SELECT 1 AS i UNION ALL SELECT i + 1 FROM n WHERE i < 5) SELECT * FROM n
WITH RECURSIVE n(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < 5), m AS (SELECT i * 2 AS j FROM n) SELECT sum(j) FROM m
WITH RECURSIVE n(i) AS (VALUES (1) UNION SELECT (i + 1) % 4 FROM n) SELECT i FROM n ORDER BY i
WITH RECURSIVE a AS (SELECT i FROM b), b AS (SELECT 1 AS i) SELECT * FROM a
WITH RECURSIVE a AS (SELECT i FROM b), b AS (SELECT i FROM a) SELECT * FROM a
WITH RECURSIVE a(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM b WHERE i < 3), b AS (SELECT i FROM a) SELECT * FROM a
WITH RECURSIVE t(id, up) AS (SELECT id, id + 1 FROM customers WHERE id = 1 UNION ALL SELECT c.id, c.id + 1 FROM customers c JOIN t ON c.id = t.up WHERE c.id < 6) SELECT * FROM t ORDER BY 1
WITH RECURSIVE t AS (SELECT c.*, 1 AS depth FROM customers c WHERE id = 1 UNION ALL SELECT c.*, depth + 1 FROM customers c JOIN t ON c.id = t.id + 1 WHERE depth < 4) SELECT * FROM t ORDER BY id
WITH RECURSIVE t AS ((SELECT id FROM customers WHERE id = 1 UNION ALL SELECT 2) UNION ALL (SELECT id + 10 FROM t WHERE id < 30)) SELECT * FROM t ORDER BY 1
WITH RECURSIVE t AS (SELECT 1 AS id UNION ALL (WITH x AS (SELECT id + 1 AS id FROM t) SELECT id FROM x WHERE id < 4)) SELECT * FROM t
WITH RECURSIVE t AS (SELECT 1 AS id UNION ALL SELECT q.id FROM (SELECT id + 1 AS id FROM t) q WHERE q.id < 4) SELECT * FROM t
WITH RECURSIVE t AS (SELECT 1 AS id, ARRAY[1] AS path UNION ALL SELECT t.id + g, path || g FROM t, generate_series(1, 2) g WHERE t.id < 3) SELECT * FROM t ORDER BY path
WITH RECURSIVE t(id, up) AS (SELECT id, up FROM tree WHERE up IS NULL UNION ALL SELECT x.id, x.up FROM tree x JOIN t ON t.id = x.up) SEARCH DEPTH FIRST BY id SET place SELECT id, up FROM t ORDER BY place
WITH RECURSIVE t(id, up) AS (SELECT id, up FROM tree WHERE up IS NULL UNION ALL SELECT x.id, x.up FROM tree x JOIN t ON t.id = x.up) SEARCH BREADTH FIRST BY id, up SET place SELECT * FROM t ORDER BY place
WITH RECURSIVE t(id, up) AS (SELECT id, up FROM tree WHERE id = 1 UNION ALL SELECT x.id, x.up FROM tree x JOIN t ON t.id = x.up OR t.up = x.id) CYCLE id SET looped USING path SELECT * FROM t ORDER BY path
WITH RECURSIVE t(id, up) AS (SELECT id, up FROM tree WHERE id = 1 UNION ALL SELECT x.id, x.up FROM tree x JOIN t ON t.id = x.up) CYCLE id SET looped TO 'Y' DEFAULT 'N' USING path SELECT t.looped, t.path, t FROM t ORDER BY path
WITH RECURSIVE t(id, up) AS (SELECT id, up FROM tree WHERE id = 1 UNION ALL SELECT x.id, x.up FROM tree x JOIN t ON t.id = x.up) SEARCH DEPTH FIRST BY id SET o CYCLE id SET looped USING path SELECT * FROM t ORDER BY o
WITH RECURSIVE t AS (SELECT id, 0 AS n FROM customers WHERE id = 1 UNION ALL SELECT c.id, t.n + 1 FROM customers c JOIN t ON c.id = t.id + 1 WHERE c.id < 4) SEARCH DEPTH FIRST BY id SET o SELECT o, id FROM t ORDER BY o
WITH RECURSIVE t(id) AS (SELECT 1 UNION ALL SELECT t.id + 1 FROM t WHERE t.id < 3) CYCLE nothing SET a USING b SELECT * FROM t
WITH a AS MATERIALIZED (SELECT * FROM customers), b AS NOT MATERIALIZED (SELECT id FROM a) SELECT count(*) FROM a JOIN b USING (id)
WITH a AS (WITH b AS (SELECT id FROM customers) SELECT id FROM b WHERE id < 4) SELECT * FROM a ORDER BY 1
WITH a AS (SELECT 1 AS x) SELECT * FROM (WITH a AS (SELECT 2 AS x) SELECT x FROM a) b, a
WITH a(x, y) AS (SELECT id, city FROM customers) SELECT a.x, y FROM a WHERE x < 4 ORDER BY x
WITH a(x) AS (SELECT id, city FROM customers) SELECT * FROM a WHERE x < 4 ORDER BY x
WITH a(x, y, z) AS (SELECT id, city FROM customers) SELECT * FROM a
WITH a AS (SELECT 1), a AS (SELECT 2) SELECT * FROM a
WITH a AS (SELECT * FROM b), b AS (SELECT 1) SELECT * FROM a
WITH customers AS (SELECT id FROM customers WHERE id < 3) SELECT * FROM customers UNION ALL SELECT id FROM public.customers WHERE id = 9 ORDER BY 1
SELECT * FROM (WITH a AS (SELECT id FROM customers) SELECT * FROM a) x ORDER BY 1 LIMIT 1
SELECT (WITH a AS (SELECT max(id) AS m FROM customers) SELECT m FROM a), EXISTS (WITH a AS (SELECT 1) TABLE a)
(WITH a AS (SELECT id FROM customers WHERE id < 3) SELECT id FROM a) UNION ALL SELECT 7 ORDER BY 1
WITH a AS (SELECT id FROM customers WHERE id < 3) SELECT id FROM a UNION ALL SELECT id + 1 FROM a ORDER BY 1
WITH a AS (VALUES (1, 'x'), (2, 'y')) SELECT column2 FROM a ORDER BY 1
WITH a AS (SELECT c FROM customers c WHERE id = 1) SELECT (c).city, a.c, a FROM a
WITH a AS (SELECT id FROM customers) SELECT a.id FROM a AS b
-- Grouping
SELECT id, full_name, phone FROM customers GROUP BY id ORDER BY city, id
SELECT c.id, c.full_name, d.kind, count(*) FROM customers c JOIN kyc.documents d ON d.customer_id = c.id GROUP BY c.id, d.id ORDER BY c.id, d.id
SELECT id, c.city, d.kind FROM customers c JOIN kyc.documents d USING (id) GROUP BY id, d.kind ORDER BY id
SELECT id, c.city FROM kyc.documents d LEFT JOIN customers c USING (id) GROUP BY c.id, d.id ORDER BY 1
SELECT id, city, count(*) FROM customers GROUP BY GROUPING SETS ((id), (id, city)) ORDER BY 1, 2
SELECT id, city, full_name FROM customers GROUP BY GROUPING SETS ((id), (id, city)) ORDER BY 1, 2, 3
SELECT id, full_name FROM customers GROUP BY ROLLUP (id) ORDER BY 1, 2
SELECT id, full_name FROM customers GROUP BY GROUPING SETS ((id), (city))
SELECT c.id, c.city, t.status, count(*), grouping(c.city, t.status) FROM customers c JOIN support.tickets t ON t.customer_id = c.id GROUP BY c.id, CUBE (c.city, t.status) ORDER BY 1, 2, 3, 4
SELECT c.id, c.full_name, t.status, count(*) FROM customers c JOIN support.tickets t ON t.customer_id = c.id GROUP BY c.id, ROLLUP (t.status) ORDER BY 1, 2, 3, 4
SELECT city, count(*) FROM customers GROUP BY CUBE (city, (id % 2)) ORDER BY 1, 2
SELECT city, id % 2, count(*) FROM customers GROUP BY GROUPING SETS (ROLLUP (city, id % 2), CUBE (city)) ORDER BY 1, 2, 3
SELECT city, count(*) FROM customers GROUP BY DISTINCT ROLLUP (city), ROLLUP (city) ORDER BY 1, 2
SELECT count(*) FROM customers GROUP BY ()
SELECT city || '!', count(*) FROM customers GROUP BY city || '!' ORDER BY 1
SELECT upper(city), count(*) FROM customers GROUP BY upper(city) HAVING count(*) > 5 AND upper(city) > 'B' ORDER BY 1
SELECT (id / 10) AS decade, max(full_name) FROM customers GROUP BY decade ORDER BY decade
SELECT date_trunc('year', created_at)::date AS y, count(*) FROM customers GROUP BY y ORDER BY y
SELECT (city, id % 2), count(*) FROM customers GROUP BY (city, id % 2) ORDER BY 1
SELECT city, count(*) FILTER (WHERE id > 10), sum(id) FILTER (WHERE id < 20 AND full_name LIKE 'N%') FROM customers GROUP BY city ORDER BY 1
SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY id), percentile_disc(ARRAY[0.1, 0.9]) WITHIN GROUP (ORDER BY id DESC), mode() WITHIN GROUP (ORDER BY city) FROM customers
SELECT rank(5) WITHIN GROUP (ORDER BY id), dense_rank('Jakarta') WITHIN GROUP (ORDER BY city) FROM customers
SELECT string_agg(DISTINCT city, ',' ORDER BY city), array_agg(id ORDER BY city, id DESC) FROM customers
SELECT array_agg(DISTINCT city ORDER BY city DESC NULLS LAST) FILTER (WHERE city LIKE 'J%') FROM customers
SELECT t.id, t.data, t.place, t.note, t.tags, t.home, t.mood FROM things t GROUP BY t.id ORDER BY t.id
SELECT t.id, t.data ->> 'a', t.place[0] FROM things t GROUP BY t.id HAVING t.data ->> 'a' IS NOT NULL ORDER BY t.id
SELECT t.id, count(c.id), t.data FROM things t LEFT JOIN customers c ON c.id = t.owner GROUP BY t.id ORDER BY t.id
SELECT t.* FROM things t GROUP BY t.id ORDER BY t.id
SELECT id, jsons FROM more_things GROUP BY id
SELECT c.id, max(c.full_name) || c.city FROM customers c GROUP BY c.id HAVING c.phone IS NOT NULL ORDER BY c.city, c.id
SELECT id FROM customers GROUP BY id, city HAVING full_name > 'Name 3' ORDER BY full_name
SELECT c.id, (SELECT c.city) FROM customers c GROUP BY c.id ORDER BY 1
SELECT c.city, (SELECT c.full_name) FROM customers c GROUP BY c.city
SELECT full_name FROM customers GROUP BY city
SELECT DISTINCT c.id, c.full_name FROM customers c GROUP BY c.id ORDER BY 1 LIMIT 3
SELECT c.id, c.city, row_number() OVER (ORDER BY c.full_name) FROM customers c GROUP BY c.id ORDER BY 3
SELECT o.id, o.lines FROM (SELECT c.id, c.city, count(*) AS lines FROM customers c GROUP BY c.id) o ORDER BY 1
SELECT * FROM grouped_customers g JOIN customers c USING (id) ORDER BY id
SELECT g.id, g.full_name FROM grouped_customers g GROUP BY g.id
SELECT count(*), count(city), count(DISTINCT city), sum(id), avg(id), min(city), max(created_at), bool_and(id > 0), bit_or(id), stddev(id) FROM customers
SELECT sum(count(*)) OVER () FROM customers GROUP BY city
SELECT sum(sum(id)) FROM customers
SELECT id FROM customers WHERE count(*) > 1
-- DISTINCT, windows, limits
SELECT DISTINCT ON (city) city, id FROM customers ORDER BY city, id DESC
SELECT DISTINCT ON (city, id % 2) id, city FROM customers ORDER BY city, id % 2, id
SELECT DISTINCT ON (1) city, id FROM customers ORDER BY 1, 2
SELECT DISTINCT ON (town) city AS town, id FROM customers ORDER BY town, id
SELECT DISTINCT ON (c) c.id FROM customers c ORDER BY c
SELECT DISTINCT ON (id) city FROM customers ORDER BY city
SELECT DISTINCT city, id % 2 AS odd FROM customers ORDER BY odd, city
SELECT DISTINCT city FROM customers ORDER BY id
SELECT id, row_number() OVER (), count(*) OVER (PARTITION BY city) FROM customers ORDER BY id
SELECT id, sum(id) OVER w, avg(id) OVER (w ROWS 2 PRECEDING) FROM customers WINDOW w AS (PARTITION BY city ORDER BY id) ORDER BY id
SELECT id, sum(id) OVER (ORDER BY id ROWS BETWEEN UNBOUNDED PRECEDING AND 1 FOLLOWING) FROM customers ORDER BY id
SELECT id, sum(id) OVER (ORDER BY id RANGE BETWEEN 2 PRECEDING AND CURRENT ROW) FROM customers ORDER BY id
SELECT id, array_agg(id) OVER (ORDER BY city GROUPS BETWEEN 1 PRECEDING AND 1 FOLLOWING EXCLUDE TIES) FROM customers ORDER BY id
SELECT id, first_value(full_name) OVER (ORDER BY id ROWS BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING EXCLUDE CURRENT ROW) FROM customers ORDER BY id
SELECT id, nth_value(id, 2) OVER w, ntile(3) OVER w, lag(id, 1, 0) OVER w, percent_rank() OVER w, cume_dist() OVER w FROM customers WINDOW w AS (ORDER BY id DESC) ORDER BY id
SELECT id, count(*) FILTER (WHERE city = 'Jakarta') OVER (ORDER BY id) FROM customers ORDER BY id
SELECT id, rank() OVER x FROM customers WINDOW w AS (PARTITION BY city), x AS (w ORDER BY created_at DESC) ORDER BY id
SELECT id, sum(id) OVER nothing FROM customers
SELECT city, rank() OVER (ORDER BY count(*) DESC, city), sum(count(*)) OVER (ORDER BY city) FROM customers GROUP BY city ORDER BY city
SELECT id, sum(id) OVER (ORDER BY created_at RANGE BETWEEN '20 days' PRECEDING AND '1 day' FOLLOWING) FROM customers ORDER BY id
SELECT * FROM (SELECT *, row_number() OVER (PARTITION BY city ORDER BY id) AS n FROM customers) x WHERE n = 1 ORDER BY id
SELECT id FROM customers ORDER BY id LIMIT 2 OFFSET 3
SELECT id FROM customers ORDER BY id OFFSET 3 LIMIT 2
SELECT id FROM customers ORDER BY id OFFSET 3 ROWS FETCH NEXT 2 ROWS ONLY
SELECT id FROM customers ORDER BY id FETCH FIRST ROW ONLY
SELECT city FROM customers ORDER BY city FETCH FIRST (1 + 1) ROWS WITH TIES
SELECT id FROM customers ORDER BY id LIMIT ALL OFFSET 38
SELECT id FROM customers ORDER BY id LIMIT NULL OFFSET 38
SELECT id FROM customers ORDER BY id LIMIT (SELECT count(*) FROM kyc.documents) - 18
SELECT id FROM customers LIMIT -1
SELECT id FROM customers ORDER BY city USING >, id USING <
SELECT id FROM customers ORDER BY id USING OPERATOR(pg_catalog.<) LIMIT 1
SELECT id FROM customers ORDER BY phone NULLS FIRST, id LIMIT 2
SELECT id FROM customers ORDER BY CASE WHEN city = 'Jakarta' THEN 0 ELSE 1 END, id DESC LIMIT 3
SELECT id AS x FROM customers ORDER BY x + 1
SELECT id FROM customers ORDER BY upper(city) COLLATE "C", id LIMIT 3
-- Set operations
SELECT id FROM customers UNION SELECT customer_id FROM kyc.documents ORDER BY 1
SELECT id FROM customers EXCEPT SELECT customer_id FROM kyc.documents ORDER BY id
SELECT id FROM customers INTERSECT ALL SELECT customer_id FROM kyc.documents ORDER BY id
SELECT id, city FROM customers WHERE id < 3 UNION ALL (SELECT id, kind FROM kyc.documents WHERE id < 3 ORDER BY id DESC LIMIT 1) ORDER BY id, city
SELECT * FROM customers UNION SELECT * FROM customers ORDER BY id
SELECT * FROM customers c EXCEPT SELECT * FROM customers ORDER BY 1
(SELECT id FROM customers UNION SELECT 99) EXCEPT (SELECT 1 UNION SELECT 2) ORDER BY 1
SELECT id FROM customers WHERE id < 3 UNION SELECT id FROM customers WHERE id < 2 INTERSECT SELECT 1 ORDER BY 1
SELECT id::text FROM customers WHERE id < 3 UNION ALL SELECT city FROM customers WHERE id = 1 ORDER BY 1
SELECT x.* FROM (SELECT id FROM customers UNION SELECT id FROM kyc.documents) x JOIN customers USING (id) ORDER BY 1
SELECT 1 UNION ALL SELECT NULL UNION ALL SELECT 3 ORDER BY 1 NULLS FIRST
SELECT id FROM customers UNION SELECT id, city FROM customers
SELECT id FROM customers UNION ALL SELECT id FROM kyc.documents ORDER BY city
SELECT id FROM customers UNION ALL SELECT id FROM kyc.documents LIMIT 0
-- LATERAL and functions in FROM
SELECT c.id, l.* FROM customers c, LATERAL (SELECT t.id AS ticket, t.subject FROM support.tickets t WHERE t.customer_id = c.id ORDER BY t.id LIMIT 1) l ORDER BY 1
SELECT c.id, l.kind FROM customers c LEFT JOIN LATERAL (SELECT kind FROM kyc.documents d WHERE d.customer_id = c.id LIMIT 1) l ON true ORDER BY 1, 2
SELECT c.id, v.x FROM customers c CROSS JOIN LATERAL (VALUES (c.city), (c.full_name)) v (x) WHERE c.id < 3 ORDER BY 1, 2
SELECT c.id, l.n FROM customers c, LATERAL (SELECT count(*) FROM customers d WHERE d.city = c.city) l (n) WHERE c.id < 3 ORDER BY 1
SELECT * FROM customers c JOIN LATERAL (SELECT c.id * 2 AS twice) l ON l.twice = 4 ORDER BY c.id
SELECT * FROM customers c, (SELECT c.id) l
SELECT * FROM generate_series(1, 3)
SELECT * FROM generate_series(1, 3) AS g
SELECT g FROM generate_series(1, 3) g
SELECT g.* FROM generate_series(1, 3) AS g (n)
SELECT generate_series FROM generate_series(1, 2)
SELECT g.g, c.city FROM generate_series(1, 3) AS g JOIN customers c ON c.id = g.g ORDER BY 1
SELECT g, id FROM generate_series(1, 3) AS g JOIN customers ON id = g ORDER BY g
SELECT id, n FROM customers, generate_series(1, id) AS n WHERE id < 4 ORDER BY 1, 2
SELECT * FROM generate_series(1, 3) WITH ORDINALITY
SELECT * FROM generate_series(5, 7) WITH ORDINALITY AS g (n, i) JOIN customers c ON c.id = g.i ORDER BY c.id
SELECT * FROM generate_series(timestamptz '2024-01-01Z', '2024-01-03Z', '1 day') AS d
SELECT * FROM ROWS FROM (generate_series(1, 3), generate_series(1, 2)) AS r
SELECT * FROM ROWS FROM (generate_series(1, 3), unnest(ARRAY['a'])) WITH ORDINALITY AS r (n, s, i)
SELECT c.id, r.* FROM customers c, ROWS FROM (generate_series(1, 2), json_to_recordset('[{"a":1}]') AS (a int)) r WHERE c.id = 1
SELECT * FROM unnest(ARRAY[1, 2], ARRAY['a', 'b', 'c']) AS u (n, s)
SELECT * FROM unnest(ARRAY[[1, 2], [3, 4]]) u
SELECT c.id, u.t, u.i FROM things c, unnest(c.tags) WITH ORDINALITY AS u (t, i) ORDER BY 1, 3
SELECT c.id, tag FROM things c CROSS JOIN LATERAL unnest(c.tags) tag ORDER BY 1, 2
SELECT * FROM json_to_record('{"a":1,"b":"x"}') AS x (a int, b text)
SELECT x.a, x.b FROM json_to_recordset('[{"a":1,"b":"x"},{"a":2}]') AS x (a int, b varchar(5))
SELECT c.id, x.* FROM things c, jsonb_to_record(c.extra) AS x (x int, y text COLLATE "C") ORDER BY 1
SELECT * FROM jsonb_to_recordset('[{"a":1}]') AS (a int, b numeric(5, 2))
SELECT * FROM jsonb_path_query('[1, 2, 3]', '$[*] ? (@ > 1)')
SELECT value FROM jsonb_array_elements('[1, 2]')
SELECT e FROM jsonb_array_elements_text('["x"]') e
SELECT key, value FROM json_each('{"a": 1}')
SELECT e.key FROM jsonb_each('{"a": 1}') e
SELECT * FROM jsonb_each('{"a": 1}') AS e (k, v)
SELECT * FROM regexp_matches('abc', '(.)(.)') m
SELECT * FROM regexp_split_to_table('a,b', ',') WITH ORDINALITY
SELECT * FROM string_to_table('a,b', ',') s
SELECT * FROM json_object_keys('{"a": 1}')
SELECT * FROM current_date
SELECT * FROM upper('x')
SELECT * FROM upper('x') u, lower(u) l
SELECT * FROM coalesce(1, 2) c
SELECT * FROM CAST(1 AS text) x
SELECT * FROM json_populate_recordset(NULL::tree, '[{"id": 1, "up": 2}]')
SELECT r.id FROM json_populate_recordset(NULL::tree, '[{"id": 1, "up": 2}]') r
SELECT x.id, x.n FROM ROWS FROM (jsonb_to_record('{"id": 3}') AS (id int)) AS x (id) , LATERAL (SELECT x.id + 1 AS n) y (n)
SELECT * FROM pairs(2) ORDER BY 1
SELECT p.twice FROM pairs(3) p ORDER BY 1
SELECT city, p.* FROM customers, pairs(id::int) p WHERE id < 3 ORDER BY 1, 2
SELECT * FROM all_of('Jakarta') ORDER BY id
SELECT * FROM XMLTABLE('/r/x' PASSING '<r><x a="1">b</x><x>c</x></r>' COLUMNS a int PATH '@a', b text PATH '.', o FOR ORDINALITY)
SELECT x.* FROM things t, XMLTABLE('/n' PASSING t.note COLUMNS v text PATH '.' DEFAULT 'none') AS x ORDER BY 1
SELECT id, x.name FROM customers, XMLTABLE('/c' PASSING XMLELEMENT(NAME c, full_name) COLUMNS name text PATH '.') x WHERE id < 3 ORDER BY id
SELECT * FROM XMLTABLE(XMLNAMESPACES('http://x' AS x), '/x:r' PASSING '<r xmlns="http://x">1</r>' COLUMNS v int PATH '.' NOT NULL) AS t (n)
SELECT * FROM LATERAL XMLTABLE('/r' PASSING '<r>1</r>' COLUMNS r xml PATH '.')
SELECT id, generate_series(1, 2) FROM customers WHERE id < 3 ORDER BY 1, 2
SELECT id, unnest(ARRAY[city, full_name]) AS x FROM customers WHERE id < 3 ORDER BY 1, 2
SELECT (jsonb_each(extra)).* FROM things ORDER BY 1
SELECT (jsonb_each(extra)).key FROM things ORDER BY 1
SELECT id, (json_each_text(data)).value FROM things ORDER BY 1
SELECT (pairs(2)).*
SELECT (pairs(id::int)).twice FROM customers WHERE id = 1
SELECT jsonb_object_keys(to_jsonb(c)), count(*) FROM customers c GROUP BY 1 ORDER BY 1
SELECT generate_series(1, count(*)) FROM customers WHERE id < 3
-- Expressions
SELECT XMLELEMENT(NAME a, XMLATTRIBUTES(id AS i, city), full_name) FROM customers WHERE id < 3 ORDER BY id
SELECT XMLFOREST(id, city AS "the city", upper(city) AS u) FROM customers WHERE id = 1
SELECT XMLAGG(XMLELEMENT(NAME c, city) ORDER BY id) FROM customers WHERE id < 3
SELECT XMLCONCAT('<a/>', XMLCOMMENT('x'), NULL), XMLPI(NAME php, 'x'), XMLROOT('<a/>', VERSION '1.0', STANDALONE YES)
SELECT XMLPARSE(DOCUMENT '<a>1</a>'), XMLPARSE(CONTENT 'x<b/>' PRESERVE WHITESPACE), XMLSERIALIZE(CONTENT '<a/>' AS text), XMLSERIALIZE(DOCUMENT note AS varchar(100)) FROM things ORDER BY id
SELECT note IS DOCUMENT, note IS NOT DOCUMENT, XMLEXISTS('/n' PASSING BY VALUE note), xpath('/n/text()', note) FROM things ORDER BY id
SELECT ARRAY[1, 2], ARRAY[[1, 2], [3, 4]], ARRAY[]::int[], '{1,2}'::int[], ARRAY(SELECT id FROM customers ORDER BY id LIMIT 2)
SELECT (ARRAY[1, 2, 3])[2], (ARRAY[1, 2, 3])[2:], (ARRAY[1, 2, 3])[:2], (ARRAY[[1, 2], [3, 4]])[1][2], (ARRAY[1, 2, 3])[1:2][1]
SELECT (SELECT array_agg(id ORDER BY id) FROM customers)[3], ('{"a": [1, 2]}'::jsonb)['a'][0]
SELECT ROW(1, 'a') = ROW(1, 'a'), (1, 2) < (1, 3), ROW(1, NULL) IS NULL, (1, 2) IS DISTINCT FROM (1, 2), ROW() = ROW()
SELECT id FROM customers WHERE (id, city) IN ((1, 'Bandung'), (2, 'Surabaya')) ORDER BY 1
SELECT id FROM customers WHERE (id, city) = (SELECT id, city FROM customers WHERE id = 3)
SELECT id FROM customers WHERE (id, city) < ANY (SELECT 3, 'x') ORDER BY 1
SELECT id FROM customers WHERE (city, id) >= ALL (SELECT city, id FROM customers) ORDER BY 1
SELECT id FROM customers WHERE ROW(id, city) IN (SELECT customer_id, 'Jakarta' FROM kyc.documents) ORDER BY 1
SELECT id FROM customers WHERE id = ANY (ARRAY(SELECT customer_id FROM kyc.documents)) AND id <> ALL ('{1,2}') ORDER BY 1
SELECT id FROM customers WHERE id = SOME (SELECT customer_id FROM kyc.documents) ORDER BY 1 LIMIT 3
SELECT id FROM customers WHERE city LIKE ANY (ARRAY['J%', 'B%']) AND city NOT LIKE ALL ('{%ung}') ORDER BY 1
SELECT id FROM customers WHERE id BETWEEN SYMMETRIC 5 AND 3 OR id NOT BETWEEN 2 AND 40 OR id NOT BETWEEN SYMMETRIC 40 AND 2 ORDER BY id
SELECT id FROM customers WHERE city SIMILAR TO '(J|B)%' AND city NOT SIMILAR TO '%x' ESCAPE '!' ORDER BY id
SELECT city LIKE 'J!%' ESCAPE '!', city ILIKE '%A%', city ~ '^J', city !~* 'j', city ~~ 'J%', city !~~* 'j%' FROM customers ORDER BY id
SELECT (created_at, created_at + interval '1 day') OVERLAPS (timestamptz '2024-01-10 00:00Z', interval '3 days') FROM customers ORDER BY id LIMIT 3
SELECT created_at AT TIME ZONE 'UTC', created_at AT TIME ZONE interval '7 hours', (created_at AT TIME ZONE 'Asia/Jakarta')::time FROM customers ORDER BY id LIMIT 2
SELECT EXTRACT(year FROM created_at), EXTRACT('epoch' FROM interval '1 hour'), date_part('dow', created_at) FROM customers ORDER BY id LIMIT 2
SELECT OVERLAY(city PLACING 'xx' FROM 2 FOR 3), POSITION('a' IN city), SUBSTRING(city FROM 2 FOR 2), SUBSTRING(city FOR 2), SUBSTRING(city SIMILAR 'J#"a#"%' ESCAPE '#') FROM customers ORDER BY id LIMIT 4
SELECT SUBSTRING(city FROM '^.'), substring(city, 2), TRIM(LEADING 'J' FROM city), TRIM(BOTH FROM city), TRIM(city), TRIM(TRAILING 'a', city) FROM customers ORDER BY id LIMIT 4
SELECT NORMALIZE('a', NFC), 'a' IS NORMALIZED, 'a' IS NFC NORMALIZED, COLLATION FOR (city) FROM customers LIMIT 1
SELECT TREAT(1 AS text)
SELECT city COLLATE "C" < 'x' COLLATE "C", max(city COLLATE pg_catalog."POSIX") FROM customers GROUP BY city ORDER BY city COLLATE "C"
SELECT interval '1' day, interval '1 2' day to hour, interval(2) '1.234 seconds', interval '1-2' year to month, interval '3' second(1), '90 minutes'::interval
SELECT date '2024-02-29', time '10:00', timestamp '2024-01-01 00:00', timestamptz '2024-01-01 00:00Z', time with time zone '10:00+02', timestamp(0) without time zone '2024-01-01 00:00:00.9'
SELECT int '1', bool 't', json '{}', point '(1,2)', int4range '[1,2)', bit '101', varchar(2) 'abc', char 'abc', national character varying (3) 'abcd', double precision '1.5', numeric(4,1) '1.25', public.mood 'sad'
SELECT 'x'::city_name, 'happy'::mood, 'happy'::public.mood, ROW(1, 2)::span, '(1,2)'::span, '{happy,sad}'::mood[], ARRAY['x']::city_name[], (ROW(1, 2)::span).high
SELECT ''::city_name
SELECT 1::text, CAST(1 AS varchar(3)), '1'::int8::text::numeric, '101'::bit(2), 'abc'::char(2), 'abc'::"char", 'x'::name, '1'::float(24), '[1,3)'::int4range::text
SELECT make_interval(days => 2, hours => 3), make_date(2024, 2, day => 3)
SELECT concat(VARIADIC ARRAY['a', 'b']), format('%s-%s', VARIADIC ARRAY['x', 'y']), json_build_array(VARIADIC ARRAY[1, 2]), concat_ws(',', 'a', NULL, 'b')
SELECT twice(n => 4), twice(4), public.twice(n := 5)
SELECT 1 OPERATOR(pg_catalog.+) 2, OPERATOR(pg_catalog.-) 5, 'a' OPERATOR(pg_catalog.=) 'a', 1 OPERATOR(pg_catalog.=) ANY (ARRAY[1]), id OPERATOR(pg_catalog.<>) 1 FROM customers ORDER BY id LIMIT 1
SELECT 'customers'::regclass::oid, 'public.customers'::regclass::oid, 'kyc.documents'::regclass::oid = 0, 'label'::regproc::oid, 'mood'::regtype::oid, 'public'::regnamespace, '"C"'::regcollation
SELECT '=(int,int)'::regoperator, 'twice'::regproc::oid, 'span'::regtype::oid, 'public.mood'::regtype::oid, 'integer'::regtype, 'english'::regconfig, '"Odd ""name"'::text
SELECT 'C'::regcollation
SELECT to_regclass('customers')::oid, to_regclass('public.customers')::oid, to_regclass('nothing'), to_regtype('mood')::oid, has_table_privilege('customers', 'select'), pg_get_serial_sequence('customers', 'id')
SELECT relname FROM pg_class WHERE oid = 'customers'::regclass
SELECT CURRENT_DATE = now()::date, LOCALTIMESTAMP(0) IS NULL, CURRENT_TIME(1) IS NULL, LOCALTIME IS NULL, CURRENT_TIMESTAMP(3) = now()
SELECT grouping(city), city IS DISTINCT FROM 'Jakarta', city IS NOT DISTINCT FROM NULL FROM customers GROUP BY city ORDER BY city
SELECT (id = 1) IS UNKNOWN, (id = 1) IS NOT UNKNOWN, (id = 1) IS TRUE, (id = 1) IS NOT FALSE, id ISNULL, id NOTNULL, NOT id = 1 FROM customers ORDER BY id LIMIT 2
SELECT NULLIF(id, 1), COALESCE(NULL, city), GREATEST(id, 3), LEAST(id, 3), num_nulls(phone, address) FROM customers ORDER BY id LIMIT 3
SELECT CASE id WHEN 1 THEN 'one' WHEN 2 THEN 'two' END, CASE WHEN id = 1 THEN 1 ELSE 2.5 END FROM customers ORDER BY id LIMIT 3
SELECT E'a\tb\\ \u00e9 \x41', U&'\0441\+000444', U&'!0041' UESCAPE '!', 'a' 'b'
SELECT $$a'b$$, $tag$ $$ $tag$, B'1010', X'FF', N'x', 'it''s', '\', 1e3, 1.5e-3, .5, 5., 0x1F
SELECT -1, - 1, +1, - -1, 2 - -1, @ -5, |/ 4, ||/ 27, 2 ^ 3 ^ 2, 7 / 2, -7 % 3, 1 << 3, ~5, 5 # 3, 6 & 3, 6 | 1, !!'a'::tsquery, 1 <= 2, 1 >= 2, 1 <> 2, 1 != 2, not true
SELECT 'a' || 'b' || 1, 'a' < 'b', '{1,2}'::int[] || 3, '{1,2}'::int[] @> '{1}', '{"a":1}'::jsonb - 'a', '{"a":{"b":2}}'::jsonb #>> '{a,b}', '{"a":1}'::jsonb ? 'a', '{"a":1}'::jsonb ?| ARRAY['a'], '[1]'::jsonb @? '$[0]', '[1]'::jsonb @@ '$[0] == 1'
SELECT to_tsvector('english', 'running dogs') @@ to_tsquery('dog & run'), ts_rank(to_tsvector('a'), 'a'), inet '10.0.0.1' << '10.0.0.0/8', point '(1,1)' <-> point '(2,2)', daterange('2024-01-01', '2024-02-01') @> date '2024-01-05'
SELECT "id" AS "ID", "c"."city" AS "The ""City""", "c".* FROM "customers" "c" ORDER BY "id" LIMIT 1
SELECT t."Odd ""name", "Odd ""name" + 1 AS "a.b" FROM things t ORDER BY id
SELECT id AS "select", id "from", id AS type, id AS left, id value, id name FROM customers ORDER BY id LIMIT 1
SELECT ID, Customers.City FROM CUSTOMERS ORDER BY Id LIMIT 1
SELECT U&"\0069d", U&"c!0069ty" UESCAPE '!' FROM U&"\0063ustomers" ORDER BY 1 LIMIT 1
SELECT id AS наименование, 'é' AS "ünïcode 😀", city "名前" FROM customers ORDER BY 1 LIMIT 1
SELECT id AS a234567890123456789012345678901234567890123456789012345678901234567890 FROM customers ORDER BY a234567890123456789012345678901234567890123456789012345678901234567890 LIMIT 1
SELECT "é23456789012345678901234567890123456789012345678901234567890123456789".id FROM customers AS "é23456789012345678901234567890123456789012345678901234567890123456789" ORDER BY 1 LIMIT 1
SELECT x.a234567890123456789012345678901234567890123456789012345678901234 FROM (SELECT 1 AS a23456789012345678901234567890123456789012345678901234567890123456) x
SELECT rewrite.public.customers.id FROM rewrite.public.customers ORDER BY 1 LIMIT 1
SELECT customers.id FROM rewrite.public.customers ORDER BY 1 LIMIT 1
SELECT id FROM rewrite.kyc.documents d ORDER BY 1 LIMIT 1
SELECT * FROM elsewhere.public.customers
SELECT elsewhere.public.customers.id FROM customers
SELECT public.customers.*, kyc.documents.kind FROM public.customers JOIN kyc.documents ON kyc.documents.id = public.customers.id ORDER BY public.customers.id LIMIT 2
SELECT public.label(c), pg_catalog.lower(city), pg_catalog.count(*) OVER (), rewrite.pg_catalog.upper('x') FROM customers c ORDER BY id LIMIT 1
SELECT 1::pg_catalog.int4, 'x'::rewrite.public.mood
SELECT 'sad'::rewrite.public.mood, 2::int, 3::"int4", '4'::pg_catalog.text
SELECT id/**/FROM/**/customers/* x */ORDER/**/BY/**/id/**/LIMIT/**/1
SELECT pg_typeof(id), pg_typeof(city), pg_typeof(NULL), pg_typeof('x'), pg_typeof(tags) FROM customers, things LIMIT 1
SELECT current_user = session_user, current_schema, current_catalog, current_role = user, current_schemas(false) IS NULL, current_database()
SELECT id, (SELECT max(x.id) FROM customers x WHERE x.id < customers.id) FROM customers ORDER BY id LIMIT 3
SELECT id FROM customers c WHERE EXISTS (SELECT 1 FROM support.tickets t WHERE t.customer_id = c.id AND EXISTS (SELECT FROM kyc.documents d WHERE d.customer_id = c.id AND d.id < t.id)) ORDER BY 1
SELECT c.id FROM customers c WHERE c.id = (SELECT min(t.customer_id) FROM support.tickets t WHERE t.customer_id >= c.id) ORDER BY 1 LIMIT 2
SELECT (SELECT full_name FROM customers)
SELECT (SELECT id, city FROM customers WHERE id = 1)
SELECT (SELECT ROW(id, city) FROM customers WHERE id = 1), (SELECT c FROM customers c WHERE id = 1)
SELECT (SELECT count(*) FROM customers) + (SELECT 1), NOT EXISTS (SELECT 1), (SELECT NULL) IS NULL
SELECT 1 / 0
SELECT 'x'::int
SELECT id + city FROM customers
SELECT lower(id) FROM customers
SELECT nothing(1)
SELECT 'x'::nothing
SELECT 'x' COLLATE nothing
SELECT $1 + 1
SELECT FROM WHERE
SELECT * FROM customers WHERE
