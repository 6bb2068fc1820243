-- Prisma 4 and 5: the client's queries, and what `prisma db pull` reads

SELECT EXISTS( SELECT 1 FROM pg_namespace WHERE nspname = 'public' ), version(), current_setting('server_version_num')::integer as numeric_version;

SELECT version()

SHOW server_version_num

BEGIN

-- $1 = '42', $2 = '1', $3 = '0'
SELECT "public"."customers"."id", "public"."customers"."full_name", "public"."customers"."phone", "public"."customers"."email", "public"."customers"."city" FROM "public"."customers" WHERE ("public"."customers"."id" = $1 AND 1=1) LIMIT $2 OFFSET $3

-- $1 = 'Medan', $2 = '10', $3 = '0'
SELECT "public"."customers"."id", "public"."customers"."city" FROM "public"."customers" WHERE "public"."customers"."city" = $1 ORDER BY "public"."customers"."id" ASC LIMIT $2 OFFSET $3

-- $1 = '1', $2 = '2', $3 = '3', $4 = '0'
SELECT "support"."tickets"."id", "support"."tickets"."subject", "support"."tickets"."customer_id" FROM "support"."tickets" WHERE "support"."tickets"."customer_id" IN ($1,$2,$3) ORDER BY "support"."tickets"."id" OFFSET $4

-- $1 = 'open', $2 = '3', $3 = '0'
SELECT "public"."customers"."id", "public"."customers"."full_name" FROM "public"."customers" WHERE ("public"."customers"."id") IN (SELECT "t0"."id" FROM "public"."customers" AS "t0" INNER JOIN "support"."tickets" AS "j0" ON ("j0"."customer_id") = ("t0"."id") WHERE ("j0"."status" = $1 AND "t0"."id" IS NOT NULL)) ORDER BY "public"."customers"."id" ASC LIMIT $2 OFFSET $3

-- $1 = '0'
SELECT COUNT(*) FROM (SELECT "public"."customers"."id" FROM "public"."customers" WHERE 1=1 OFFSET $1) AS "sub"

-- $1 = '0'
SELECT COUNT(*), MAX("id"), MIN("created_at") FROM (SELECT "public"."customers"."id", "public"."customers"."created_at" FROM "public"."customers" WHERE 1=1 OFFSET $1) AS "sub"

-- $1 = '0'
SELECT COUNT("public"."customers"."id"), "public"."customers"."city" FROM "public"."customers" WHERE 1=1 GROUP BY "public"."customers"."city" ORDER BY "public"."customers"."city" ASC OFFSET $1

SELECT "public"."customers"."id", COALESCE("aggr_selection_0_Ticket"."_aggr_count_tickets", 0) AS "_aggr_count_tickets" FROM "public"."customers" LEFT JOIN (SELECT "support"."tickets"."customer_id", COUNT(*) AS "_aggr_count_tickets" FROM "support"."tickets" WHERE 1=1 GROUP BY "support"."tickets"."customer_id") AS "aggr_selection_0_Ticket" ON ("public"."customers"."id" = "aggr_selection_0_Ticket"."customer_id") WHERE "public"."customers"."id" < 20 ORDER BY "public"."customers"."id"

-- relationJoins of Prisma 5
SELECT "t1"."id", "t1"."full_name", "Customer_tickets"."__prisma_data__" AS "tickets" FROM "public"."customers" AS "t1" LEFT JOIN LATERAL (SELECT COALESCE(JSONB_AGG("__prisma_data__"), '[]') AS "__prisma_data__" FROM (SELECT "t3"."__prisma_data__" FROM (SELECT JSONB_BUILD_OBJECT('id', "t2"."id", 'subject', "t2"."subject") AS "__prisma_data__" FROM (SELECT "t2".* FROM "support"."tickets" AS "t2" WHERE "t1"."id" = "t2"."customer_id" /* root select */ ORDER BY "t2"."id") AS "t2" /* inner select */) AS "t3" /* middle select */) AS "t4" /* outer select */) AS "Customer_tickets" ON TRUE WHERE "t1"."id" < 6 ORDER BY "t1"."id"

-- $1 = '991001', $2 = '42', $3 = 'a', $4 = 'open', $5 = '1', $6 = 'prisma', $7 = '2024-05-06 07:08:09+00'
INSERT INTO "support"."tickets" ("id","customer_id","assignee","status","priority","subject","created_at") VALUES ($1,$2,$3,$4,$5,$6,$7) RETURNING "support"."tickets"."id"

-- $1 = 'closed', $2 = '991001'
UPDATE "support"."tickets" SET "status" = $1 WHERE ("support"."tickets"."id" = $2 AND 1=1)

-- $1 = 'waiting', $2 = '991001'
UPDATE "support"."tickets" SET "status" = $1 WHERE ("support"."tickets"."id" = $2 AND 1=1) RETURNING "support"."tickets"."id", "support"."tickets"."status"

-- $1 = '991001', $2 = '42', $3 = 'a', $4 = 'open', $5 = '1', $6 = 'prisma', $7 = '2024-05-06 07:08:09+00', $8 = 'closed'
INSERT INTO "support"."tickets" ("id","customer_id","assignee","status","priority","subject","created_at") VALUES ($1,$2,$3,$4,$5,$6,$7) ON CONFLICT ("id") DO UPDATE SET "status" = $8 WHERE ("support"."tickets"."id" = $1 AND 1=1) RETURNING "support"."tickets"."id", "support"."tickets"."status"

-- $1 = '991001'
DELETE FROM "support"."tickets" WHERE ("support"."tickets"."id" = $1 AND 1=1)

ROLLBACK

-- $1 = '{public,support}'
SELECT namespace.nspname as namespace_name FROM pg_namespace AS namespace WHERE namespace.nspname = ANY ( $1 ) ORDER BY namespace_name;

-- $1 = '{public,support}'
SELECT tbl.relname AS table_name, namespace.nspname as namespace, (tbl.relhassubclass and tbl.relkind = 'p') as is_partition, (tbl.relhassubclass and tbl.relkind = 'r') as has_subclass, tbl.relrowsecurity as has_row_level_security, reloptions, obj_description(tbl.oid, 'pg_class') as description FROM pg_class AS tbl INNER JOIN pg_namespace AS namespace ON namespace.oid = tbl.relnamespace WHERE ( ( tbl.relkind = 'r' AND tbl.relispartition = 'f' ) OR ( tbl.relkind = 'p' ) ) AND namespace.nspname = ANY ( $1 ) ORDER BY namespace, table_name;

-- $1 = '{public,support}'
SELECT oid.namespace, info.table_name, info.column_name, format_type(att.atttypid, att.atttypmod) as formatted_type, info.numeric_precision, info.numeric_scale, info.numeric_precision_radix, info.datetime_precision, info.data_type, info.udt_schema as type_schema_name, info.udt_name as full_data_type, pg_get_expr(attdef.adbin, attdef.adrelid) AS column_default, info.is_nullable, info.is_identity, info.character_maximum_length, col_description(att.attrelid, ordinal_position) AS description FROM information_schema.columns info JOIN pg_attribute att ON att.attname = info.column_name JOIN ( SELECT pg_class.oid, relname, pg_namespace.nspname as namespace FROM pg_class JOIN pg_namespace on pg_namespace.oid = pg_class.relnamespace AND pg_namespace.nspname = ANY ( $1 ) WHERE reltype > 0 ) as oid on oid.oid = att.attrelid AND relname = info.table_name AND namespace = info.table_schema LEFT OUTER JOIN pg_attrdef attdef ON attdef.adrelid = att.attrelid AND attdef.adnum = att.attnum AND table_schema = namespace WHERE table_schema = ANY ( $1 ) AND att.attnum > 0 ORDER BY namespace, table_name, ordinal_position;

-- $1 = '{public,support}'
SELECT con.oid AS "con_id", att2.attname AS "child_column", cl.relname AS "parent_table", att.attname AS "parent_column", con.confdeltype, con.confupdtype, rel_ns.nspname AS "referenced_schema_name", conname AS constraint_name, child, parent, table_name, namespace, condeferrable, condeferred FROM (SELECT ns.nspname AS "namespace", unnest(con1.conkey) AS "parent", unnest(con1.confkey) AS "child", cl.relname AS table_name, ns.nspname AS schema_name, generate_subscripts(con1.conkey, 1) AS colidx, con1.oid, con1.confrelid, con1.conrelid, con1.conname, con1.condeferrable, con1.condeferred, con1.confdeltype, con1.confupdtype FROM pg_class cl join pg_constraint con1 on con1.conrelid = cl.oid join pg_namespace ns on cl.relnamespace = ns.oid WHERE ns.nspname = ANY ( $1 ) and con1.contype = 'f' ORDER BY colidx ) con JOIN pg_attribute att on att.attrelid = con.confrelid and att.attnum = con.child JOIN pg_class cl on cl.oid = con.confrelid JOIN pg_attribute att2 on att2.attrelid = con.conrelid and att2.attnum = con.parent JOIN pg_class rel_cl on con.confrelid = rel_cl.oid JOIN pg_namespace rel_ns on rel_cl.relnamespace = rel_ns.oid ORDER BY namespace, table_name, constraint_name, con_id, con.colidx;

-- $1 = '{public,support}'
WITH rawindex AS ( SELECT indrelid, indexrelid, indisunique, indisprimary, unnest(indkey) AS indkeyid, generate_subscripts(indkey, 1) AS indkeyidx, unnest(indclass) AS indclass, unnest(indoption) AS indoption FROM pg_index WHERE indpred IS NULL AND array_position(indkey::int2[], 0::int2) IS NULL ) SELECT schemainfo.nspname AS namespace, indexinfo.relname AS index_name, tableinfo.relname AS table_name, columninfo.attname AS column_name, rawindex.indisunique AS is_unique, rawindex.indisprimary AS is_primary_key, rawindex.indkeyidx AS column_index, opclass.opcname AS opclass, opclass.opcdefault AS opcdefault, indexaccess.amname AS index_algo, CASE rawindex.indoption & 1 WHEN 1 THEN 'DESC' ELSE 'ASC' END AS column_order, CASE rawindex.indoption & 2 WHEN 2 THEN true ELSE false END AS nulls_first, pc.condeferrable AS condeferrable, pc.condeferred AS condeferred FROM rawindex INNER JOIN pg_class AS tableinfo ON tableinfo.oid = rawindex.indrelid INNER JOIN pg_class AS indexinfo ON indexinfo.oid = rawindex.indexrelid INNER JOIN pg_namespace AS schemainfo ON schemainfo.oid = tableinfo.relnamespace LEFT JOIN pg_attribute AS columninfo ON columninfo.attrelid = tableinfo.oid AND columninfo.attnum = rawindex.indkeyid INNER JOIN pg_am AS indexaccess ON indexaccess.oid = indexinfo.relam LEFT JOIN pg_opclass AS opclass ON opclass.oid = rawindex.indclass LEFT JOIN pg_constraint pc ON rawindex.indexrelid = pc.conindid AND pc.contype <> 'f' WHERE schemainfo.nspname = ANY ( $1 ) ORDER BY namespace, table_name, index_name, column_index;

-- $1 = '{public,support}'
SELECT t.typname as name, e.enumlabel as value, n.nspname as namespace FROM pg_type t JOIN pg_enum e ON t.oid = e.enumtypid JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace WHERE n.nspname = ANY ( $1 ) ORDER BY e.enumsortorder

-- $1 = '{public,support}'
SELECT views.viewname AS view_name, views.definition AS view_sql, views.schemaname AS namespace, obj_description(class.oid, 'pg_class') AS description FROM pg_catalog.pg_views views INNER JOIN pg_catalog.pg_namespace ns ON views.schemaname = ns.nspname INNER JOIN pg_catalog.pg_class class ON class.relnamespace = ns.oid AND class.relname = views.viewname WHERE schemaname = ANY ( $1 )

-- $1 = 'public'
SELECT sequence_name, sequence_schema AS namespace, start_value::int8, minimum_value::int8 AS min_value, maximum_value::int8 AS max_value, increment::int8 AS increment_by, (CASE cycle_option WHEN 'yes' THEN TRUE ELSE FALSE END) AS cycle FROM information_schema.sequences WHERE sequence_schema = $1 ORDER BY sequence_name

select extname as extension_name, extversion as extension_version, extrelocatable as extension_relocatable, pn.nspname as extension_schema from pg_extension pe inner join pg_namespace pn on pe.extnamespace = pn.oid order by extension_name

SELECT 1
