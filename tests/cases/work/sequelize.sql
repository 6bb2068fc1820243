-- Sequelize 6.37

SET client_min_messages TO warning;SET TIME ZONE INTERVAL '+00:00' HOUR TO MINUTE;

WITH ranges AS (  SELECT pg_range.rngtypid, pg_type.typname AS rngtypname,         pg_type.typarray AS rngtyparray, pg_range.rngsubtype    FROM pg_range LEFT OUTER JOIN pg_type ON pg_type.oid = pg_range.rngtypid)SELECT pg_type.typname, pg_type.typtype, pg_type.oid, pg_type.typarray,       ranges.rngtypname, ranges.rngtypid, ranges.rngtyparray  FROM pg_type LEFT OUTER JOIN ranges ON pg_type.oid = ranges.rngsubtype WHERE (pg_type.typtype IN('b', 'e'));

SET client_min_messages TO warning;SET TIME ZONE INTERVAL '+00:00' HOUR TO MINUTE;

SELECT 1+1 AS result

SELECT "id", "full_name", "phone", "email", "address", "city", "birthday", "created_at" FROM "customers" AS "customer" WHERE "customer"."id" = 42;

SELECT "id", "full_name", "phone", "email", "address", "city", "birthday", "created_at" FROM "customers" AS "customer" WHERE "customer"."city" = 'Medan' ORDER BY "customer"."id" ASC LIMIT 1;

SELECT "id", "full_name", "phone", "email", "address", "city", "birthday", "created_at" FROM "customers" AS "customer" WHERE "customer"."city" = 'Bandung' ORDER BY "customer"."id" ASC LIMIT 10 OFFSET 5;

SELECT count(DISTINCT("customer"."id")) AS "count" FROM "customers" AS "customer" INNER JOIN "support"."tickets" AS "tickets" ON "customer"."id" = "tickets"."customer_id" WHERE "customer"."id" < 100;

SELECT "customer".*, "tickets"."id" AS "tickets.id", "tickets"."customer_id" AS "tickets.customer_id", "tickets"."assignee" AS "tickets.assignee", "tickets"."status" AS "tickets.status", "tickets"."priority" AS "tickets.priority", "tickets"."subject" AS "tickets.subject", "tickets"."created_at" AS "tickets.created_at" FROM (SELECT "customer"."id", "customer"."full_name", "customer"."phone", "customer"."email", "customer"."address", "customer"."city", "customer"."birthday", "customer"."created_at" FROM "customers" AS "customer" WHERE "customer"."id" < 100 AND ( SELECT "customer_id" FROM "support"."tickets" AS "tickets" WHERE ("tickets"."customer_id" = "customer"."id") LIMIT 1 ) IS NOT NULL ORDER BY "customer"."id" ASC LIMIT 5) AS "customer" INNER JOIN "support"."tickets" AS "tickets" ON "customer"."id" = "tickets"."customer_id" ORDER BY "customer"."id" ASC;

SELECT "customer"."id", "customer"."full_name", "customer"."phone", "customer"."email", "customer"."address", "customer"."city", "customer"."birthday", "customer"."created_at", "tickets"."id" AS "tickets.id", "tickets"."customer_id" AS "tickets.customer_id", "tickets"."assignee" AS "tickets.assignee", "tickets"."status" AS "tickets.status", "tickets"."priority" AS "tickets.priority", "tickets"."subject" AS "tickets.subject", "tickets"."created_at" AS "tickets.created_at" FROM "customers" AS "customer" LEFT OUTER JOIN "support"."tickets" AS "tickets" ON "customer"."id" = "tickets"."customer_id" WHERE "customer"."id" < 10 ORDER BY "customer"."id" ASC, "tickets"."id" DESC;

SELECT "customer"."id", "customer"."full_name", "customer"."phone", "customer"."email", "customer"."address", "customer"."city", "customer"."birthday", "customer"."created_at" FROM "customers" AS "customer" WHERE "customer"."id" < 10 ORDER BY "customer"."id" ASC;

SET client_min_messages TO warning;SET TIME ZONE INTERVAL '+00:00' HOUR TO MINUTE;

SELECT "id", "customer_id", "assignee", "status", "priority", "subject", "created_at" FROM "support"."tickets" AS "ticket" WHERE "ticket"."customer_id" IN ('1', '2', '3', '4', '5', '6', '7', '8', '9');

SELECT "ticket"."id", "ticket"."customer_id", "ticket"."assignee", "ticket"."status", "ticket"."priority", "ticket"."subject", "ticket"."created_at", "customer"."id" AS "customer.id", "customer"."full_name" AS "customer.full_name", "customer"."phone" AS "customer.phone", "customer"."email" AS "customer.email", "customer"."address" AS "customer.address", "customer"."city" AS "customer.city", "customer"."birthday" AS "customer.birthday", "customer"."created_at" AS "customer.created_at" FROM "support"."tickets" AS "ticket" INNER JOIN "customers" AS "customer" ON "ticket"."customer_id" = "customer"."id" AND "customer"."city" = 'Jakarta' ORDER BY "ticket"."id" ASC LIMIT 5;

SELECT "status", COUNT("id") AS "n" FROM "support"."tickets" AS "ticket" GROUP BY "status" ORDER BY "ticket"."status" ASC;

SELECT count(*) AS "count" FROM "customers" AS "customer";

SELECT "city", count(*) AS "count" FROM "customers" AS "customer" GROUP BY "city";

SELECT max("id") AS "max" FROM "customers" AS "customer";

SELECT sum("priority") AS "sum" FROM "support"."tickets" AS "ticket" WHERE "ticket"."status" = 'open';

SELECT "id", "full_name", "phone", "email", "address", "city", "birthday", "created_at" FROM "customers" AS "customer" WHERE ("customer"."city" ILIKE '%a%' OR "customer"."id" IN (1, 2, 3)) AND NOT ("customer"."city" IS NULL) AND "customer"."id" BETWEEN 1 AND 20 ORDER BY "customer"."id" ASC;

SELECT "id", "full_name", "phone", "email", "address", "city", "birthday", "created_at" FROM "customers" AS "customer" WHERE lower("city") = 'medan' ORDER BY "customer"."id" ASC LIMIT 3;

SELECT "id", "full_name", "phone", "email", "address", "city", "birthday", "created_at", (SELECT COUNT(*) FROM support.tickets t WHERE t.customer_id = customer.id) AS "ticket_count" FROM "customers" AS "customer" WHERE "customer"."id" <= 5 ORDER BY "customer"."id" ASC;

-- $1 = '7'
SELECT id, city FROM customers WHERE id = $1

SELECT id, city FROM customers WHERE city = 'Bogor' ORDER BY id LIMIT 3

START TRANSACTION;

SET TRANSACTION ISOLATION LEVEL READ COMMITTED;

-- $1 = '920001', $2 = '42', $3 = 'a', $4 = 'open', $5 = '1', $6 = 'seq', $7 = '2024-05-06 07:08:09+00'
INSERT INTO "support"."tickets" ("id","customer_id","assignee","status","priority","subject","created_at") VALUES ($1,$2,$3,$4,$5,$6,$7) RETURNING "id","customer_id","assignee","status","priority","subject","created_at";

INSERT INTO "support"."tickets" ("id","customer_id","assignee","status","priority","subject","created_at") VALUES (920002,43,'a','open',2,'b2','2024-05-06 07:08:09 +00:00'),(920003,43,'a','open',2,'b3','2024-05-06 07:08:09 +00:00'),(920004,43,'a','open',2,'b4','2024-05-06 07:08:09 +00:00') ON CONFLICT ("id") DO UPDATE SET "status"=EXCLUDED."status","subject"=EXCLUDED."subject" RETURNING "id","customer_id","assignee","status","priority","subject","created_at";

INSERT INTO "support"."tickets" ("id","customer_id","assignee","status","priority","subject","created_at") VALUES (920002,43,'a','open',2,'b2','2024-05-06 07:08:09 +00:00'),(920003,43,'a','open',2,'b3','2024-05-06 07:08:09 +00:00') ON CONFLICT DO NOTHING RETURNING "id","customer_id","assignee","status","priority","subject","created_at";

-- $1 = '920001', $2 = '42', $3 = 'a', $4 = 'waiting', $5 = '1', $6 = 'up', $7 = '2024-05-06 07:08:09+00'
INSERT INTO "support"."tickets" ("id","customer_id","assignee","status","priority","subject","created_at") VALUES ($1,$2,$3,$4,$5,$6,$7) ON CONFLICT ("id") DO UPDATE SET "id"=EXCLUDED."id","customer_id"=EXCLUDED."customer_id","assignee"=EXCLUDED."assignee","status"=EXCLUDED."status","priority"=EXCLUDED."priority","subject"=EXCLUDED."subject","created_at"=EXCLUDED."created_at" RETURNING "id","customer_id","assignee","status","priority","subject","created_at";

-- $1 = 'closed', $2 = '920001'
UPDATE "support"."tickets" SET "status"=$1 WHERE "id" = $2

SELECT "id", "customer_id", "assignee", "status", "priority", "subject", "created_at" FROM "support"."tickets" AS "ticket" WHERE "ticket"."id" = '920001';

UPDATE "support"."tickets" SET "priority"="priority"+ 2 WHERE "id" = '920001' RETURNING *

-- $1 = '3'
UPDATE "support"."tickets" SET "priority"=$1 WHERE "id" >= 920000 RETURNING "id","customer_id","assignee","status","priority","subject","created_at"

SELECT "id", "customer_id", "assignee", "status", "priority", "subject", "created_at" FROM "support"."tickets" AS "ticket" WHERE "ticket"."id" = 920001 FOR UPDATE SKIP LOCKED;

SAVEPOINT "35d44876-fe12-4179-99ff-f8a2f437622e-sp-1";

DELETE FROM "support"."tickets" WHERE "id" = '920001'

DELETE FROM "support"."tickets" WHERE "id" >= 920000

ROLLBACK;

SELECT table_name FROM information_schema.tables WHERE table_schema = 'public' AND table_type LIKE '%TABLE' AND table_name != 'spatial_ref_sys';

SELECT pk.constraint_type as "Constraint",c.column_name as "Field", c.column_default as "Default",c.is_nullable as "Null", (CASE WHEN c.udt_name = 'hstore' THEN c.udt_name ELSE c.data_type END) || (CASE WHEN c.character_maximum_length IS NOT NULL THEN '(' || c.character_maximum_length || ')' ELSE '' END) as "Type", (SELECT array_agg(e.enumlabel) FROM pg_catalog.pg_type t JOIN pg_catalog.pg_enum e ON t.oid=e.enumtypid WHERE t.typname=c.udt_name) AS "special", (SELECT pgd.description FROM pg_catalog.pg_statio_all_tables AS st INNER JOIN pg_catalog.pg_description pgd on (pgd.objoid=st.relid) WHERE c.ordinal_position=pgd.objsubid AND c.table_name=st.relname) AS "Comment" FROM information_schema.columns c LEFT JOIN (SELECT tc.table_schema, tc.table_name, cu.column_name, tc.constraint_type FROM information_schema.TABLE_CONSTRAINTS tc JOIN information_schema.KEY_COLUMN_USAGE  cu ON tc.table_schema=cu.table_schema and tc.table_name=cu.table_name and tc.constraint_name=cu.constraint_name and tc.constraint_type='PRIMARY KEY') pk ON pk.table_schema=c.table_schema AND pk.table_name=c.table_name AND pk.column_name=c.column_name WHERE c.table_name = 'customers' AND c.table_schema = 'public'

SELECT i.relname AS name, ix.indisprimary AS primary, ix.indisunique AS unique, ix.indkey AS indkey, array_agg(a.attnum) as column_indexes, array_agg(a.attname) AS column_names, pg_get_indexdef(ix.indexrelid) AS definition FROM pg_class t, pg_class i, pg_index ix, pg_attribute a WHERE t.oid = ix.indrelid AND i.oid = ix.indexrelid AND a.attrelid = t.oid AND t.relkind = 'r' and t.relname = 'customers' GROUP BY i.relname, ix.indexrelid, ix.indisprimary, ix.indisunique, ix.indkey ORDER BY i.relname;

SELECT DISTINCT tc.constraint_name as constraint_name, tc.constraint_schema as constraint_schema, tc.constraint_catalog as constraint_catalog, tc.table_name as table_name,tc.table_schema as table_schema,tc.table_catalog as table_catalog,tc.initially_deferred as initially_deferred,tc.is_deferrable as is_deferrable,kcu.column_name as column_name,ccu.table_schema  AS referenced_table_schema,ccu.table_catalog  AS referenced_table_catalog,ccu.table_name  AS referenced_table_name,ccu.column_name AS referenced_column_name FROM information_schema.table_constraints AS tc JOIN information_schema.key_column_usage AS kcu ON tc.constraint_name = kcu.constraint_name JOIN information_schema.constraint_column_usage AS ccu ON ccu.constraint_name = tc.constraint_name WHERE constraint_type = 'FOREIGN KEY' AND tc.table_name = 'tickets' AND tc.table_catalog = 'payments' AND tc.table_schema = 'support'

SELECT schema_name FROM information_schema.schemata WHERE schema_name <> 'information_schema' AND schema_name != 'public' AND schema_name !~ E'^pg_';

SHOW SERVER_VERSION

SELECT table_name FROM information_schema.tables WHERE table_schema = 'public' AND table_name = 'customers'
