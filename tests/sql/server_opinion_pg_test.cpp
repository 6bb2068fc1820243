// What PostgreSQL's planner makes of a printed statement stays within what the analysis believed: no relation
// but those of the facts, and no protected column but in its mask.
#include <gtest/gtest.h>
#include <libpq-fe.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <map>
#include <memory>
#include <regex>
#include <set>

#include "gateway/backend/catalog_loader.hpp"
#include "sql/analyze.hpp"
#include "sql/functions.hpp"
#include "tests/support/private_postgres.hpp"

namespace {

struct Closer {
    void operator()(PGconn* connection) const { PQfinish(connection); }
    void operator()(PGresult* result) const { PQclear(result); }
};
using Rows = std::vector<std::vector<std::string>>;

std::string path_of(const std::string& name) {
    return std::string(TABIR_SOURCE_DIR) + "/tests/cases/sql/rewrite/" + name;
}

/// A plan's nodes, as PostgreSQL itself reads its JSON.
constexpr const char* scanned_relations = R"(
SELECT DISTINCT node ->> 'Schema', node ->> 'Relation Name', node ->> 'Alias'
  FROM jsonb_path_query($1::jsonb, 'strict $.** ? (exists (@."Relation Name"))') AS node)";
// What decides about rows or reaches the client. (A node's own output may pass a column up to where it is
// masked.)
constexpr const char* deciding_expressions = R"(
SELECT jsonb_path_query($1::jsonb, '$[0].Plan.Output[*]') #>> '{}'
UNION ALL
SELECT jsonb_path_query(field.value, 'strict $.** ? (@.type() == "string")') #>> '{}'
  FROM jsonb_path_query($1::jsonb, 'strict $.** ? (@.type() == "object")') AS node, jsonb_each(node) AS field
 WHERE field.key ~ '(Cond|Filter|Key)$')";

void remove_all(std::string& text, const std::string& what) {
    for (auto at = text.find(what); at != std::string::npos; at = text.find(what))
        text.erase(at, what.size());
}

class ServerOpinion : public testing::Test {
protected:
    static void SetUpTestSuite() {
        server_ = &tests::PrivatePostgres::shared();
        server_->execute("CREATE DATABASE opinion");
        std::ifstream schema(path_of("schema.sql"));
        server_->execute(std::string(std::istreambuf_iterator<char>(schema), {}), "opinion");
        auto read = gateway::backend::read_catalog(server_->connection_string("opinion"));
        ASSERT_TRUE(std::holds_alternative<gateway::backend::CatalogSnapshot>(read));
        catalog_ = std::get<gateway::backend::CatalogSnapshot>(read).catalog;
    }

    ServerOpinion() : connection_(PQconnectdb(server_->connection_string("opinion").c_str())) {
        query("SET search_path = pg_catalog, pg_temp", {});
        for (const char* name : {"customers", "customers_materialized", "child_customers"}) {
            const sql::Relation* relation = catalog_->relation("public", name);
            sql::RelationTreatment one{
                .relation = relation->oid, .columns = {}, .searchable = {}, .subjects = {}, .row_filter = {}};
            for (const sql::Column& column : relation->columns)
                one.columns[column.number] = sql::Open{};
            one.columns[relation->column("phone")->number] = sql::Masked{sql::mask::KeepLast{4}};
            one.columns[relation->column("email")->number] = sql::Masked{sql::mask::Redact{}};
            one.columns[relation->column("birthday")->number] = sql::Masked{sql::mask::Truncate{"year"}};
            one.columns[relation->column("address")->number] = sql::Stripped{};
            one.subjects.push_back({"customer", relation->column("id")->number});
            treatment_.relations.push_back(std::move(one));
        }
    }

    Rows query(const std::string& sql, const std::vector<const char*>& parameters) {
        const std::unique_ptr<PGresult, Closer> result(
            PQexecParams(connection_.get(), sql.c_str(), static_cast<int>(parameters.size()), nullptr,
                         parameters.empty() ? nullptr : parameters.data(), nullptr, nullptr, 0));
        Rows rows;
        for (int r = 0; r < PQntuples(result.get()); ++r) {
            auto& row = rows.emplace_back();
            for (int c = 0; c < PQnfields(result.get()); ++c)
                row.emplace_back(PQgetvalue(result.get(), r, c));
        }
        return rows;
    }

    /// nullopt: the server does not take the statement, for reasons of its own (types).
    std::optional<std::string> plan_of(const std::string& printed) {
        const Rows rows = query("EXPLAIN (VERBOSE, FORMAT JSON) " + printed, {});
        return rows.empty() ? std::nullopt : std::optional(rows[0][0]);
    }

    std::optional<sql::PrintedStatement> print(const std::string& text, sql::Facts* facts = nullptr) const {
        const auto analysis = sql::Analysis::of(text, *catalog_, {});
        if (!analysis || analysis->statements().size() != 1) return std::nullopt;
        const sql::Facts& found = analysis->statements()[0];
        if (found.kind != sql::StatementKind::select || found.writes ||
            !std::ranges::all_of(found.functions, [](const auto& use) { return use.safe_builtin; }))
            return std::nullopt;
        if (facts != nullptr) *facts = found;
        auto printed = analysis->print(0, treatment_);
        if (!printed) return std::nullopt;
        return std::move(*printed);
    }

    /// "schema.name" of what the facts name, and of what stands below it.
    static std::set<std::string> believed(const sql::Facts& facts) {
        std::set<std::string> names;
        for (const sql::RelationUse& use : facts.relations) {
            const sql::Relation* relation = catalog_->relation(use.relation);
            names.insert(relation->schema + "." + relation->name);
            for (const auto& [oid, other] : catalog_->relations()) {
                if (std::ranges::find(other.parents, use.relation) != other.parents.end())
                    names.insert(other.schema + "." + other.name);
            }
        }
        return names;
    }

    static std::string without_aliases(const std::string& text) {
        static const std::regex qualifier(R"(\b\w+\.)");
        return std::regex_replace(text, qualifier, "");
    }

    /// How the planner says the masks, as expressions over bare column names.
    std::vector<std::string> masks() {
        std::vector<std::string> texts;
        for (const char* table : {"customers", "customers_materialized"}) {
            const auto printed = print(std::string("SELECT phone, email, birthday FROM ") + table);
            const auto plan = plan_of(printed->text);
            for (const auto& row :
                 query("SELECT jsonb_path_query($1::jsonb, '$[0].Plan.Output[*]') #>> '{}'", {plan->c_str()}))
                texts.push_back(without_aliases(row[0]));
        }
        return texts;
    }

    /// Expressions that decide or are shown and that name a protected column outside of its mask.
    std::vector<std::string> unmasked_in(const std::string& plan) {
        static const std::vector<std::string> known = masks();
        static const std::regex bare(R"(\b(phone|email|birthday|address)\b)");
        std::set<std::string> aliases;
        for (const auto& row : query(scanned_relations, {plan.c_str()})) {
            if (row[1].find("customers") != std::string::npos) aliases.insert(row[2]);
        }
        std::vector<std::string> found;
        for (const auto& row : query(deciding_expressions, {plan.c_str()})) {
            // Columns of sub-queries are masked already: only those of a scanned table are raw.
            std::string text = row[0];
            for (const std::string& alias : aliases)
                text = std::regex_replace(
                    text, std::regex("\\b" + alias + R"(\.(phone|email|birthday|address)\b)"), "\x01$1");
            for (const std::string& mask : known)
                remove_all(text, std::regex_replace(mask, bare, "\x01$1"));
            if (text.find('\x01') != std::string::npos) found.push_back(row[0]);
        }
        return found;
    }

    std::unique_ptr<PGconn, Closer> connection_;
    sql::Treatment treatment_;
    static inline tests::PrivatePostgres* server_ = nullptr;
    static inline std::shared_ptr<const sql::Catalog> catalog_;
};

TEST_F(ServerOpinion, ReadsNoRelationAndNoColumnThatTheAnalysisDidNotKnowOf) {
    int planned = 0;
    for (const char* file : {"equivalent.sql", "expressions_with_sub_queries.sql", "hostile.sql"}) {
        std::ifstream lines(path_of(file));
        for (std::string line; std::getline(lines, line);) {
            if (line.empty() || line.starts_with("--")) continue;
            SCOPED_TRACE(line);
            sql::Facts facts;
            const auto printed = print(line, &facts);
            if (!printed) continue;
            const auto plan = plan_of(printed->text);
            if (!plan) continue;
            ++planned;
            const auto names = believed(facts);
            for (const auto& row : query(scanned_relations, {plan->c_str()})) {
                if (row[0] == "pg_catalog" || row[0] == "information_schema") continue;
                EXPECT_TRUE(names.contains(row[0] + "." + row[1])) << row[0] << "." << row[1];
            }
            EXPECT_EQ(unmasked_in(*plan), std::vector<std::string>()) << printed->text;
        }
    }
    EXPECT_GE(planned, 150);
}

TEST_F(ServerOpinion, WouldShowAColumnOutsideOfItsMask) {
    for (const char* text :
         {"SELECT phone FROM public.customers", "SELECT id FROM public.customers c WHERE c.email LIKE 'a%'",
          "SELECT id FROM public.customers ORDER BY birthday", "SELECT max(address) FROM public.customers",
          "SELECT a.id FROM public.customers a JOIN public.customers b ON a.phone = b.phone"}) {
        const auto plan = plan_of(text);
        ASSERT_TRUE(plan) << text;
        EXPECT_FALSE(unmasked_in(*plan).empty()) << text;
    }
}

}  // namespace
