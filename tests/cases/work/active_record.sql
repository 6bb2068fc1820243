-- ActiveRecord 6.1.7

SET client_min_messages TO 'warning'

SET standard_conforming_strings = on

SET intervalstyle = iso_8601

SET SESSION timezone TO 'UTC'

SELECT t.oid, t.typname
FROM pg_type as t
WHERE t.typname IN ('int2', 'int4', 'int8', 'oid', 'float4', 'float8', 'numeric', 'bool', 'timestamp', 'timestamptz')

SELECT t.oid, t.typname, t.typelem, t.typdelim, t.typinput, r.rngsubtype, t.typtype, t.typbasetype
FROM pg_type as t
LEFT JOIN pg_range as r ON oid = rngtypid
WHERE
  t.typname IN ('int2', 'int4', 'int8', 'oid', 'float4', 'float8', 'text', 'varchar', 'char', 'name', 'bpchar', 'bool', 'bit', 'varbit', 'timestamptz', 'date', 'money', 'bytea', 'point', 'hstore', 'json', 'jsonb', 'cidr', 'inet', 'uuid', 'xml', 'tsvector', 'macaddr', 'citext', 'ltree', 'line', 'lseg', 'box', 'path', 'polygon', 'circle', 'time', 'timestamp', 'numeric', 'interval')
  OR t.typtype IN ('r', 'e', 'd')
  OR t.typinput = 'array_in(cstring,oid,integer)'::regprocedure
  OR t.typelem != 0

SHOW TIME ZONE

SELECT 1

SELECT c.relname FROM pg_class c LEFT JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = ANY (current_schemas(false)) AND c.relkind IN ('r','v','m','p','f')

SELECT a.attname
  FROM (
         SELECT indrelid, indkey, generate_subscripts(indkey, 1) idx
           FROM pg_index
          WHERE indrelid = '"customers"'::regclass
            AND indisprimary
       ) i
  JOIN pg_attribute a
    ON a.attrelid = i.indrelid
   AND a.attnum = i.indkey[i.idx]
 ORDER BY i.idx

SELECT a.attname, format_type(a.atttypid, a.atttypmod),
       pg_get_expr(d.adbin, d.adrelid), a.attnotnull, a.atttypid, a.atttypmod,
       c.collname, col_description(a.attrelid, a.attnum) AS comment
  FROM pg_attribute a
  LEFT JOIN pg_attrdef d ON a.attrelid = d.adrelid AND a.attnum = d.adnum
  LEFT JOIN pg_type t ON a.atttypid = t.oid
  LEFT JOIN pg_collation c ON a.attcollation = c.oid AND a.attcollation <> t.typcollation
 WHERE a.attrelid = '"customers"'::regclass
   AND a.attnum > 0 AND NOT a.attisdropped
 ORDER BY a.attnum

SHOW search_path

-- $1 = '42', $2 = '1'
SELECT "customers".* FROM "customers" WHERE "customers"."id" = $1 LIMIT $2

-- $1 = 'Medan', $2 = '1'
SELECT "customers".* FROM "customers" WHERE "customers"."city" = $1 LIMIT $2

-- $1 = 'Bandung', $2 = '10', $3 = '5'
SELECT "customers".* FROM "customers" WHERE "customers"."city" = $1 ORDER BY "customers"."id" ASC LIMIT $2 OFFSET $3

-- $1 = '1'
SELECT "customers".* FROM "customers" ORDER BY "customers"."id" ASC LIMIT $1

-- $1 = '1'
SELECT "customers".* FROM "customers" ORDER BY "customers"."id" DESC LIMIT $1

SELECT COUNT(*) FROM "customers"

-- $1 = '1', $2 = '30'
SELECT "customers"."id", "customers"."email" FROM "customers" WHERE "customers"."id" BETWEEN $1 AND $2

-- $1 = '5', $2 = '1'
SELECT 1 AS one FROM "customers" WHERE "customers"."id" = $1 LIMIT $2

-- $1 = '1', $2 = '2', $3 = '3'
SELECT "customers"."id" FROM "customers" WHERE "customers"."id" IN ($1, $2, $3)

SELECT "customers".* FROM "customers" WHERE (customers.id < 10) ORDER BY "customers"."id" ASC

-- $1 = '1', $2 = '2', $3 = '3', $4 = '4', $5 = '5', $6 = '6', $7 = '7', $8 = '8', $9 = '9'
SELECT "support"."tickets".* FROM "support"."tickets" WHERE "support"."tickets"."customer_id" IN ($1, $2, $3, $4, $5, $6, $7, $8, $9)

SELECT c.relname FROM pg_class c LEFT JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = 'support' AND c.relname = 'tickets' AND c.relkind IN ('r','v','m','p','f')

-- $1 = '1', $2 = '10'
SELECT "customers"."id" AS t0_r0, "customers"."full_name" AS t0_r1, "customers"."phone" AS t0_r2, "customers"."email" AS t0_r3, "customers"."address" AS t0_r4, "customers"."city" AS t0_r5, "customers"."birthday" AS t0_r6, "customers"."created_at" AS t0_r7, "support"."tickets"."id" AS t1_r0, "support"."tickets"."customer_id" AS t1_r1, "support"."tickets"."assignee" AS t1_r2, "support"."tickets"."status" AS t1_r3, "support"."tickets"."priority" AS t1_r4, "support"."tickets"."subject" AS t1_r5, "support"."tickets"."created_at" AS t1_r6 FROM "customers" LEFT OUTER JOIN "support"."tickets" ON "support"."tickets"."customer_id" = "customers"."id" WHERE "customers"."id" BETWEEN $1 AND $2 ORDER BY "customers"."id" ASC

-- $1 = 'Jakarta', $2 = '5'
SELECT "support"."tickets".* FROM "support"."tickets" INNER JOIN "customers" ON "customers"."id" = "support"."tickets"."customer_id" WHERE "customers"."city" = $1 ORDER BY "support"."tickets"."id" ASC LIMIT $2

SHOW max_identifier_length

SELECT COUNT(*) AS count_all, "customers"."city" AS customers_city FROM "customers" LEFT OUTER JOIN "support"."tickets" ON "support"."tickets"."customer_id" = "customers"."id" GROUP BY "customers"."city" ORDER BY "customers"."city" ASC

SELECT COUNT(*) AS count_all, "customers"."city" AS customers_city FROM "customers" GROUP BY "customers"."city" HAVING (count(*) > 5)

SELECT SUM("support"."tickets"."priority") AS sum_priority, "support"."tickets"."status" AS support_tickets_status FROM "support"."tickets" GROUP BY "support"."tickets"."status"

SELECT AVG("support"."tickets"."priority") FROM "support"."tickets"

SELECT MAX("customers"."id") FROM "customers"

SELECT DISTINCT "customers"."city" FROM "customers"

-- $1 = 'Bogor', $2 = '3'
SELECT "customers".* FROM "customers" WHERE "customers"."city" != $1 AND (full_name ILIKE '%sari%') ORDER BY "customers"."id" DESC LIMIT $2

-- $1 = 'Medan', $2 = '3', $3 = '4'
SELECT "customers".* FROM "customers" WHERE ("customers"."city" = $1 OR "customers"."id" = $2) ORDER BY "customers"."id" ASC LIMIT $3

-- $1 = '8000', $2 = '8000'
SELECT "customers".* FROM "customers" WHERE "customers"."id" > $1 ORDER BY "customers"."id" ASC LIMIT $2

-- $1 = '12000'
SELECT "customers"."id" FROM "customers" ORDER BY "customers"."id" ASC LIMIT $1

-- $1 = '12000', $2 = '12000'
SELECT "customers"."id" FROM "customers" WHERE "customers"."id" > $1 ORDER BY "customers"."id" ASC LIMIT $2

-- $1 = '1', $2 = '5'
SELECT customers.*, (select count(*) from support.tickets t where t.customer_id=customers.id) as n FROM "customers" WHERE "customers"."id" BETWEEN $1 AND $2 ORDER BY "customers"."id" ASC

-- $1 = 'open', $2 = '5'
SELECT "customers".* FROM "customers" WHERE "customers"."id" IN (SELECT "support"."tickets"."customer_id" FROM "support"."tickets" WHERE "support"."tickets"."status" = $1) ORDER BY "customers"."id" ASC LIMIT $2

select id, city from customers where id = 5

-- $1 = '1'
SELECT 1 AS one FROM "customers" LIMIT $1

-- $1 = '5'
SELECT "customers".* FROM "customers" WHERE "customers"."id" = $1

BEGIN

-- $1 = '940001', $2 = '42', $3 = 'a', $4 = 'open', $5 = '1', $6 = 'ar', $7 = '2024-05-06 07:08:09+00'
INSERT INTO "support"."tickets" ("id", "customer_id", "assignee", "status", "priority", "subject", "created_at") VALUES ($1, $2, $3, $4, $5, $6, $7) RETURNING "id"

-- $1 = 'closed', $2 = '940001'
UPDATE "support"."tickets" SET "status" = $1 WHERE "support"."tickets"."id" = $2

-- $1 = '940001', $2 = '1'
SELECT "support"."tickets".* FROM "support"."tickets" WHERE "support"."tickets"."id" = $1 LIMIT $2

-- $1 = '2024-05-06 07:08:09+00', $2 = '940001'
UPDATE "support"."tickets" SET "created_at" = $1 WHERE "support"."tickets"."id" = $2

-- $1 = '1', $2 = '940001'
UPDATE "support"."tickets" SET "priority" = COALESCE("priority", 0) + $1 WHERE "support"."tickets"."id" = $2

SELECT distinct i.relname, d.indisunique, d.indkey, pg_get_indexdef(d.indexrelid), t.oid,
                pg_catalog.obj_description(i.oid, 'pg_class') AS comment
FROM pg_class t
INNER JOIN pg_index d ON t.oid = d.indrelid
INNER JOIN pg_class i ON d.indexrelid = i.oid
LEFT JOIN pg_namespace n ON n.oid = i.relnamespace
WHERE i.relkind IN ('i', 'I')
  AND d.indisprimary = 'f'
  AND t.relname = 'tickets'
  AND n.nspname = 'support'
ORDER BY i.relname

SELECT a.attnum, a.attname
FROM pg_attribute a
WHERE a.attrelid = {oid:support.tickets}
AND a.attnum IN (3,4)

SELECT a.attnum, a.attname
FROM pg_attribute a
WHERE a.attrelid = {oid:support.tickets}
AND a.attnum IN (2)

INSERT INTO "support"."tickets" ("id","customer_id","assignee","status","priority","subject","created_at") VALUES (940002, 43, 'a', 'open', 1, 'b', '2024-05-06 07:08:09'), (940003, 43, 'a', 'open', 1, 'b', '2024-05-06 07:08:09') ON CONFLICT  DO NOTHING RETURNING "id"

INSERT INTO "support"."tickets" ("id","customer_id","assignee","status","priority","subject","created_at") VALUES (940002, 43, 'a', 'waiting', 1, 'u', '2024-05-06 07:08:09') ON CONFLICT ("id") DO UPDATE SET "customer_id"=excluded."customer_id","assignee"=excluded."assignee","status"=excluded."status","priority"=excluded."priority","subject"=excluded."subject","created_at"=excluded."created_at" RETURNING "id"

-- $1 = '2'
UPDATE "support"."tickets" SET "priority" = $1 WHERE (id >= 940000)

-- $1 = '940001', $2 = '1'
SELECT "support"."tickets".* FROM "support"."tickets" WHERE "support"."tickets"."id" = $1 LIMIT $2 FOR UPDATE

-- $1 = '940001'
SELECT "support"."tickets".* FROM "support"."tickets" WHERE "support"."tickets"."id" = $1 FOR UPDATE SKIP LOCKED

SAVEPOINT active_record_1

-- $1 = '940003'
DELETE FROM "support"."tickets" WHERE "support"."tickets"."id" = $1

RELEASE SAVEPOINT active_record_1

ROLLBACK

SET client_min_messages TO 'warning'

SET standard_conforming_strings = on

SET intervalstyle = iso_8601

SET SESSION timezone TO 'UTC'

BEGIN

SAVEPOINT active_record_1

RELEASE SAVEPOINT active_record_1

ROLLBACK

SET client_min_messages TO 'warning'

SET standard_conforming_strings = on

SET intervalstyle = iso_8601

SET SESSION timezone TO 'UTC'

BEGIN

SAVEPOINT active_record_1

RELEASE SAVEPOINT active_record_1

-- $1 = 'zz'
DELETE FROM "support"."tickets" WHERE "support"."tickets"."id" IN (SELECT "support"."tickets"."id" FROM "support"."tickets" INNER JOIN "customers" ON "customers"."id" = "support"."tickets"."customer_id" WHERE (tickets.id >= 940000) AND "customers"."city" = $1)

ROLLBACK

SELECT c.relname FROM pg_class c LEFT JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = ANY (current_schemas(false)) AND c.relkind IN ('r','p')

SELECT t2.oid::regclass::text AS to_table, a1.attname AS column, a2.attname AS primary_key, c.conname AS name, c.confupdtype AS on_update, c.confdeltype AS on_delete, c.convalidated AS valid
FROM pg_constraint c
JOIN pg_class t1 ON c.conrelid = t1.oid
JOIN pg_class t2 ON c.confrelid = t2.oid
JOIN pg_attribute a1 ON a1.attnum = c.conkey[1] AND a1.attrelid = t1.oid
JOIN pg_attribute a2 ON a2.attnum = c.confkey[1] AND a2.attrelid = t2.oid
JOIN pg_namespace t3 ON c.connamespace = t3.oid
WHERE c.contype = 'f'
  AND t1.relname = 'tickets'
  AND t3.nspname = 'support'
ORDER BY c.conname

SELECT c.relname FROM pg_class c LEFT JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = ANY (current_schemas(false)) AND c.relname = 'customers' AND c.relkind IN ('r','p')

SELECT pg_catalog.obj_description(c.oid, 'pg_class')
FROM pg_catalog.pg_class c
  LEFT JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relname = 'customers'
  AND c.relkind IN ('r','p')
  AND n.nspname = ANY (current_schemas(false))

SELECT conname, pg_get_constraintdef(c.oid) AS constraintdef, c.convalidated AS valid
            FROM pg_constraint c
            JOIN pg_class t ON c.conrelid = t.oid
            WHERE c.contype = 'c'
              AND t.relname = 'tickets'

SELECT extname FROM pg_extension

SELECT nspname
  FROM pg_namespace
 WHERE nspname !~ '^pg_.*'
   AND nspname NOT IN ('information_schema')
 ORDER by nspname;

SELECT current_schema

SELECT current_database()

SELECT pg_encoding_to_char(encoding) FROM pg_database WHERE datname = current_database()

SELECT datcollate FROM pg_database WHERE datname = current_database()

SELECT datctype FROM pg_database WHERE datname = current_database()

SELECT COUNT(*)
FROM pg_class t
INNER JOIN pg_index d ON t.oid = d.indrelid
INNER JOIN pg_class i ON d.indexrelid = i.oid
LEFT JOIN pg_namespace n ON n.oid = i.relnamespace
WHERE i.relkind IN ('i', 'I')
  AND i.relname = 'customers_pkey'
  AND t.relname = 'customers'
  AND n.nspname = ANY (current_schemas(false))

SHOW client_min_messages

SELECT attr.attname, nsp.nspname, seq.relname
FROM pg_class      seq,
     pg_attribute  attr,
     pg_depend     dep,
     pg_constraint cons,
     pg_namespace  nsp
WHERE seq.oid           = dep.objid
  AND seq.relkind       = 'S'
  AND attr.attrelid     = dep.refobjid
  AND attr.attnum       = dep.refobjsubid
  AND attr.attrelid     = cons.conrelid
  AND attr.attnum       = cons.conkey[1]
  AND seq.relnamespace  = nsp.oid
  AND cons.contype      = 'p'
  AND dep.classid       = 'pg_class'::regclass
  AND dep.refobjid      = '"customers"'::regclass

SELECT attr.attname, nsp.nspname,
  CASE
    WHEN pg_get_expr(def.adbin, def.adrelid) !~* 'nextval' THEN NULL
    WHEN split_part(pg_get_expr(def.adbin, def.adrelid), '''', 2) ~ '.' THEN
      substr(split_part(pg_get_expr(def.adbin, def.adrelid), '''', 2),
             strpos(split_part(pg_get_expr(def.adbin, def.adrelid), '''', 2), '.')+1)
    ELSE split_part(pg_get_expr(def.adbin, def.adrelid), '''', 2)
  END
FROM pg_class       t
JOIN pg_attribute   attr ON (t.oid = attrelid)
JOIN pg_attrdef     def  ON (adrelid = attrelid AND adnum = attnum)
JOIN pg_constraint  cons ON (conrelid = adrelid AND adnum = conkey[1])
JOIN pg_namespace   nsp  ON (t.relnamespace = nsp.oid)
WHERE t.oid = '"customers"'::regclass
  AND cons.contype = 'p'
  AND pg_get_expr(def.adbin, def.adrelid) ~* 'nextval|uuid_generate'

BEGIN

UPDATE "billing"."transactions" SET "amount" = COALESCE("amount", 0) + 1 WHERE "transactions"."id" IN (SELECT "transactions"."id" FROM "billing"."transactions" INNER JOIN "customers" ON "customers"."id" = "transactions"."customer_id" WHERE "customers"."city" = 'Manado' ORDER BY "transactions"."id" LIMIT 2)

UPDATE "support"."tickets" SET "status" = 'closed' WHERE "customer_id" IN (SELECT "id" FROM "customers" WHERE "city" = 'Manado') AND "status" = 'open'

ROLLBACK
