-- The same where nothing is counted: sub-queries in expressions and set operations that count nobody. One a line.
SELECT id FROM support.tickets WHERE customer_id IN (SELECT id FROM customers WHERE city = 'Jakarta') ORDER BY id
SELECT id, (SELECT count(*) FROM kyc.documents d WHERE d.customer_id = c.id) FROM customers c ORDER BY id
SELECT id FROM customers c WHERE EXISTS (SELECT 1 FROM support.tickets t WHERE t.customer_id = c.id) ORDER BY id
SELECT id FROM customers c WHERE NOT EXISTS (SELECT FROM support.tickets t WHERE t.customer_id = c.id) ORDER BY id
SELECT id FROM customers WHERE id > ALL (SELECT customer_id FROM kyc.documents WHERE id < 3) ORDER BY id
SELECT ARRAY(SELECT full_name FROM customers ORDER BY id LIMIT 2)
SELECT id FROM customers UNION SELECT customer_id FROM kyc.documents ORDER BY 1
SELECT id FROM customers INTERSECT SELECT customer_id FROM kyc.documents ORDER BY 1
SELECT id FROM customers EXCEPT ALL SELECT customer_id FROM kyc.documents ORDER BY 1
SELECT city FROM customers UNION SELECT kind FROM kyc.documents ORDER BY city
WITH RECURSIVE t(id, up) AS (SELECT id, id + 1 FROM customers WHERE id = 1 UNION SELECT c.id, c.id + 1 FROM customers c JOIN t ON c.id = t.up WHERE c.id < 6) SELECT * FROM t ORDER BY 1
SELECT * FROM (customers c JOIN support.tickets t ON c.id = t.customer_id) AS j ORDER BY 1
SELECT j.city FROM (customers c JOIN kyc.documents d USING (id)) AS j ORDER BY 1
SELECT FROM customers
SELECT count(*) FROM (SELECT FROM customers) x
SELECT id FROM customers ORDER BY id LIMIT (SELECT 2)
SELECT DISTINCT city, count(*) OVER (PARTITION BY city) FROM customers ORDER BY 1
SELECT (SELECT c.city) FROM customers c ORDER BY c.id
SELECT id FROM customers ORDER BY (SELECT count(*) FROM kyc.documents d WHERE d.customer_id = customers.id), id
