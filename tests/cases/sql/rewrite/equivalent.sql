-- Statements whose printed form must give what the statement itself gives, when every column is open. One a line.
SELECT 1, 'a' AS x, NULL
SELECT * FROM customers ORDER BY id
SELECT id, phone FROM customers WHERE id = 42
SELECT c.* FROM customers c WHERE c.city = 'Bandung' ORDER BY c.id
SELECT customers.id FROM public.customers WHERE public.customers.id < 5 ORDER BY 1
SELECT c.full_name, t.subject FROM customers c JOIN support.tickets t ON t.customer_id = c.id ORDER BY t.id
SELECT * FROM customers c LEFT JOIN support.tickets t ON t.customer_id = c.id AND t.status = 'open' ORDER BY c.id, t.id
SELECT * FROM customers c RIGHT JOIN kyc.documents d ON d.customer_id = c.id AND c.id > 20 ORDER BY d.id
SELECT * FROM customers c FULL JOIN kyc.documents d USING (id) ORDER BY 1
SELECT id, c.city, d.kind FROM customers c JOIN kyc.documents d USING (id) ORDER BY id
SELECT * FROM customers c JOIN kyc.documents d USING (id) JOIN support.tickets t USING (id) ORDER BY id
SELECT x.id, y.id FROM customers x, customers y WHERE x.id = y.id + 1 ORDER BY 1
SELECT * FROM customers c CROSS JOIN (VALUES (1, 'a'), (2, 'b')) AS v (n, s) WHERE c.id = v.n ORDER BY 1
SELECT s.a, s.b FROM (SELECT id, phone FROM customers) AS s (a, b) WHERE s.a < 4 ORDER BY 1
SELECT a, b FROM customers AS c (a, b) ORDER BY a LIMIT 3
SELECT * FROM customers AS c (a, b) ORDER BY a LIMIT 3
WITH q AS (SELECT * FROM customers) SELECT q.id, q.email FROM q ORDER BY 1
WITH customers AS (SELECT * FROM customers WHERE id < 4) SELECT * FROM customers ORDER BY 1
WITH a AS (SELECT id FROM customers), b AS (SELECT id FROM a WHERE id < 10) SELECT * FROM b, a WHERE a.id = b.id ORDER BY 1
WITH a(n) AS MATERIALIZED (SELECT id FROM customers) SELECT sum(n) FROM a
WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r WHERE n < 5) SELECT r.n, c.full_name FROM r JOIN customers c ON c.id = r.n ORDER BY 1
SELECT count(*) FROM customers
SELECT city, count(*), max(id) FROM customers GROUP BY city ORDER BY city
SELECT city AS c, count(*) FROM customers GROUP BY c HAVING count(*) > 2 ORDER BY 2 DESC, 1
SELECT id, full_name, phone FROM customers GROUP BY id ORDER BY city, id
SELECT c.id, c.full_name, count(t.id) FROM customers c LEFT JOIN support.tickets t ON t.customer_id = c.id GROUP BY c.id ORDER BY c.id
SELECT * FROM customers GROUP BY id ORDER BY id
SELECT city, kind, count(*) FROM customers c JOIN kyc.documents d ON d.customer_id = c.id GROUP BY GROUPING SETS ((city), (kind), ()) ORDER BY 1, 2, 3
SELECT city, grouping(city), count(*) FROM customers GROUP BY ROLLUP (city) ORDER BY 1, 3
SELECT DISTINCT city FROM customers ORDER BY city
SELECT DISTINCT city, length(city) AS n FROM customers ORDER BY n, city
SELECT DISTINCT * FROM customers ORDER BY id
SELECT DISTINCT ON (city) city, id FROM customers ORDER BY city, id DESC
SELECT id FROM customers UNION ALL SELECT customer_id FROM kyc.documents ORDER BY 1
SELECT id, 'c' FROM customers UNION ALL SELECT count(*), 'n' FROM customers UNION ALL SELECT 1, 'x' ORDER BY 2, 1
(SELECT id FROM customers ORDER BY id LIMIT 2) UNION ALL (SELECT id FROM support.tickets ORDER BY id DESC LIMIT 2) ORDER BY 1
SELECT * FROM (SELECT id FROM customers UNION ALL SELECT customer_id FROM support.tickets) u ORDER BY 1
SELECT row_number() OVER (ORDER BY city, id), lag(full_name) OVER (PARTITION BY city ORDER BY id) FROM customers ORDER BY id
SELECT id, sum(id) OVER w, first_value(full_name) OVER w FROM customers WINDOW w AS (PARTITION BY city ORDER BY id) ORDER BY id
SELECT lead(full_name, 2, 'none') OVER (ORDER BY id) FROM customers ORDER BY id
SELECT city, count(*), rank() OVER (ORDER BY count(*) DESC, city) FROM customers GROUP BY city ORDER BY 3
SELECT l.x FROM customers c CROSS JOIN LATERAL (SELECT c.full_name || '!' AS x) l ORDER BY 1
SELECT c.id, t.n FROM customers c LEFT JOIN LATERAL (SELECT count(*) AS n FROM support.tickets t WHERE t.customer_id = c.id) t ON true ORDER BY 1
SELECT c.id, g FROM customers c, generate_series(1, 2) g WHERE c.id < 3 ORDER BY 1, 2
SELECT g.n, g.ord FROM unnest(ARRAY['a', 'b']) WITH ORDINALITY AS g (n, ord) ORDER BY 2
SELECT * FROM ROWS FROM (generate_series(1, 3), unnest(ARRAY['a', 'b'])) AS r (n, s) ORDER BY 1
SELECT c.id, string_agg(d.kind, ',' ORDER BY d.id) FILTER (WHERE d.id > 2) FROM customers c JOIN kyc.documents d ON d.customer_id = c.id GROUP BY c.id ORDER BY 1
SELECT id, CASE WHEN id < 5 THEN 'low' WHEN city IS NULL THEN '?' ELSE lower(city) END AS level FROM customers ORDER BY id
SELECT coalesce(address, 'none'), nullif(city, 'Bandung'), greatest(id, 7), id BETWEEN 3 AND 5 FROM customers ORDER BY id
SELECT id::text || '-' || city, id::numeric(10, 2) AS n, CAST(id AS double precision) AS d FROM customers ORDER BY id
SELECT extract(year FROM created_at), date_trunc('month', created_at), created_at AT TIME ZONE 'UTC' FROM customers ORDER BY id
SELECT substring(city FROM 1 FOR 3), position('a' IN city), trim(both 'B' FROM city), overlay(city placing 'x' from 1) FROM customers ORDER BY id
SELECT id FROM customers WHERE city LIKE 'B%' AND city NOT ILIKE '%ng' OR city ~ '^J' ORDER BY id
SELECT id FROM customers WHERE city SIMILAR TO 'J%' ESCAPE '\' ORDER BY id
SELECT id FROM customers WHERE (id, city) IN ((1, 'Bandung'), (2, 'Jakarta')) ORDER BY 1
SELECT id FROM customers WHERE city IS DISTINCT FROM 'Jakarta' ORDER BY id
SELECT city IS DISTINCT FROM 'Jakarta' AS d FROM customers ORDER BY id
SELECT 1 AS "from", id AS "order" FROM customers ORDER BY id
SELECT to_json(c) FROM customers c ORDER BY c.id
SELECT row_to_json(c)->>'full_name', (c).city FROM customers c ORDER BY c.id
SELECT ROW(c.*) FROM customers c ORDER BY c.id
SELECT count(DISTINCT c) FROM customers c
SELECT c IS NULL, c::text FROM customers c ORDER BY c.id
SELECT array_agg(c.full_name ORDER BY c.id DESC) FROM customers c
SELECT (SELECT string_agg(c.full_name, ',' ORDER BY c.id)) FROM customers c
SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY id) FROM customers
SELECT sum(id) FILTER (WHERE city = 'Jakarta') FROM customers
SELECT id FROM customers ORDER BY city DESC NULLS LAST, id LIMIT 3 OFFSET 2
SELECT id FROM customers ORDER BY city FETCH FIRST 2 ROWS WITH TIES
SELECT id FROM customers WHERE id = ANY (ARRAY[1, 2, 3]) ORDER BY 1
SELECT id FROM customers WHERE id = ANY ('{1,2}') ORDER BY 1
SELECT id FROM contacts ORDER BY id
SELECT * FROM contacts ORDER BY id
SELECT * FROM vip ORDER BY id
SELECT c.telp, u.phone FROM contacts c JOIN customers u ON u.id = c.id ORDER BY u.id
SELECT * FROM per_city ORDER BY city
SELECT * FROM grouped_customers ORDER BY id
TABLE customers
VALUES (1, 'a'), (2, 'b')
SELECT * FROM (VALUES (1), (2)) AS v
SELECT * FROM support.tickets NATURAL JOIN billing.transactions ORDER BY id
SELECT 'customers'::regclass::oid, 'happy'::mood
SELECT relname FROM pg_class WHERE relname = 'customers'
SELECT interval '1 day', date '2020-01-01', B'101', X'1F', U&'d\0061ta', E'a\'b', $$x$$
SELECT current_date = now()::date, current_user = session_user
SELECT count(*) FROM ONLY customers
SELECT count(*) FROM payments
SELECT count(*) FROM billing.transactions TABLESAMPLE bernoulli (100) REPEATABLE (1)
SELECT amount FROM payments ORDER BY id LIMIT 2
SELECT "c"."ID" FROM (SELECT id AS "ID" FROM customers) "c" ORDER BY 1
SELECT id FROM customers WHERE NOT (id > 3 AND city = 'Jakarta') ORDER BY id
SELECT id + -1 AS n, - id, @ id, id != 3, "!" FROM (SELECT 1 AS id, 2 AS "!") x
SELECT c.id FROM (customers c JOIN kyc.documents d ON d.customer_id = c.id) JOIN support.tickets t ON t.customer_id = c.id ORDER BY 1
SELECT max(x.n) FROM (SELECT city, count(*) AS n FROM customers GROUP BY city) x
SELECT string_agg(x.city, ',' ORDER BY x.city) FROM (SELECT DISTINCT city FROM customers) x
SELECT id FROM customers WHERE phone = '+62811000001'
SELECT id FROM customers c WHERE ('+62811000002'::text) = (c.phone) OR c.email IN ('a@example.com', 'user3@example.com') ORDER BY 1
SELECT * FROM customers WHERE phone = '+62811000001'
SELECT c.id, d.id FROM customers c LEFT JOIN kyc.documents d ON d.customer_id = c.id AND c.phone = '+62811000001' ORDER BY 1, 2
