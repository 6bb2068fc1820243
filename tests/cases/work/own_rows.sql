-- What pages and object mappers ask beside a person's row, about that person: in any form, for it reads nobody else

SELECT c.id, c.full_name, (SELECT json_agg(x) FROM (SELECT t.id, t.amount FROM billing.transactions t WHERE t.customer_id = c.id ORDER BY t.created_at DESC, t.id LIMIT 3) x) AS last FROM customers c WHERE c.id < 9 ORDER BY c.id

SELECT c.id, gen_random_uuid() IS NOT NULL AS fresh, (SELECT count(*) FROM billing.transactions t WHERE t.customer_id = c.id) AS n FROM customers c ORDER BY c.id LIMIT 5

SELECT c.id, clock_timestamp() > c.created_at AS there, EXISTS (SELECT FROM billing.transactions t WHERE t.customer_id = c.id AND t.kind = 'refund') AS refunded FROM customers c WHERE c.id BETWEEN 5 AND 20 ORDER BY c.id

SELECT json_build_object('id', c.id, 'kinds', (SELECT json_agg(k ORDER BY k.kind) FROM (SELECT t.kind, (SELECT json_agg(b.id ORDER BY b.id) FROM (SELECT u.id FROM billing.transactions u WHERE u.customer_id = t.customer_id AND u.kind = t.kind ORDER BY u.id LIMIT 2) b) AS some FROM billing.transactions t WHERE t.customer_id = c.id GROUP BY t.customer_id, t.kind) k)) FROM customers c WHERE c.id IN (2, 3) ORDER BY c.id

SELECT q.id, (SELECT max(s.amount) FROM (SELECT t.amount FROM billing.transactions t WHERE t.customer_id = q.id ORDER BY t.created_at LIMIT 2) s) AS early FROM (SELECT id, city FROM customers WHERE city = 'Bandung') q ORDER BY q.id LIMIT 10

-- Pages of what is merged
(SELECT id, city AS label FROM customers WHERE id < 30) UNION (SELECT customer_id, kind FROM billing.transactions WHERE customer_id < 30) ORDER BY 1, 2 LIMIT 10 OFFSET 10

SELECT id, 'c' AS k FROM customers WHERE id < 12 UNION ALL SELECT customer_id, 't' FROM billing.transactions WHERE id < 12 ORDER BY k DESC, id LIMIT 5 OFFSET 5

WITH early AS (SELECT id FROM customers WHERE id < 40) SELECT id FROM early EXCEPT SELECT customer_id FROM billing.transactions ORDER BY id OFFSET 3 ROWS FETCH NEXT 4 ROWS ONLY

SET work_mem = '64MB'

SELECT count(*) FROM support.tickets

RESET work_mem
