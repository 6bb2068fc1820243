-- Values through what is written: copies, counts of rows, RETURNING, constraints.

BEGIN
UPDATE support.tickets SET subject = (SELECT phone FROM customers WHERE id = 7) WHERE id = 1
SELECT subject FROM support.tickets WHERE id = 1

BEGIN
UPDATE support.tickets t SET subject = c.phone FROM customers c WHERE c.id = t.customer_id
SELECT subject FROM support.tickets ORDER BY id

BEGIN
UPDATE support.tickets SET (subject, assignee) = (SELECT c.email, c.phone FROM customers c WHERE c.id = customer_id) WHERE id = 3 RETURNING subject, assignee

BEGIN
INSERT INTO support.tickets (id, customer_id, assignee, status, subject) SELECT 1000 + id, id, phone, 'open', full_name FROM ONLY customers
SELECT assignee, subject FROM support.tickets WHERE id > 1000 ORDER BY id

BEGIN
INSERT INTO support.tickets (id, customer_id, assignee, status, subject) VALUES (1000, 1, 'x', 'open', (SELECT email FROM customers WHERE id = 7)) RETURNING *

BEGIN
INSERT INTO support.tickets (id, customer_id, assignee, status, subject) VALUES (1, 1, 'x', 'open', 'y') ON CONFLICT (id) DO UPDATE SET subject = (SELECT phone FROM customers WHERE id = 7) RETURNING subject

BEGIN
UPDATE support.tickets SET subject = 'hit' FROM customers c WHERE c.id = customer_id AND c.phone > '+6285'

BEGIN
DELETE FROM support.tickets USING customers c WHERE c.id = customer_id AND c.email LIKE '_a%'

BEGIN
DELETE FROM support.tickets WHERE customer_id IN (SELECT id FROM customers WHERE phone LIKE '+628_5%')

BEGIN
DELETE FROM support.tickets t USING customers c WHERE c.id = t.customer_id AND t.id = 3 RETURNING c.phone, c

BEGIN
UPDATE customers SET city = phone WHERE id = 7
SELECT city FROM customers WHERE id = 7

BEGIN
UPDATE customers SET city = city WHERE phone > '+6285'

BEGIN
UPDATE customers SET city = city WHERE id = 7 RETURNING *

BEGIN
UPDATE customers SET score = length(email) WHERE id = 7 RETURNING score

BEGIN
UPDATE customers SET (city, region) = (phone, email) WHERE id = 7 RETURNING city, region

BEGIN
DELETE FROM customers WHERE email LIKE '_a%'

BEGIN
DELETE FROM customers WHERE id = 7 RETURNING phone

BEGIN
UPDATE cards SET city = telp WHERE id = 7 RETURNING city

BEGIN
UPDATE cards SET holder = holder WHERE telp > '+6285'

BEGIN
UPDATE cards SET city = city WHERE id = 7 RETURNING *

BEGIN
DELETE FROM cards WHERE address LIKE '%a%' RETURNING id

BEGIN
UPDATE elders SET id = id WHERE phone > '+6285'

BEGIN
INSERT INTO customers (id, full_name, phone, city, region, level, created_at) SELECT 500 + p, 'x', '+62' || p || lpad((7 * 137 % 10000)::text, 4, '0'), 'x', 'x', 'basic', now() FROM generate_series(811, 870) p ON CONFLICT (phone) DO NOTHING

BEGIN
INSERT INTO customers SELECT 500 + id, full_name, phone || 'x', NULL, address, birthday, income, profile, aliases, id_number, phone, region, level, score, created_at FROM customers WHERE id = 7 RETURNING city

BEGIN
MERGE INTO support.tickets t USING customers c ON c.id = t.customer_id AND c.phone > '+6285' WHEN MATCHED THEN UPDATE SET subject = c.phone
SELECT subject FROM support.tickets ORDER BY id

BEGIN
MERGE INTO customers c USING (VALUES (7)) v (id) ON c.id = v.id WHEN MATCHED AND c.phone > '+6285' THEN UPDATE SET city = c.phone WHEN MATCHED THEN UPDATE SET city = c.email
SELECT city FROM customers WHERE id = 7

BEGIN
WITH u AS (UPDATE customers SET city = city RETURNING id, phone) SELECT * FROM u ORDER BY id

BEGIN
WITH d AS (DELETE FROM support.tickets USING customers c WHERE c.id = customer_id RETURNING c.phone) SELECT string_agg(phone, ',' ORDER BY phone) FROM d

BEGIN
WITH n AS (INSERT INTO support.tickets (id, customer_id, assignee, status, subject) SELECT 2000 + id, id, email, 'open', phone FROM ONLY customers WHERE email IS NOT NULL RETURNING subject) SELECT subject FROM n ORDER BY 1

BEGIN
PREPARE w1 AS UPDATE customers SET city = phone WHERE id = $1 RETURNING city
EXECUTE w1 (7)

BEGIN
PREPARE w2 AS INSERT INTO support.tickets (id, customer_id, assignee, status, subject) SELECT 3000 + id, id, phone, 'open', email FROM ONLY customers RETURNING assignee, subject
EXECUTE w2

BEGIN
PREPARE w3 AS UPDATE customers SET city = city WHERE phone > $1
EXECUTE w3 ('+6285')

BEGIN
COPY (DELETE FROM support.tickets USING customers c WHERE c.id = customer_id AND c.phone > '+6285' RETURNING c.email) TO STDOUT

BEGIN
DECLARE k CURSOR FOR SELECT id FROM ONLY customers WHERE id = 7 FOR UPDATE
FETCH k
UPDATE ONLY customers SET city = phone WHERE CURRENT OF k RETURNING city

BEGIN
DECLARE k CURSOR FOR SELECT id FROM ONLY customers WHERE phone > '+6285' FOR UPDATE
MOVE 3 FROM k
DELETE FROM ONLY customers WHERE CURRENT OF k RETURNING id, email
