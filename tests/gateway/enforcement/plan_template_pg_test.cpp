// Whatever constants a text of a known shape has: its plan is, byte for byte, that of a full analysis.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <random>
#include <stdexcept>

#include "gateway/backend/catalog_loader.hpp"
#include "gateway/enforcement/enforcer.hpp"
#include "gateway/enforcement/plan_template.hpp"
#include "policies/load.hpp"
#include "sql/shape.hpp"
#include "tests/support/private_postgres.hpp"

namespace gateway::enforcement {
namespace {

namespace fs = std::filesystem;

std::string content(const fs::path& file) {
    std::ifstream in(file);
    return {std::istreambuf_iterator<char>(in), {}};
}

fs::path source(const std::string& path) { return fs::path(TABIR_SOURCE_DIR) / path; }

/// The sample database, and tests/integration's policy bound to it.
std::shared_ptr<const policies::BoundPolicy> made_payments() {
    auto& server = tests::PrivatePostgres::shared();
    server.execute("CREATE DATABASE payments");
    std::vector<fs::path> scripts;
    for (const auto& entry : fs::directory_iterator(source("sql/demo"))) {
        if (entry.path().extension() == ".sql") scripts.push_back(entry.path());
    }
    std::ranges::sort(scripts);
    for (const auto& script : scripts) {
        const std::string command = "psql -qX -v ON_ERROR_STOP=1 -v backend_password=x -d \"" +
                                    server.connection_string("payments") + "\" -f '" + script.string() +
                                    "' > /dev/null";
        if (std::system(command.c_str()) != 0) throw std::runtime_error("cannot load " + script.string());
    }
    server.execute(content(source("tests/integration/more_objects.sql")), "payments");
    auto read = backend::read_catalog(server.connection_string("payments"));
    const auto catalog = std::get<backend::CatalogSnapshot>(std::move(read)).catalog;
    auto policy = policies::load_file(source("tests/integration/policy.yaml"));
    auto bound = policies::BoundPolicy::bind(
        std::get<std::shared_ptr<const policies::PolicySet>>(std::move(policy)), catalog);
    return std::get<std::shared_ptr<const policies::BoundPolicy>>(std::move(bound));
}

std::shared_ptr<const policies::BoundPolicy> payments() {
    static const auto made = made_payments();
    return made;
}

std::vector<std::string> statements() {
    std::vector<std::string> all;
    for (const auto& entry : fs::recursive_directory_iterator(source("tests/cases"))) {
        if (entry.path().extension() != ".sql") continue;
        std::ifstream file(entry.path());
        for (std::string line; std::getline(file, line);) {
            if (!line.empty() && !line.starts_with("--")) all.push_back(line);
        }
    }
    return all;
}

const std::vector<std::string> strings{"''",           "'a,b,c'",    "'customers'", "E'\\\\'",
                                       "'it''s'",      "'{1,2,3}'",  "'+628'",      "$$x$$",
                                       "'2024-01-01'", "U&'\\0041'", "'%'",         "'__tabir_k1'"};
const std::vector<std::string> integers{"0", "1", "2", "7", "100", "2147483647", "007"};

/// `text` with some of its constants replaced by others of their kind, and comments and blanks put in.
std::string changed(const std::string& text, std::mt19937& random) {
    const auto shape = sql::Shape::of(text);
    if (!shape) return text;
    const auto any_of = [&](const auto& list) { return list[random() % list.size()]; };
    std::string result;
    std::size_t at = 0;
    for (const sql::Constant& constant : shape->constants()) {
        if (random() % 3 == 0) continue;
        result += text.substr(at, constant.begin - at);
        const auto others = shape->constants();
        const auto& another = others[random() % others.size()];
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

/// The places of the client's text where errors may point to.
std::vector<std::pair<std::size_t, std::size_t>> places(const Plan& plan) {
    std::vector<std::pair<std::size_t, std::size_t>> all;
    for (const auto& statement : std::get<std::shared_ptr<const MessagePlan>>(plan)->statements) {
        for (const auto& span : statement.printed.spans)
            all.emplace_back(span.printed, span.client);
    }
    return all;
}

TEST(PlanTemplate, IsWhatAFullAnalysisSays) {
    const auto policy = payments();
    Enforcer enforcer(64UL * 1024 * 1024, 256UL * 1024);
    std::mt19937 random(4711);
    std::size_t compared = 0;
    for (const std::string role : {"support", "reader", "analyst", "capped"}) {
        const PlanContext context{.policy = policy,
                                  .role = &policy->policy().roles.at(role),
                                  .user = "agent",
                                  .search_path = {"public"}};
        for (const std::string& statement : statements()) {
            for (int round = 0; round < 6; ++round) {
                const std::string text = round == 0 ? statement : changed(statement, random);
                const Plan cached = enforcer.plan(text, context);
                const Plan full = Enforcer::plan_afresh(text, context);
                ASSERT_EQ(told(cached), told(full)) << role << ": " << text;
                if (std::holds_alternative<Refusal>(full)) continue;
                ASSERT_TRUE(same_plan(*std::get<std::shared_ptr<const MessagePlan>>(cached),
                                      *std::get<std::shared_ptr<const MessagePlan>>(full)))
                    << role << ": " << text;
                ASSERT_EQ(places(cached), places(full)) << role << ": " << text;
                ++compared;
            }
        }
    }
    const auto counts = enforcer.cache_counts();
    EXPECT_GT(compared, 1000U);
    EXPECT_GT(counts.hits, compared / 3) << "or little was found in the cache at all";
}

TEST(PlanTemplate, SparesTheAnalysisOfTextsOfOneShape) {
    const auto policy = payments();
    const PlanContext context{.policy = policy,
                              .role = &policy->policy().roles.at("support"),
                              .user = "agent",
                              .search_path = {"public"}};
    const std::vector<std::string> alike{
        "SELECT * FROM customers WHERE id = ",
        "SELECT id, full_name FROM customers WHERE phone = '+62' || '1' AND id > -",
        "SELECT c.id, t.subject FROM customers c JOIN support.tickets t ON t.customer_id = c.id AND t.id > ",
        "SELECT id FROM customers WHERE created_at > date '2024-01-01' AND id BETWEEN 5 AND ",
    };
    for (const std::string& text : alike) {
        Enforcer enforcer(64UL * 1024 * 1024, 256UL * 1024);
        for (int i = 0; i < 10; ++i)
            (void)enforcer.plan(text + std::to_string(i * 7) + " /* " + std::to_string(i) + " */", context);
        EXPECT_EQ(enforcer.cache_counts().misses, 2U) << text;
    }
}

}  // namespace
}  // namespace gateway::enforcement
