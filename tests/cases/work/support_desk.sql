-- What support people write and what their CRM sends

SELECT * FROM customers WHERE id = 4711

SELECT c.*, t.* FROM customers c JOIN support.tickets t ON t.customer_id = c.id WHERE t.id = 17

SELECT full_name, phone, email FROM customers WHERE city = 'Bandung' ORDER BY created_at DESC, id LIMIT 20

SELECT t.id, t.subject, t.status, c.full_name, c.phone FROM support.tickets t JOIN customers c ON c.id = t.customer_id WHERE t.assignee = 'agent3' AND t.status <> 'closed' ORDER BY t.priority DESC, t.created_at, t.id LIMIT 25

SELECT t.*, row_to_json(c) AS customer FROM support.tickets t JOIN customers c ON c.id = t.customer_id WHERE t.id IN (1, 2, 3) ORDER BY t.id

SELECT c.id, c.full_name, json_agg(t ORDER BY t.id) AS tickets FROM customers c JOIN support.tickets t ON t.customer_id = c.id WHERE c.id < 100 GROUP BY c.id ORDER BY c.id

SELECT c.id, c.full_name, c.email, count(t.id) FROM customers c LEFT JOIN support.tickets t ON t.customer_id = c.id WHERE c.id BETWEEN 1 AND 40 GROUP BY c.id ORDER BY c.id

SELECT c.id, c.full_name, string_agg(t.subject, '; ' ORDER BY t.id) FROM customers c JOIN support.tickets t ON t.customer_id = c.id GROUP BY c.id, c.full_name HAVING count(*) > 1 ORDER BY c.id LIMIT 10

SELECT to_jsonb(c) FROM customers c WHERE id = 42

SELECT to_jsonb(c) - 'address' FROM customers c WHERE id = 42

SELECT c FROM customers c WHERE id IN (1, 2) ORDER BY id

SELECT (c).full_name, (c).city FROM customers c WHERE id IN (1, 2) ORDER BY id

SELECT ROW(c.id, c.phone), ARRAY[c.full_name, c.city] FROM customers c WHERE id = 2

SELECT id, full_name || ' <' || email || '>' AS contact FROM customers WHERE id < 6 ORDER BY id

SELECT id, coalesce(address, 'no address') AS address, CASE WHEN birthday IS NULL THEN 'unknown' ELSE to_char(birthday, 'YYYY') END AS born FROM customers WHERE id < 60 ORDER BY id

SELECT id, upper(full_name), length(phone), split_part(email, '@', 2) AS domain FROM customers WHERE id < 6 ORDER BY id

SELECT id, age(date '2024-01-01', birthday) AS age, extract(year FROM birthday) AS year FROM customers WHERE id < 8 ORDER BY id

SELECT DISTINCT ON (c.city) c.city, c.id, c.full_name FROM customers c ORDER BY c.city, c.id

SELECT DISTINCT split_part(email, '@', 2) AS domain FROM customers ORDER BY 1

SELECT * FROM (SELECT c.*, row_number() OVER (PARTITION BY city ORDER BY created_at, id) AS place FROM customers c) ranked WHERE place <= 2 ORDER BY city, place

SELECT id, full_name, lag(full_name) OVER (ORDER BY id), lead(phone) OVER (ORDER BY id) FROM customers WHERE id < 8 ORDER BY id

WITH mine AS (SELECT customer_id, max(created_at) AS last FROM support.tickets WHERE assignee = 'agent2' GROUP BY customer_id) SELECT c.id, c.full_name, c.phone, m.last FROM mine m JOIN customers c ON c.id = m.customer_id ORDER BY m.last DESC, c.id LIMIT 10

SELECT c.id, c.full_name, last.subject FROM customers c CROSS JOIN LATERAL (SELECT t.subject FROM support.tickets t WHERE t.customer_id = c.id ORDER BY t.created_at DESC, t.id LIMIT 1) last WHERE c.id < 60 ORDER BY c.id

SELECT c.id, c.full_name FROM customers c WHERE EXISTS (SELECT FROM support.tickets t WHERE t.customer_id = c.id AND t.status = 'open') ORDER BY c.id LIMIT 10

SELECT c.id, c.full_name FROM customers c WHERE c.id IN (SELECT customer_id FROM support.tickets WHERE subject = 'Cannot log in') ORDER BY c.id LIMIT 10

SELECT c.id, c.full_name FROM customers c WHERE NOT EXISTS (SELECT FROM support.tickets t WHERE t.customer_id = c.id) ORDER BY c.id LIMIT 10

SELECT c.id, (SELECT count(*) FROM support.tickets t WHERE t.customer_id = c.id) AS tickets, (SELECT max(amount) FROM billing.transactions x WHERE x.customer_id = c.id) AS largest FROM customers c WHERE c.id < 10 ORDER BY c.id

SELECT id, full_name FROM customers WHERE id < 4 UNION ALL SELECT id, full_name FROM customers WHERE id = 10 ORDER BY id

SELECT customers.* FROM customers INNER JOIN support.tickets USING (id) WHERE customers.id < 5 ORDER BY 1

SELECT * FROM customers NATURAL JOIN (SELECT id, subject FROM support.tickets WHERE id < 5) t ORDER BY id

SELECT * FROM customers c JOIN support.tickets t ON t.customer_id = c.id AND t.status = 'open' WHERE c.city = 'Manado' ORDER BY c.id, t.id LIMIT 5

SELECT c.id, c.city, d.kind, d.status FROM customers c LEFT JOIN kyc.documents d ON d.customer_id = c.id WHERE c.id < 10 ORDER BY c.id

SELECT * FROM kyc.documents WHERE customer_id = 42

SELECT d.* FROM kyc.documents d JOIN customers c ON c.id = d.customer_id WHERE c.id < 4 ORDER BY d.id

SELECT * FROM support.open_cases WHERE assignee = 'agent1' ORDER BY id LIMIT 10

SELECT o.*, c.city FROM support.open_cases o JOIN customers c ON c.id = o.customer_id ORDER BY o.id LIMIT 10

SELECT x.id, x.kind, x.amount, c.full_name FROM billing.transactions x JOIN customers c ON c.id = x.customer_id WHERE x.amount > 2400000 ORDER BY x.amount DESC, x.id LIMIT 10

SELECT c.id, c.full_name, sum(x.amount) AS spent FROM customers c JOIN billing.transactions x ON x.customer_id = c.id WHERE x.kind = 'payment' GROUP BY c.id ORDER BY spent DESC, c.id LIMIT 10

TABLE support.open_cases ORDER BY id LIMIT 5

TABLE customers ORDER BY id LIMIT 5

SELECT * FROM customers TABLESAMPLE SYSTEM (100) REPEATABLE (1) ORDER BY id LIMIT 3

SELECT * FROM ONLY customers ORDER BY id LIMIT 3

SELECT tableoid::regclass::text AS source, id FROM support.tickets WHERE id = 5

SELECT id, city FROM customers ORDER BY created_at OFFSET 10 ROWS FETCH NEXT 5 ROWS ONLY

SELECT id, priority FROM support.tickets ORDER BY priority DESC, id FETCH FIRST 3 ROWS WITH TIES

SELECT c.id, v.label FROM customers c JOIN (VALUES (1, 'first'), (2, 'second')) AS v (id, label) ON v.id = c.id ORDER BY c.id

SELECT g.day::date, count(t.id) FROM generate_series(date '2024-01-01', date '2024-01-10', interval '1 day') AS g (day) LEFT JOIN support.tickets t ON t.created_at::date = g.day GROUP BY 1 ORDER BY 1

SELECT u.n, c.full_name FROM unnest(ARRAY[3, 1, 2]) WITH ORDINALITY AS u (id, n) JOIN customers c ON c.id = u.id ORDER BY u.n

SELECT a.id, b.id AS neighbour FROM customers a JOIN customers b ON b.city = a.city AND b.id > a.id WHERE a.id < 5 ORDER BY 1, 2 LIMIT 10

SELECT c.id FROM customers c LEFT JOIN support.tickets t ON t.customer_id = c.id WHERE t.id IS NULL ORDER BY c.id LIMIT 5

SELECT id, full_name FROM customers WHERE address IS NULL AND id < 200 ORDER BY id

SELECT id FROM customers WHERE created_at::date BETWEEN '2021-01-05' AND '2021-01-06' ORDER BY id LIMIT 5

SELECT id, created_at AT TIME ZONE 'Asia/Jakarta' AS local FROM customers WHERE id < 4 ORDER BY id

SELECT full_name AS "Name", phone AS "Phone number" FROM customers c WHERE c.id = 7

SELECT c.full_name, c.phone FROM public.customers AS c (number, full_name) WHERE number = 7

BEGIN

INSERT INTO support.tickets (id, customer_id, assignee, status, priority, subject, created_at) VALUES (999001, 42, 'agent1', 'open', 1, 'Called about a refund', now()) RETURNING id, status

INSERT INTO support.tickets SELECT 999100 + id, customer_id, assignee, 'open', priority, 'Follow-up: ' || subject, created_at FROM support.tickets WHERE id IN (1, 2)

UPDATE support.tickets SET status = 'closed' WHERE id = 999001

UPDATE support.tickets SET assignee = 'agent2', priority = priority + 1 WHERE assignee = 'agent1' AND status = 'open' AND id > 999000

UPDATE support.tickets t SET priority = 4 FROM customers c WHERE c.id = t.customer_id AND c.city = 'Manado' AND t.id < 100

INSERT INTO support.tickets (id, customer_id, assignee, status, priority, subject, created_at) VALUES (999001, 42, 'agent1', 'open', 1, 'again', now()) ON CONFLICT (id) DO UPDATE SET subject = excluded.subject, priority = greatest(tickets.priority, excluded.priority) RETURNING id, subject

INSERT INTO support.tickets (id, customer_id, assignee, status, priority, subject, created_at) SELECT 999400 + c.id, c.id, 'agent1', 'open', 1, 'Birthday', now() FROM customers c WHERE c.id < 5 ON CONFLICT (id) DO NOTHING

INSERT INTO support.tickets (id, customer_id, assignee, status, priority, subject, created_at) SELECT 999400 + c.id, c.id, 'agent1', 'open', 1, 'Birthday', now() FROM customers c WHERE c.id < 7 ON CONFLICT DO NOTHING RETURNING id

WITH cheaper AS (UPDATE billing.transactions SET amount = amount - 1 WHERE id < 6 RETURNING customer_id, amount) SELECT DISTINCT customer_id FROM cheaper ORDER BY 1

WITH cheaper AS (UPDATE billing.transactions SET amount = amount - 1 WHERE id < 6 RETURNING id, customer_id, amount) SELECT x.id, x.amount, c.full_name FROM cheaper x LEFT JOIN customers c ON c.id = x.customer_id ORDER BY x.id

DELETE FROM support.tickets USING customers c WHERE c.id = tickets.customer_id AND c.city = 'nowhere'

DELETE FROM support.tickets WHERE id > 999000 RETURNING id

MERGE INTO support.tickets t USING (VALUES (999200, 'new'), (5, 'seen')) AS v (id, note) ON t.id = v.id WHEN MATCHED THEN UPDATE SET subject = v.note WHEN NOT MATCHED THEN INSERT (id, customer_id, assignee, status, priority, subject, created_at) VALUES (v.id, 1, 'a', 'open', 1, v.note, now())

WITH closed AS (UPDATE support.tickets SET status = 'closed' WHERE id IN (3, 4) RETURNING id, customer_id) SELECT closed.id, c.full_name FROM closed JOIN customers c ON c.id = closed.customer_id ORDER BY closed.id

SELECT id, status FROM support.tickets WHERE assignee = 'agent4' AND status = 'open' ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED

SELECT c.id FROM customers c JOIN support.tickets t ON t.customer_id = c.id WHERE t.id = 9 FOR UPDATE OF t

ROLLBACK
