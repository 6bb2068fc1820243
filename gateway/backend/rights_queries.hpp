#pragma once

// What the rights of one database user ($1) are read with. Run under an empty search_path. A finding is what
// is wrong, in words that follow the user's name, and the statement that puts it right.

namespace gateway::backend::rights_query {

inline constexpr const char* exists = R"(
select rolsuper from pg_roles where rolname = $1)";

inline constexpr const char* makes_temporary = R"(
select has_database_privilege($1, current_database(), 'TEMP'))";

inline constexpr const char* attributes = R"(
select v.what, format(v.fix, r.rolname)
  from pg_roles r
 cross join lateral (values
   (r.rolsuper,       'is a superuser, whom no grant binds',       'ALTER ROLE %I NOSUPERUSER;'),
   (r.rolbypassrls,   'goes around row security',                  'ALTER ROLE %I NOBYPASSRLS;'),
   (r.rolcreaterole,  'may create roles and grant them anything',  'ALTER ROLE %I NOCREATEROLE;'),
   (r.rolcreatedb,    'may create databases',                      'ALTER ROLE %I NOCREATEDB;'),
   (r.rolreplication, 'may replicate, which carries every row',    'ALTER ROLE %I NOREPLICATION;')
 ) v (holds, what, fix)
 where r.rolname = $1 and v.holds)";

// Membership counts whether it is inherited or must be taken by SET ROLE.
inline constexpr const char* memberships = R"(
select format('is a member of %s%s', string_agg(distinct g.rolname, ', '),
              case when bool_and(m.oid = g.oid) then '' else ' through ' || m.rolname end),
       format('REVOKE %I FROM %I;', m.rolname, u.rolname)
  from pg_roles u
  join pg_auth_members a on a.member = u.oid
  join pg_roles m on m.oid = a.roleid
  join pg_roles g on pg_has_role(m.oid, g.oid, 'MEMBER')
 where u.rolname = $1
   and (g.rolname in ('pg_read_all_data', 'pg_write_all_data', 'pg_read_server_files', 'pg_write_server_files',
                      'pg_execute_server_program', 'pg_monitor', 'pg_read_all_settings', 'pg_read_all_stats',
                      'pg_stat_scan_tables', 'pg_signal_backend', 'pg_checkpoint')
        or g.rolsuper or g.rolbypassrls or g.rolcreaterole or g.rolreplication)
 group by m.oid, m.rolname, u.rolname
 order by 2)";

inline constexpr const char* creating = R"(
with u as (select oid, rolname from pg_roles where rolname = $1),
     places as (
       select 'SCHEMA' as kind, n.nspname as name, n.nspowner as owner,
              coalesce(n.nspacl, acldefault('n', n.nspowner)) as acl
         from pg_namespace n where n.nspname !~ '^pg_'
       union all
       select 'DATABASE', d.datname, d.datdba, coalesce(d.datacl, acldefault('d', d.datdba))
         from pg_database d where d.datname = current_database())
select format('may create objects in the %s %s', lower(p.kind), p.name),
       case when p.owner = u.oid
            then format('ALTER %s %I OWNER TO %I;', p.kind, p.name,
                        (select rolname from pg_roles where rolsuper order by oid limit 1))
            else format('REVOKE CREATE ON %s %I FROM %s;', p.kind, p.name,
                        case x.grantee when 0 then 'PUBLIC' else quote_ident(pg_get_userbyid(x.grantee)) end) end
  from u cross join places p cross join lateral aclexplode(p.acl) x
 where x.privilege_type = 'CREATE'
   and (x.grantee = 0 or pg_has_role(u.oid, x.grantee, 'MEMBER'))
 order by 1, 2)";

// Functions that PostgreSQL itself keeps from PUBLIC, and those of extensions that run SQL from a string,
// reach other servers, files or pages below the rows.
inline constexpr const char* functions = R"(
with u as (select oid, rolname from pg_roles where rolname = $1)
select format('may call %s%s', p.oid::regprocedure, coalesce(' of extension ' || e.extname, '')),
       format('REVOKE EXECUTE ON %s %s FROM %s;', case p.prokind when 'p' then 'PROCEDURE' else 'FUNCTION' end,
              p.oid::regprocedure,
              case x.grantee when 0 then 'PUBLIC' else quote_ident(pg_get_userbyid(x.grantee)) end)
  from u
 cross join pg_proc p
  left join pg_depend d on d.classid = 'pg_proc'::regclass and d.objid = p.oid and d.deptype = 'e'
  left join pg_extension e on e.oid = d.refobjid and d.refclassid = 'pg_extension'::regclass
  left join pg_init_privs i on i.classoid = 'pg_proc'::regclass and i.objoid = p.oid and i.privtype = 'i'
 cross join lateral aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) x
 where x.privilege_type = 'EXECUTE'
   and (x.grantee = 0 or pg_has_role(u.oid, x.grantee, 'MEMBER'))
   and (e.extname in ('adminpack', 'amcheck', 'dblink', 'file_fdw', 'lo', 'pageinspect', 'pg_buffercache',
                      'pg_freespacemap', 'pg_visibility', 'pg_walinspect', 'pgrowlocks', 'pgstattuple',
                      'tablefunc', 'xml2')
        or (i.objoid is not null
            and not exists (select from aclexplode(i.initprivs) o
                             where o.privilege_type = 'EXECUTE' and (o.grantee = 0 or o.grantee = x.grantee))))
 order by 1, 2)";

// A function with the rights of its owner is a door through the grants, unless it is one of the gateway's
// policy.
inline constexpr const char* definers = R"(
with u as (select oid, rolname from pg_roles where rolname = $1)
select n.nspname || '.' || p.proname,
       format('may call %s, which runs with the rights of %s', p.oid::regprocedure, pg_get_userbyid(p.proowner)),
       format('REVOKE EXECUTE ON %s %s FROM %s;', case p.prokind when 'p' then 'PROCEDURE' else 'FUNCTION' end,
              p.oid::regprocedure,
              case x.grantee when 0 then 'PUBLIC' else quote_ident(pg_get_userbyid(x.grantee)) end)
  from u
 cross join pg_proc p
  join pg_namespace n on n.oid = p.pronamespace
 cross join lateral aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) x
 where p.prosecdef and x.privilege_type = 'EXECUTE' and p.proowner <> u.oid
   and (x.grantee = 0 or pg_has_role(u.oid, x.grantee, 'MEMBER'))
   and n.nspname <> 'pg_catalog'
 order by 2, 3)";

// System relations that PostgreSQL itself keeps from PUBLIC: statistics of values, passwords, files.
inline constexpr const char* system_relations = R"(
with u as (select oid, rolname from pg_roles where rolname = $1)
select format('may read %s, which PostgreSQL keeps from everybody', c.oid::regclass),
       format('REVOKE SELECT ON %s FROM %s;', c.oid::regclass,
              case x.grantee when 0 then 'PUBLIC' else quote_ident(pg_get_userbyid(x.grantee)) end)
  from u
 cross join pg_class c
  join pg_init_privs i on i.classoid = 'pg_class'::regclass and i.objoid = c.oid and i.objsubid = 0
 cross join lateral aclexplode(c.relacl) x
 where c.relnamespace = 'pg_catalog'::regnamespace and x.privilege_type = 'SELECT' and x.grantee <> c.relowner
   and (x.grantee = 0 or pg_has_role(u.oid, x.grantee, 'MEMBER'))
   and not exists (select from aclexplode(i.initprivs) o
                    where o.privilege_type = 'SELECT' and (o.grantee = 0 or o.grantee = x.grantee))
 order by 1, 2)";

// attnum 0: of the whole relation.
inline constexpr const char* relations = R"(
with u as (select oid, rolname from pg_roles where rolname = $1),
     acls as (
       select c.oid, c.relowner, 0 as attnum, null::name as attname,
              coalesce(c.relacl, acldefault(case c.relkind when 'S' then 's' else 'r' end::"char", c.relowner)) as acl
         from pg_class c join pg_namespace n on n.oid = c.relnamespace
        where c.relkind in ('r', 'p', 'v', 'm', 'f', 'S') and c.relpersistence <> 't'
          and n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
       union all
       select a.attrelid, c.relowner, a.attnum, a.attname, a.attacl
         from pg_attribute a join pg_class c on c.oid = a.attrelid join pg_namespace n on n.oid = c.relnamespace
        where a.attacl is not null and not a.attisdropped and c.relpersistence <> 't'
          and n.nspname !~ '^pg_' and n.nspname <> 'information_schema')
select a.oid, a.attnum, quote_ident(a.attname), x.privilege_type,
       case x.grantee when 0 then 'PUBLIC' else quote_ident(pg_get_userbyid(x.grantee)) end as grantee,
       a.relowner = x.grantee as owns, x.grantee = u.oid as direct
  from u cross join acls a cross join lateral aclexplode(a.acl) x
 where x.grantee = 0 or pg_has_role(u.oid, x.grantee, 'MEMBER')
 order by a.oid, a.attnum, 4, 5)";

inline constexpr const char* schemas = R"(
select n.nspname from pg_namespace n join pg_roles u on has_schema_privilege(u.oid, n.oid, 'USAGE')
 where u.rolname = $1)";

// Functions that a policy may name: what there is to know before it does.
inline constexpr const char* named_functions = R"(
select p.oid::regprocedure::text, p.prosecdef, p.provolatile, p.proleakproof
  from pg_proc p join pg_namespace n on n.oid = p.pronamespace
 where n.nspname || '.' || p.proname = $1
 order by 1)";

}  // namespace gateway::backend::rights_query
