// The lists of sql/functions against a real PostgreSQL.
#include "sql/functions.hpp"

#include <algorithm>
#include <iterator>
#include <span>
#include <sstream>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "sql/functions/tables.hpp"
#include "tests/support/private_postgres.hpp"

namespace {

std::vector<std::string_view> all_safe() {
    const auto describing = sql::functions::describing();
    std::vector<std::string_view> names(describing.begin(), describing.end());
    for (const auto topics : {sql::functions::computing(), sql::functions::operating()}) {
        for (const auto topic : topics)
            names.insert(names.end(), topic.begin(), topic.end());
    }
    return names;
}

std::vector<std::string_view> all_of(std::span<const sql::functions::RefusedNames> groups) {
    std::vector<std::string_view> names;
    for (const auto& group : groups)
        names.insert(names.end(), group.names.begin(), group.names.end());
    return names;
}

std::vector<std::string_view> all_refused() {
    auto names = all_of(sql::functions::refused_functions());
    const auto parts = sql::functions::internal_parts();
    names.insert(names.end(), parts.begin(), parts.end());
    return names;
}

bool is_safe(std::string_view name) { return sql::is_safe_builtin("pg_catalog", name); }

std::string in_list(const std::vector<std::string_view>& names) {
    std::string list;
    for (const std::string_view name : names)
        list.append(list.empty() ? "'" : ", '").append(name).append("'");
    return list;
}

std::string value_of(const std::string& sql) { return tests::PrivatePostgres::shared().value_of(sql); }

TEST(Functions, OfExtensionsAreThoseThatPostgresqlShips) {
    const auto listed = sql::functions::computing_in_extensions();
    EXPECT_TRUE(std::ranges::is_sorted(listed));
    const std::string extensions =
        "cube, earthdistance, fuzzystrmatch, hstore, ltree, intarray, pg_trgm, pgcrypto, unaccent, "
        "\"uuid-ossp\"";
    for (const char* extension : {"cube", "earthdistance", "fuzzystrmatch", "hstore", "ltree", "intarray",
                                  "pg_trgm", "pgcrypto", "unaccent", "\"uuid-ossp\""})
        value_of("CREATE EXTENSION " + std::string(extension));
    const auto of_extensions = [](const std::string& which) {
        return "SELECT coalesce(string_agg(name, ' ' ORDER BY name), '') FROM unnest(ARRAY[" +
               in_list({sql::functions::computing_in_extensions().begin(),
                        sql::functions::computing_in_extensions().end()}) +
               "]) name WHERE " + which +
               " (SELECT FROM pg_proc p JOIN pg_depend d ON d.objid = p.oid AND d.deptype = 'e' WHERE "
               "p.proname = name";
    };
    EXPECT_EQ(value_of(of_extensions("NOT EXISTS") + ")"), "");
    EXPECT_EQ(value_of(of_extensions("EXISTS") + " AND p.provolatile = 'v')"),
              "gen_random_bytes gen_salt uuid_generate_v1 uuid_generate_v1mc uuid_generate_v4");
    EXPECT_EQ(value_of(of_extensions("EXISTS") + " AND p.prokind <> 'f')"), "");
    value_of("DROP EXTENSION " + extensions);
}

TEST(Functions, AreSortedAndListedOnce) {
    for (const auto topics : {sql::functions::computing(), sql::functions::operating()}) {
        for (const auto topic : topics)
            EXPECT_TRUE(std::ranges::is_sorted(topic));
    }
    for (const auto groups :
         {sql::functions::refused_functions(), sql::functions::refused_pg_catalog_relations(),
          sql::functions::refused_information_schema_relations()}) {
        for (const auto& group : groups)
            EXPECT_TRUE(std::ranges::is_sorted(group.names)) << sql::words_of(group.why).reason;
    }
    EXPECT_TRUE(std::ranges::is_sorted(sql::functions::internal_parts()));
    EXPECT_TRUE(std::ranges::is_sorted(sql::functions::information_schema_functions()));
    EXPECT_TRUE(std::ranges::is_sorted(sql::functions::describing()));
    EXPECT_TRUE(std::ranges::is_sorted(sql::functions::pg_catalog_relations()));
    EXPECT_TRUE(std::ranges::is_sorted(sql::functions::information_schema_relations()));
    auto names = all_safe();
    std::ranges::copy(all_refused(), std::back_inserter(names));
    std::ranges::sort(names);
    const auto twice = std::ranges::adjacent_find(names);
    EXPECT_EQ(twice, names.end()) << *twice << " is listed twice";
}

// A function that a newer PostgreSQL brings is refused until somebody has read it; of this one each was read.
TEST(Functions, OfPostgresAreEachSafeOrRefusedWithAReason) {
    std::istringstream names(
        value_of("SELECT string_agg(DISTINCT proname, ' ') FROM pg_proc "
                 "WHERE pronamespace = 'pg_catalog'::regnamespace"));
    int count = 0;
    for (std::string name; names >> name; ++count) {
        const auto danger = sql::danger_of_function("pg_catalog", name);
        EXPECT_NE(is_safe(name), danger.has_value()) << name << ": listed as neither or as both";
        if (!danger) continue;
        EXPECT_FALSE(sql::words_of(*danger).reason.empty()) << name;
        EXPECT_FALSE(sql::words_of(*danger).hint.empty()) << name;
    }
    EXPECT_GT(count, 2500);
}

TEST(Functions, OfInformationSchemaAreAllSafe) {
    EXPECT_EQ(value_of("SELECT string_agg(proname, ' ' ORDER BY proname COLLATE \"C\") FROM pg_proc "
                       "WHERE pronamespace = 'information_schema'::regnamespace"),
              [] {
                  std::string all;
                  for (const auto name : sql::functions::information_schema_functions())
                      all.append(all.empty() ? "" : " ").append(name);
                  return all;
              }());
    EXPECT_TRUE(sql::is_safe_builtin("information_schema", "_pg_expandarray"));
}

// One name, two functions: which is meant shows in the number of arguments.
TEST(Functions, ThatAreSafeWithSoManyArgumentsComputeOnlyThen) {
    EXPECT_TRUE(sql::is_safe_with("ts_rewrite", 3));
    EXPECT_FALSE(sql::is_safe_with("ts_rewrite", 2));
    EXPECT_FALSE(sql::is_safe_with("query_to_xml", 3));
    EXPECT_EQ(value_of("SELECT string_agg(pronargs || provolatile::text, ' ' ORDER BY pronargs) FROM pg_proc "
                       "WHERE proname = 'ts_rewrite' AND pronamespace = 'pg_catalog'::regnamespace"),
              "2v 3i");
}

TEST(Functions, BehindOperatorsAndCastsBelongToSome) {
    std::vector<std::string_view> behind;
    const auto topics = sql::functions::operating();
    for (const auto topic : topics.first(2))
        behind.insert(behind.end(), topic.begin(), topic.end());
    EXPECT_EQ(value_of("SELECT string_agg(DISTINCT proname, ' ') FROM pg_proc p WHERE "
                       "pronamespace = 'pg_catalog'::regnamespace AND proname IN (" +
                       in_list(behind) +
                       ") AND NOT EXISTS (SELECT FROM pg_operator WHERE oprcode = p.oid) "
                       "AND NOT EXISTS (SELECT FROM pg_cast WHERE castfunc = p.oid) "
                       "AND NOT EXISTS (SELECT FROM pg_amproc WHERE amproc = p.oid)"),
              "");
}

TEST(Functions, ExistInPostgres) {
    std::string values;
    auto all = all_safe();
    std::ranges::copy(all_refused(), std::back_inserter(all));
    for (const std::string_view name : all)
        values.append(values.empty() ? "('" : ", ('").append(name).append("')");
    EXPECT_EQ(value_of("SELECT string_agg(n, ' ') FROM (VALUES " + values +
                       ") v(n) WHERE NOT EXISTS (SELECT FROM pg_proc "
                       "WHERE proname = n AND pronamespace = 'pg_catalog'::regnamespace)"),
              "");
}

// Functions over internal, cstring or trigger types are the parts of types, operators and indexes.
TEST(Functions, TakeAndGiveValuesThatAClientCanName) {
    EXPECT_EQ(value_of("SELECT string_agg(DISTINCT proname, ' ') FROM pg_proc, "
                       "unnest(string_to_array(proargtypes::text, ' ')::oid[] || prorettype) t "
                       "WHERE pronamespace = 'pg_catalog'::regnamespace AND proname IN (" +
                       in_list(all_safe()) +
                       ") AND t IN ('internal'::regtype, 'cstring'::regtype, 'trigger'::regtype, "
                       "'event_trigger'::regtype)"),
              "");
}

TEST(Functions, ThatAreVolatileAreTheKnownOnes) {
    EXPECT_EQ(
        value_of("SELECT string_agg(DISTINCT proname, ' ' ORDER BY proname) FROM pg_proc WHERE "
                 "pronamespace = 'pg_catalog'::regnamespace "
                 "AND provolatile = 'v' AND proname IN (" +
                 in_list(all_safe()) + ")"),
        "clock_timestamp gen_random_uuid pg_advisory_unlock_all pg_collation_actual_version "
        "pg_database_collation_actual_version pg_is_in_recovery pg_jit_available pg_partition_ancestors "
        "pg_partition_tree random timeofday");
}

TEST(Functions, ThatReachFurtherThanTheirArgumentsAreNotSafe) {
    const std::string denied =
        value_of(R"(SELECT string_agg(DISTINCT proname, ' ') FROM pg_proc WHERE proname ~
        '(query|table|schema|database|cursor)_to_xml|^ts_(stat|rewrite)$|^pg_(read|ls|stat|log|advisory|try_advisory|sleep|notify|replication|logical|create|drop|copy|switch|wal|backup|promote|reload|rotate|terminate|cancel|blocking|lock|prepared|cursor|show|hba|ident_file|control|current_|last_|export|import|xact|snapshot|tablespace|relation_file|options|settings|listening|config|conf_|postmaster)|^lo_|^lo(read|write)$|_size$|^(nextval|currval|lastval|setval|set_config|setseed|current_setting|current_query|binary_upgrade.*|dsnowball.*)$|^txid_|_(in|out|recv)$|(sel|handler|validator|typmodin|typmodout)$'
        AND proname NOT IN ('pg_column_size', 'pg_statistics_obj_is_visible', 'pg_advisory_unlock_all',
            'pg_conf_load_time', 'pg_postmaster_start_time', 'pg_options_to_table', 'pg_settings_get_flags',
            'pg_show_all_settings', 'pg_tablespace_databases', 'pg_tablespace_location', 'pg_relation_filenode',
            'pg_wal_lsn_diff')
        AND proname !~ '^pg_lsn')");
    std::istringstream names(denied);
    int count = 0;
    for (std::string name; names >> name; ++count)
        EXPECT_FALSE(is_safe(name)) << name;
    EXPECT_GT(count, 500);
}

TEST(Functions, ThatNobodyKnowsAreNotSafe) {
    EXPECT_FALSE(is_safe("dblink"));
    EXPECT_FALSE(is_safe(""));
    EXPECT_FALSE(is_safe("LOWER"));
    EXPECT_TRUE(is_safe("lower"));
    EXPECT_TRUE(is_safe("format_type"));
    EXPECT_FALSE(sql::is_safe_builtin("public", "lower"));
    EXPECT_EQ(sql::danger_of_function("public", "pg_sleep"), std::nullopt);
}

TEST(SchemaDescription, ListsRelationsThatExist) {
    const auto missing = [](std::span<const std::string_view> names, const std::string& schema) {
        std::string values;
        for (const std::string_view name : names)
            values.append(values.empty() ? "('" : ", ('").append(name).append("')");
        return value_of("SELECT string_agg(n, ' ') FROM (VALUES " + values + ") v(n) WHERE to_regclass('" +
                        schema + ".' || n) IS NULL");
    };
    EXPECT_EQ(missing(sql::functions::pg_catalog_relations(), "pg_catalog"), "");
    EXPECT_EQ(missing(sql::functions::information_schema_relations(), "information_schema"), "");
}

TEST(SchemaDescription, OfPostgresIsOneOrIsRefusedWithAReason) {
    for (const std::string schema : {"pg_catalog", "information_schema"}) {
        std::istringstream names(
            value_of("SELECT string_agg(relname, ' ') FROM pg_class WHERE relkind IN "
                     "('r', 'v') AND relnamespace = '" +
                     schema + "'::regnamespace"));
        int count = 0;
        for (std::string name; names >> name; ++count) {
            EXPECT_NE(sql::is_schema_description(schema, name),
                      sql::danger_of_relation(schema, name).has_value())
                << schema << '.' << name << ": listed as neither or as both";
        }
        EXPECT_GT(count, 60);
    }
}

TEST(SchemaDescription, HoldsNoDataSecretsOrActivity) {
    for (const char* name : {"pg_stats",
                             "pg_stats_ext",
                             "pg_statistic",
                             "pg_statistic_ext_data",
                             "pg_authid",
                             "pg_shadow",
                             "pg_user_mapping",
                             "pg_user_mappings",
                             "pg_largeobject",
                             "pg_stat_activity",
                             "pg_locks",
                             "pg_cursors",
                             "pg_prepared_statements",
                             "pg_file_settings",
                             "pg_hba_file_rules",
                             "pg_config",
                             "pg_subscription",
                             "pg_sequences",
                             "pg_db_role_setting",
                             "pg_replication_slots"}) {
        EXPECT_FALSE(sql::is_schema_description("pg_catalog", name)) << name;
        EXPECT_TRUE(sql::danger_of_relation("pg_catalog", name)) << name;
    }
    EXPECT_FALSE(sql::is_schema_description("information_schema", "user_mapping_options"));
    EXPECT_FALSE(sql::is_schema_description("public", "pg_class"));
    EXPECT_TRUE(sql::is_schema_description("pg_catalog", "pg_class"));
    EXPECT_TRUE(sql::is_schema_description("information_schema", "columns"));
}

}  // namespace
