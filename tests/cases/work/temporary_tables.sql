-- Bulk work: a list of the client's own, joined with what it is about

CREATE TEMP TABLE wanted (id bigint PRIMARY KEY, note text NOT NULL DEFAULT '', at timestamptz DEFAULT now())

-- copy: 5,five
-- copy: 6,six
-- copy: 7,seven
COPY wanted (id, note) FROM STDIN WITH (FORMAT csv)

SELECT w.note, c.id, c.phone, c.full_name, c.city FROM wanted w JOIN customers c ON c.id = w.id ORDER BY c.id

SELECT id, phone FROM customers WHERE id IN (SELECT id FROM wanted) ORDER BY id

UPDATE wanted SET note = c.city FROM customers c WHERE c.id = wanted.id

SELECT id, note FROM wanted ORDER BY id

-- $1 = '6'
DELETE FROM wanted WHERE id = $1 RETURNING id, note

INSERT INTO wanted VALUES (7, 'again'), (8, 'eight') ON CONFLICT (id) DO UPDATE SET note = excluded.note RETURNING wanted.id, note

COPY wanted (id, note) TO STDOUT

BEGIN

CREATE TEMPORARY TABLE batch ON COMMIT DROP AS SELECT id, customer_id, subject FROM support.tickets WHERE status = 'open' AND id < 200

SELECT count(*) FROM batch

SELECT b.id, b.subject, c.full_name FROM batch b JOIN customers c ON c.id = b.customer_id ORDER BY b.id LIMIT 10

COMMIT

CREATE TEMP TABLE IF NOT EXISTS tickets AS SELECT status, count(*) AS n FROM support.tickets GROUP BY status

SELECT t.status, t.n, s.n = t.n AS same FROM tickets t JOIN (SELECT status, count(*) AS n FROM support.tickets GROUP BY status) s USING (status) ORDER BY 1

SELECT id, subject INTO TEMP TABLE urgent FROM support.tickets WHERE priority = 1 AND id < 500

SELECT * FROM urgent ORDER BY id

EXPLAIN (COSTS OFF) SELECT 1 FROM urgent WHERE false

TRUNCATE wanted

SELECT count(*) FROM wanted

DROP TABLE wanted, urgent

DROP TABLE IF EXISTS wanted
