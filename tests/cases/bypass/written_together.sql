-- Values that PostgreSQL compares with hidden ones when a row is written, and parts of a table that hidden ones choose.

BEGIN
UPDATE accounts SET score = 2000 WHERE id = 2

BEGIN
UPDATE accounts SET score = 2000 WHERE id = 2 RETURNING id

BEGIN
UPDATE accounts SET score = 39 WHERE id = 10

BEGIN
UPDATE accounts SET note = 'n2' WHERE id = 4

BEGIN
UPDATE accounts SET score = 602 WHERE id = 2

BEGIN
UPDATE accounts SET score = 601 WHERE id = 2

BEGIN
WITH changed AS (UPDATE accounts SET score = 602 WHERE id = 2 RETURNING id) SELECT count(*) FROM changed

BEGIN
INSERT INTO accounts (id, customer_id, pin, score, note) VALUES (2, 2, 1, 2, 'x') ON CONFLICT (id) DO UPDATE SET score = 2000

BEGIN
MERGE INTO accounts a USING (VALUES (2)) v (id) ON a.id = v.id WHEN MATCHED THEN UPDATE SET score = 2000 WHEN NOT MATCHED THEN INSERT (id, pin) VALUES (0, 0)

BEGIN
PREPARE tried AS UPDATE accounts SET score = $1 WHERE id = 2
EXECUTE tried (602)

SELECT id FROM visits_old ORDER BY id

SELECT count(*) FROM ONLY visits_new

SELECT tableoid::regclass, id FROM visits ORDER BY id

SELECT id FROM visits WHERE tableoid = 'visits_old'::regclass ORDER BY id

SELECT count(*) FROM visits GROUP BY tableoid ORDER BY 1

SELECT c.relname, v.id FROM visits v JOIN pg_class c ON c.oid = v.tableoid ORDER BY 2

SELECT id, ctid FROM visits ORDER BY id

COPY visits_old (id) TO STDOUT

BEGIN
UPDATE visits_old SET note = 'x'

BEGIN
DELETE FROM visits_new RETURNING id

BEGIN
UPDATE visits SET note = 'x' WHERE tableoid = 'visits_old'::regclass

BEGIN
DELETE FROM visits RETURNING tableoid::regclass, id

EXPLAIN (ANALYZE, TIMING OFF, SUMMARY OFF, COSTS OFF) SELECT id FROM visits
