-- Where rows stand, as DBeaver selects it beside tables without a key: not told to a role with a budget that may change rows

SELECT t.*, CTID FROM support.tickets t WHERE t.id < 5

SELECT ctid IS NOT NULL AS has_ctid, id FROM customers WHERE id = 5

BEGIN;

-- A row's version as the token of a save, and rows that are there twice
UPDATE customers AS c SET city = 'Solo' WHERE c.id = 3 AND c.xmin IS NOT NULL RETURNING c.id, c.city

UPDATE customers SET city = 'Solo' WHERE id = 3 AND xmin IS NOT NULL RETURNING id, xmin IS NOT NULL AS has_version

DELETE FROM support.tickets a USING support.tickets b WHERE a.ctid < b.ctid AND a.id = b.id

DELETE FROM billing.transactions t WHERE t.ctid IN (SELECT ctid FROM billing.transactions WHERE id = 5 LIMIT 1)

ROLLBACK;
