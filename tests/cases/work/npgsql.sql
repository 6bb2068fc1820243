-- Npgsql 6 to 8: what it loads when it connects, and what its DataAdapter asks

SELECT version();

SELECT ns.nspname, t.oid, t.typname, t.typtype, t.typnotnull, t.elemtypoid
FROM (
    -- Arrays have typtype=b - this subquery identifies them by their typreceive and converts their typtype to a
    -- We first do this for the type (innerest-most subquery), and then for its element type
    -- This also returns the array element, range subtype and domain base type as elemtypoid
    SELECT
        typ.oid, typ.typnamespace, typ.typname, typ.typtype, typ.typrelid, typ.typnotnull, typ.relkind,
        elemtyp.oid AS elemtypoid, elemtyp.typname AS elemtypname, elemcls.relkind AS elemrelkind,
        CASE WHEN elemproc.proname='array_recv' THEN 'a' ELSE elemtyp.typtype END AS elemtyptype
    FROM (
        SELECT typ.oid, typnamespace, typname, typrelid, typnotnull, relkind, typelem AS elemoid,
            CASE WHEN proc.proname='array_recv' THEN 'a' ELSE typ.typtype END AS typtype,
            CASE
                WHEN proc.proname='array_recv' THEN typ.typelem
                WHEN typ.typtype='r' THEN rngsubtype
                WHEN typ.typtype='m' THEN (SELECT rngtypid FROM pg_range WHERE rngmultitypid = typ.oid)
                WHEN typ.typtype='d' THEN typ.typbasetype
            END AS elemtypoid
        FROM pg_type AS typ
        LEFT JOIN pg_class AS cls ON (cls.oid = typ.typrelid)
        LEFT JOIN pg_proc AS proc ON proc.oid = typ.typreceive
        LEFT JOIN pg_range ON (pg_range.rngtypid = typ.oid)
    ) AS typ
    LEFT JOIN pg_type AS elemtyp ON elemtyp.oid = elemtypoid
    LEFT JOIN pg_class AS elemcls ON (elemcls.oid = elemtyp.typrelid)
    LEFT JOIN pg_proc AS elemproc ON elemproc.oid = elemtyp.typreceive
) AS t
JOIN pg_namespace AS ns ON (ns.oid = typnamespace)
WHERE
    typtype IN ('b', 'r', 'm', 'e', 'd') OR -- Base, range, multirange, enum, domain
    (typtype = 'c' AND relkind='c') OR -- User-defined free-standing composites (not table composites) by default
    (typtype = 'p' AND typname IN ('record', 'void', 'unknown')) OR -- Some special supported pseudo-types
    (typtype = 'a' AND (  -- Array of...
        elemtyptype IN ('b', 'r', 'm', 'e', 'd') OR -- Array of base, range, multirange, enum, domain
        (elemtyptype = 'p' AND elemtypname IN ('record', 'void')) OR -- Arrays of special supported pseudo-types
        (elemtyptype = 'c' AND elemrelkind='c') -- Array of user-defined free-standing composites (not table composites) by default
    ))
ORDER BY CASE
       WHEN typtype IN ('b', 'e', 'p') THEN 0           -- First base types, enums, pseudo-types
       WHEN typtype = 'r' THEN 1                        -- Ranges after
       WHEN typtype = 'm' THEN 2                        -- Multiranges after
       WHEN typtype = 'c' THEN 3                        -- Composites after
       WHEN typtype = 'd' AND elemtyptype <> 'a' THEN 4 -- Domains over non-arrays after
       WHEN typtype = 'a' THEN 5                        -- Arrays after
       WHEN typtype = 'd' AND elemtyptype = 'a' THEN 6  -- Domains over arrays last
END, t.oid;

-- Load field definitions for (free-standing) composite types
SELECT typ.oid, att.attname, att.atttypid
FROM pg_type AS typ
JOIN pg_namespace AS ns ON (ns.oid = typ.typnamespace)
JOIN pg_class AS cls ON (cls.oid = typ.typrelid)
JOIN pg_attribute AS att ON (att.attrelid = typ.typrelid)
WHERE
  (typ.typtype = 'c' AND cls.relkind='c') AND
  attnum > 0 AND     -- Don't load system attributes
  NOT attisdropped
ORDER BY typ.oid, att.attnum;

-- Load enum fields
SELECT pg_type.oid, enumlabel
FROM pg_enum
JOIN pg_type ON pg_type.oid=enumtypid
ORDER BY oid, enumsortorder;

SELECT attr.attname, attr.attnotnull, attr.attidentity != '' AS isidentity, pg_get_serial_sequence(cls.oid::regclass::text, attr.attname) IS NOT NULL AS isserial,
       typ.oid AS typoid, atttypmod, nspname, relname, attgenerated, cls.oid AS attrelid,
       COALESCE((SELECT true FROM pg_index WHERE indrelid = cls.oid AND indisprimary AND attnum = ANY (indkey)), false) AS isprimarykey
FROM pg_attribute AS attr
JOIN pg_type AS typ ON attr.atttypid = typ.oid
JOIN pg_class AS cls ON cls.oid = attr.attrelid
JOIN pg_namespace AS ns ON ns.oid = cls.relnamespace
LEFT OUTER JOIN pg_attrdef ON attrelid = adrelid AND attr.attnum = pg_attrdef.adnum
WHERE atttypid <> 0 AND relkind IN ('r', 'v', 'm') AND NOT attisdropped AND nspname NOT IN ('pg_catalog', 'information_schema') AND attnum > 0 AND ((cls.oid={oid:public.customers} AND attnum=1) OR (cls.oid={oid:public.customers} AND attnum=3))
ORDER BY attnum;

CLOSE ALL;UNLISTEN *;SELECT pg_advisory_unlock_all();DISCARD SEQUENCES;DISCARD TEMP

SET SESSION AUTHORIZATION DEFAULT;RESET ALL;

-- $1 = '42'
SELECT id, full_name, phone FROM customers WHERE id = $1

-- $1 = '{1,2,3}'
SELECT id, city FROM customers WHERE id = ANY ($1::bigint[]) ORDER BY id

-- $1 = 'Medan', $2 = '5'
SELECT c."id", c."city", c."email" FROM "customers" AS c WHERE c."city" = $1 ORDER BY c."id" LIMIT $2

-- Entity Framework Core
SELECT t."id", t."assignee", t."status", c0."id", c0."full_name", c0."phone" FROM (SELECT s."id", s."assignee", s."status", s."customer_id" FROM "support"."tickets" AS s WHERE s."status" = 'open' ORDER BY s."id" LIMIT 5) AS t INNER JOIN "customers" AS c0 ON t."customer_id" = c0."id" ORDER BY t."id"

-- $1 = '%sari%'
SELECT c."id", c."city" FROM "customers" AS c WHERE c."city" LIKE $1 OR c."city" ILIKE 'b%' ORDER BY c."id" LIMIT 3

SELECT EXISTS (SELECT 1 FROM "customers" AS c WHERE c."id" = 42)

SELECT count(*)::int FROM "customers" AS c WHERE c."city" = 'Bogor'

SELECT c."city", count(*)::int AS "Count", max(c."id") AS "Last" FROM "customers" AS c GROUP BY c."city" ORDER BY c."city"

SELECT EXISTS (
    SELECT 1 FROM pg_catalog.pg_class c
    JOIN pg_catalog.pg_namespace n ON n.oid=c.relnamespace
    WHERE n.nspname='public' AND
          c.relname='__EFMigrationsHistory'
)
