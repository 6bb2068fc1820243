-- A database for sqlsmith to write statements about: the twins' shape, without what a role may not name. It looks functions
-- up in pg_proc by the search path, and information_schema is left out of its tables.
CREATE VIEW information_schema.pg_proc AS
SELECT * FROM pg_catalog.pg_proc p
 WHERE provolatile = 'i' AND pronamespace = 'pg_catalog'::regnamespace
   AND proname !~ '(in|out|recv|send|typmod|serialize|larger|smaller|_accum|_inv|_combine|_transfn|_finalfn|_final|_support|sortsupport|handler|_cmp|hash.*|sel|validate)$'
   AND NOT '{internal,cstring,anyrange,anymultirange,anyenum}'::regtype[] && (proargtypes::regtype[] || prorettype::regtype);
CREATE VIEW information_schema.pg_operator AS
SELECT * FROM pg_catalog.pg_operator
 WHERE oprnamespace = 'pg_catalog'::regnamespace AND oprresult <> 0
   AND NOT '{anyrange,anymultirange,anyenum}'::regtype[] && ARRAY[oprleft::regtype, oprright::regtype, oprresult::regtype];
GRANT SELECT ON information_schema.pg_proc, information_schema.pg_operator TO tabir_twin;
ALTER DATABASE :"database" SET search_path = information_schema, pg_catalog, public;
ALTER TABLE customers DROP COLUMN id_number CASCADE;
ALTER TABLE accounts DROP COLUMN share CASCADE;
ALTER TABLE derived DROP COLUMN loud CASCADE, DROP COLUMN digits CASCADE;
DROP TABLE untold, customers_old, visits_old, visits_new CASCADE;
