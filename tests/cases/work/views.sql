-- Rows changed through views that PostgreSQL changes by itself

BEGIN

UPDATE customer_cards SET city = 'Bogor' WHERE id = 11

UPDATE customer_cards SET city = 'Depok' WHERE id IN (12, 13) RETURNING *

UPDATE customer_cards AS c SET city = upper(c.city) WHERE c.id = 14 RETURNING c.id, c.telp, c.city AS town

UPDATE customer_cards SET city = t.status FROM support.tickets t WHERE t.customer_id = customer_cards.id AND t.id = 9 RETURNING customer_cards.id, t.id

-- $1 = 'Solo', $2 = '15'
UPDATE customer_cards SET city = $1 WHERE id = $2 RETURNING city

WITH moved AS (UPDATE customer_cards SET city = 'Garut' WHERE id = 16 RETURNING id, telp) SELECT * FROM moved

DELETE FROM customer_cards WHERE id < 0

SELECT id, city FROM customers WHERE id BETWEEN 11 AND 16 ORDER BY id

ROLLBACK
