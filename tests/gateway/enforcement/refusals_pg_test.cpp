// Every refusal teaches: it names the rule, gives a reason and says what would work instead. Walks all that
// can be refused: built-in functions, system relations, settings, kinds of statements, and the errors of sql.
#include "gateway/enforcement/refusals.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <memory>
#include <set>
#include <sstream>

#include "gateway/backend/catalog_loader.hpp"
#include "gateway/enforcement/enforcer.hpp"
#include "policies/load.hpp"
#include "sql/functions.hpp"
#include "tests/support/private_postgres.hpp"

namespace gateway::enforcement {
namespace {

using policies::Reason;
using testing::ContainsRegex;
using testing::HasSubstr;
using testing::Not;

constexpr const char* schema = R"(
CREATE SCHEMA support; CREATE SCHEMA kyc;
CREATE TABLE customers (id bigint PRIMARY KEY, full_name text, phone text, city text, card bytea);
CREATE TABLE kyc.documents (id bigint, image bytea);
CREATE TABLE support.tickets (id bigserial PRIMARY KEY, subject text);
CREATE TABLE support.notes (id bigserial, body text);
CREATE TABLE unlisted (id int);
CREATE FUNCTION label(text) RETURNS text LANGUAGE sql IMMUTABLE AS 'SELECT $1';
CREATE FUNCTION other(text) RETURNS text LANGUAGE sql IMMUTABLE AS 'SELECT $1';
)";

constexpr const char* policy_text = R"(version: 1
databases: [postgres]
classes:
  name:  { mask: initials }
  phone: { mask: { keep_last: 4 } }
  card:  { mask: strip }
tables:
  public.customers:
    subject: { customer: id }
    columns: { id: open, full_name: name, phone: phone, city: open, card: card }
  kyc.documents: open
  support.tickets: open
  support.notes: open
roles:
  support:
    tables: [public.customers, support.tickets, support.notes]
    search: { phone: exact }
    functions: [public.label]
    write: [support.tickets]
    budget: { customer: 30 per hour }
  analyst: { tables: [public.customers], only: aggregates, min_group: 10 }
users:
  agent7: { role: support }
)";

class World {
public:
    World() {
        auto& server = ::tests::PrivatePostgres::shared();
        server.execute(schema);
        const auto read = backend::read_catalog(server.connection_string());
        const auto loaded = policies::load_text(policy_text, "p.yaml");
        const auto bound =
            policies::BoundPolicy::bind(std::get<std::shared_ptr<const policies::PolicySet>>(loaded),
                                        std::get<backend::CatalogSnapshot>(read).catalog);
        policy_ = std::get<std::shared_ptr<const policies::BoundPolicy>>(bound);
    }
    static World& shared() {
        static World world;
        return world;
    }
    std::optional<Refusal> refusal(const std::string& text, const std::string& role = "support") {
        auto plan = enforcer_.plan(text, {.policy = policy_,
                                          .role = &policy_->policy().roles.at(role),
                                          .user = "agent7",
                                          .search_path = {"$user", "public"}});
        if (auto* refused = std::get_if<Refusal>(&plan)) return std::move(*refused);
        return std::nullopt;
    }
    [[nodiscard]] const policies::Role& role() const { return policy_->policy().roles.at("support"); }

private:
    std::shared_ptr<const policies::BoundPolicy> policy_;
    Enforcer enforcer_{10, 100'000};
};

/// PostgreSQL's own mistakes are told in its own words.
bool is_mistake(const std::string& sqlstate) {
    static const std::set<std::string> mistakes = {"42601", "42P01", "42703", "42702", "42883", "42704",
                                                   "22021", "42712", "42P10", "42P19", "54011", "0A000"};
    return mistakes.contains(sqlstate);
}

void expect_teaches(const Refusal& refusal, const std::string& text) {
    EXPECT_THAT(refusal.message, ContainsRegex("p\\.yaml:[0-9]+")) << text;
    EXPECT_THAT(refusal.message, ContainsRegex("role (support|analyst)")) << text;
    EXPECT_GT(refusal.hint.size(), 10U) << text << ": " << refusal.message;
    EXPECT_EQ(refusal.sqlstate.size(), 5U) << text;
}

std::vector<std::string> names_of(const std::string& query) {
    std::istringstream words(
        ::tests::PrivatePostgres::shared().value_of("SELECT string_agg(n, ' ') FROM (" + query + ") q(n)"));
    return {std::istream_iterator<std::string>(words), {}};
}

TEST(RefusalsTeach, OfEveryBuiltInFunction) {
    int refused = 0;
    for (const std::string& name :
         names_of("SELECT DISTINCT proname FROM pg_proc WHERE pronamespace = 'pg_catalog'::regnamespace")) {
        const auto danger = sql::danger_of_function("pg_catalog", name);
        const std::string text = "SELECT pg_catalog.\"" + name + "\"('x')";
        if (!danger) continue;
        const auto refusal = World::shared().refusal(text);
        if (*danger == sql::Danger::sizes) {
            EXPECT_FALSE(refusal) << name << " is answered without asking";
            continue;
        }
        if (name == "current_setting") continue;
        ASSERT_TRUE(refusal) << text;
        ++refused;
        EXPECT_EQ(refusal->reason, Reason::function_not_allowed) << text;
        expect_teaches(*refusal, text);
        EXPECT_THAT(refusal->message, HasSubstr(std::string(sql::words_of(*danger).reason))) << text;
        EXPECT_EQ(refusal->hint, sql::words_of(*danger).hint) << text;
    }
    EXPECT_GT(refused, 900);
}

TEST(RefusalsTeach, OfEverySystemRelation) {
    int refused = 0;
    for (const std::string& name : names_of(
             "SELECT nspname || '.' || relname FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace "
             "WHERE relkind IN ('r', 'v') AND nspname IN ('pg_catalog', 'information_schema')")) {
        const std::string text = "SELECT * FROM " + name;
        const auto refusal = World::shared().refusal(text);
        const auto dot = name.find('.');
        const auto danger = sql::danger_of_relation(name.substr(0, dot), name.substr(dot + 1));
        ASSERT_EQ(refusal.has_value(), danger.has_value()) << text << (refusal ? refusal->message : "");
        if (!refusal) continue;
        ++refused;
        EXPECT_EQ(refusal->reason, Reason::system_catalog) << text;
        expect_teaches(*refusal, text);
        EXPECT_THAT(refusal->message, HasSubstr(std::string(sql::words_of(*danger).reason))) << text;
    }
    EXPECT_GT(refused, 70);
}

TEST(RefusalsTeach, OfEverySetting) {
    int refused = 0;
    auto names = names_of("SELECT name FROM pg_settings");
    for (const char* more : {"role", "session_authorization", "app.tenant", "no_such_setting"})
        names.emplace_back(more);
    for (const std::string& name : names) {
        for (const std::string& text :
             {"SET " + name + " = 'x'", "SHOW " + name, "RESET " + name,
              "SELECT set_config('" + name + "', 'x', false)", "SELECT current_setting('" + name + "')"}) {
            const auto refusal = World::shared().refusal(text);
            if (!refusal) continue;
            ++refused;
            EXPECT_EQ(refusal->reason, Reason::setting_not_allowed) << text << ": " << refusal->message;
            expect_teaches(*refusal, text);
            EXPECT_THAT(refusal->message, HasSubstr(": ")) << text;
        }
    }
    EXPECT_GT(refused, 500);
}

struct Case {
    const char* name;
    const char* text;
    Reason reason;
    const char* role = "support";
};
void PrintTo(const Case& one, std::ostream* out) { *out << one.text; }

class RefusedStatement : public testing::TestWithParam<Case> {};

TEST_P(RefusedStatement, Teaches) {
    const auto refusal = World::shared().refusal(GetParam().text, GetParam().role);
    ASSERT_TRUE(refusal);
    EXPECT_EQ(policies::name_of(refusal->reason), std::string(policies::name_of(GetParam().reason)))
        << refusal->message;
    expect_teaches(*refusal, GetParam().text);
}

INSTANTIATE_TEST_SUITE_P(
    Each, RefusedStatement,
    testing::Values(
        Case{"unlisted_table", "SELECT * FROM unlisted", Reason::unlisted_table},
        Case{"table_not_granted", "SELECT * FROM kyc.documents", Reason::table_not_granted},
        Case{"stripped_column", "SELECT card FROM customers", Reason::stripped_column},
        Case{"unnamed_function", "SELECT other('x')", Reason::function_not_allowed},
        Case{"sequence_of_a_table_that_is_only_read", "SELECT nextval('support.notes_id_seq')",
             Reason::function_not_allowed},
        Case{"sequence_of_a_column_of_a_table_that_is_only_read",
             "SELECT currval(pg_get_serial_sequence('support.notes', 'id'))", Reason::function_not_allowed},
        Case{"sequence_of_a_column_whose_name_is_cut",
             "SELECT currval(pg_get_serial_sequence('support.tickets_x'::varchar(15), 'id'))",
             Reason::function_not_allowed},
        Case{"sequence_by_a_computed_name", "SELECT nextval(concat('support.tickets', '_id_seq'))",
             Reason::function_not_allowed},
        Case{"setting_from_a_row", "SELECT set_config('application_name', city, false) FROM customers",
             Reason::function_not_allowed},
        Case{"path_beside_other_things", "SELECT set_config('search_path', 'kyc', false), 1",
             Reason::function_not_allowed},
        Case{"size_of_a_parameter", "SELECT pg_relation_size($1)", Reason::function_not_allowed},
        Case{"all_of_a_counter_s_row", "SELECT s FROM pg_stat_user_tables s", Reason::system_catalog},
        Case{"counters_joined_by_name",
             "SELECT 1 FROM pg_stat_user_tables JOIN (VALUES (7)) v(n_live_tup) USING (n_live_tup)",
             Reason::system_catalog},
        Case{"not_countable", "SELECT id FROM customers EXCEPT ALL SELECT 1", Reason::not_countable},
        Case{"not_aggregated", "SELECT full_name FROM customers", Reason::not_aggregated, "analyst"},
        Case{"reserved_name", "SELECT 1 AS __tabir_k1", Reason::names},
        Case{"unsupported", "SELECT 1 OPERATOR(public.+) 1", Reason::unsupported},
        Case{"code_block", "DO $$ BEGIN END $$", Reason::statement_kind},
        Case{"role", "CREATE ROLE x", Reason::statement_kind},
        Case{"vacuum", "VACUUM", Reason::statement_kind}),
    [](const auto& info) { return std::string(info.param.name); });

TEST(RefusalsTeach, OfLongAndDeepTexts) {
    auto& world = World::shared();
    const std::string deep(20'000, '(');
    for (const std::string& text : {"SELECT '" + std::string(200'000, 'x') + "'", "SELECT " + deep}) {
        const auto refusal = world.refusal(text);
        ASSERT_TRUE(refusal);
        EXPECT_EQ(refusal->reason, Reason::too_complex);
        expect_teaches(*refusal, text.substr(0, 20));
    }
}

// Also of errors that no statement should be able to cause.
TEST(RefusalsTeach, OfEveryErrorOfTheSqlRoom) {
    using sql::Errc;
    constexpr std::array all = {Errc::too_large,          Errc::too_deep,          Errc::invalid_encoding,
                                Errc::syntax_error,       Errc::unsupported,       Errc::reserved_name,
                                Errc::undefined_table,    Errc::undefined_column,  Errc::ambiguous_column,
                                Errc::undefined_function, Errc::undefined_object,  Errc::duplicate_alias,
                                Errc::column_list,        Errc::invalid_recursion, Errc::too_many_columns,
                                Errc::not_in_postgresql,  Errc::wrong_object_type, Errc::not_countable,
                                Errc::not_aggregated,     Errc::not_maskable,      Errc::verify_failed};
    static_assert(all.size() == static_cast<std::size_t>(Errc::verify_failed) + 1);
    for (const Errc code : all) {
        const Refusal refusal = refusal_of(sql::Error{.code = code, .message = "a b"}, "",
                                           World::shared().role(), sql::StatementKind::other);
        if (is_mistake(refusal.sqlstate)) {
            EXPECT_EQ(refusal.message, "a b") << refusal.sqlstate;
        } else {
            expect_teaches(refusal, refusal.sqlstate);
        }
    }
}

struct Allowed {
    const char* name;
    const char* text;
};
void PrintTo(const Allowed& one, std::ostream* out) { *out << one.text; }

class AllowedStatement : public testing::TestWithParam<Allowed> {};

TEST_P(AllowedStatement, IsNotRefused) {
    const auto refusal = World::shared().refusal(GetParam().text);
    EXPECT_FALSE(refusal) << refusal->message;
}

INSTANTIATE_TEST_SUITE_P(
    Each, AllowedStatement,
    testing::Values(
        Allowed{"named_function", "SELECT label('x')"},
        Allowed{"sequence_of_a_written_table",
                "SELECT nextval('support.tickets_id_seq'), currval('support.tickets_id_seq'::regclass)"},
        Allowed{"sequence_of_a_column_of_a_written_table",
                "SELECT currval(pg_get_serial_sequence('support.tickets', 'id')::regclass)"},
        Allowed{"constant_setting",
                "SELECT set_config('bytea_output', 'hex', false) FROM pg_show_all_settings() WHERE name = "
                "'bytea_output'"},
        Allowed{"pg_dump_setting",
                "SELECT set_config(name, 'view, foreign-table', false) FROM pg_settings WHERE name = "
                "'restrict_nonsystem_relation_kind'"},
        Allowed{"path_alone", "SELECT pg_catalog.set_config('search_path', '', false)"},
        Allowed{"setting_read", "SELECT current_setting('server_version_num')::integer"},
        Allowed{"settings_listed",
                "SELECT s.name, pg_catalog.current_setting(s.name) FROM pg_catalog.pg_settings s"},
        Allowed{"sizes",
                "SELECT pg_size_pretty(pg_table_size(c.oid)), pg_relation_size('customers', 'main') FROM "
                "pg_class c"},
        Allowed{"names_in_statistics",
                "SELECT st.relname, st.relid FROM pg_catalog.pg_statio_all_tables st WHERE st.schemaname = "
                "'public'"},
        Allowed{"ts_rewrite_of_values", "SELECT ts_rewrite('a'::tsquery, 'a'::tsquery, 'b'::tsquery)"},
        Allowed{"jdbc_keys", "SELECT (information_schema._pg_expandarray(i.indkey)).n FROM pg_index i"},
        Allowed{"reset_of_a_pool",
                "SET SESSION AUTHORIZATION DEFAULT; RESET ALL; SELECT pg_advisory_unlock_all(); DISCARD "
                "SEQUENCES; DISCARD TEMP"}),
    [](const auto& info) { return std::string(info.param.name); });

}  // namespace
}  // namespace gateway::enforcement
