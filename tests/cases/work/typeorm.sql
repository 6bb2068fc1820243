-- TypeORM 1.1

SELECT version()

SELECT * FROM current_schema()

-- $1 = '42'
SELECT "Customer"."id" AS "Customer_id", "Customer"."full_name" AS "Customer_full_name", "Customer"."phone" AS "Customer_phone", "Customer"."email" AS "Customer_email", "Customer"."address" AS "Customer_address", "Customer"."city" AS "Customer_city", "Customer"."birthday" AS "Customer_birthday", "Customer"."created_at" AS "Customer_created_at" FROM "customers" "Customer" WHERE (("Customer"."id" = $1)) LIMIT 1

-- $1 = 'Bandung'
SELECT "Customer"."id" AS "Customer_id", "Customer"."full_name" AS "Customer_full_name", "Customer"."phone" AS "Customer_phone", "Customer"."email" AS "Customer_email", "Customer"."address" AS "Customer_address", "Customer"."city" AS "Customer_city", "Customer"."birthday" AS "Customer_birthday", "Customer"."created_at" AS "Customer_created_at" FROM "customers" "Customer" WHERE (("Customer"."city" = $1)) ORDER BY "Customer"."id" ASC LIMIT 10 OFFSET 5

-- $1 = '1', $2 = '20'
SELECT "Customer"."id" AS "Customer_id", "Customer"."full_name" AS "Customer_full_name", "Customer"."phone" AS "Customer_phone", "Customer"."email" AS "Customer_email", "Customer"."address" AS "Customer_address", "Customer"."city" AS "Customer_city", "Customer"."birthday" AS "Customer_birthday", "Customer"."created_at" AS "Customer_created_at" FROM "customers" "Customer" WHERE (("Customer"."id" BETWEEN $1 AND $2)) ORDER BY "Customer"."id" ASC LIMIT 5

-- $1 = '1', $2 = '20'
SELECT COUNT(1) AS "cnt" FROM "customers" "Customer" WHERE (("Customer"."id" BETWEEN $1 AND $2))

-- $1 = '1', $2 = '2', $3 = '3', $4 = '4', $5 = '5'
SELECT "Customer"."id" AS "Customer_id", "Customer"."full_name" AS "Customer_full_name", "Customer"."phone" AS "Customer_phone", "Customer"."email" AS "Customer_email", "Customer"."address" AS "Customer_address", "Customer"."city" AS "Customer_city", "Customer"."birthday" AS "Customer_birthday", "Customer"."created_at" AS "Customer_created_at", "Customer__Customer_tickets"."id" AS "Customer__Customer_tickets_id", "Customer__Customer_tickets"."customer_id" AS "Customer__Customer_tickets_customer_id", "Customer__Customer_tickets"."assignee" AS "Customer__Customer_tickets_assignee", "Customer__Customer_tickets"."status" AS "Customer__Customer_tickets_status", "Customer__Customer_tickets"."priority" AS "Customer__Customer_tickets_priority", "Customer__Customer_tickets"."subject" AS "Customer__Customer_tickets_subject", "Customer__Customer_tickets"."created_at" AS "Customer__Customer_tickets_created_at" FROM "customers" "Customer" LEFT JOIN "support"."tickets" "Customer__Customer_tickets" ON "Customer__Customer_tickets"."customer_id"="Customer"."id" WHERE (("Customer"."id" IN ($1, $2, $3, $4, $5))) ORDER BY "Customer"."id" ASC, "Customer__Customer_tickets"."id" ASC

-- $1 = 'Medan'
SELECT DISTINCT "distinctAlias"."Customer_id" AS "ids_Customer_id", "distinctAlias"."Customer_id" FROM (SELECT "Customer"."id" AS "Customer_id", "Customer"."full_name" AS "Customer_full_name", "Customer"."phone" AS "Customer_phone", "Customer"."email" AS "Customer_email", "Customer"."address" AS "Customer_address", "Customer"."city" AS "Customer_city", "Customer"."birthday" AS "Customer_birthday", "Customer"."created_at" AS "Customer_created_at", "Customer__Customer_tickets"."id" AS "Customer__Customer_tickets_id", "Customer__Customer_tickets"."customer_id" AS "Customer__Customer_tickets_customer_id", "Customer__Customer_tickets"."assignee" AS "Customer__Customer_tickets_assignee", "Customer__Customer_tickets"."status" AS "Customer__Customer_tickets_status", "Customer__Customer_tickets"."priority" AS "Customer__Customer_tickets_priority", "Customer__Customer_tickets"."subject" AS "Customer__Customer_tickets_subject", "Customer__Customer_tickets"."created_at" AS "Customer__Customer_tickets_created_at" FROM "customers" "Customer" LEFT JOIN "support"."tickets" "Customer__Customer_tickets" ON "Customer__Customer_tickets"."customer_id"="Customer"."id" WHERE (("Customer"."city" = $1))) "distinctAlias" ORDER BY "distinctAlias"."Customer_id" ASC, "Customer_id" ASC LIMIT 5

-- $1 = 'Medan', $2 = '9', $3 = '11', $4 = '28', $5 = '34', $6 = '47'
SELECT "Customer"."id" AS "Customer_id", "Customer"."full_name" AS "Customer_full_name", "Customer"."phone" AS "Customer_phone", "Customer"."email" AS "Customer_email", "Customer"."address" AS "Customer_address", "Customer"."city" AS "Customer_city", "Customer"."birthday" AS "Customer_birthday", "Customer"."created_at" AS "Customer_created_at", "Customer__Customer_tickets"."id" AS "Customer__Customer_tickets_id", "Customer__Customer_tickets"."customer_id" AS "Customer__Customer_tickets_customer_id", "Customer__Customer_tickets"."assignee" AS "Customer__Customer_tickets_assignee", "Customer__Customer_tickets"."status" AS "Customer__Customer_tickets_status", "Customer__Customer_tickets"."priority" AS "Customer__Customer_tickets_priority", "Customer__Customer_tickets"."subject" AS "Customer__Customer_tickets_subject", "Customer__Customer_tickets"."created_at" AS "Customer__Customer_tickets_created_at" FROM "customers" "Customer" LEFT JOIN "support"."tickets" "Customer__Customer_tickets" ON "Customer__Customer_tickets"."customer_id"="Customer"."id" WHERE ( (("Customer"."city" = $1)) ) AND ( "Customer"."id" IN ($2, $3, $4, $5, $6) ) ORDER BY "Customer"."id" ASC

-- $1 = 'open', $2 = 'Jakarta'
SELECT DISTINCT "distinctAlias"."Ticket_id" AS "ids_Ticket_id", "distinctAlias"."Ticket_id" FROM (SELECT "Ticket"."id" AS "Ticket_id", "Ticket"."customer_id" AS "Ticket_customer_id", "Ticket"."assignee" AS "Ticket_assignee", "Ticket"."status" AS "Ticket_status", "Ticket"."priority" AS "Ticket_priority", "Ticket"."subject" AS "Ticket_subject", "Ticket"."created_at" AS "Ticket_created_at", "Ticket__Ticket_customer"."id" AS "Ticket__Ticket_customer_id", "Ticket__Ticket_customer"."full_name" AS "Ticket__Ticket_customer_full_name", "Ticket__Ticket_customer"."phone" AS "Ticket__Ticket_customer_phone", "Ticket__Ticket_customer"."email" AS "Ticket__Ticket_customer_email", "Ticket__Ticket_customer"."address" AS "Ticket__Ticket_customer_address", "Ticket__Ticket_customer"."city" AS "Ticket__Ticket_customer_city", "Ticket__Ticket_customer"."birthday" AS "Ticket__Ticket_customer_birthday", "Ticket__Ticket_customer"."created_at" AS "Ticket__Ticket_customer_created_at" FROM "support"."tickets" "Ticket" LEFT JOIN "customers" "Ticket__Ticket_customer" ON "Ticket__Ticket_customer"."id"="Ticket"."customer_id" WHERE (("Ticket"."status" = $1) AND ((("Ticket__Ticket_customer"."city" = $2))))) "distinctAlias" ORDER BY "distinctAlias"."Ticket_id" ASC, "Ticket_id" ASC LIMIT 5

-- $1 = 'open', $2 = 'Jakarta', $3 = '14', $4 = '15', $5 = '104', $6 = '134', $7 = '140'
SELECT "Ticket"."id" AS "Ticket_id", "Ticket"."customer_id" AS "Ticket_customer_id", "Ticket"."assignee" AS "Ticket_assignee", "Ticket"."status" AS "Ticket_status", "Ticket"."priority" AS "Ticket_priority", "Ticket"."subject" AS "Ticket_subject", "Ticket"."created_at" AS "Ticket_created_at", "Ticket__Ticket_customer"."id" AS "Ticket__Ticket_customer_id", "Ticket__Ticket_customer"."full_name" AS "Ticket__Ticket_customer_full_name", "Ticket__Ticket_customer"."phone" AS "Ticket__Ticket_customer_phone", "Ticket__Ticket_customer"."email" AS "Ticket__Ticket_customer_email", "Ticket__Ticket_customer"."address" AS "Ticket__Ticket_customer_address", "Ticket__Ticket_customer"."city" AS "Ticket__Ticket_customer_city", "Ticket__Ticket_customer"."birthday" AS "Ticket__Ticket_customer_birthday", "Ticket__Ticket_customer"."created_at" AS "Ticket__Ticket_customer_created_at" FROM "support"."tickets" "Ticket" LEFT JOIN "customers" "Ticket__Ticket_customer" ON "Ticket__Ticket_customer"."id"="Ticket"."customer_id" WHERE ( (("Ticket"."status" = $1) AND ((("Ticket__Ticket_customer"."city" = $2)))) ) AND ( "Ticket"."id" IN ($3, $4, $5, $6, $7) ) ORDER BY "Ticket"."id" ASC

-- $1 = '%a%', $2 = '5', $3 = '1', $4 = '3'
SELECT "Customer"."id" AS "Customer_id", "Customer"."city" AS "Customer_city", "Customer"."email" AS "Customer_email" FROM "customers" "Customer" WHERE (((("Customer"."city" ILIKE $1) AND ("Customer"."id" > $2))) OR ((("Customer"."id" BETWEEN $3 AND $4) AND (NOT("Customer"."address" IS NULL))))) ORDER BY "Customer_id" ASC LIMIT 4

SELECT COUNT(1) AS "cnt" FROM "customers" "Customer"

-- $1 = '5'
SELECT 1 AS "row_exists" FROM (SELECT 1 AS dummy_column) "dummy_table" WHERE EXISTS (SELECT 1 FROM "customers" "Customer" WHERE (("Customer"."id" = $1))) LIMIT 1

-- $1 = 'open'
SELECT MAX("Ticket"."priority") AS "MAX" FROM "support"."tickets" "Ticket" WHERE (("Ticket"."status" = $1))

-- $1 = 'open'
SELECT SUM("Ticket"."priority") AS "SUM" FROM "support"."tickets" "Ticket" WHERE (("Ticket"."status" = $1))

-- $1 = 'open', $2 = '20'
SELECT "c"."id" AS "c_id", "c"."full_name" AS "c_full_name", "c"."phone" AS "c_phone", "c"."email" AS "c_email", "c"."address" AS "c_address", "c"."city" AS "c_city", "c"."birthday" AS "c_birthday", "c"."created_at" AS "c_created_at", "t"."id" AS "t_id", "t"."customer_id" AS "t_customer_id", "t"."assignee" AS "t_assignee", "t"."status" AS "t_status", "t"."priority" AS "t_priority", "t"."subject" AS "t_subject", "t"."created_at" AS "t_created_at" FROM "customers" "c" LEFT JOIN "support"."tickets" "t" ON "t"."customer_id"="c"."id" AND ("t"."status" = $1) WHERE "c"."id" < $2 ORDER BY "c"."id" ASC, "t"."id" ASC

SELECT "c"."city" AS "city", COUNT("t"."id") AS "n" FROM "customers" "c" LEFT JOIN "support"."tickets" "t" ON "t"."customer_id"="c"."id" GROUP BY "c"."city" HAVING COUNT("t"."id") > 3 ORDER BY "n" DESC, "c"."city" ASC

SELECT "c"."id" AS "c_id", "c"."full_name" AS "c_full_name", "c"."phone" AS "c_phone", "c"."email" AS "c_email", "c"."address" AS "c_address", "c"."city" AS "c_city", "c"."birthday" AS "c_birthday", "c"."created_at" AS "c_created_at" FROM "customers" "c" WHERE "c"."id" IN (SELECT "t"."customer_id" AS "t_customer_id" FROM "support"."tickets" "t" WHERE "t"."status" = 'open') ORDER BY "c"."id" ASC LIMIT 5

-- $1 = '{1,2,3}'
SELECT id, city FROM customers WHERE id = ANY($1) ORDER BY id

START TRANSACTION

-- $1 = '930001'
SELECT "Ticket"."id" AS "Ticket_id", "Ticket"."customer_id" AS "Ticket_customer_id", "Ticket"."assignee" AS "Ticket_assignee", "Ticket"."status" AS "Ticket_status", "Ticket"."priority" AS "Ticket_priority", "Ticket"."subject" AS "Ticket_subject", "Ticket"."created_at" AS "Ticket_created_at" FROM "support"."tickets" "Ticket" WHERE "Ticket"."id" = $1

-- $1 = '930001', $2 = '42', $3 = 'a', $4 = 'open', $5 = '1', $6 = 'to', $7 = '2024-05-06 07:08:09+00'
INSERT INTO "support"."tickets"("id", "customer_id", "assignee", "status", "priority", "subject", "created_at") VALUES ($1, $2, $3, $4, $5, $6, $7)

-- $1 = '1', $2 = '2', $3 = '3', $4 = '4', $5 = '5'
SELECT "Customer"."id" AS "Customer_id", "Customer"."full_name" AS "Customer_full_name", "Customer"."phone" AS "Customer_phone", "Customer"."email" AS "Customer_email", "Customer"."address" AS "Customer_address", "Customer"."city" AS "Customer_city", "Customer"."birthday" AS "Customer_birthday", "Customer"."created_at" AS "Customer_created_at", "Customer__Customer_tickets"."id" AS "Customer__Customer_tickets_id", "Customer__Customer_tickets"."assignee" AS "Customer__Customer_tickets_assignee", "Customer__Customer_tickets"."status" AS "Customer__Customer_tickets_status", "Customer__Customer_tickets"."priority" AS "Customer__Customer_tickets_priority", "Customer__Customer_tickets"."subject" AS "Customer__Customer_tickets_subject", "Customer__Customer_tickets"."created_at" AS "Customer__Customer_tickets_created_at", "Customer__Customer_tickets"."customer_id" AS "Customer__Customer_tickets_customer_id" FROM "customers" "Customer" LEFT JOIN "support"."tickets" "Customer__Customer_tickets" ON "Customer__Customer_tickets"."customer_id"="Customer"."id" WHERE (("Customer"."id" IN ($1, $2, $3, $4, $5))) ORDER BY "Customer"."id" ASC, "Customer__Customer_tickets"."id" ASC

-- $1 = 'Medan'
SELECT DISTINCT "distinctAlias"."Customer_id" AS "ids_Customer_id", "distinctAlias"."Customer_id" FROM (SELECT "Customer"."id" AS "Customer_id", "Customer"."full_name" AS "Customer_full_name", "Customer"."phone" AS "Customer_phone", "Customer"."email" AS "Customer_email", "Customer"."address" AS "Customer_address", "Customer"."city" AS "Customer_city", "Customer"."birthday" AS "Customer_birthday", "Customer"."created_at" AS "Customer_created_at", "Customer__Customer_tickets"."id" AS "Customer__Customer_tickets_id", "Customer__Customer_tickets"."assignee" AS "Customer__Customer_tickets_assignee", "Customer__Customer_tickets"."status" AS "Customer__Customer_tickets_status", "Customer__Customer_tickets"."priority" AS "Customer__Customer_tickets_priority", "Customer__Customer_tickets"."subject" AS "Customer__Customer_tickets_subject", "Customer__Customer_tickets"."created_at" AS "Customer__Customer_tickets_created_at", "Customer__Customer_tickets"."customer_id" AS "Customer__Customer_tickets_customer_id" FROM "customers" "Customer" LEFT JOIN "support"."tickets" "Customer__Customer_tickets" ON "Customer__Customer_tickets"."customer_id"="Customer"."id" WHERE (("Customer"."city" = $1))) "distinctAlias" ORDER BY "distinctAlias"."Customer_id" ASC, "Customer_id" ASC LIMIT 5

-- $1 = 'Medan', $2 = '9', $3 = '11', $4 = '28', $5 = '34', $6 = '47'
SELECT "Customer"."id" AS "Customer_id", "Customer"."full_name" AS "Customer_full_name", "Customer"."phone" AS "Customer_phone", "Customer"."email" AS "Customer_email", "Customer"."address" AS "Customer_address", "Customer"."city" AS "Customer_city", "Customer"."birthday" AS "Customer_birthday", "Customer"."created_at" AS "Customer_created_at", "Customer__Customer_tickets"."id" AS "Customer__Customer_tickets_id", "Customer__Customer_tickets"."assignee" AS "Customer__Customer_tickets_assignee", "Customer__Customer_tickets"."status" AS "Customer__Customer_tickets_status", "Customer__Customer_tickets"."priority" AS "Customer__Customer_tickets_priority", "Customer__Customer_tickets"."subject" AS "Customer__Customer_tickets_subject", "Customer__Customer_tickets"."created_at" AS "Customer__Customer_tickets_created_at", "Customer__Customer_tickets"."customer_id" AS "Customer__Customer_tickets_customer_id" FROM "customers" "Customer" LEFT JOIN "support"."tickets" "Customer__Customer_tickets" ON "Customer__Customer_tickets"."customer_id"="Customer"."id" WHERE ( (("Customer"."city" = $1)) ) AND ( "Customer"."id" IN ($2, $3, $4, $5, $6) ) ORDER BY "Customer"."id" ASC

-- $1 = 'open', $2 = 'Jakarta'
SELECT DISTINCT "distinctAlias"."Ticket_id" AS "ids_Ticket_id", "distinctAlias"."Ticket_id" FROM (SELECT "Ticket"."id" AS "Ticket_id", "Ticket"."assignee" AS "Ticket_assignee", "Ticket"."status" AS "Ticket_status", "Ticket"."priority" AS "Ticket_priority", "Ticket"."subject" AS "Ticket_subject", "Ticket"."created_at" AS "Ticket_created_at", "Ticket"."customer_id" AS "Ticket_customer_id", "Ticket__Ticket_customer"."id" AS "Ticket__Ticket_customer_id", "Ticket__Ticket_customer"."full_name" AS "Ticket__Ticket_customer_full_name", "Ticket__Ticket_customer"."phone" AS "Ticket__Ticket_customer_phone", "Ticket__Ticket_customer"."email" AS "Ticket__Ticket_customer_email", "Ticket__Ticket_customer"."address" AS "Ticket__Ticket_customer_address", "Ticket__Ticket_customer"."city" AS "Ticket__Ticket_customer_city", "Ticket__Ticket_customer"."birthday" AS "Ticket__Ticket_customer_birthday", "Ticket__Ticket_customer"."created_at" AS "Ticket__Ticket_customer_created_at" FROM "support"."tickets" "Ticket" LEFT JOIN "customers" "Ticket__Ticket_customer" ON "Ticket__Ticket_customer"."id"="Ticket"."customer_id" WHERE (("Ticket"."status" = $1) AND ((("Ticket__Ticket_customer"."city" = $2))))) "distinctAlias" ORDER BY "distinctAlias"."Ticket_id" ASC, "Ticket_id" ASC LIMIT 5

-- $1 = 'open', $2 = 'Jakarta', $3 = '14', $4 = '15', $5 = '104', $6 = '134', $7 = '140'
SELECT "Ticket"."id" AS "Ticket_id", "Ticket"."assignee" AS "Ticket_assignee", "Ticket"."status" AS "Ticket_status", "Ticket"."priority" AS "Ticket_priority", "Ticket"."subject" AS "Ticket_subject", "Ticket"."created_at" AS "Ticket_created_at", "Ticket"."customer_id" AS "Ticket_customer_id", "Ticket__Ticket_customer"."id" AS "Ticket__Ticket_customer_id", "Ticket__Ticket_customer"."full_name" AS "Ticket__Ticket_customer_full_name", "Ticket__Ticket_customer"."phone" AS "Ticket__Ticket_customer_phone", "Ticket__Ticket_customer"."email" AS "Ticket__Ticket_customer_email", "Ticket__Ticket_customer"."address" AS "Ticket__Ticket_customer_address", "Ticket__Ticket_customer"."city" AS "Ticket__Ticket_customer_city", "Ticket__Ticket_customer"."birthday" AS "Ticket__Ticket_customer_birthday", "Ticket__Ticket_customer"."created_at" AS "Ticket__Ticket_customer_created_at" FROM "support"."tickets" "Ticket" LEFT JOIN "customers" "Ticket__Ticket_customer" ON "Ticket__Ticket_customer"."id"="Ticket"."customer_id" WHERE ( (("Ticket"."status" = $1) AND ((("Ticket__Ticket_customer"."city" = $2)))) ) AND ( "Ticket"."id" IN ($3, $4, $5, $6, $7) ) ORDER BY "Ticket"."id" ASC

-- $1 = 'open', $2 = '20'
SELECT "c"."id" AS "c_id", "c"."full_name" AS "c_full_name", "c"."phone" AS "c_phone", "c"."email" AS "c_email", "c"."address" AS "c_address", "c"."city" AS "c_city", "c"."birthday" AS "c_birthday", "c"."created_at" AS "c_created_at", "t"."id" AS "t_id", "t"."assignee" AS "t_assignee", "t"."status" AS "t_status", "t"."priority" AS "t_priority", "t"."subject" AS "t_subject", "t"."created_at" AS "t_created_at", "t"."customer_id" AS "t_customer_id" FROM "customers" "c" LEFT JOIN "support"."tickets" "t" ON "t"."customer_id"="c"."id" AND ("t"."status" = $1) WHERE "c"."id" < $2 ORDER BY "c"."id" ASC, "t"."id" ASC

SELECT "c"."id" AS "c_id", "c"."full_name" AS "c_full_name", "c"."phone" AS "c_phone", "c"."email" AS "c_email", "c"."address" AS "c_address", "c"."city" AS "c_city", "c"."birthday" AS "c_birthday", "c"."created_at" AS "c_created_at" FROM "customers" "c" WHERE "c"."id" IN (SELECT "t"."customer_id" FROM "support"."tickets" "t" WHERE "t"."status" = 'open') ORDER BY "c"."id" ASC LIMIT 5

START TRANSACTION

-- $1 = '930001'
SELECT "Ticket"."id" AS "Ticket_id", "Ticket"."assignee" AS "Ticket_assignee", "Ticket"."status" AS "Ticket_status", "Ticket"."priority" AS "Ticket_priority", "Ticket"."subject" AS "Ticket_subject", "Ticket"."created_at" AS "Ticket_created_at", "Ticket"."customer_id" AS "Ticket_customer_id" FROM "support"."tickets" "Ticket" WHERE "Ticket"."id" = $1

-- $1 = '930001', $2 = 'a', $3 = 'open', $4 = '1', $5 = 'to', $6 = '2024-05-06 07:08:09+00', $7 = '42'
INSERT INTO "support"."tickets"("id", "assignee", "status", "priority", "subject", "created_at", "customer_id") VALUES ($1, $2, $3, $4, $5, $6, $7)

START TRANSACTION

-- $1 = 'closed', $2 = '930001'
UPDATE "support"."tickets" SET "status" = $1 WHERE "id" = $2

-- $1 = '930002', $2 = 'a', $3 = 'open', $4 = '1', $5 = 'b', $6 = '2024-05-06 07:08:09+00', $7 = '43', $8 = '930003', $9 = 'a', $10 = 'open', $11 = '1', $12 = 'b', $13 = '2024-05-06 07:08:09+00', $14 = '43'
INSERT INTO "support"."tickets"("id", "assignee", "status", "priority", "subject", "created_at", "customer_id") VALUES ($1, $2, $3, $4, $5, $6, $7), ($8, $9, $10, $11, $12, $13, $14)

-- $1 = '930001', $2 = 'a', $3 = 'waiting', $4 = '1', $5 = 'u', $6 = '2024-05-06 07:08:09+00', $7 = '42'
INSERT INTO "support"."tickets"("id", "assignee", "status", "priority", "subject", "created_at", "customer_id") VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT ( "id" ) DO UPDATE SET "id" = EXCLUDED."id", "assignee" = EXCLUDED."assignee", "status" = EXCLUDED."status", "priority" = EXCLUDED."priority", "subject" = EXCLUDED."subject", "created_at" = EXCLUDED."created_at", "customer_id" = EXCLUDED."customer_id"

-- $1 = 'w', $2 = '930002'
UPDATE "support"."tickets" SET "subject" = $1 WHERE "id" = $2

-- $1 = '930002'
UPDATE "support"."tickets" SET "priority" = "priority" + 1 WHERE "id" = $1

-- $1 = '930000'
UPDATE "support"."tickets" SET "subject" = "subject" || '!' WHERE "id" >= $1 RETURNING "id", "subject"

-- $1 = '930001'
SELECT "Ticket"."id" AS "Ticket_id", "Ticket"."assignee" AS "Ticket_assignee", "Ticket"."status" AS "Ticket_status", "Ticket"."priority" AS "Ticket_priority", "Ticket"."subject" AS "Ticket_subject", "Ticket"."created_at" AS "Ticket_created_at", "Ticket"."customer_id" AS "Ticket_customer_id" FROM "support"."tickets" "Ticket" WHERE (("Ticket"."id" = $1)) LIMIT 1 FOR UPDATE

SELECT "t"."id" AS "t_id", "t"."assignee" AS "t_assignee", "t"."status" AS "t_status", "t"."priority" AS "t_priority", "t"."subject" AS "t_subject", "t"."created_at" AS "t_created_at", "t"."customer_id" AS "t_customer_id" FROM "support"."tickets" "t" WHERE "t"."id"=930001 FOR UPDATE SKIP LOCKED

-- $1 = '930002'
DELETE FROM "support"."tickets" WHERE "id" = $1

-- $1 = '930001'
SELECT "Ticket"."id" AS "Ticket_id", "Ticket"."assignee" AS "Ticket_assignee", "Ticket"."status" AS "Ticket_status", "Ticket"."priority" AS "Ticket_priority", "Ticket"."subject" AS "Ticket_subject", "Ticket"."created_at" AS "Ticket_created_at", "Ticket"."customer_id" AS "Ticket_customer_id" FROM "support"."tickets" "Ticket" WHERE (("Ticket"."id" = $1)) LIMIT 1

ROLLBACK

SELECT * FROM current_database()

SELECT "table_schema", "table_name", obj_description((quote_ident("table_schema") || '.' || quote_ident("table_name"))::regclass, 'pg_class') AS table_comment FROM "information_schema"."tables" WHERE ("table_schema" = 'public' AND "table_name" = 'customers')

SELECT TRUE FROM information_schema.columns WHERE table_name = 'pg_class' and column_name = 'relispartition'

SELECT columns.*, pg_catalog.col_description((quote_ident(table_catalog) || '.' || quote_ident(table_schema) || '.' || quote_ident(table_name))::regclass::oid, ordinal_position) AS description, ('"' || "udt_schema" || '"."' || "udt_name" || '"')::"regtype"::text AS "regtype", pg_catalog.format_type("col_attr"."atttypid", "col_attr"."atttypmod") AS "format_type" FROM "information_schema"."columns" LEFT JOIN "pg_catalog"."pg_attribute" AS "col_attr" ON "col_attr"."attname" = "columns"."column_name" AND "col_attr"."attrelid" = ( SELECT "cls"."oid" FROM "pg_catalog"."pg_class" AS "cls" LEFT JOIN "pg_catalog"."pg_namespace" AS "ns" ON "ns"."oid" = "cls"."relnamespace" WHERE "cls"."relname" = "columns"."table_name" AND "ns"."nspname" = "columns"."table_schema" ) WHERE ("table_schema" = 'public' AND "table_name" = 'customers')

SELECT "ns"."nspname" AS "table_schema", "t"."relname" AS "table_name", "cnst"."conname" AS "constraint_name", pg_get_constraintdef("cnst"."oid") AS "expression", CASE "cnst"."contype" WHEN 'p' THEN 'PRIMARY' WHEN 'u' THEN 'UNIQUE' WHEN 'c' THEN 'CHECK' WHEN 'x' THEN 'EXCLUDE' END AS "constraint_type", "a"."attname" AS "column_name" FROM "pg_constraint" "cnst" INNER JOIN "pg_class" "t" ON "t"."oid" = "cnst"."conrelid" INNER JOIN "pg_namespace" "ns" ON "ns"."oid" = "cnst"."connamespace" LEFT JOIN "pg_attribute" "a" ON "a"."attrelid" = "cnst"."conrelid" AND "a"."attnum" = ANY ("cnst"."conkey") WHERE "t"."relkind" IN ('r', 'p') AND (("ns"."nspname" = 'public' AND "t"."relname" = 'customers'))

SELECT "ns"."nspname" AS "table_schema", "t"."relname" AS "table_name", "i"."relname" AS "constraint_name", "a"."attname" AS "column_name", CASE "ix"."indisunique" WHEN 't' THEN 'TRUE' ELSE'FALSE' END AS "is_unique", pg_get_expr("ix"."indpred", "ix"."indrelid") AS "condition", "types"."typname" AS "type_name", "am"."amname" AS "index_type" FROM "pg_class" "t" INNER JOIN "pg_index" "ix" ON "ix"."indrelid" = "t"."oid" INNER JOIN "pg_attribute" "a" ON "a"."attrelid" = "t"."oid"  AND "a"."attnum" = ANY ("ix"."indkey") INNER JOIN "pg_namespace" "ns" ON "ns"."oid" = "t"."relnamespace" INNER JOIN "pg_class" "i" ON "i"."oid" = "ix"."indexrelid" INNER JOIN "pg_type" "types" ON "types"."oid" = "a"."atttypid" INNER JOIN "pg_am" "am" ON "i"."relam" = "am"."oid" LEFT JOIN "pg_constraint" "cnst" ON "cnst"."conname" = "i"."relname" WHERE "t"."relkind" IN ('r', 'p') AND "cnst"."contype" IS NULL AND (("ns"."nspname" = 'public' AND "t"."relname" = 'customers'))

SELECT "con"."conname" AS "constraint_name", "con"."nspname" AS "table_schema", "con"."relname" AS "table_name", "att2"."attname" AS "column_name", "ns"."nspname" AS "referenced_table_schema", "cl"."relname" AS "referenced_table_name", "att"."attname" AS "referenced_column_name", "con"."confdeltype" AS "on_delete", "con"."confupdtype" AS "on_update", "con"."condeferrable" AS "deferrable", "con"."condeferred" AS "deferred" FROM ( SELECT UNNEST ("con1"."conkey") AS "parent", UNNEST ("con1"."confkey") AS "child", "con1"."confrelid", "con1"."conrelid", "con1"."conname", "con1"."contype", "ns"."nspname", "cl"."relname", "con1"."condeferrable", CASE WHEN "con1"."condeferred" THEN 'INITIALLY DEFERRED' ELSE 'INITIALLY IMMEDIATE' END as condeferred, CASE "con1"."confdeltype" WHEN 'a' THEN 'NO ACTION' WHEN 'r' THEN 'RESTRICT' WHEN 'c' THEN 'CASCADE' WHEN 'n' THEN 'SET NULL' WHEN 'd' THEN 'SET DEFAULT' END as "confdeltype", CASE "con1"."confupdtype" WHEN 'a' THEN 'NO ACTION' WHEN 'r' THEN 'RESTRICT' WHEN 'c' THEN 'CASCADE' WHEN 'n' THEN 'SET NULL' WHEN 'd' THEN 'SET DEFAULT' END as "confupdtype" FROM "pg_class" "cl" INNER JOIN "pg_namespace" "ns" ON "cl"."relnamespace" = "ns"."oid" INNER JOIN "pg_constraint" "con1" ON "con1"."conrelid" = "cl"."oid" WHERE "con1"."contype" = 'f' AND (("ns"."nspname" = 'public' AND "cl"."relname" = 'customers')) ) "con" INNER JOIN "pg_attribute" "att" ON "att"."attrelid" = "con"."confrelid" AND "att"."attnum" = "con"."child" INNER JOIN "pg_class" "cl" ON "cl"."oid" = "con"."confrelid"  AND "cl"."relispartition" = 'f'INNER JOIN "pg_namespace" "ns" ON "cl"."relnamespace" = "ns"."oid" INNER JOIN "pg_attribute" "att2" ON "att2"."attrelid" = "con"."conrelid" AND "att2"."attnum" = "con"."parent"

-- $1 = 'public', $2 = 'customers'
SELECT * FROM "information_schema"."tables" WHERE "table_schema" = $1 AND "table_name" = $2

-- $1 = 'public', $2 = 'customers', $3 = 'id'
SELECT * FROM "information_schema"."columns" WHERE "table_schema" = $1 AND "table_name" = $2 AND "column_name" = $3

SELECT "table_schema", "table_name", obj_description((quote_ident("table_schema") || '.' || quote_ident("table_name"))::regclass, 'pg_class') AS table_comment FROM "information_schema"."tables" WHERE ("table_schema" = 'public' AND "table_name" = 'customers') OR ("table_schema" = 'support' AND "table_name" = 'tickets')

SELECT columns.*, pg_catalog.col_description((quote_ident(table_catalog) || '.' || quote_ident(table_schema) || '.' || quote_ident(table_name))::regclass::oid, ordinal_position) AS description, ('"' || "udt_schema" || '"."' || "udt_name" || '"')::"regtype"::text AS "regtype", pg_catalog.format_type("col_attr"."atttypid", "col_attr"."atttypmod") AS "format_type" FROM "information_schema"."columns" LEFT JOIN "pg_catalog"."pg_attribute" AS "col_attr" ON "col_attr"."attname" = "columns"."column_name" AND "col_attr"."attrelid" = ( SELECT "cls"."oid" FROM "pg_catalog"."pg_class" AS "cls" LEFT JOIN "pg_catalog"."pg_namespace" AS "ns" ON "ns"."oid" = "cls"."relnamespace" WHERE "cls"."relname" = "columns"."table_name" AND "ns"."nspname" = "columns"."table_schema" ) WHERE ("table_schema" = 'public' AND "table_name" = 'customers') OR ("table_schema" = 'support' AND "table_name" = 'tickets')

SELECT "ns"."nspname" AS "table_schema", "t"."relname" AS "table_name", "cnst"."conname" AS "constraint_name", pg_get_constraintdef("cnst"."oid") AS "expression", CASE "cnst"."contype" WHEN 'p' THEN 'PRIMARY' WHEN 'u' THEN 'UNIQUE' WHEN 'c' THEN 'CHECK' WHEN 'x' THEN 'EXCLUDE' END AS "constraint_type", "a"."attname" AS "column_name" FROM "pg_constraint" "cnst" INNER JOIN "pg_class" "t" ON "t"."oid" = "cnst"."conrelid" INNER JOIN "pg_namespace" "ns" ON "ns"."oid" = "cnst"."connamespace" LEFT JOIN "pg_attribute" "a" ON "a"."attrelid" = "cnst"."conrelid" AND "a"."attnum" = ANY ("cnst"."conkey") WHERE "t"."relkind" IN ('r', 'p') AND (("ns"."nspname" = 'public' AND "t"."relname" = 'customers') OR ("ns"."nspname" = 'support' AND "t"."relname" = 'tickets'))

SELECT "ns"."nspname" AS "table_schema", "t"."relname" AS "table_name", "i"."relname" AS "constraint_name", "a"."attname" AS "column_name", CASE "ix"."indisunique" WHEN 't' THEN 'TRUE' ELSE'FALSE' END AS "is_unique", pg_get_expr("ix"."indpred", "ix"."indrelid") AS "condition", "types"."typname" AS "type_name", "am"."amname" AS "index_type" FROM "pg_class" "t" INNER JOIN "pg_index" "ix" ON "ix"."indrelid" = "t"."oid" INNER JOIN "pg_attribute" "a" ON "a"."attrelid" = "t"."oid"  AND "a"."attnum" = ANY ("ix"."indkey") INNER JOIN "pg_namespace" "ns" ON "ns"."oid" = "t"."relnamespace" INNER JOIN "pg_class" "i" ON "i"."oid" = "ix"."indexrelid" INNER JOIN "pg_type" "types" ON "types"."oid" = "a"."atttypid" INNER JOIN "pg_am" "am" ON "i"."relam" = "am"."oid" LEFT JOIN "pg_constraint" "cnst" ON "cnst"."conname" = "i"."relname" WHERE "t"."relkind" IN ('r', 'p') AND "cnst"."contype" IS NULL AND (("ns"."nspname" = 'public' AND "t"."relname" = 'customers') OR ("ns"."nspname" = 'support' AND "t"."relname" = 'tickets'))

SELECT "con"."conname" AS "constraint_name", "con"."nspname" AS "table_schema", "con"."relname" AS "table_name", "att2"."attname" AS "column_name", "ns"."nspname" AS "referenced_table_schema", "cl"."relname" AS "referenced_table_name", "att"."attname" AS "referenced_column_name", "con"."confdeltype" AS "on_delete", "con"."confupdtype" AS "on_update", "con"."condeferrable" AS "deferrable", "con"."condeferred" AS "deferred" FROM ( SELECT UNNEST ("con1"."conkey") AS "parent", UNNEST ("con1"."confkey") AS "child", "con1"."confrelid", "con1"."conrelid", "con1"."conname", "con1"."contype", "ns"."nspname", "cl"."relname", "con1"."condeferrable", CASE WHEN "con1"."condeferred" THEN 'INITIALLY DEFERRED' ELSE 'INITIALLY IMMEDIATE' END as condeferred, CASE "con1"."confdeltype" WHEN 'a' THEN 'NO ACTION' WHEN 'r' THEN 'RESTRICT' WHEN 'c' THEN 'CASCADE' WHEN 'n' THEN 'SET NULL' WHEN 'd' THEN 'SET DEFAULT' END as "confdeltype", CASE "con1"."confupdtype" WHEN 'a' THEN 'NO ACTION' WHEN 'r' THEN 'RESTRICT' WHEN 'c' THEN 'CASCADE' WHEN 'n' THEN 'SET NULL' WHEN 'd' THEN 'SET DEFAULT' END as "confupdtype" FROM "pg_class" "cl" INNER JOIN "pg_namespace" "ns" ON "cl"."relnamespace" = "ns"."oid" INNER JOIN "pg_constraint" "con1" ON "con1"."conrelid" = "cl"."oid" WHERE "con1"."contype" = 'f' AND (("ns"."nspname" = 'public' AND "cl"."relname" = 'customers') OR ("ns"."nspname" = 'support' AND "cl"."relname" = 'tickets')) ) "con" INNER JOIN "pg_attribute" "att" ON "att"."attrelid" = "con"."confrelid" AND "att"."attnum" = "con"."child" INNER JOIN "pg_class" "cl" ON "cl"."oid" = "con"."confrelid"  AND "cl"."relispartition" = 'f'INNER JOIN "pg_namespace" "ns" ON "cl"."relnamespace" = "ns"."oid" INNER JOIN "pg_attribute" "att2" ON "att2"."attrelid" = "con"."conrelid" AND "att2"."attnum" = "con"."parent"
