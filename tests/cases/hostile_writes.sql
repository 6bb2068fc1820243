-- Statements of a role that may change customers and their phone numbers, and tries to see a value or to move one to where it
-- is open. Each must be refused, fail, or show none; after each, no open column may hold a raw value. One a line.
UPDATE customers SET city = phone WHERE id = 4711 RETURNING city
UPDATE customers SET city = phone
UPDATE customers c SET city = c.phone WHERE c.id = 4711 RETURNING c.*
UPDATE customers SET city = public.customers.phone RETURNING city
UPDATE customers SET city = (SELECT phone) WHERE id = 4711 RETURNING city
UPDATE customers SET city = (SELECT x FROM (SELECT customers.phone) AS s(x)) WHERE id = 4711 RETURNING city
UPDATE customers SET city = (SELECT max(c2.phone) FROM customers c2 WHERE c2.phone = customers.phone) WHERE id = 4711 RETURNING city
UPDATE customers SET (city, full_name) = (SELECT phone, email) WHERE id = 4711 RETURNING city, full_name
UPDATE customers SET (city, full_name) = ROW(phone, email) WHERE id = 4711 RETURNING *
UPDATE customers SET city = CASE WHEN phone LIKE '+62%' THEN phone ELSE 'x' END RETURNING city
UPDATE customers SET city = COALESCE(phone, 'x') RETURNING city
UPDATE customers SET city = customers::text WHERE id = 4711 RETURNING city
UPDATE customers SET city = to_json(customers)::text WHERE id = 4711 RETURNING city
UPDATE customers SET city = row_to_json(customers.*)::text WHERE id = 4711 RETURNING city
UPDATE customers c SET city = (c).phone WHERE id = 4711 RETURNING city
UPDATE customers c SET city = phone(c) WHERE id = 4711 RETURNING city
UPDATE customers c SET city = c.to_json::text RETURNING city
UPDATE customers SET phone = city, city = phone WHERE id = 4711 RETURNING *
UPDATE customers SET phone = phone || city RETURNING phone
UPDATE customers SET phone = 'x' || phone WHERE id = 4711 RETURNING phone
UPDATE customers SET created_at = phone::timestamptz WHERE id = 4711
UPDATE customers SET id = phone::bigint WHERE id = 4711
UPDATE customers SET city = city WHERE phone::bigint > 0
UPDATE customers SET city = city WHERE id = 4711 RETURNING (SELECT phone)
UPDATE customers SET city = city WHERE id = 4711 RETURNING phone, email, address
UPDATE customers SET city = city WHERE id = 4711 RETURNING customers
UPDATE customers SET city = city WHERE id = 4711 RETURNING customers.*
UPDATE customers AS excluded SET city = excluded.phone RETURNING *
UPDATE customers AS phone SET city = phone.phone RETURNING phone
UPDATE customers AS "c.phone" SET city = "c.phone".phone RETURNING *
UPDATE ONLY customers SET city = phone RETURNING city
UPDATE customers * SET city = phone RETURNING city
UPDATE customers SET city = c2.phone FROM customers c2 WHERE c2.id = customers.id RETURNING customers.city, c2.phone
UPDATE customers SET city = c2.city FROM (SELECT id, phone AS city FROM customers) c2 WHERE c2.id = customers.id RETURNING c2.city
UPDATE customers SET city = l.p FROM LATERAL (SELECT customers.phone AS p) l RETURNING city
UPDATE support.tickets SET subject = c.phone FROM customers c WHERE c.id = customer_id RETURNING subject
UPDATE support.tickets SET subject = (SELECT phone FROM customers c WHERE c.id = customer_id) RETURNING subject
UPDATE support.tickets t SET subject = t2.label FROM customer_names t2 WHERE t2.id = t.customer_id RETURNING subject
UPDATE support.tickets t SET subject = t2.telp FROM customer_cards t2 WHERE t2.id = t.customer_id RETURNING subject
UPDATE customer_cards SET city = telp RETURNING *
DELETE FROM customer_cards WHERE telp LIKE '+62%' RETURNING *
INSERT INTO customer_cards (id, telp) VALUES (1, 'x') RETURNING *
DELETE FROM customers WHERE id = 4711 RETURNING *
DELETE FROM customers c WHERE id = 4711 RETURNING c.phone, upper(c.email), c
DELETE FROM customers WHERE id = 4711 RETURNING phone AS city, 'x' || address
DELETE FROM customers USING support.tickets t WHERE t.customer_id = customers.id AND customers.phone LIKE '%1' RETURNING phone
DELETE FROM support.tickets USING customers phone WHERE phone.id = customer_id RETURNING phone
DELETE FROM support.tickets USING customers c WHERE c.id = customer_id RETURNING c
DELETE FROM customers WHERE length(phone) > 5 AND 1 / (phone::bigint - 1) > 0
INSERT INTO support.tickets (id, subject) SELECT id + 100000, phone FROM customers RETURNING subject
INSERT INTO support.tickets (id, subject) SELECT c.id + 100000, c::text FROM customers c RETURNING subject
INSERT INTO support.tickets (id, subject) VALUES (100001, (SELECT phone FROM customers WHERE id = 4711)) RETURNING subject
INSERT INTO support.tickets (id, subject) TABLE customers
INSERT INTO customers (id, full_name, phone, email, city, created_at) SELECT id + 100000, full_name, phone, email, phone, now() FROM customers RETURNING *
INSERT INTO customers SELECT * FROM customers
INSERT INTO customers AS c (id, city, phone) VALUES (4711, 'x', 'y') ON CONFLICT (id) DO UPDATE SET city = c.phone RETURNING c.city
INSERT INTO customers AS c (id, city, phone) VALUES (4711, 'x', 'y') ON CONFLICT (id) DO UPDATE SET phone = c.phone || excluded.phone RETURNING phone
INSERT INTO customers (id, city) VALUES (4711, 'x') ON CONFLICT (id) DO UPDATE SET city = customers.phone WHERE customers.phone LIKE '+62%' RETURNING *
INSERT INTO customers (id, city) VALUES (4711, 'x') ON CONFLICT (id) DO UPDATE SET city = excluded.email RETURNING *
INSERT INTO customers (id, city) VALUES (4711, 'x') ON CONFLICT (email) DO UPDATE SET city = 'taken' RETURNING *
INSERT INTO customers (id, phone, city) VALUES (100001, 'x', 'y') ON CONFLICT ON CONSTRAINT customers_pkey DO UPDATE SET city = (SELECT customers.email) RETURNING *
MERGE INTO customers c USING support.tickets t ON c.id = t.customer_id WHEN MATCHED THEN UPDATE SET city = c.phone
MERGE INTO customers c USING support.tickets t ON c.id = t.customer_id WHEN MATCHED AND c.phone LIKE '+62%' THEN UPDATE SET city = 'x'
MERGE INTO support.tickets t USING customers c ON c.id = t.customer_id WHEN MATCHED THEN UPDATE SET subject = c.phone
MERGE INTO support.tickets t USING customers c ON c.phone = t.subject WHEN NOT MATCHED THEN INSERT (id, subject) VALUES (c.id + 100000, c.phone)
MERGE INTO support.tickets t USING (SELECT id, phone || '' AS p FROM customers) c ON c.id = t.customer_id WHEN MATCHED THEN UPDATE SET subject = c.p
WITH d AS (UPDATE customers SET city = phone RETURNING *) SELECT * FROM d
WITH d AS (DELETE FROM customers RETURNING phone) SELECT string_agg(phone, ',') FROM d
WITH d AS (DELETE FROM customers RETURNING *) INSERT INTO support.tickets (id, subject) SELECT id + 100000, phone FROM d RETURNING subject
WITH d AS (UPDATE customers SET city = city RETURNING id, phone AS p) UPDATE support.tickets SET subject = p FROM d WHERE d.id = customer_id RETURNING subject
WITH customers AS (SELECT 1 AS id) UPDATE customers SET city = phone RETURNING phone
WITH t AS (SELECT phone FROM customers LIMIT 1) UPDATE customers SET city = t.phone FROM t RETURNING city
UPDATE pg_catalog.pg_class SET relname = 'x'
INSERT INTO pg_catalog.pg_class (relname) VALUES ('x')
DELETE FROM information_schema.sql_features
UPDATE customers SET city = 'x' WHERE CURRENT OF c
UPDATE customers SET city = leak(phone) WHERE id = 4711 RETURNING city
UPDATE customers SET city = 'x' WHERE leak(phone) = 'x' AND id < 5
PREPARE p AS UPDATE customers SET city = phone RETURNING city
EXPLAIN ANALYZE UPDATE customers SET city = phone
COPY (UPDATE customers SET city = phone RETURNING phone) TO STDOUT
SELECT phone FROM customers WHERE id = 4711 FOR UPDATE
SELECT * FROM customers c WHERE c.id = 4711 FOR NO KEY UPDATE OF c
