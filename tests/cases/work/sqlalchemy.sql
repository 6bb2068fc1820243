-- SQLAlchemy 1.4.46 with psycopg2

BEGIN

SELECT t.oid, typarray
FROM pg_type t JOIN pg_namespace ns
    ON typnamespace = ns.oid
WHERE typname = 'hstore';

ROLLBACK

BEGIN

select pg_catalog.version()

select current_schema()

show transaction isolation level

show standard_conforming_strings

ROLLBACK

BEGIN

SELECT customers.id AS customers_id, customers.full_name AS customers_full_name, customers.phone AS customers_phone, customers.email AS customers_email, customers.address AS customers_address, customers.city AS customers_city, customers.birthday AS customers_birthday, customers.created_at AS customers_created_at
FROM customers
WHERE customers.id = 42

SELECT customers.id AS customers_id, customers.full_name AS customers_full_name, customers.phone AS customers_phone, customers.email AS customers_email, customers.address AS customers_address, customers.city AS customers_city, customers.birthday AS customers_birthday, customers.created_at AS customers_created_at
FROM customers
WHERE customers.city = 'Bandung' ORDER BY customers.id
 LIMIT 10 OFFSET 5

SELECT customers.id AS customers_id, customers.full_name AS customers_full_name, customers.phone AS customers_phone, customers.email AS customers_email, customers.address AS customers_address, customers.city AS customers_city, customers.birthday AS customers_birthday, customers.created_at AS customers_created_at, tickets_1.id AS tickets_1_id, tickets_1.customer_id AS tickets_1_customer_id, tickets_1.assignee AS tickets_1_assignee, tickets_1.status AS tickets_1_status, tickets_1.priority AS tickets_1_priority, tickets_1.subject AS tickets_1_subject, tickets_1.created_at AS tickets_1_created_at
FROM customers LEFT OUTER JOIN support.tickets AS tickets_1 ON customers.id = tickets_1.customer_id
WHERE customers.id BETWEEN 1 AND 30 ORDER BY customers.id, tickets_1.id

SELECT anon_1.customers_id AS anon_1_customers_id, anon_1.customers_full_name AS anon_1_customers_full_name, anon_1.customers_phone AS anon_1_customers_phone, anon_1.customers_email AS anon_1_customers_email, anon_1.customers_address AS anon_1_customers_address, anon_1.customers_city AS anon_1_customers_city, anon_1.customers_birthday AS anon_1_customers_birthday, anon_1.customers_created_at AS anon_1_customers_created_at, tickets_1.id AS tickets_1_id, tickets_1.customer_id AS tickets_1_customer_id, tickets_1.assignee AS tickets_1_assignee, tickets_1.status AS tickets_1_status, tickets_1.priority AS tickets_1_priority, tickets_1.subject AS tickets_1_subject, tickets_1.created_at AS tickets_1_created_at
FROM (SELECT customers.id AS customers_id, customers.full_name AS customers_full_name, customers.phone AS customers_phone, customers.email AS customers_email, customers.address AS customers_address, customers.city AS customers_city, customers.birthday AS customers_birthday, customers.created_at AS customers_created_at
FROM customers
WHERE customers.city = 'Medan' ORDER BY customers.id
 LIMIT 5) AS anon_1 LEFT OUTER JOIN support.tickets AS tickets_1 ON anon_1.customers_id = tickets_1.customer_id ORDER BY anon_1.customers_id, tickets_1.id

SELECT customers.id AS customers_id, customers.full_name AS customers_full_name, customers.phone AS customers_phone, customers.email AS customers_email, customers.address AS customers_address, customers.city AS customers_city, customers.birthday AS customers_birthday, customers.created_at AS customers_created_at
FROM customers
WHERE customers.id < 10 ORDER BY customers.id

SELECT support.tickets.customer_id AS support_tickets_customer_id, support.tickets.id AS support_tickets_id, support.tickets.assignee AS support_tickets_assignee, support.tickets.status AS support_tickets_status, support.tickets.priority AS support_tickets_priority, support.tickets.subject AS support_tickets_subject, support.tickets.created_at AS support_tickets_created_at
FROM support.tickets
WHERE support.tickets.customer_id IN (1, 2, 3, 4, 5, 6, 7, 8, 9) ORDER BY support.tickets.id

SELECT support.tickets.id AS support_tickets_id, support.tickets.customer_id AS support_tickets_customer_id, support.tickets.assignee AS support_tickets_assignee, support.tickets.status AS support_tickets_status, support.tickets.priority AS support_tickets_priority, support.tickets.subject AS support_tickets_subject, support.tickets.created_at AS support_tickets_created_at, anon_1.customers_id AS anon_1_customers_id
FROM (SELECT customers.id AS customers_id
FROM customers
WHERE customers.id < 10) AS anon_1 JOIN support.tickets ON anon_1.customers_id = support.tickets.customer_id ORDER BY support.tickets.id

SELECT support.tickets.id AS support_tickets_id, support.tickets.customer_id AS support_tickets_customer_id, support.tickets.assignee AS support_tickets_assignee, support.tickets.status AS support_tickets_status, support.tickets.priority AS support_tickets_priority, support.tickets.subject AS support_tickets_subject, support.tickets.created_at AS support_tickets_created_at, customers_1.id AS customers_1_id, customers_1.full_name AS customers_1_full_name, customers_1.phone AS customers_1_phone, customers_1.email AS customers_1_email, customers_1.address AS customers_1_address, customers_1.city AS customers_1_city, customers_1.birthday AS customers_1_birthday, customers_1.created_at AS customers_1_created_at
FROM support.tickets JOIN customers AS customers_1 ON customers_1.id = support.tickets.customer_id
WHERE support.tickets.status IN ('open', 'waiting') ORDER BY support.tickets.created_at DESC, support.tickets.id
 LIMIT 20

SELECT support.tickets.id AS support_tickets_id, support.tickets.customer_id AS support_tickets_customer_id, support.tickets.assignee AS support_tickets_assignee, support.tickets.status AS support_tickets_status, support.tickets.priority AS support_tickets_priority, support.tickets.subject AS support_tickets_subject, support.tickets.created_at AS support_tickets_created_at
FROM support.tickets
WHERE support.tickets.id = 5

SELECT customers.id AS customers_id, customers.full_name AS customers_full_name, customers.phone AS customers_phone, customers.email AS customers_email, customers.address AS customers_address, customers.city AS customers_city, customers.birthday AS customers_birthday, customers.created_at AS customers_created_at, support.tickets.id AS support_tickets_id, support.tickets.customer_id AS support_tickets_customer_id, support.tickets.assignee AS support_tickets_assignee, support.tickets.status AS support_tickets_status, support.tickets.priority AS support_tickets_priority, support.tickets.subject AS support_tickets_subject, support.tickets.created_at AS support_tickets_created_at
FROM support.tickets JOIN customers ON customers.id = support.tickets.customer_id
WHERE customers.city = 'Jakarta' ORDER BY support.tickets.id
 LIMIT 7

SELECT count(customers.id) AS count_1
FROM customers

SELECT customers.city AS customers_city, count('*') AS n
FROM customers GROUP BY customers.city
HAVING count('*') > 10 ORDER BY n DESC, customers.city

SELECT customers.id AS customers_id, customers.full_name AS customers_full_name, customers.phone AS customers_phone, customers.email AS customers_email, customers.address AS customers_address, customers.city AS customers_city, customers.birthday AS customers_birthday, customers.created_at AS customers_created_at
FROM customers
WHERE EXISTS (SELECT 1
FROM support.tickets
WHERE customers.id = support.tickets.customer_id AND support.tickets.status = 'open') ORDER BY customers.id
 LIMIT 5

SELECT support.tickets.id AS support_tickets_id, support.tickets.customer_id AS support_tickets_customer_id, support.tickets.assignee AS support_tickets_assignee, support.tickets.status AS support_tickets_status, support.tickets.priority AS support_tickets_priority, support.tickets.subject AS support_tickets_subject, support.tickets.created_at AS support_tickets_created_at
FROM support.tickets
WHERE EXISTS (SELECT 1
FROM customers
WHERE customers.id = support.tickets.customer_id AND customers.city = 'Bogor') ORDER BY support.tickets.id
 LIMIT 5

SELECT EXISTS (SELECT *
FROM support.tickets
WHERE support.tickets.customer_id = 42) AS anon_1

SELECT customers.id AS customers_id, customers.full_name AS customers_full_name, anon_1.n AS anon_1_n
FROM customers LEFT OUTER JOIN (SELECT support.tickets.customer_id AS customer_id, count(support.tickets.id) AS n
FROM support.tickets GROUP BY support.tickets.customer_id) AS anon_1 ON anon_1.customer_id = customers.id
WHERE customers.id < 50 ORDER BY customers.id

WITH latest AS
(SELECT support.tickets.customer_id AS customer_id, max(support.tickets.created_at) AS last
FROM support.tickets GROUP BY support.tickets.customer_id)
 SELECT customers.id, customers.email, latest.last
FROM customers JOIN latest ON latest.customer_id = customers.id ORDER BY latest.last DESC, customers.id
 LIMIT 10

SELECT customers.id, customers_1.id AS id_1
FROM customers JOIN customers AS customers_1 ON customers_1.city = customers.city AND customers_1.id = customers.id + 1 ORDER BY customers.id
 LIMIT 5

SELECT customers.id, row_number() OVER (PARTITION BY customers.city ORDER BY customers.created_at) AS rn
FROM customers
WHERE customers.id < 40 ORDER BY customers.id

SELECT customers.id, CASE WHEN (customers.id < 10) THEN 'old' ELSE 'new' END AS kind, CAST(customers.id AS VARCHAR) AS id__1, 'x' AS anon_1
FROM customers
WHERE customers.id < 5 ORDER BY customers.id

BEGIN

SELECT customers.id, CASE WHEN (customers.id < 10) THEN 'old' ELSE 'new' END AS kind, CAST(customers.id AS VARCHAR) AS s, 'x' AS x
FROM customers
WHERE customers.id < 5 ORDER BY customers.id

SELECT coalesce(sum(support.tickets.priority), 0) AS coalesce_1
FROM support.tickets
WHERE support.tickets.customer_id = 7

SELECT customers.id, customers.phone
FROM customers
WHERE customers.full_name ILIKE '%sari%' ORDER BY customers.id
 LIMIT 5

SELECT customers.id
FROM customers
WHERE customers.id < 3 UNION ALL SELECT support.tickets.id
FROM support.tickets
WHERE support.tickets.id < 3

SELECT DISTINCT customers.id
FROM customers
WHERE customers.id IN (1, 2, 3)

SELECT array_agg(support.tickets.id ORDER BY support.tickets.id DESC) AS array_agg_1
FROM support.tickets
WHERE support.tickets.customer_id < 20

SELECT json_build_object('id', customers.id, 'city', customers.city) AS json_build_object_1
FROM customers
WHERE customers.id < 3

SELECT date_trunc('month', customers.created_at) AS m, count(*) AS count_1
FROM customers GROUP BY m ORDER BY m

SELECT customers.id, customers.full_name, customers.phone, customers.email, customers.address, customers.city, customers.birthday, customers.created_at
FROM customers
WHERE customers.id = 1

SELECT support.tickets.id, support.tickets.customer_id, support.tickets.assignee, support.tickets.status, support.tickets.priority, support.tickets.subject, support.tickets.created_at
FROM support.tickets
WHERE support.tickets.id = 1 FOR UPDATE SKIP LOCKED

SELECT support.tickets.id, support.tickets.customer_id, support.tickets.assignee, support.tickets.status, support.tickets.priority, support.tickets.subject, support.tickets.created_at
FROM support.tickets
WHERE support.tickets.id = 1 FOR UPDATE OF tickets NOWAIT

DECLARE "c_7f23d626a750_1" CURSOR WITHOUT HOLD FOR SELECT support.tickets.id AS support_tickets_id, support.tickets.customer_id AS support_tickets_customer_id, support.tickets.assignee AS support_tickets_assignee, support.tickets.status AS support_tickets_status, support.tickets.priority AS support_tickets_priority, support.tickets.subject AS support_tickets_subject, support.tickets.created_at AS support_tickets_created_at
FROM support.tickets
WHERE support.tickets.id < 500

FETCH FORWARD 1 FROM "c_7f23d626a750_1"

FETCH FORWARD 49 FROM "c_7f23d626a750_1"

FETCH FORWARD 50 FROM "c_7f23d626a750_1"

CLOSE "c_7f23d626a750_1"

INSERT INTO support.tickets (id, customer_id, assignee, status, priority, subject, created_at) VALUES (900001, 42, 'agent', 'open', 1, 'SA insert', now())

UPDATE support.tickets SET status='closed' WHERE support.tickets.id = 900001

UPDATE support.tickets SET priority=3 WHERE support.tickets.assignee = 'agent' AND support.tickets.id >= 900000

UPDATE support.tickets SET subject=(support.tickets.subject || '!') WHERE support.tickets.id = 900002 RETURNING support.tickets.id, support.tickets.subject

INSERT INTO support.tickets (id, customer_id, assignee, status, priority, subject, created_at) VALUES (900001, 42, 'x', 'open', 1, 'up', now()) ON CONFLICT (id) DO UPDATE SET status = excluded.status, subject = excluded.subject RETURNING support.tickets.id, support.tickets.status

INSERT INTO support.tickets (id, customer_id, assignee, status, priority, subject, created_at) VALUES (900001, 42, 'x', 'open', 1, 'up', now()) ON CONFLICT DO NOTHING

SAVEPOINT sa_savepoint_1

RELEASE SAVEPOINT sa_savepoint_1

DELETE FROM support.tickets WHERE support.tickets.id = 900001

DELETE FROM support.tickets WHERE support.tickets.id >= 900000

ROLLBACK

BEGIN

SELECT nspname FROM pg_namespace WHERE nspname NOT LIKE 'pg_%' ORDER BY nspname

ROLLBACK

BEGIN

SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = 'public' AND c.relkind in ('r', 'p')

ROLLBACK

BEGIN

SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = 'support' AND c.relkind IN ('v', 'm')

ROLLBACK

BEGIN

SELECT c.oid
            FROM pg_catalog.pg_class c
            LEFT JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
            WHERE (pg_catalog.pg_table_is_visible(c.oid))
            AND c.relname = 'customers' AND c.relkind in
            ('r', 'v', 'm', 'f', 'p')

SELECT a.attname,
              pg_catalog.format_type(a.atttypid, a.atttypmod),
              (
                SELECT pg_catalog.pg_get_expr(d.adbin, d.adrelid)
                FROM pg_catalog.pg_attrdef d
                WHERE d.adrelid = a.attrelid AND d.adnum = a.attnum
                AND a.atthasdef
              ) AS DEFAULT,
              a.attnotnull,
              a.attrelid as table_oid,
              pgd.description as comment,
              a.attgenerated as generated,
                              (SELECT json_build_object(
                    'always', a.attidentity = 'a',
                    'start', s.seqstart,
                    'increment', s.seqincrement,
                    'minvalue', s.seqmin,
                    'maxvalue', s.seqmax,
                    'cache', s.seqcache,
                    'cycle', s.seqcycle)
                FROM pg_catalog.pg_sequence s
                JOIN pg_catalog.pg_class c on s.seqrelid = c."oid"
                WHERE c.relkind = 'S'
                AND a.attidentity != ''
                AND s.seqrelid = pg_catalog.pg_get_serial_sequence(
                    a.attrelid::regclass::text, a.attname
                )::regclass::oid
                ) as identity_options
            FROM pg_catalog.pg_attribute a
            LEFT JOIN pg_catalog.pg_description pgd ON (
                pgd.objoid = a.attrelid AND pgd.objsubid = a.attnum)
            WHERE a.attrelid = {oid:public.customers}
            AND a.attnum > 0 AND NOT a.attisdropped
            ORDER BY a.attnum

SELECT t.typname as "name",
               pg_catalog.format_type(t.typbasetype, t.typtypmod) as "attype",
               not t.typnotnull as "nullable",
               t.typdefault as "default",
               pg_catalog.pg_type_is_visible(t.oid) as "visible",
               n.nspname as "schema"
            FROM pg_catalog.pg_type t
               LEFT JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace
            WHERE t.typtype = 'd'

SELECT t.typname as "name",
               -- no enum defaults in 8.4 at least
               -- t.typdefault as "default",
               pg_catalog.pg_type_is_visible(t.oid) as "visible",
               n.nspname as "schema",
               e.enumlabel as "label"
            FROM pg_catalog.pg_type t
                 LEFT JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace
                 LEFT JOIN pg_catalog.pg_enum e ON t.oid = e.enumtypid
            WHERE t.typtype = 'e'
        ORDER BY "schema", "name", e.oid

ROLLBACK

BEGIN

SELECT a.attname
                FROM pg_attribute a JOIN (
                    SELECT unnest(ix.indkey) attnum,
                           generate_subscripts(ix.indkey, 1) ord
                    FROM pg_index ix
                    WHERE ix.indrelid = {oid:public.customers} AND ix.indisprimary
                    ) k ON a.attnum=k.attnum
                WHERE a.attrelid = {oid:public.customers}
                ORDER BY k.ord

SELECT conname
           FROM  pg_catalog.pg_constraint r
           WHERE r.conrelid = {oid:public.customers} AND r.contype = 'p'
           ORDER BY 1

ROLLBACK

BEGIN

SELECT r.conname,
                pg_catalog.pg_get_constraintdef(r.oid, true) as condef,
                n.nspname as conschema
          FROM  pg_catalog.pg_constraint r,
                pg_namespace n,
                pg_class c
          WHERE r.conrelid = {oid:public.customers} AND
                r.contype = 'f' AND
                c.oid = confrelid AND
                n.oid = c.relnamespace
          ORDER BY 1

ROLLBACK

BEGIN

SELECT
                  i.relname as relname,
                  ix.indisunique, ix.indexprs,
                  a.attname, a.attnum, c.conrelid, ix.indkey::varchar,
                  ix.indoption::varchar, i.reloptions, am.amname,
                  pg_get_expr(ix.indpred, ix.indrelid),
                  ix.indnkeyatts as indnkeyatts
              FROM
                  pg_class t
                        join pg_index ix on t.oid = ix.indrelid
                        join pg_class i on i.oid = ix.indexrelid
                        left outer join
                            pg_attribute a
                            on t.oid = a.attrelid and a.attnum = ANY(ix.indkey)
                        left outer join
                            pg_constraint c
                            on (ix.indrelid = c.conrelid and
                                ix.indexrelid = c.conindid and
                                c.contype in ('p', 'u', 'x'))
                        left outer join
                            pg_am am
                            on i.relam = am.oid
              WHERE
                  t.relkind IN ('r', 'v', 'f', 'm', 'p')
                  and t.oid = {oid:public.customers}
                  and ix.indisprimary = 'f'
              ORDER BY
                  t.relname,
                  i.relname

ROLLBACK

BEGIN

SELECT
                cons.conname as name,
                cons.conkey as key,
                a.attnum as col_num,
                a.attname as col_name
            FROM
                pg_catalog.pg_constraint cons
                join pg_attribute a
                  on cons.conrelid = a.attrelid AND
                    a.attnum = ANY(cons.conkey)
            WHERE
                cons.conrelid = {oid:public.customers} AND
                cons.contype = 'u'

ROLLBACK

BEGIN

SELECT
                cons.conname as name,
                pg_get_constraintdef(cons.oid) as src
            FROM
                pg_catalog.pg_constraint cons
            WHERE
                cons.conrelid = {oid:public.customers} AND
                cons.contype = 'c'

ROLLBACK

BEGIN

SELECT
                pgd.description as table_comment
            FROM
                pg_catalog.pg_description pgd
            WHERE
                pgd.objsubid = 0 AND
                pgd.objoid = {oid:public.customers}

ROLLBACK

BEGIN

SELECT c.oid
            FROM pg_catalog.pg_class c
            LEFT JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
            WHERE (n.nspname = 'support')
            AND c.relname = 'tickets' AND c.relkind in
            ('r', 'v', 'm', 'f', 'p')

SELECT a.attname,
              pg_catalog.format_type(a.atttypid, a.atttypmod),
              (
                SELECT pg_catalog.pg_get_expr(d.adbin, d.adrelid)
                FROM pg_catalog.pg_attrdef d
                WHERE d.adrelid = a.attrelid AND d.adnum = a.attnum
                AND a.atthasdef
              ) AS DEFAULT,
              a.attnotnull,
              a.attrelid as table_oid,
              pgd.description as comment,
              a.attgenerated as generated,
                              (SELECT json_build_object(
                    'always', a.attidentity = 'a',
                    'start', s.seqstart,
                    'increment', s.seqincrement,
                    'minvalue', s.seqmin,
                    'maxvalue', s.seqmax,
                    'cache', s.seqcache,
                    'cycle', s.seqcycle)
                FROM pg_catalog.pg_sequence s
                JOIN pg_catalog.pg_class c on s.seqrelid = c."oid"
                WHERE c.relkind = 'S'
                AND a.attidentity != ''
                AND s.seqrelid = pg_catalog.pg_get_serial_sequence(
                    a.attrelid::regclass::text, a.attname
                )::regclass::oid
                ) as identity_options
            FROM pg_catalog.pg_attribute a
            LEFT JOIN pg_catalog.pg_description pgd ON (
                pgd.objoid = a.attrelid AND pgd.objsubid = a.attnum)
            WHERE a.attrelid = {oid:support.tickets}
            AND a.attnum > 0 AND NOT a.attisdropped
            ORDER BY a.attnum

ROLLBACK

BEGIN

SELECT a.attname
                FROM pg_attribute a JOIN (
                    SELECT unnest(ix.indkey) attnum,
                           generate_subscripts(ix.indkey, 1) ord
                    FROM pg_index ix
                    WHERE ix.indrelid = {oid:support.tickets} AND ix.indisprimary
                    ) k ON a.attnum=k.attnum
                WHERE a.attrelid = {oid:support.tickets}
                ORDER BY k.ord

SELECT conname
           FROM  pg_catalog.pg_constraint r
           WHERE r.conrelid = {oid:support.tickets} AND r.contype = 'p'
           ORDER BY 1

ROLLBACK

BEGIN

SELECT r.conname,
                pg_catalog.pg_get_constraintdef(r.oid, true) as condef,
                n.nspname as conschema
          FROM  pg_catalog.pg_constraint r,
                pg_namespace n,
                pg_class c
          WHERE r.conrelid = {oid:support.tickets} AND
                r.contype = 'f' AND
                c.oid = confrelid AND
                n.oid = c.relnamespace
          ORDER BY 1

ROLLBACK

BEGIN

SELECT
                  i.relname as relname,
                  ix.indisunique, ix.indexprs,
                  a.attname, a.attnum, c.conrelid, ix.indkey::varchar,
                  ix.indoption::varchar, i.reloptions, am.amname,
                  pg_get_expr(ix.indpred, ix.indrelid),
                  ix.indnkeyatts as indnkeyatts
              FROM
                  pg_class t
                        join pg_index ix on t.oid = ix.indrelid
                        join pg_class i on i.oid = ix.indexrelid
                        left outer join
                            pg_attribute a
                            on t.oid = a.attrelid and a.attnum = ANY(ix.indkey)
                        left outer join
                            pg_constraint c
                            on (ix.indrelid = c.conrelid and
                                ix.indexrelid = c.conindid and
                                c.contype in ('p', 'u', 'x'))
                        left outer join
                            pg_am am
                            on i.relam = am.oid
              WHERE
                  t.relkind IN ('r', 'v', 'f', 'm', 'p')
                  and t.oid = {oid:support.tickets}
                  and ix.indisprimary = 'f'
              ORDER BY
                  t.relname,
                  i.relname

ROLLBACK

BEGIN

SELECT
                cons.conname as name,
                cons.conkey as key,
                a.attnum as col_num,
                a.attname as col_name
            FROM
                pg_catalog.pg_constraint cons
                join pg_attribute a
                  on cons.conrelid = a.attrelid AND
                    a.attnum = ANY(cons.conkey)
            WHERE
                cons.conrelid = {oid:support.tickets} AND
                cons.contype = 'u'

ROLLBACK

BEGIN

SELECT
                cons.conname as name,
                pg_get_constraintdef(cons.oid) as src
            FROM
                pg_catalog.pg_constraint cons
            WHERE
                cons.conrelid = {oid:support.tickets} AND
                cons.contype = 'c'

ROLLBACK

BEGIN

SELECT
                pgd.description as table_comment
            FROM
                pg_catalog.pg_description pgd
            WHERE
                pgd.objsubid = 0 AND
                pgd.objoid = {oid:support.tickets}

ROLLBACK

BEGIN

select relname from pg_class c join pg_namespace n on n.oid=c.relnamespace where pg_catalog.pg_table_is_visible(c.oid) and relname='customers'

ROLLBACK

BEGIN

SELECT t.typname as "name",
               -- no enum defaults in 8.4 at least
               -- t.typdefault as "default",
               pg_catalog.pg_type_is_visible(t.oid) as "visible",
               n.nspname as "schema",
               e.enumlabel as "label"
            FROM pg_catalog.pg_type t
                 LEFT JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace
                 LEFT JOIN pg_catalog.pg_enum e ON t.oid = e.enumtypid
            WHERE t.typtype = 'e'
        AND n.nspname = 'public' ORDER BY "schema", "name", e.oid

ROLLBACK

BEGIN

SELECT pg_get_viewdef(c.oid) view_def FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = 'support' AND c.relname = 'open_cases' AND c.relkind IN ('v', 'm')

ROLLBACK

BEGIN

SELECT relname FROM pg_class c join pg_namespace n on n.oid=c.relnamespace where relkind='S' and n.nspname='public'

ROLLBACK

BEGIN

SELECT a.attname,
              pg_catalog.format_type(a.atttypid, a.atttypmod),
              (
                SELECT pg_catalog.pg_get_expr(d.adbin, d.adrelid)
                FROM pg_catalog.pg_attrdef d
                WHERE d.adrelid = a.attrelid AND d.adnum = a.attnum
                AND a.atthasdef
              ) AS DEFAULT,
              a.attnotnull,
              a.attrelid as table_oid,
              pgd.description as comment,
              a.attgenerated as generated,
                              (SELECT json_build_object(
                    'always', a.attidentity = 'a',
                    'start', s.seqstart,
                    'increment', s.seqincrement,
                    'minvalue', s.seqmin,
                    'maxvalue', s.seqmax,
                    'cache', s.seqcache,
                    'cycle', s.seqcycle)
                FROM pg_catalog.pg_sequence s
                JOIN pg_catalog.pg_class c on s.seqrelid = c."oid"
                WHERE c.relkind = 'S'
                AND a.attidentity != ''
                AND s.seqrelid = pg_catalog.pg_get_serial_sequence(
                    a.attrelid::regclass::text, a.attname
                )::regclass::oid
                ) as identity_options
            FROM pg_catalog.pg_attribute a
            LEFT JOIN pg_catalog.pg_description pgd ON (
                pgd.objoid = a.attrelid AND pgd.objsubid = a.attnum)
            WHERE a.attrelid = {oid:billing.transactions}
            AND a.attnum > 0 AND NOT a.attisdropped
            ORDER BY a.attnum

SELECT a.attname
                FROM pg_attribute a JOIN (
                    SELECT unnest(ix.indkey) attnum,
                           generate_subscripts(ix.indkey, 1) ord
                    FROM pg_index ix
                    WHERE ix.indrelid = {oid:billing.transactions} AND ix.indisprimary
                    ) k ON a.attnum=k.attnum
                WHERE a.attrelid = {oid:billing.transactions}
                ORDER BY k.ord

SELECT conname
           FROM  pg_catalog.pg_constraint r
           WHERE r.conrelid = {oid:billing.transactions} AND r.contype = 'p'
           ORDER BY 1

SELECT r.conname,
                pg_catalog.pg_get_constraintdef(r.oid, true) as condef,
                n.nspname as conschema
          FROM  pg_catalog.pg_constraint r,
                pg_namespace n,
                pg_class c
          WHERE r.conrelid = {oid:billing.transactions} AND
                r.contype = 'f' AND
                c.oid = confrelid AND
                n.oid = c.relnamespace
          ORDER BY 1

SELECT
                  i.relname as relname,
                  ix.indisunique, ix.indexprs,
                  a.attname, a.attnum, c.conrelid, ix.indkey::varchar,
                  ix.indoption::varchar, i.reloptions, am.amname,
                  pg_get_expr(ix.indpred, ix.indrelid),
                  ix.indnkeyatts as indnkeyatts
              FROM
                  pg_class t
                        join pg_index ix on t.oid = ix.indrelid
                        join pg_class i on i.oid = ix.indexrelid
                        left outer join
                            pg_attribute a
                            on t.oid = a.attrelid and a.attnum = ANY(ix.indkey)
                        left outer join
                            pg_constraint c
                            on (ix.indrelid = c.conrelid and
                                ix.indexrelid = c.conindid and
                                c.contype in ('p', 'u', 'x'))
                        left outer join
                            pg_am am
                            on i.relam = am.oid
              WHERE
                  t.relkind IN ('r', 'v', 'f', 'm', 'p')
                  and t.oid = {oid:billing.transactions}
                  and ix.indisprimary = 'f'
              ORDER BY
                  t.relname,
                  i.relname

SELECT
                cons.conname as name,
                cons.conkey as key,
                a.attnum as col_num,
                a.attname as col_name
            FROM
                pg_catalog.pg_constraint cons
                join pg_attribute a
                  on cons.conrelid = a.attrelid AND
                    a.attnum = ANY(cons.conkey)
            WHERE
                cons.conrelid = {oid:billing.transactions} AND
                cons.contype = 'u'

SELECT
                cons.conname as name,
                pg_get_constraintdef(cons.oid) as src
            FROM
                pg_catalog.pg_constraint cons
            WHERE
                cons.conrelid = {oid:billing.transactions} AND
                cons.contype = 'c'

SELECT
                pgd.description as table_comment
            FROM
                pg_catalog.pg_description pgd
            WHERE
                pgd.objsubid = 0 AND
                pgd.objoid = {oid:billing.transactions}

ROLLBACK
