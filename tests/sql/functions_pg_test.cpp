// The lists of sql/functions against a real PostgreSQL.
#include "sql/functions.hpp"

#include <algorithm>
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
    for (const auto topic : sql::functions::computing())
        names.insert(names.end(), topic.begin(), topic.end());
    return names;
}

std::string in_list(const std::vector<std::string_view>& names) {
    std::string list;
    for (const std::string_view name : names)
        list.append(list.empty() ? "'" : ", '").append(name).append("'");
    return list;
}

std::string value_of(const std::string& sql) { return tests::PrivatePostgres::shared().value_of(sql); }

TEST(Functions, AreSortedAndListedOnce) {
    for (const auto topic : sql::functions::computing())
        EXPECT_TRUE(std::ranges::is_sorted(topic));
    EXPECT_TRUE(std::ranges::is_sorted(sql::functions::describing()));
    EXPECT_TRUE(std::ranges::is_sorted(sql::functions::pg_catalog_relations()));
    EXPECT_TRUE(std::ranges::is_sorted(sql::functions::information_schema_relations()));
    auto names = all_safe();
    std::ranges::sort(names);
    EXPECT_EQ(std::ranges::adjacent_find(names), names.end());
}

TEST(Functions, ExistInPostgres) {
    std::string values;
    for (const std::string_view name : all_safe())
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
    EXPECT_EQ(value_of("SELECT string_agg(DISTINCT proname, ' ' ORDER BY proname) FROM pg_proc WHERE "
                       "pronamespace = 'pg_catalog'::regnamespace "
                       "AND provolatile = 'v' AND proname IN (" +
                       in_list(all_safe()) + ")"),
              "clock_timestamp gen_random_uuid pg_is_in_recovery pg_partition_ancestors pg_partition_tree "
              "random timeofday");
}

TEST(Functions, ThatReachFurtherThanTheirArgumentsAreNotSafe) {
    const std::string denied =
        value_of(R"(SELECT string_agg(DISTINCT proname, ' ') FROM pg_proc WHERE proname ~
        '(query|table|schema|database|cursor)_to_xml|^ts_(stat|rewrite)$|^pg_(read|ls|stat|log|advisory|try_advisory|sleep|notify|replication|logical|create|drop|copy|switch|wal|backup|promote|reload|rotate|terminate|cancel|blocking|lock|prepared|cursor|show|hba|ident_file|control|current_|last_|export|import|xact|snapshot|tablespace|relation_file|options|settings|listening|config|conf_|postmaster)|^lo_|^lo(read|write)$|_size$|^(nextval|currval|lastval|setval|set_config|setseed|current_setting|current_query|binary_upgrade.*|dsnowball.*)$|^txid_|_(in|out|recv|send)$|(sel|handler|validator|typmodin|typmodout)$'
        AND proname NOT IN ('pg_column_size', 'pg_statistics_obj_is_visible'))");
    std::istringstream names(denied);
    int count = 0;
    for (std::string name; names >> name; ++count)
        EXPECT_FALSE(sql::is_safe_builtin(name)) << name;
    EXPECT_GT(count, 500);
}

TEST(Functions, ThatNobodyKnowsAreNotSafe) {
    EXPECT_FALSE(sql::is_safe_builtin("dblink"));
    EXPECT_FALSE(sql::is_safe_builtin(""));
    EXPECT_FALSE(sql::is_safe_builtin("LOWER"));
    EXPECT_TRUE(sql::is_safe_builtin("lower"));
    EXPECT_TRUE(sql::is_safe_builtin("format_type"));
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
                             "pg_foreign_server",
                             "pg_sequences",
                             "pg_settings",
                             "pg_db_role_setting",
                             "pg_replication_slots"}) {
        EXPECT_FALSE(sql::is_schema_description("pg_catalog", name)) << name;
    }
    EXPECT_FALSE(sql::is_schema_description("information_schema", "user_mapping_options"));
    EXPECT_FALSE(sql::is_schema_description("public", "pg_class"));
    EXPECT_TRUE(sql::is_schema_description("pg_catalog", "pg_class"));
    EXPECT_TRUE(sql::is_schema_description("information_schema", "columns"));
}

}  // namespace
