// Whatever constants a text of a known shape has: its plan is, byte for byte, that of a full analysis.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <random>
#include <set>
#include <stdexcept>

#include "gateway/backend/catalog_loader.hpp"
#include "gateway/enforcement/enforcer.hpp"
#include "policies/load.hpp"
#include "sql/shape.hpp"
#include "tests/support/private_postgres.hpp"

namespace gateway::enforcement {
namespace {

namespace fs = std::filesystem;

fs::path source(const std::string& path) { return fs::path(TABIR_SOURCE_DIR) / path; }

void load(const fs::path& script, const std::string& database) {
    const std::string command = "psql -qX -v ON_ERROR_STOP=1 -v backend_password=x -d \"" +
                                tests::PrivatePostgres::shared().connection_string(database) + "\" -f '" +
                                script.string() + "' > /dev/null";
    if (std::system(command.c_str()) != 0) throw std::runtime_error("cannot load " + script.string());
}

std::shared_ptr<const policies::BoundPolicy> bind(const std::string& policy, const std::string& database) {
    auto read = backend::read_catalog(tests::PrivatePostgres::shared().connection_string(database));
    const auto catalog = std::get<backend::CatalogSnapshot>(std::move(read)).catalog;
    auto loaded = policies::load_file(source(policy));
    auto bound = policies::BoundPolicy::bind(
        std::get<std::shared_ptr<const policies::PolicySet>>(std::move(loaded)), catalog);
    return std::get<std::shared_ptr<const policies::BoundPolicy>>(std::move(bound));
}

struct World {
    std::shared_ptr<const policies::BoundPolicy> policy;
    std::vector<std::string> roles;
    std::vector<std::string> cases;  // folders and files under tests/cases
};

/// The sample database and the twins' one, each under the policies that the other tests know it by.
std::vector<World> made_worlds() {
    auto& server = tests::PrivatePostgres::shared();
    server.execute("CREATE DATABASE payments");
    std::vector<fs::path> scripts;
    for (const auto& entry : fs::directory_iterator(source("sql/demo"))) {
        if (entry.path().extension() == ".sql") scripts.push_back(entry.path());
    }
    std::ranges::sort(scripts);
    for (const auto& script : scripts)
        load(script, "payments");
    load(source("tests/integration/more_objects.sql"), "payments");
    server.execute("CREATE TABLE profiles (id bigint PRIMARY KEY, details jsonb, raw json)", "payments");
    server.execute("CREATE ROLE tabir_twin");
    server.execute("CREATE DATABASE twins");
    load(source("tests/corpora/twins_schema.sql"), "twins");
    return {{bind("tests/integration/policy.yaml", "payments"),
             {"support", "reader", "analyst"},
             {"sql", "hostile.sql", "hostile_writes.sql", "ordinary.sql", "mistakes.sql"}},
            {bind("tests/corpora/work.yaml", "payments"), {"agent", "worker"}, {"work"}},
            {bind("tests/corpora/twins.yaml", "twins"),
             {"finder", "scoped", "counting"},
             {"bypass", "hostile.sql"}}};
}

const std::vector<World>& worlds() {
    static const auto made = made_worlds();
    return made;
}

// What a constant could change besides the print, and what else stands where constants may stand.
const std::vector<std::string> traps{
    "SELECT id FROM customers WHERE id = 4711",
    "SELECT id FROM customers WHERE id = -4711",
    "SELECT id FROM customers WHERE id = 4711.0",
    "SELECT id FROM customers WHERE id = 3000000000",
    "SELECT id FROM customers WHERE id = '4711'::bigint AND city = 'Pécs'",
    "SELECT id FROM customers WHERE id = 4711 AND id = 4711",
    "SELECT c.id FROM customers c JOIN support.tickets t ON t.customer_id = 4711 AND c.id = 4711",
    "SELECT c.id FROM customers c LEFT JOIN support.tickets t ON t.customer_id = 4711 WHERE c.id = 12",
    "SELECT id FROM customers WHERE 1 = 1",
    "SELECT id FROM customers WHERE 1 = 0 AND id > 5",
    "SELECT id FROM customers WHERE id > 5 LIMIT 1",
    "SELECT id FROM customers WHERE id > 5 OFFSET 1 FETCH FIRST 1 ROW ONLY",
    "SELECT id, (SELECT count(*) FROM support.tickets t WHERE t.customer_id = 5 LIMIT 1) FROM customers",
    "SELECT city, id FROM customers WHERE id > 5 ORDER BY 1",
    "SELECT city, count(*) FROM customers WHERE id > 5 GROUP BY 1",
    "SELECT id, lag(id, 1) OVER (ORDER BY id ROWS 1 PRECEDING) FROM customers WHERE id > 5",
    "SELECT set_config(name, 'x', false) FROM pg_settings WHERE name = 'bytea_output'",
    "SELECT current_setting(name) FROM pg_settings WHERE name = 'search_path'",
    "SELECT set_config('application_name', 'x', false)",
    "SELECT id FROM customers WHERE phone = '+62811'",
    "SELECT id FROM customers WHERE phone IN ('+62811', '+62812') OR email = 'a@b.c'",
    "SELECT id FROM customers WHERE phone = ANY ('{a,b}')",
    "SELECT id FROM customers WHERE id = ANY ('{1,2}'::int[])",
    "SELECT id FROM customers WHERE phone LIKE '%11'",
    "SELECT id FROM customers WHERE created_at > timestamptz '2024-01-01' AND id BETWEEN 5 AND 7",
    "SELECT id FROM customers WHERE created_at > now() - interval '1 day'",
    "SELECT id FROM customers WHERE created_at > '2024-01-01'::timestamp(3)",
    "SELECT id FROM customers WHERE city = 'Bandung'::varchar(3)",
    "SELECT id FROM customers WHERE city = CAST('x' AS text) AND id > 5 -- and more",
    "SELECT id FROM customers WHERE city = E'x\\n' AND full_name = U&'d!0061t' UESCAPE '!'",
    "SELECT id FROM customers WHERE city = $a$it's$a$",
    "SELECT id FROM customers WHERE tableoid = 'customers'::regclass AND id > 5",
    "SELECT has_table_privilege('customers', 'select') FROM customers WHERE id > 5",
    "SELECT nextval('customers_id_seq') FROM customers WHERE id = 5",
    "SELECT count(*) FILTER (WHERE id > 5) FROM customers WHERE id < 7",
    "SELECT 5 AS a, '5' AS b, 5.0 AS c FROM customers WHERE id = 5",
    "SELECT id FROM customers WHERE id = 5; SELECT id FROM customers WHERE id = 5",
    "SELECT id FROM customers WHERE id = 5 UNION SELECT id FROM customers WHERE id = 6 ORDER BY 1 LIMIT 3",
    "WITH x AS (SELECT id FROM customers WHERE id = 5) SELECT * FROM x WHERE x.id <> 6",
    "SELECT id FROM customers c WHERE EXISTS (SELECT 1 FROM support.tickets t WHERE t.customer_id = c.id AND "
    "t.status = 'open')",
    "SELECT city FROM customers WHERE NOT EXISTS (SELECT FROM customers d WHERE d.id = 5)",
    "SELECT DISTINCT ON (city) id FROM customers WHERE id > 5 ORDER BY city, id > 5",
    "SELECT id > 5 FROM customers WHERE id > 5 GROUP BY id > 5",
    "COPY (SELECT id FROM customers WHERE id = 5) TO STDOUT",
    "DECLARE c CURSOR FOR SELECT id FROM customers WHERE id = 5",
    "PREPARE p AS SELECT id FROM customers WHERE id = 5",
    "EXPLAIN SELECT id FROM customers WHERE id = 5",
    "SET application_name = 'x'",
    "SET search_path = 'public'",
    "UPDATE support.tickets SET status = 'open' WHERE id = 5",
    "INSERT INTO support.tickets (customer_id, subject) VALUES (5, 'x')",
};

/// Whole statements, and each line of those that have several.
std::vector<std::string> statements(const std::vector<std::string>& cases) {
    std::set<std::string> all;
    const auto read = [&](const fs::path& file) {
        std::ifstream in(file);
        std::string whole;
        for (std::string line; std::getline(in, line);) {
            if (line.starts_with("--")) continue;
            if (line.empty())
                all.insert(std::exchange(whole, {}));
            else
                all.insert(line);
            whole += (whole.empty() || line.empty() ? "" : "\n") + line;
        }
        all.insert(whole);
    };
    for (const std::string& one : cases) {
        const fs::path path = source("tests/cases") / one;
        if (fs::is_regular_file(path)) read(path);
        if (!fs::is_directory(path)) continue;
        for (const auto& entry : fs::recursive_directory_iterator(path)) {
            if (entry.path().extension() == ".sql") read(entry.path());
        }
    }
    // One of each shape is enough: all others are made of it.
    std::set<std::string> shapes;
    std::vector<std::string> found;
    for (const std::string& text : all) {
        const auto shape = sql::Shape::of(text);
        if (!shape || shapes.insert(shape->key()).second) found.push_back(text);
    }
    return found;
}

const std::vector<std::string> strings{
    "''",    "'a,b,c'",      "'customers'", "E'\\\\'",      "'it''s'",       "'{1,2,3}'",    "'+628'",
    "$$x$$", "'1'",          "U&'\\0041'",  "'%'",          "'search_path'", "'tabir.user'", "'__tabir_k1'",
    "'f'",   "'pg_catalog'", "'5'",         "'2024-01-01'", "'Pécs'"};
const std::vector<std::string> integers{"0", "1", "2", "7", "100", "2147483647", "007", "5"};

/// `text` with some of its constants replaced by others of their kind, and comments and blanks put in.
std::string changed(const std::string& text, std::mt19937& random) {
    const auto shape = sql::Shape::of(text);
    if (!shape) return text;
    const auto any_of = [&](const auto& list) { return list[random() % list.size()]; };
    std::string result;
    std::size_t at = 0;
    const auto constants = shape->constants();
    for (const sql::Constant& constant : constants) {
        if (random() % 3 == 0) continue;
        result += text.substr(at, constant.begin - at);
        const auto& another = constants[random() % constants.size()];
        if (random() % 4 == 0 && another.kind == constant.kind) {
            result += text.substr(another.begin, another.end - another.begin);
        } else {
            switch (constant.kind) {
                case 's': result += any_of(strings); break;
                case 'i': result += any_of(integers); break;
                case 'l': result += std::to_string(3'000'000'000 + random() % 1000); break;
                default: result += std::to_string(random() % 100) + "." + std::to_string(random() % 100);
            }
        }
        if (random() % 4 == 0) result += " /* a comment */ ";
        at = constant.end;
    }
    return result + text.substr(at);
}

std::string told(const Plan& plan) {
    if (const auto* refusal = std::get_if<Refusal>(&plan)) return refusal->sqlstate + ": " + refusal->message;
    std::string all;
    for (const auto& statement : std::get<std::shared_ptr<const MessagePlan>>(plan)->statements)
        all += statement.printed.text + "; ";
    return all;
}

PlanContext context_of(const World& world, const std::string& role) {
    return {.policy = world.policy,
            .role = &world.policy->policy().roles.at(role),
            .user = "agent",
            .search_path = {"public"}};
}

struct Comparison {
    std::mt19937 random{4711};
    std::size_t compared = 0;

    /// A statement and variations of it, one after the other, as the enforcer plans them and as they are
    /// planned afresh.
    void of(Enforcer& enforcer, const PlanContext& context, const std::string& statement, int rounds) {
        for (int round = 0; round < rounds; ++round) {
            const std::string text = round == 0 ? statement : changed(statement, random);
            const Plan cached = enforcer.plan(text, context);
            const Plan full = Enforcer::plan_afresh(text, context);
            ASSERT_EQ(told(cached), told(full)) << context.role->name << ": " << text;
            if (std::holds_alternative<Refusal>(full)) continue;
            ASSERT_EQ(*std::get<std::shared_ptr<const MessagePlan>>(cached),
                      *std::get<std::shared_ptr<const MessagePlan>>(full))
                << context.role->name << ": " << text;
            ++compared;
        }
    }
};

constexpr std::size_t room = 64UL * 1024 * 1024;
constexpr std::size_t longest = 256UL * 1024;

TEST(PlanTemplate, IsWhatAFullAnalysisSays) {
    Comparison comparison;
    Enforcer enforcer(room, longest);
    for (const World& world : worlds()) {
        const auto texts = statements(world.cases);
        for (const std::string& role : world.roles) {
            for (const std::string& statement : texts)
                ASSERT_NO_FATAL_FAILURE(comparison.of(enforcer, context_of(world, role), statement, 3));
        }
    }
    const auto counts = enforcer.cache_counts();
    RecordProperty("compared", static_cast<int>(comparison.compared));
    RecordProperty("found", static_cast<int>(counts.hits));
    EXPECT_GT(comparison.compared, 5000U);
    EXPECT_GT(counts.hits, comparison.compared / 4) << "or little was found in the cache at all";
}

// Whatever the first texts were, from which the template was made.
TEST(PlanTemplate, FallsIntoNoTrap) {
    Comparison comparison;
    for (const World& world : worlds()) {
        for (const std::string& role : world.roles) {
            for (const std::string& trap : traps) {
                for (int beginning = 0; beginning < 5; ++beginning) {
                    Enforcer enforcer(room, longest);
                    ASSERT_NO_FATAL_FAILURE(comparison.of(enforcer, context_of(world, role), trap, 7));
                }
            }
        }
    }
    RecordProperty("compared", static_cast<int>(comparison.compared));
}

TEST(PlanTemplate, SparesTheAnalysisOfTextsOfOneShape) {
    const PlanContext context = context_of(worlds().front(), "support");
    const std::vector<std::string> alike{
        "SELECT * FROM customers WHERE id = ",
        "SELECT id, full_name FROM customers WHERE phone = '+62' AND id > ",
        "SELECT c.id, t.subject FROM customers c JOIN support.tickets t ON t.customer_id = c.id AND t.id > ",
        "SELECT id FROM customers WHERE created_at > date '2024-01-01' AND id BETWEEN 5 AND ",
    };
    for (const std::string& text : alike) {
        Enforcer enforcer(room, longest);
        for (int i = 0; i < 10; ++i)
            (void)enforcer.plan(text + std::to_string(i * 7) + " /* " + std::to_string(i) + " */", context);
        EXPECT_EQ(enforcer.cache_counts().misses, 2U) << text;
    }
}

TEST(PlanTemplate, IsNotMadeWhereAPolicyMayLookAtValues) {
    const std::vector<std::pair<std::string, std::string>> looked_at{
        {"support", "SELECT relname FROM pg_class WHERE oid = "},
        {"support", "SELECT set_config(name, 'x', false) FROM pg_settings WHERE sourceline = "},
        {"support", "SELECT id FROM customers LIMIT "},
        {"analyst", "SELECT city, count(*) FROM customers WHERE city > 'A' GROUP BY city HAVING count(*) > "},
        {"analyst", "SELECT city, count(*) FROM customers WHERE created_at > '2024-01-01' AND id < "},
    };
    for (const auto& [role, text] : looked_at) {
        Enforcer enforcer(room, longest);
        for (int i = 0; i < 10; ++i)
            (void)enforcer.plan(text + std::to_string(i), context_of(worlds().front(), role));
        EXPECT_EQ(enforcer.cache_counts().misses, 10U) << text;
    }
}

TEST(PlanTemplate, AnswersForThePersonWhomTheTextItselfAsksAbout) {
    const PlanContext context = context_of(worlds().front(), "support");
    Enforcer enforcer(room, longest);
    for (int i = 0; i < 10; ++i) {
        const auto plan = enforcer.plan("SELECT id FROM customers WHERE id = " + std::to_string(i), context);
        const auto& asked = std::get<std::shared_ptr<const MessagePlan>>(plan)->statements[0].printed.asked;
        ASSERT_TRUE(asked);
        EXPECT_EQ(asked->key, std::to_string(i));
    }
    EXPECT_EQ(enforcer.cache_counts().misses, 2U);
}

}  // namespace
}  // namespace gateway::enforcement
