-- Where rows stand, as DBeaver selects it beside tables without a key: not told to a role with a budget that may change rows

SELECT t.*, CTID FROM support.tickets t WHERE t.id < 5

SELECT ctid IS NOT NULL AS has_ctid, id FROM customers WHERE id = 5
