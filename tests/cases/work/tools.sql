-- What tools of many kinds send: constraints that wait, subscriptions, sequences, names to and fro

SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED

SET CONSTRAINTS ALL IMMEDIATE

SELECT sequencename AS sequence_name, schemaname AS namespace, start_value, min_value, max_value, increment_by, cycle, cache_size FROM pg_sequences WHERE schemaname = ANY ( '{public}' )

SELECT s.subname AS "Name", pg_catalog.pg_get_userbyid(s.subowner) AS "Owner", subenabled AS "Enabled", subpublications AS "Publication" FROM pg_catalog.pg_subscription s WHERE subdbid = (SELECT oid FROM pg_catalog.pg_database WHERE datname = pg_catalog.current_database()) ORDER BY 1

SELECT count(*) FROM pg_subscription WHERE subdbid = (SELECT oid FROM pg_database WHERE datname = current_database())

SELECT 'customers'::regclass::oid::regclass

SELECT 'support.tickets'::regclass::oid::regclass::text

SELECT 12345::oid::regclass

CREATE TEMP TABLE staged AS SELECT id, full_name, city FROM support.tickets t JOIN LATERAL (SELECT 'x' AS full_name, 'y' AS city) l ON true WHERE id < 4

ALTER TABLE staged ADD COLUMN loaded_at timestamp(3), ADD COLUMN amount numeric(10, 2) NOT NULL DEFAULT 0

ALTER TABLE staged ALTER COLUMN id TYPE integer, DROP COLUMN city

ALTER TABLE staged RENAME COLUMN full_name TO name

SELECT * FROM staged ORDER BY id

ALTER TABLE staged RENAME TO loaded

SELECT count(amount) FROM loaded

DROP TABLE loaded
