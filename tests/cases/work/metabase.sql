-- Metabase 0.48: sync, field fingerprints, questions; Tableau and Superset at the end

SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY

SHOW TRANSACTION ISOLATION LEVEL

SET TIMEZONE TO 'Asia/Jakarta'

SET SESSION TIMEZONE TO 'UTC'

select NULL as role, t.schemaname as schema, t.objectname as table, pg_catalog.has_any_column_privilege(current_user, '"' || replace(t.schemaname, '"', '""') || '"' || '.' || '"' || replace(t.objectname, '"', '""') || '"', 'update') as update, pg_catalog.has_any_column_privilege(current_user, '"' || replace(t.schemaname, '"', '""') || '"' || '.' || '"' || replace(t.objectname, '"', '""') || '"', 'select') as select, pg_catalog.has_any_column_privilege(current_user, '"' || replace(t.schemaname, '"', '""') || '"' || '.' || '"' || replace(t.objectname, '"', '""') || '"', 'insert') as insert, pg_catalog.has_table_privilege(current_user, '"' || replace(t.schemaname, '"', '""') || '"' || '.' || '"' || replace(t.objectname, '"', '""') || '"', 'delete') as delete from (select schemaname, tablename as objectname from pg_catalog.pg_tables union select schemaname, viewname as objectname from pg_catalog.pg_views union select schemaname, matviewname as objectname from pg_catalog.pg_matviews) t where t.schemaname !~ '^pg_' and t.schemaname <> 'information_schema' and pg_catalog.has_schema_privilege(current_user, t.schemaname, 'usage')

SELECT "c"."column_name" AS "name", "c"."udt_name" AS "database-type", "c"."ordinal_position" - 1 AS "database-position", "c"."table_schema" AS "table-schema", "c"."table_name" AS "table-name", "pk"."column_name" IS NOT NULL AS "pk?", COL_DESCRIPTION(CAST(CAST(FORMAT('%I.%I', CAST("c"."table_schema" AS TEXT), CAST("c"."table_name" AS TEXT)) AS REGCLASS) AS OID), "c"."ordinal_position") AS "field-comment", (("column_default" IS NULL) OR (LOWER("column_default") = 'null')) AND ("is_nullable" = 'NO') AND NOT ((("column_default" IS NOT NULL) AND ("column_default" LIKE '%nextval(%')) OR ("is_identity" <> 'NO')) AS "database-required", (("column_default" IS NOT NULL) AND ("column_default" LIKE '%nextval(%')) OR ("is_identity" <> 'NO') AS "database-is-auto-increment" FROM "information_schema"."columns" AS "c" LEFT JOIN (SELECT "tc"."table_schema", "tc"."table_name", "kc"."column_name" FROM "information_schema"."table_constraints" AS "tc" INNER JOIN "information_schema"."key_column_usage" AS "kc" ON ("tc"."constraint_name" = "kc"."constraint_name") AND ("tc"."table_schema" = "kc"."table_schema") AND ("tc"."table_name" = "kc"."table_name") WHERE "tc"."constraint_type" = 'PRIMARY KEY') AS "pk" ON ("c"."table_schema" = "pk"."table_schema") AND ("c"."table_name" = "pk"."table_name") AND ("c"."column_name" = "pk"."column_name") WHERE c.table_schema !~ '^information_schema|catalog_history|pg_' AND ("c"."table_schema" IN ('public', 'support')) ORDER BY "table-schema" ASC, "table-name" ASC, "database-position" ASC

SELECT n.nspname AS "fk-table-schema", c.relname AS "fk-table-name", a.attname AS "fk-column-name", pn.nspname AS "pk-table-schema", pc.relname AS "pk-table-name", pa.attname AS "pk-column-name" FROM pg_constraint con JOIN pg_class c ON c.oid = con.conrelid JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = ANY (con.conkey) JOIN pg_class pc ON pc.oid = con.confrelid JOIN pg_namespace pn ON pn.oid = pc.relnamespace JOIN pg_attribute pa ON pa.attrelid = pc.oid AND pa.attnum = ANY (con.confkey) WHERE con.contype = 'f' AND n.nspname !~ '^information_schema|catalog_history|pg_' ORDER BY 1, 2

SELECT nspname, relname, CASE relkind WHEN 'r' THEN 'TABLE' WHEN 'v' THEN 'VIEW' WHEN 'm' THEN 'MATERIALIZED VIEW' WHEN 'p' THEN 'PARTITIONED TABLE' WHEN 'f' THEN 'FOREIGN TABLE' END AS type, d.description, stat.n_live_tup AS estimated_row_count FROM pg_catalog.pg_class AS c INNER JOIN pg_catalog.pg_namespace AS n ON c.relnamespace = n.oid LEFT JOIN pg_catalog.pg_description AS d ON (c.oid = d.objoid) AND (d.objsubid = 0) AND (d.classoid = CAST('pg_class' AS REGCLASS)) LEFT JOIN pg_stat_user_tables AS stat ON (n.nspname = stat.schemaname) AND (c.relname = stat.relname) WHERE (c.relnamespace = n.oid) AND (n.nspname !~ '^pg_') AND (n.nspname <> 'information_schema') AND c.relkind in ('r', 'p', 'v', 'f', 'm') AND (n.nspname IN ('public', 'support')) ORDER BY type ASC, nspname ASC, relname ASC

SELECT nspname AS type_schema, typname AS type_name FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace WHERE t.oid IN (SELECT DISTINCT enumtypid FROM pg_enum e)

SELECT TRUE AS "_" FROM "public"."customers" WHERE 1 <> 1 LIMIT 0

SELECT "public"."customers"."id" AS "id", SUBSTRING("public"."customers"."city", 1, 1234) AS "substring123" FROM "public"."customers" ORDER BY "public"."customers"."id" LIMIT 1000

SELECT "public"."customers"."id" AS "id", "public"."customers"."full_name" AS "full_name", "public"."customers"."phone" AS "phone", "public"."customers"."email" AS "email", "public"."customers"."city" AS "city", "public"."customers"."created_at" AS "created_at" FROM "public"."customers" ORDER BY "public"."customers"."id" LIMIT 2000

SELECT DATE_TRUNC('month', "public"."customers"."created_at") AS "created_at", COUNT(*) AS "count" FROM "public"."customers" GROUP BY DATE_TRUNC('month', "public"."customers"."created_at") ORDER BY DATE_TRUNC('month', "public"."customers"."created_at") ASC

SELECT CAST(DATE_TRUNC('week', (CAST("public"."customers"."created_at" AS timestamp) + INTERVAL '1 day')) AS timestamp) + INTERVAL '-1 day' AS "week", COUNT(*) AS "count" FROM "public"."customers" WHERE "public"."customers"."created_at" >= timestamp with time zone '2021-02-01 00:00:00.000+00:00' AND "public"."customers"."created_at" < timestamp with time zone '2021-06-01 00:00:00.000+00:00' GROUP BY 1 ORDER BY 1 ASC

SELECT "public"."customers"."city" AS "city", COUNT(*) AS "count", COUNT(distinct "Tickets"."id") AS "tickets" FROM "public"."customers" LEFT JOIN "support"."tickets" AS "Tickets" ON "public"."customers"."id" = "Tickets"."customer_id" WHERE ("Tickets"."status" <> 'closed' OR "Tickets"."status" IS NULL) GROUP BY "public"."customers"."city" ORDER BY "count" DESC, "public"."customers"."city" ASC

SELECT "source"."city" AS "city", AVG("source"."count") AS "avg" FROM (SELECT "public"."customers"."city" AS "city", DATE_TRUNC('day', "public"."customers"."created_at") AS "created_at", COUNT(*) AS "count" FROM "public"."customers" GROUP BY "public"."customers"."city", DATE_TRUNC('day', "public"."customers"."created_at")) AS "source" GROUP BY "source"."city" ORDER BY "source"."city" ASC

SELECT FLOOR((("public"."customers"."id" - 0.0) / 2500.0)) * 2500.0 + 0.0 AS "id", COUNT(*) AS "count" FROM "public"."customers" GROUP BY FLOOR((("public"."customers"."id" - 0.0) / 2500.0)) * 2500.0 + 0.0 ORDER BY 1 ASC

SELECT CAST(SUM(CASE WHEN "billing"."transactions"."kind" = 'refund' THEN 1 ELSE 0.0 END) AS float) / CASE WHEN COUNT(*) = 0 THEN null ELSE COUNT(*) END AS "share" FROM "billing"."transactions"

SELECT PERCENTILE_CONT(0.5) within group (order by "billing"."transactions"."amount") AS "median", STDDEV_POP("billing"."transactions"."amount") AS "sd" FROM "billing"."transactions"

-- Tableau
SELECT CAST("tickets"."status" AS TEXT) AS "status", SUM(1) AS "sum:Number of Records:ok", SUM("tickets"."priority") AS "sum:priority:ok" FROM "support"."tickets" "tickets" GROUP BY 1 ORDER BY 1

BEGIN

DECLARE "SQL_CUR0x7f9c" CURSOR WITH HOLD FOR SELECT "customers"."city" AS "city", COUNT(DISTINCT "customers"."id") AS "ctd:id:ok" FROM "public"."customers" "customers" INNER JOIN "support"."tickets" "tickets" ON ("customers"."id" = "tickets"."customer_id") GROUP BY 1 ORDER BY 1

FETCH 10000 IN "SQL_CUR0x7f9c"

CLOSE "SQL_CUR0x7f9c"

COMMIT

SELECT * FROM (SELECT * FROM "public"."customers") "Custom SQL Query" LIMIT 0

SELECT MIN("customers"."id") AS "TEMP(Calculation)(1)", MAX("customers"."id") AS "TEMP(Calculation)(2)" FROM "public"."customers" "customers" HAVING (COUNT(1) > 0)

SELECT CAST(EXTRACT(YEAR FROM "customers"."created_at") AS BIGINT) AS "yr:created_at:ok", CAST(TRUNC(EXTRACT(QUARTER FROM "customers"."created_at")) AS INTEGER) AS "qr", COUNT("customers"."id") AS "cnt" FROM "public"."customers" "customers" GROUP BY 1, 2 ORDER BY 1, 2

-- Superset
SELECT DATE_TRUNC('day', created_at) AS __timestamp, city AS city, COUNT(*) AS count FROM public.customers JOIN (SELECT city AS city__, COUNT(*) AS mme_inner__ FROM public.customers WHERE created_at >= TO_TIMESTAMP('2021-01-01 00:00:00.000000', 'YYYY-MM-DD HH24:MI:SS.US') GROUP BY city ORDER BY mme_inner__ DESC, city LIMIT 5) AS series_limit ON city = city__ WHERE created_at < TO_TIMESTAMP('2021-02-01 00:00:00.000000', 'YYYY-MM-DD HH24:MI:SS.US') GROUP BY city, DATE_TRUNC('day', created_at) ORDER BY 1, 2
