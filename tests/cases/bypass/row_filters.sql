-- What tells of rows that the role's filter hides.

SELECT count(*) FROM customers

SELECT max(id), sum(score), count(DISTINCT city) FROM customers

SELECT city FROM customers ORDER BY id

SELECT DISTINCT city FROM customers ORDER BY city

SELECT city, count(*) FROM customers GROUP BY ROLLUP (city) ORDER BY city

SELECT id FROM customers WHERE region = 'south' ORDER BY id

SELECT id FROM customers WHERE NOT (region = 'north') OR true ORDER BY id

SELECT id FROM customers WHERE 1 / (CASE WHEN city = 'Solo' THEN 0 ELSE 1 END) = 1 ORDER BY id

SELECT id FROM customers WHERE CASE WHEN region = 'south' THEN city::public.level IS NULL ELSE true END ORDER BY id

SELECT id FROM customers WHERE (CASE WHEN id > 100 THEN city END)::int IS NULL ORDER BY id

SELECT id FROM customers WHERE id IN (101, 105) AND 10 / (score - 3) > 0

SELECT id FROM customers WHERE leak(city) IS NOT NULL ORDER BY id

SELECT c.id FROM customers c JOIN (VALUES (101)) v (id) ON v.id = c.id AND 1 / (c.score - 3) < 9

SELECT count(*) FROM cards

SELECT city FROM cards ORDER BY id

SELECT t.id, c.city FROM support.tickets t FULL JOIN customers c ON c.id = t.customer_id ORDER BY 1, 2

SELECT id FROM customers c WHERE NOT EXISTS (SELECT FROM customers d WHERE d.id = c.id + 1) ORDER BY id

SELECT g FROM generate_series(100, 110) g WHERE NOT EXISTS (SELECT FROM customers WHERE id = g) ORDER BY g

SELECT rank() OVER (ORDER BY score NULLS FIRST), id FROM customers ORDER BY 2

TABLE customers

COPY customers TO STDOUT

SELECT id FROM customers TABLESAMPLE SYSTEM (100) ORDER BY id

SELECT string_agg(c::text, ',' ORDER BY id) FROM customers c

BEGIN
UPDATE support.tickets SET subject = 'x' WHERE customer_id NOT IN (SELECT id FROM customers WHERE id <= 100) OR EXISTS (SELECT FROM customers WHERE city = 'Solo')

BEGIN
DELETE FROM customers

BEGIN
UPDATE customers SET region = 'north'
SELECT count(*) FROM customers

BEGIN
INSERT INTO customers (id, full_name, phone, city, region, level, created_at) VALUES (107, 'x', '1', 'x', 'north', 'basic', now()) ON CONFLICT DO NOTHING

BEGIN
INSERT INTO support.tickets (id, customer_id, assignee, status, subject) VALUES (3000, 107, 'x', 'open', 'x')

EXPLAIN SELECT * FROM customers

EXPLAIN (ANALYZE, TIMING OFF, SUMMARY OFF) SELECT * FROM customers
