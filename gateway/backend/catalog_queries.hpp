#pragma once

// What a catalog snapshot is read with. Run under an empty search_path, so that pg_get_viewdef and regclass
// print qualified names. Temporary objects are other sessions' own and are left out; so are indexes and TOAST
// tables, which no statement of a restricted role may name. Rows are ordered, so that equal catalogs give
// equal bytes.

namespace gateway::backend::catalog_query {

// The server's own search_path, unless `source` says that it is of the reading user: asked before the reading
// sets its empty one, so this says pg_catalog itself.
inline constexpr const char* own_search_path = R"(
select setting, source from pg_catalog.pg_settings where name operator(pg_catalog.=) 'search_path')";

// How constants are read and values spelled where a session says nothing of it: ALTER DATABASE, or the
// server's own.
inline constexpr const char* settings = R"(
select name, setting from pg_settings
 where name in ('TimeZone', 'DateStyle', 'IntervalStyle', 'timezone_abbreviations', 'default_text_search_config',
                'bytea_output', 'xmlbinary', 'xmloption', 'lc_monetary', 'lc_numeric', 'lc_time')
 order by name)";

// The search_path that sessions of this database begin with: of the roles that have one of their own, and of
// all others in the row without a role. What is said for this database counts before what is said for all.
inline constexpr const char* search_paths = R"(
select distinct on (r.rolname) r.rolname, substr(c.setting, length('search_path=') + 1)
  from pg_db_role_setting s cross join unnest(s.setconfig) c (setting) left join pg_roles r on r.oid = s.setrole
 where starts_with(c.setting, 'search_path=') and (s.setrole = 0 or r.rolname is not null)
   and s.setdatabase in (0, (select d.oid from pg_database d where d.datname = current_database()))
 order by r.rolname, s.setdatabase = 0)";

inline constexpr const char* database = "select current_database()";

inline constexpr const char* relations = R"(
select c.oid, n.nspname, c.relname, c.relkind,
       case when c.relkind in ('v', 'm') then pg_get_viewdef(c.oid) end as definition,
       coalesce((select o.option_value::boolean from pg_options_to_table(c.reloptions) o
                  where o.option_name = 'security_barrier'), false) as security_barrier,
       exists (select from pg_rewrite r where r.ev_class = c.oid and r.rulename <> '_RETURN') as has_rules,
       coalesce((select array_to_string(i.indkey, ' ') from pg_index i
                  where i.indrelid = c.oid and i.indisprimary), '') as primary_key,
       coalesce((select min(d.refobjid::bigint) from pg_depend d
                  where c.relkind = 'S' and d.classid = 'pg_class'::regclass and d.objid = c.oid
                    and d.refclassid = 'pg_class'::regclass and d.deptype in ('a', 'i')), 0) as owned_by,
       exists (select from pg_trigger t where t.tgrelid = c.oid and t.tgtype & 64 <> 0) as has_instead_of
  from pg_class c join pg_namespace n on n.oid = c.relnamespace
 where c.relkind in ('r', 'p', 'v', 'm', 'f', 'S', 'c') and c.relpersistence <> 't'
 order by c.oid)";

inline constexpr const char* columns = R"(
with recursive heirs (relation, heir) as (
  select c.oid, c.oid from pg_class c where c.relkind in ('r', 'p', 'f')
  union
  select h.relation, i.inhrelid from heirs h join pg_inherits i on i.inhparent = h.heir)
select a.attrelid, a.attnum, a.attname, a.atttypid, a.atttypmod, a.attcollation,
       a.attnotnull or (y.typnotnull and c.relkind in ('r', 'p')) or exists (
         select from pg_constraint f
          where f.conrelid = a.attrelid and f.contype = 'c' and f.convalidated and f.conkey = array[a.attnum]
            and pg_get_expr(f.conbin, f.conrelid) = '(' || quote_ident(a.attname) || ' IS NOT NULL)') as not_null,
       a.attgenerated <> '' as generated,
       a.attidentity <> '' or exists (
         select from pg_attrdef f
          where f.adrelid = a.attrelid and f.adnum = a.attnum and a.attgenerated = ''
            and (pg_get_expr(f.adbin, f.adrelid) like '%nextval(%'
                 or exists (select from pg_depend d join pg_proc p on p.oid = d.refobjid
                                                    join pg_language l on l.oid = p.prolang
                             where d.classid = 'pg_attrdef'::regclass and d.objid = f.oid
                               and d.refclassid = 'pg_proc'::regclass
                               and l.lanname not in ('c', 'internal')))) as numbered,
       exists (select from pg_index i
                where i.indrelid = a.attrelid and i.indkey[0] = a.attnum and i.indnkeyatts = 1 and i.indisunique
                  and i.indimmediate and i.indisvalid and i.indpred is null and i.indexprs is null) as is_unique,
       a.atthasdef or a.attidentity <> '' or y.typdefault is not null or exists (
         select from heirs h join pg_trigger t on t.tgrelid = h.heir
          where h.relation = a.attrelid and not t.tgisinternal and t.tgtype & 7 = 7) as has_default,
       coalesce((select string_agg(distinct d.refobjsubid::text, ' ')
                   from pg_attrdef g join pg_depend d on d.classid = 'pg_attrdef'::regclass and d.objid = g.oid
                                                     and d.refclassid = 'pg_class'::regclass and d.refobjid = g.adrelid
                  where a.attgenerated <> '' and g.adrelid = a.attrelid and g.adnum = a.attnum
                    and d.refobjsubid not in (0, g.adnum)), '') as generated_from
  from pg_attribute a join pg_class c on c.oid = a.attrelid join pg_type y on y.oid = a.atttypid
 where a.attnum > 0 and not a.attisdropped
   and c.relkind in ('r', 'p', 'v', 'm', 'f', 'S', 'c') and c.relpersistence <> 't'
 order by a.attrelid, a.attnum)";

// Columns of unique indexes and exclusion constraints (0 in an expression is the whole row), and of foreign
// keys on either side; and whether each of these compares whole values, case aside.
inline constexpr const char* compared_columns = R"(
select t.relation, t.attnum, bool_and(t.is_whole)
  from (select i.indrelid as relation, a.attnum,
               not i.indisexclusion
               and (a.attnum = any ((i.indkey::int2[])[0:i.indnkeyatts - 1])
                      and coalesce(i.indexprs::text, '') !~ (':varattno (0|' || a.attnum || ') ')
                    or (y.typcategory = 'S' and pg_get_expr(i.indexprs, i.indrelid) in (
                          'lower(' || quote_ident(a.attname) || ')', 'lower((' || quote_ident(a.attname) || ')::text)')))
               and not exists (select from unnest(i.indclass) o (oid) join pg_opclass c on c.oid = o.oid where not c.opcdefault)
               and not exists (select from unnest(i.indcollation) o (oid) join pg_collation c on c.oid = o.oid
                                where not c.collisdeterministic) as is_whole
          from pg_index i
          join pg_attribute a on a.attrelid = i.indrelid and a.attnum > 0 and not a.attisdropped
                             and (a.attnum = any ((i.indkey::int2[])[0:i.indnkeyatts - 1])
                                  or concat(i.indexprs, i.indpred) ~ (':varattno (0|' || a.attnum || ') '))
          join pg_type y on y.oid = a.atttypid
         where i.indisunique or i.indisexclusion
        union all
        select f.conrelid, k.attnum, true from pg_constraint f, unnest(f.conkey) k (attnum) where f.contype = 'f'
        union all
        select f.confrelid, k.attnum, true from pg_constraint f, unnest(f.confkey) k (attnum) where f.contype = 'f') t
 group by t.relation, t.attnum
 order by 1, 2)";

// What is looked at together when a row is written (sql::Tie): CHECK constraints (0 is the whole row),
// foreign keys on either side, indexes that compare rows or compute something, generated columns, row
// security policies, keys of partitions, and what domains check within one array or document. Columns depend
// on the table whose partitions an expression over them chooses. Of single columns, those that have parts.
// Last: the columns of which a CHECK asks nothing but IS [NOT] NULL, those that a unique index compares as a
// whole (case aside), the one that is NULL in all rows of a partial index (unless a trigger could make it so
// again: a function in PL/pgSQL that names it, or assigns or returns another row), and those that an index
// only holds.
inline constexpr const char* ties = R"(
with recursive checked (type) as (
  select f.contypid from pg_constraint f join pg_type t on t.oid = f.contypid and t.typcategory in ('A', 'U')
   where f.contype = 'c'
     and regexp_replace(f.conbin::text, '{NULLTEST :arg {COERCETODOMAINVALUE [^{}]*} :nulltesttype \d :argisrow false',
                        '', 'g') ~ 'COERCETODOMAINVALUE'
  union
  select t.oid from checked c join pg_type t on t.typbasetype = c.type or (t.typelem = c.type and t.typlen = -1))
select t.relation, string_agg(distinct a.attnum::text, ' '), bool_or(t.with_other_rows),
       coalesce(string_agg(distinct a.attnum::text, ' ') filter (where t.is_null_test), ''),
       coalesce(string_agg(distinct a.attnum::text, ' ') filter (
         where i.indisunique and not i.indnullsnotdistinct and (t.is_plain or y.typcategory = 'S'
               and pg_get_expr(i.indexprs, i.indrelid) in (
                 'lower(' || quote_ident(a.attname) || ')', 'lower((' || quote_ident(a.attname) || ')::text)')
               and coalesce(i.indpred::text, '') !~ (':varattno (0|' || a.attnum || ') '))
           and not exists (select from unnest(i.indclass) o (oid) join pg_opclass c on c.oid = o.oid where not c.opcdefault)
           and not exists (select from unnest(i.indcollation) o (oid) join pg_collation c on c.oid = o.oid
                            where not c.collisdeterministic)), ''),
       coalesce(string_agg(distinct a.attnum::text, ' ') filter (
         where pg_get_expr(i.indpred, i.indrelid) = '(' || quote_ident(a.attname) || ' IS NULL)'
           and not exists (select from pg_trigger g join pg_proc p on p.oid = g.tgfoid
                                                    join pg_language l on l.oid = p.prolang
                            where g.tgrelid = t.relation and not g.tgisinternal
                              and (g.tgtype & 19 = 19 or g.tgtype & 7 = 7 and exists (
                                     select from pg_class m where m.oid = t.relation and (m.relispartition or m.relkind = 'p')))
                              and l.lanname <> 'internal'
                              and (l.lanname <> 'plpgsql' or strpos(lower(p.prosrc), lower(a.attname)) > 0
                                   or regexp_replace(p.prosrc, '\mif\s*\(?\s*tg_op\s*=\s*''delete''\s*\)?\s*then\s+return\s+old\s*;', '', 'gi') ~* '\mnew\s*:?=|\mcall\M|\mfor\s+new\M|\minto\s+(strict\s+)?new\M|\mreturn\M(?!\s+(new|null)\s*;)'))), ''),
       coalesce(string_agg(distinct a.attnum::text, ' ') filter (
         where t.is_plain and not i.indisunique and not i.indisexclusion), '')
  from (select f.conrelid as relation, 'constraint ' || f.oid as what, k.attnum, f.contype = 'f' as with_other_rows,
               f.contype = 'c' and regexp_replace(
                   f.conbin::text, '{NULLTEST :arg {VAR [^{}]*:varattno ' || k.attnum
                                   || ' [^{}]*} :nulltesttype \d :argisrow false', '', 'g')
                 !~ (':varattno (0|' || k.attnum || ') ') as is_null_test, false as is_plain, 0 as index
          from pg_constraint f, unnest(f.conkey) k (attnum) where f.contype in ('c', 'f')
        union
        select f.confrelid, 'reference ' || f.oid, k.attnum, true, false, false, 0
          from pg_constraint f, unnest(f.confkey) k (attnum) where f.contype = 'f'
        union
        select i.indrelid, 'index ' || i.indexrelid, k.attnum, i.indisunique or i.indisexclusion, false, not k.is_computed_with,
               i.indexrelid
          from pg_index i,
               lateral (select d.attnum, concat(i.indexprs, i.indpred) ~ (':varattno (0|' || d.attnum || ') '),
                               d.attnum = any ((i.indkey::int2[])[0:i.indnkeyatts - 1])
                          from pg_attribute d where d.attrelid = i.indrelid and d.attnum > 0 and not d.attisdropped
                       ) k (attnum, is_computed_with, is_key)
         where (k.is_key or k.is_computed_with) and (i.indisunique or i.indisexclusion or i.indexprs is not null or i.indpred is not null)
        union
        select g.adrelid, 'generated ' || g.oid, d.refobjsubid, false, false, false, 0
          from pg_attrdef g
          join pg_attribute a on a.attrelid = g.adrelid and a.attnum = g.adnum and a.attgenerated <> ''
          join pg_depend d on d.classid = 'pg_attrdef'::regclass and d.objid = g.oid
                          and d.refclassid = 'pg_class'::regclass and d.refobjid = g.adrelid
         where d.refobjsubid not in (0, g.adnum)
        union
        select p.polrelid, 'policy ' || p.oid, d.refobjsubid, false, false, false, 0
          from pg_policy p
          join pg_depend d on d.classid = 'pg_policy'::regclass and d.objid = p.oid
                          and d.refclassid = 'pg_class'::regclass and d.refobjid = p.polrelid
         where d.refobjsubid > 0
        union
        select p.polrelid, 'policy ' || p.oid, 0, false, false, false, 0
          from pg_policy p where concat(p.polqual, p.polwithcheck) like '%:varattno 0 %'
        union
        select p.partrelid, 'partitions', k.attnum, false, false, false, 0
          from pg_partitioned_table p, unnest(p.partattrs) k (attnum) where k.attnum > 0
        union
        select p.partrelid, 'partitions', d.objsubid, false, false, false, 0
          from pg_partitioned_table p
          join pg_depend d on d.classid = 'pg_class'::regclass and d.objid = p.partrelid and d.objsubid > 0
                          and d.refclassid = 'pg_class'::regclass and d.refobjid = p.partrelid and d.refobjsubid = 0
        union
        select d.attrelid, 'domain ' || d.attnum, d.attnum, false, false, false, 0
          from pg_attribute d join checked c on c.type = d.atttypid where d.attnum > 0) t
  join pg_attribute a on a.attrelid = t.relation and a.attnum > 0 and not a.attisdropped and t.attnum in (0, a.attnum)
  join pg_type y on y.oid = a.atttypid left join pg_index i on i.indexrelid = t.index
 group by t.relation, t.what having count(distinct a.attnum) > 1 or bool_or(y.typcategory in ('A', 'U'))
 order by t.relation, t.what)";

inline constexpr const char* foreign_keys = R"(
select f.confrelid, f.conrelid, array_to_string(f.confkey, ' '), array_to_string(f.conkey, ' '), f.confdeltype,
       f.confupdtype, array_to_string(coalesce(f.confdelsetcols, f.conkey), ' ')
  from pg_constraint f where f.contype = 'f' order by f.confrelid, f.oid)";

// Of a table whose children are no partitions: what a child alone checks.
inline constexpr const char* partition_keys = R"(
select p.partrelid, k.attnum from pg_partitioned_table p, unnest(p.partattrs) k (attnum) where k.attnum > 0
union
select p.partrelid, d.objsubid
  from pg_partitioned_table p
  join pg_depend d on d.classid = 'pg_class'::regclass and d.objid = p.partrelid and d.objsubid > 0
                  and d.refclassid = 'pg_class'::regclass and d.refobjid = p.partrelid and d.refobjsubid = 0
union
select i.inhparent, a.attnum
  from pg_inherits i
  join pg_constraint c on c.conrelid = i.inhrelid and c.contype = 'c' and c.coninhcount = 0
  join pg_attribute o on o.attrelid = i.inhrelid and o.attnum > 0 and (o.attnum = any (c.conkey) or 0 = any (c.conkey))
  join pg_attribute a on a.attrelid = i.inhparent and a.attname = o.attname and a.attnum > 0
 order by 1, 2)";

// By name in the whole tree, where the same column may have another number.
inline constexpr const char* list_keys = R"(
select distinct t.relid::oid, a.attnum
  from pg_partitioned_table p
  join pg_attribute k on k.attrelid = p.partrelid and k.attnum = p.partattrs[0]
  cross join pg_partition_tree(pg_partition_root(p.partrelid)) t
  join pg_attribute a on a.attrelid = t.relid and a.attname = k.attname and a.attnum > 0
 where p.partstrat = 'l'
 order by 1, 2)";

inline constexpr const char* parents = R"(
select i.inhrelid, i.inhparent from pg_inherits i order by i.inhrelid, i.inhseqno, i.inhparent)";

inline constexpr const char* sources = R"(
select distinct r.ev_class, d.refobjid
  from pg_rewrite r
  join pg_depend d on d.classid = 'pg_rewrite'::regclass and d.objid = r.oid and d.refclassid = 'pg_class'::regclass
 where r.rulename = '_RETURN' and d.refobjid <> r.ev_class
 order by 1, 2)";

// An array type belongs to an extension if its elements do.
inline constexpr const char* types = R"(
select t.oid, n.nspname, t.typname, t.typtype, t.typcategory, t.typbasetype,
       case when t.typlen = -1 then t.typelem else 0 end as element, t.typrelid,
       exists (select from pg_depend d
                where d.classid = 'pg_type'::regclass and d.deptype = 'e'
                  and d.objid in (t.oid, case when t.typlen = -1 then t.typelem else 0 end)) as extension,
       t.typtypmod
  from pg_type t join pg_namespace n on n.oid = t.typnamespace
 where not pg_is_other_temp_schema(n.oid)
 order by t.oid)";

inline constexpr const char* functions = R"(
select p.oid, n.nspname, p.proname, p.prokind, p.proretset,
       exists (select from pg_depend d where d.classid = 'pg_proc'::regclass and d.objid = p.oid and d.deptype = 'e')
  from pg_proc p join pg_namespace n on n.oid = p.pronamespace
 where not pg_is_other_temp_schema(n.oid)
 order by p.oid)";

// Those that hold nothing, too. Those of temporary objects come and go with sessions.
inline constexpr const char* schemas = R"(
select n.nspname from pg_namespace n where n.nspname !~ '^pg_(toast_)?temp_' order by n.nspname)";

inline constexpr const char* collations = R"(
select c.oid, n.nspname, c.collname, c.collisdeterministic
  from pg_collation c join pg_namespace n on n.oid = c.collnamespace
 where c.collencoding in (-1, pg_char_to_encoding(getdatabaseencoding()))
 order by c.oid)";

// Schemas that hold types of extensions, each with a role that may create objects there although it neither
// is a superuser nor acts for the database's owner, and with an operator that no extension owns. Either of
// them could put an operator before the one that a printed statement means.
inline constexpr const char* extension_schemas = R"(
select n.nspname,
       (select min(r.rolname) from pg_roles r, pg_database b
         where b.datname = current_database() and not r.rolsuper and r.rolname <> 'pg_database_owner'
           and not pg_has_role(r.oid, b.datdba, 'MEMBER') and has_schema_privilege(r.oid, n.oid, 'CREATE')) as creator,
       (select min(o.oid::regoperator::text) from pg_operator o
         where o.oprnamespace = n.oid
           and not exists (select from pg_depend d where d.classid = 'pg_operator'::regclass and d.objid = o.oid
                              and d.deptype = 'e')) as stray_operator
  from pg_namespace n
 where n.nspname <> 'pg_catalog'
   and n.oid in (select t.typnamespace from pg_type t
                   join pg_depend d on d.classid = 'pg_type'::regclass and d.objid = t.oid and d.deptype = 'e')
 order by n.nspname)";

// Schemas without anything that a printed statement leaves for the back end to find: operators, and unnest(a,
// b), which the grammar knows by that name alone. Where anybody may create, they could come at any moment.
inline constexpr const char* plain_schemas = R"(
select n.nspname
  from pg_namespace n
 where n.nspname !~ '^pg_'
   and not exists (select from pg_operator o where o.oprnamespace = n.oid)
   and not exists (select from pg_proc p where p.pronamespace = n.oid and p.proname = 'unnest')
   and not has_schema_privilege('public', n.oid, 'CREATE')
 order by n.nspname)";

}  // namespace gateway::backend::catalog_query
