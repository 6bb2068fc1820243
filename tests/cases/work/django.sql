-- Django 3.2.25

SET TIME ZONE 'UTC'

SELECT "customers"."id", "customers"."full_name", "customers"."phone", "customers"."email", "customers"."address", "customers"."city", "customers"."birthday", "customers"."created_at" FROM "customers" WHERE "customers"."id" = 42 LIMIT 21

SELECT "customers"."id", "customers"."full_name", "customers"."phone", "customers"."email", "customers"."address", "customers"."city", "customers"."birthday", "customers"."created_at" FROM "customers" WHERE "customers"."city" = 'Bandung' ORDER BY "customers"."id" ASC LIMIT 10 OFFSET 5

SELECT COUNT(*) AS "__count" FROM "customers"

SELECT (1) AS "a" FROM "customers" WHERE "customers"."id" IN (1, 2, 3) LIMIT 1

SELECT "customers"."id", "customers"."full_name", "customers"."phone", "customers"."email", "customers"."address", "customers"."city", "customers"."birthday", "customers"."created_at" FROM "customers" ORDER BY "customers"."id" ASC LIMIT 1

SELECT "customers"."id", "customers"."full_name", "customers"."phone", "customers"."email", "customers"."address", "customers"."city", "customers"."birthday", "customers"."created_at" FROM "customers" ORDER BY "customers"."id" DESC LIMIT 1

SELECT "support"."tickets"."id", "support"."tickets"."customer_id", "support"."tickets"."assignee", "support"."tickets"."status", "support"."tickets"."priority", "support"."tickets"."subject", "support"."tickets"."created_at", "customers"."id", "customers"."full_name", "customers"."phone", "customers"."email", "customers"."address", "customers"."city", "customers"."birthday", "customers"."created_at" FROM "support"."tickets" INNER JOIN "customers" ON ("support"."tickets"."customer_id" = "customers"."id") WHERE "support"."tickets"."status" = 'open' ORDER BY "support"."tickets"."created_at" DESC, "support"."tickets"."id" ASC LIMIT 20

SELECT "customers"."id", "customers"."full_name", "customers"."phone", "customers"."email", "customers"."address", "customers"."city", "customers"."birthday", "customers"."created_at" FROM "customers" WHERE "customers"."id" < 10 ORDER BY "customers"."id" ASC

SELECT "support"."tickets"."id", "support"."tickets"."customer_id", "support"."tickets"."assignee", "support"."tickets"."status", "support"."tickets"."priority", "support"."tickets"."subject", "support"."tickets"."created_at" FROM "support"."tickets" WHERE "support"."tickets"."customer_id" IN (1, 2, 3, 4, 5, 6, 7, 8, 9)

SET TIME ZONE 'UTC'

SELECT DISTINCT "customers"."id", "customers"."full_name", "customers"."phone", "customers"."email", "customers"."address", "customers"."city", "customers"."birthday", "customers"."created_at" FROM "customers" INNER JOIN "support"."tickets" ON ("customers"."id" = "support"."tickets"."customer_id") WHERE "support"."tickets"."status" = 'open' ORDER BY "customers"."id" ASC LIMIT 10

SELECT "customers"."id", "customers"."full_name", "customers"."phone", "customers"."email", "customers"."address", "customers"."city", "customers"."birthday", "customers"."created_at", COUNT("support"."tickets"."id") AS "n" FROM "customers" LEFT OUTER JOIN "support"."tickets" ON ("customers"."id" = "support"."tickets"."customer_id") WHERE "customers"."id" < 100 GROUP BY "customers"."id", "customers"."full_name", "customers"."phone", "customers"."email", "customers"."address", "customers"."city", "customers"."birthday", "customers"."created_at" HAVING COUNT("support"."tickets"."id") > 0 ORDER BY "n" DESC, "customers"."id" ASC

SELECT "customers"."city", COUNT("customers"."id") AS "n" FROM "customers" GROUP BY "customers"."city" ORDER BY "n" DESC, "customers"."city" ASC

SELECT MAX("customers"."id") AS "id__max", MIN("customers"."created_at") AS "created_at__min", AVG("customers"."id") AS "id__avg" FROM "customers"

SELECT "support"."tickets"."status", "support"."tickets"."priority", COUNT("support"."tickets"."id") AS "id__count" FROM "support"."tickets" GROUP BY "support"."tickets"."status", "support"."tickets"."priority" ORDER BY "support"."tickets"."status" ASC, "support"."tickets"."priority" ASC

SELECT "customers"."id", "customers"."full_name", "customers"."phone", "customers"."email", "customers"."address", "customers"."city", "customers"."birthday", "customers"."created_at" FROM "customers" WHERE UPPER("customers"."full_name"::text) LIKE UPPER('%sari%') ORDER BY "customers"."id" ASC LIMIT 5

SELECT "customers"."id", "customers"."full_name", "customers"."phone", "customers"."email", "customers"."address", "customers"."city", "customers"."birthday", "customers"."created_at" FROM "customers" WHERE ("customers"."city"::text LIKE 'B%' AND "customers"."id" BETWEEN 1 AND 50 AND NOT ("customers"."city" = 'Bogor')) ORDER BY "customers"."id" ASC

SELECT "customers"."id", "customers"."full_name", "customers"."phone", "customers"."email", "customers"."address", "customers"."city", "customers"."birthday", "customers"."created_at" FROM "customers" WHERE (("customers"."city" = 'Medan' OR UPPER("customers"."city"::text) = UPPER('jakarta')) AND "customers"."id" < 40) ORDER BY "customers"."id" ASC

SELECT "customers"."id", "customers"."full_name", "customers"."phone", "customers"."email", "customers"."address", "customers"."city", "customers"."birthday", "customers"."created_at" FROM "customers" WHERE (EXTRACT('month' FROM "customers"."created_at" AT TIME ZONE 'UTC') >= 3 AND "customers"."created_at" BETWEEN '2021-01-01T00:00:00+00:00'::timestamptz AND '2021-12-31T23:59:59.999999+00:00'::timestamptz) ORDER BY "customers"."id" ASC LIMIT 5

SELECT "customers"."id", "customers"."full_name", "customers"."phone", "customers"."email", "customers"."address", "customers"."city", "customers"."birthday", "customers"."created_at" FROM "customers" WHERE EXISTS(SELECT (1) AS "a" FROM "support"."tickets" U0 WHERE (U0."customer_id" = "customers"."id" AND U0."status" = 'open') LIMIT 1) ORDER BY "customers"."id" ASC LIMIT 5

SELECT "customers"."id", "customers"."full_name", "customers"."phone", "customers"."email", "customers"."address", "customers"."city", "customers"."birthday", "customers"."created_at", (SELECT U0."subject" FROM "support"."tickets" U0 WHERE U0."customer_id" = "customers"."id" ORDER BY U0."created_at" DESC LIMIT 1) AS "last" FROM "customers" WHERE "customers"."id" < 30 ORDER BY "customers"."id" ASC

SELECT DATE_TRUNC('month', "customers"."created_at" AT TIME ZONE 'UTC') AS "m", COUNT("customers"."id") AS "n" FROM "customers" GROUP BY DATE_TRUNC('month', "customers"."created_at" AT TIME ZONE 'UTC') ORDER BY "m" ASC

SELECT "support"."tickets"."id", "support"."tickets"."customer_id", "support"."tickets"."assignee", "support"."tickets"."status", "support"."tickets"."priority", "support"."tickets"."subject", "support"."tickets"."created_at", ROW_NUMBER() OVER (PARTITION BY "support"."tickets"."customer_id" ORDER BY "support"."tickets"."created_at" ASC) AS "rn" FROM "support"."tickets" WHERE "support"."tickets"."id" < 20 ORDER BY "support"."tickets"."id" ASC

SET TIME ZONE 'UTC'

SELECT "customers"."id", "customers"."full_name", "customers"."phone", "customers"."email", "customers"."address", "customers"."city", "customers"."birthday", "customers"."created_at", CASE WHEN "customers"."id" < 5 THEN 'old' ELSE 'new' END AS "k", LENGTH("customers"."city") AS "l", UPPER("customers"."city") AS "u", CONCAT("customers"."city", CONCAT('-', CAST("customers"."id" AS text))) AS "x" FROM "customers" WHERE "customers"."id" < 8 ORDER BY "customers"."id" ASC

SELECT "customers"."id", "customers"."city" FROM "customers" WHERE "customers"."id" < 4 ORDER BY "customers"."id" ASC

SELECT "customers"."id", "customers"."full_name", "customers"."phone", "customers"."email", "customers"."city", "customers"."birthday", "customers"."created_at" FROM "customers" WHERE "customers"."id" < 4 ORDER BY "customers"."id" ASC

SELECT DISTINCT DATE_TRUNC('year', "customers"."created_at" AT TIME ZONE 'UTC') AS "datefield" FROM "customers" WHERE "customers"."created_at" IS NOT NULL ORDER BY "datefield" ASC

SELECT DISTINCT DATE_TRUNC('month', "customers"."created_at" AT TIME ZONE 'UTC') AS "datetimefield" FROM "customers" WHERE "customers"."created_at" IS NOT NULL ORDER BY "datetimefield" ASC LIMIT 3

SELECT "support"."tickets"."id", "support"."tickets"."customer_id", "support"."tickets"."assignee", "support"."tickets"."status", "support"."tickets"."priority", "support"."tickets"."subject", "support"."tickets"."created_at" FROM "support"."tickets" WHERE "support"."tickets"."priority" > ("support"."tickets"."id" / 1000) ORDER BY "support"."tickets"."id" ASC LIMIT 3

SELECT * FROM customers WHERE id = 5

DECLARE "_django_curs_139867799412800_sync_1" NO SCROLL CURSOR WITH HOLD FOR SELECT "support"."tickets"."id", "support"."tickets"."customer_id", "support"."tickets"."assignee", "support"."tickets"."status", "support"."tickets"."priority", "support"."tickets"."subject", "support"."tickets"."created_at" FROM "support"."tickets" INNER JOIN "customers" ON ("support"."tickets"."customer_id" = "customers"."id") WHERE "customers"."city" = 'Bogor' ORDER BY "support"."tickets"."id" ASC

FETCH FORWARD 50 FROM "_django_curs_139867799412800_sync_1"

CLOSE "_django_curs_139867799412800_sync_1"

SELECT "customers"."id", "customers"."full_name", "customers"."phone", "customers"."email", "customers"."address", "customers"."city", "customers"."birthday", "customers"."created_at" FROM "customers" WHERE "customers"."id" IN (1, 2, 3)

SELECT "customers"."id", "customers"."full_name", "customers"."phone", "customers"."email", "customers"."address", "customers"."city", "customers"."birthday", "customers"."created_at" FROM "customers" WHERE "customers"."id" < 3 ORDER BY "customers"."full_name" DESC

SELECT DISTINCT ON ("support"."tickets"."status") "support"."tickets"."id", "support"."tickets"."customer_id", "support"."tickets"."assignee", "support"."tickets"."status", "support"."tickets"."priority", "support"."tickets"."subject", "support"."tickets"."created_at" FROM "support"."tickets" ORDER BY "support"."tickets"."status" ASC, "support"."tickets"."id" ASC

SELECT "support"."tickets"."id", "support"."tickets"."customer_id", "support"."tickets"."assignee", "support"."tickets"."status", "support"."tickets"."priority", "support"."tickets"."subject", "support"."tickets"."created_at" FROM "support"."tickets" WHERE (id < 5) ORDER BY "support"."tickets"."id" ASC

BEGIN

INSERT INTO "support"."tickets" ("id", "customer_id", "assignee", "status", "priority", "subject", "created_at") VALUES (910001, 42, 'a', 'open', 1, 'dj', '2024-05-06T07:08:09+00:00'::timestamptz) RETURNING "support"."tickets"."id"

INSERT INTO "support"."tickets" ("id", "customer_id", "assignee", "status", "priority", "subject", "created_at") VALUES (910002, 43, 'a', 'open', 2, 'b0', '2024-05-06T07:08:09+00:00'::timestamptz), (910003, 43, 'a', 'open', 2, 'b1', '2024-05-06T07:08:09+00:00'::timestamptz), (910004, 43, 'a', 'open', 2, 'b2', '2024-05-06T07:08:09+00:00'::timestamptz) RETURNING "support"."tickets"."id"

INSERT INTO "support"."tickets" ("id", "customer_id", "assignee", "status", "priority", "subject", "created_at") VALUES (910002, 43, 'a', 'open', 2, 'b0', '2024-05-06T07:08:09+00:00'::timestamptz), (910003, 43, 'a', 'open', 2, 'b1', '2024-05-06T07:08:09+00:00'::timestamptz), (910004, 43, 'a', 'open', 2, 'b2', '2024-05-06T07:08:09+00:00'::timestamptz) ON CONFLICT DO NOTHING

UPDATE "support"."tickets" SET "customer_id" = 42, "assignee" = 'a', "status" = 'closed', "priority" = 1, "subject" = 'dj', "created_at" = '2024-05-06T07:08:09+00:00'::timestamptz WHERE "support"."tickets"."id" = 910001

UPDATE "support"."tickets" SET "subject" = 'x' WHERE "support"."tickets"."id" = 910001

SELECT "support"."tickets"."id", "support"."tickets"."customer_id", "support"."tickets"."assignee", "support"."tickets"."status", "support"."tickets"."priority", "support"."tickets"."subject", "support"."tickets"."created_at" FROM "support"."tickets" WHERE "support"."tickets"."id" = 910001 LIMIT 21

UPDATE "support"."tickets" SET "priority" = ("support"."tickets"."priority" + 1) WHERE "support"."tickets"."id" >= 910000

UPDATE "support"."tickets" SET "subject" = CAST(CASE WHEN ("support"."tickets"."id" = 910002) THEN 'p' WHEN ("support"."tickets"."id" = 910003) THEN 'q' ELSE NULL END AS text) WHERE "support"."tickets"."id" IN (910002, 910003)

SAVEPOINT "s139867799412800_x1"

SELECT "support"."tickets"."id", "support"."tickets"."customer_id", "support"."tickets"."assignee", "support"."tickets"."status", "support"."tickets"."priority", "support"."tickets"."subject", "support"."tickets"."created_at" FROM "support"."tickets" WHERE "support"."tickets"."id" = 910001 LIMIT 21 FOR UPDATE

RELEASE SAVEPOINT "s139867799412800_x1"

SAVEPOINT "s139867799412800_x2"

RELEASE SAVEPOINT "s139867799412800_x2"

SELECT "support"."tickets"."id", "support"."tickets"."customer_id", "support"."tickets"."assignee", "support"."tickets"."status", "support"."tickets"."priority", "support"."tickets"."subject", "support"."tickets"."created_at" FROM "support"."tickets" WHERE "support"."tickets"."id" = 910001 FOR UPDATE SKIP LOCKED

ROLLBACK

SET TIME ZONE 'UTC'

DECLARE "_django_curs_139840495165504_sync_1" NO SCROLL CURSOR WITH HOLD FOR SELECT "support"."tickets"."id", "support"."tickets"."customer_id", "support"."tickets"."assignee", "support"."tickets"."status", "support"."tickets"."priority", "support"."tickets"."subject", "support"."tickets"."created_at" FROM "support"."tickets" INNER JOIN "customers" ON ("support"."tickets"."customer_id" = "customers"."id") WHERE "customers"."city" = 'Bogor' ORDER BY "support"."tickets"."id" ASC

FETCH FORWARD 50 FROM "_django_curs_139840495165504_sync_1"

CLOSE "_django_curs_139840495165504_sync_1"

BEGIN

SAVEPOINT "s139840495165504_x1"

RELEASE SAVEPOINT "s139840495165504_x1"

SAVEPOINT "s139840495165504_x2"

RELEASE SAVEPOINT "s139840495165504_x2"

SAVEPOINT "s139840495165504_x3"

DELETE FROM "support"."tickets" WHERE "support"."tickets"."id" = 910003

RELEASE SAVEPOINT "s139840495165504_x3"

DELETE FROM "support"."tickets" WHERE "support"."tickets"."id" IN (910001)

DELETE FROM "support"."tickets" WHERE "support"."tickets"."id" IN (SELECT U0."id" FROM "support"."tickets" U0 INNER JOIN "customers" U1 ON (U0."customer_id" = U1."id") WHERE (U1."city" = 'zzz' AND U0."id" >= 910000))

ROLLBACK

SELECT c.relname,
            CASE WHEN c.relispartition THEN 'p' WHEN c.relkind IN ('m', 'v') THEN 'v' ELSE 't' END
            FROM pg_catalog.pg_class c
            LEFT JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
            WHERE c.relkind IN ('f', 'm', 'p', 'r', 'v')
                AND n.nspname NOT IN ('pg_catalog', 'pg_toast')
                AND pg_catalog.pg_table_is_visible(c.oid)

SELECT a1.attname, c2.relname, a2.attname
            FROM pg_constraint con
            LEFT JOIN pg_class c1 ON con.conrelid = c1.oid
            LEFT JOIN pg_class c2 ON con.confrelid = c2.oid
            LEFT JOIN pg_attribute a1 ON c1.oid = a1.attrelid AND a1.attnum = con.conkey[1]
            LEFT JOIN pg_attribute a2 ON c2.oid = a2.attrelid AND a2.attnum = con.confkey[1]
            WHERE
                c1.relname = 'customers' AND
                con.contype = 'f' AND
                c1.relnamespace = c2.relnamespace AND
                pg_catalog.pg_table_is_visible(c1.oid)

SELECT
                c.conname,
                array(
                    SELECT attname
                    FROM unnest(c.conkey) WITH ORDINALITY cols(colid, arridx)
                    JOIN pg_attribute AS ca ON cols.colid = ca.attnum
                    WHERE ca.attrelid = c.conrelid
                    ORDER BY cols.arridx
                ),
                c.contype,
                (SELECT fkc.relname || '.' || fka.attname
                FROM pg_attribute AS fka
                JOIN pg_class AS fkc ON fka.attrelid = fkc.oid
                WHERE fka.attrelid = c.confrelid AND fka.attnum = c.confkey[1]),
                cl.reloptions
            FROM pg_constraint AS c
            JOIN pg_class AS cl ON c.conrelid = cl.oid
            WHERE cl.relname = 'customers' AND pg_catalog.pg_table_is_visible(cl.oid)

SELECT
                indexname, array_agg(attname ORDER BY arridx), indisunique, indisprimary,
                array_agg(ordering ORDER BY arridx), amname, exprdef, s2.attoptions
            FROM (
                SELECT
                    c2.relname as indexname, idx.*, attr.attname, am.amname,
                    CASE
                        WHEN idx.indexprs IS NOT NULL THEN
                            pg_get_indexdef(idx.indexrelid)
                    END AS exprdef,
                    CASE am.amname
                        WHEN 'btree' THEN
                            CASE (option & 1)
                                WHEN 1 THEN 'DESC' ELSE 'ASC'
                            END
                    END as ordering,
                    c2.reloptions as attoptions
                FROM (
                    SELECT *
                    FROM pg_index i, unnest(i.indkey, i.indoption) WITH ORDINALITY koi(key, option, arridx)
                ) idx
                LEFT JOIN pg_class c ON idx.indrelid = c.oid
                LEFT JOIN pg_class c2 ON idx.indexrelid = c2.oid
                LEFT JOIN pg_am am ON c2.relam = am.oid
                LEFT JOIN pg_attribute attr ON attr.attrelid = c.oid AND attr.attnum = idx.key
                WHERE c.relname = 'customers' AND pg_catalog.pg_table_is_visible(c.oid)
            ) s2
            GROUP BY indexname, indisunique, indisprimary, amname, exprdef, attoptions;

SELECT
                a.attname AS column_name,
                NOT (a.attnotnull OR (t.typtype = 'd' AND t.typnotnull)) AS is_nullable,
                pg_get_expr(ad.adbin, ad.adrelid) AS column_default,
                CASE WHEN collname = 'default' THEN NULL ELSE collname END AS collation
            FROM pg_attribute a
            LEFT JOIN pg_attrdef ad ON a.attrelid = ad.adrelid AND a.attnum = ad.adnum
            LEFT JOIN pg_collation co ON a.attcollation = co.oid
            JOIN pg_type t ON a.atttypid = t.oid
            JOIN pg_class c ON a.attrelid = c.oid
            JOIN pg_namespace n ON c.relnamespace = n.oid
            WHERE c.relkind IN ('f', 'm', 'p', 'r', 'v')
                AND c.relname = 'customers'
                AND n.nspname NOT IN ('pg_catalog', 'pg_toast')
                AND pg_catalog.pg_table_is_visible(c.oid)

SELECT * FROM "customers" LIMIT 1

SELECT s.relname as sequence_name, col.attname
            FROM pg_class s
                JOIN pg_namespace sn ON sn.oid = s.relnamespace
                JOIN pg_depend d ON d.refobjid = s.oid AND d.refclassid = 'pg_class'::regclass
                JOIN pg_attrdef ad ON ad.oid = d.objid AND d.classid = 'pg_attrdef'::regclass
                JOIN pg_attribute col ON col.attrelid = ad.adrelid AND col.attnum = ad.adnum
                JOIN pg_class tbl ON tbl.oid = ad.adrelid
            WHERE s.relkind = 'S'
              AND d.deptype in ('a', 'n')
              AND pg_catalog.pg_table_is_visible(tbl.oid)
              AND tbl.relname = 'customers'

-- Names with their schema, within windows and searches of tables whose rows are counted
SELECT "billing"."transactions"."id", ROW_NUMBER() OVER (PARTITION BY "billing"."transactions"."customer_id" ORDER BY "billing"."transactions"."created_at" DESC) AS "rn", LAG("billing"."transactions"."amount", 1) OVER (PARTITION BY "billing"."transactions"."customer_id" ORDER BY "billing"."transactions"."created_at") AS "prev" FROM "billing"."transactions" WHERE "billing"."transactions"."customer_id" BETWEEN 10 AND 200 ORDER BY 1

SELECT * FROM (SELECT "billing"."transactions"."id" AS "col1", "billing"."transactions"."customer_id" AS "col2", ROW_NUMBER() OVER (PARTITION BY "billing"."transactions"."customer_id" ORDER BY "billing"."transactions"."id") AS "qual0" FROM "billing"."transactions") "qualify" WHERE "qual0" <= 2 AND "col2" < 200 ORDER BY "col1"

SELECT "billing"."transactions"."kind", COUNT(*) FILTER (WHERE "billing"."transactions"."amount" > 5) OVER (PARTITION BY "billing"."transactions"."kind") AS "n" FROM "billing"."transactions" WHERE "billing"."transactions"."id" < 9 ORDER BY "billing"."transactions"."id" LIMIT 5

SELECT "public"."customers"."id", FIRST_VALUE("public"."customers"."full_name") OVER (PARTITION BY "public"."customers"."city" ORDER BY "public"."customers"."created_at") AS "first" FROM "public"."customers" WHERE "public"."customers"."id" < 10 ORDER BY 1
