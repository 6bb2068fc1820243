#pragma once

#include <gtest/gtest.h>
#include <libpq-fe.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "gateway/backend/catalog_loader.hpp"
#include "gateway/enforcement/refusals.hpp"
#include "sql/analyze.hpp"
#include "sql/functions.hpp"
#include "tests/sql/own_treatment.hpp"
#include "tests/support/private_postgres.hpp"

/// Statements of tests/cases/sql/rewrite on a real server: as they are, and as Analysis::print says them.
namespace tests {

struct Closer {
    void operator()(PGconn* connection) const { PQfinish(connection); }
    void operator()(PGresult* result) const { PQclear(result); }
};
using Connection = std::unique_ptr<PGconn, Closer>;
using ResultSet = std::unique_ptr<PGresult, Closer>;

inline std::string cases(const std::string& name) {
    return std::string(TABIR_SOURCE_DIR) + "/tests/cases/sql/rewrite/" + name;
}

inline std::vector<std::string> lines_of(const std::string& name) {
    std::ifstream file(cases(name));
    std::vector<std::string> lines;
    for (std::string line; std::getline(file, line);) {
        if (!line.empty() && !line.starts_with("--")) lines.push_back(line);
    }
    return lines;
}

/// What a server answered, as text: names and types of the columns, then the rows; or the error.
struct Answer {
    std::vector<std::string> columns;
    std::vector<std::vector<std::string>> rows;
    std::string error;
    std::string sqlstate;

    friend bool operator==(const Answer&, const Answer&) = default;
};

inline void PrintTo(const Answer& answer, std::ostream* out) {
    *out << answer.error << testing::PrintToString(answer.columns) << " " << answer.rows.size() << " rows";
    for (std::size_t i = 0; i < std::min<std::size_t>(answer.rows.size(), 5); ++i)
        *out << "\n  " << testing::PrintToString(answer.rows[i]);
}

inline Answer ask(PGconn* connection, const std::string& sql) {
    const ResultSet result(PQexec(connection, sql.c_str()));
    Answer answer;
    if (PQresultStatus(result.get()) != PGRES_TUPLES_OK) {
        answer.error = PQresultErrorMessage(result.get());
        if (const char* state = PQresultErrorField(result.get(), PG_DIAG_SQLSTATE); state != nullptr)
            answer.sqlstate = state;
    }
    for (int c = 0; c < PQnfields(result.get()); ++c) {
        answer.columns.push_back(std::string(PQfname(result.get(), c)) + ":" +
                                 std::to_string(PQftype(result.get(), c)) + ":" +
                                 std::to_string(PQfmod(result.get(), c)));
    }
    for (int r = 0; r < PQntuples(result.get()); ++r) {
        auto& row = answer.rows.emplace_back();
        for (int c = 0; c < PQnfields(result.get()); ++c) {
            row.emplace_back(PQgetisnull(result.get(), r, c) != 0 ? "(null)"
                                                                  : PQgetvalue(result.get(), r, c));
        }
    }
    return answer;
}

/// Elements of text arrays within text arrays; a key that is none of them is itself.
inline void collect_keys(PGconn* connection, const std::string& value, int depth,
                         std::set<std::string>& keys) {
    if (value == "(null)") return;
    if (depth == 0) {
        keys.insert(value.starts_with(sql::nobody_key) ? "nobody" : value);
        return;
    }
    const char* parameters[] = {value.c_str()};
    const ResultSet result(
        PQexecParams(connection, "SELECT unnest($1::text[])", 1, nullptr, parameters, nullptr, nullptr, 0));
    ASSERT_EQ(PQresultStatus(result.get()), PGRES_TUPLES_OK) << value;
    for (int r = 0; r < PQntuples(result.get()); ++r) {
        if (PQgetisnull(result.get(), r, 0) == 0)
            collect_keys(connection, PQgetvalue(result.get(), r, 0), depth - 1, keys);
    }
}

class Rewrite : public testing::Test {
protected:
    static void SetUpTestSuite() {
        if (catalog_ != nullptr) return;  // another suite of this program has made the database
        server_ = &tests::PrivatePostgres::shared();
        server_->execute("CREATE DATABASE rewrite");
        std::ifstream schema(cases("schema.sql"));
        server_->execute(std::string(std::istreambuf_iterator<char>(schema), {}), "rewrite");
        auto read = gateway::backend::read_catalog(server_->connection_string("rewrite"));
        ASSERT_TRUE(std::holds_alternative<gateway::backend::CatalogSnapshot>(read));
        catalog_ = std::get<gateway::backend::CatalogSnapshot>(read).catalog;
    }

    Rewrite() {
        raw_ = connect("postgres");
        masked_ = connect("masked");
        ask(masked_.get(), "SET search_path = pg_catalog, pg_temp");
    }

    static Connection connect(const std::string& user) {
        Connection connection(PQconnectdb(server_->connection_string("rewrite", user).c_str()));
        EXPECT_EQ(PQstatus(connection.get()), CONNECTION_OK) << PQerrorMessage(connection.get());
        return connection;
    }

    static std::shared_ptr<const sql::RelationTreatment> open(const char* schema, const char* name,
                                                              const char* subject) {
        const sql::Relation* relation = catalog_->relation(schema, name);
        sql::RelationTreatment treatment{
            .relation = relation->oid, .columns = {}, .searchable = {}, .subjects = {}, .row_filter = {}};
        for (const sql::Column& column : relation->columns)
            treatment.columns[column.number] = sql::Open{};
        if (subject != nullptr) treatment.subjects.push_back({"customer", relation->column(subject)->number});
        return std::make_shared<const sql::RelationTreatment>(std::move(treatment));
    }

    /// Every table of the schema.
    static sql::Treatment everything_open() {
        sql::Treatment treatment;
        for (const auto& [oid, relation] : catalog_->relations()) {
            const bool table = relation.kind == sql::RelationKind::table ||
                               relation.kind == sql::RelationKind::partitioned_table;
            if (!table || relation.schema == "pg_catalog" || relation.schema == "information_schema")
                continue;
            const char* subject = nullptr;
            if (relation.name == "customers") subject = "id";
            if (relation.name == "documents" || relation.name == "tickets") subject = "customer_id";
            treatment.relations.push_back(open(relation.schema.c_str(), relation.name.c_str(), subject));
        }
        return treatment;
    }

    /// Everything open, everything a sub-select.
    static sql::Treatment open_treatment() {
        sql::Treatment treatment;
        treatment.relations = {open("public", "customers", "id"), open("kyc", "documents", "customer_id")};
        return treatment;
    }

    static sql::Treatment masked_treatment() {
        sql::Treatment treatment = open_treatment();
        for (const char* name : {"customers_materialized", "child_customers"})
            treatment.relations.push_back(open("public", name, "id"));
        for (auto& shared : treatment.relations) {
            sql::RelationTreatment& one = tests::own_copy(shared);
            const sql::Relation* relation = catalog_->relation(one.relation);
            if (relation->schema != "public") continue;
            one.columns[relation->column("phone")->number] = sql::Masked{sql::mask::KeepLast{4}};
            one.columns[relation->column("email")->number] = sql::Masked{sql::mask::Redact{}};
            one.columns[relation->column("address")->number] = sql::Stripped{};
            one.searchable = {relation->column("phone")->number, relation->column("email")->number};
        }
        return treatment;
    }

    /// What a policy of these tables would let pass.
    static bool permitted(const sql::Facts& facts) {
        const auto safe = [](const sql::FunctionUse& use) { return use.safe_builtin; };
        const auto known = [](const sql::RelationUse& use) {
            const sql::Relation* relation = catalog_->relation(use.relation);
            return (relation->schema != "pg_catalog" && relation->schema != "information_schema") ||
                   sql::is_schema_description(relation->schema, relation->name);
        };
        return facts.kind == sql::StatementKind::select && facts.writes.empty() && facts.locked.empty() &&
               std::ranges::all_of(facts.functions, safe) && std::ranges::all_of(facts.relations, known);
    }

    static sql::Result<sql::PrintedStatement> print(const std::string& text,
                                                    const sql::Treatment& treatment) {
        auto analysis = sql::Analysis::of(text, *catalog_, {});
        if (!analysis) return analysis.error();
        return analysis->print(0, treatment);
    }

    static void cut_hidden(Answer& answer, const sql::PrintedStatement& printed) {
        if (!answer.error.empty()) return;
        answer.columns.resize(answer.columns.size() - printed.cut_columns());
        for (auto& row : answer.rows)
            row.resize(answer.columns.size());
    }

    void expect_equivalent(const std::string& file, const sql::Treatment& treatment) {
        for (const std::string& line : lines_of(file)) {
            SCOPED_TRACE(line);
            const auto printed = print(line, treatment);
            if (!printed) {
                ADD_FAILURE() << printed.error().message;
                continue;
            }
            const Answer expected = ask(raw_.get(), line);
            EXPECT_EQ(expected.error, "");
            Answer answer = ask(masked_.get(), printed->text);
            cut_hidden(answer, *printed);
            EXPECT_EQ(answer, expected) << printed->text;
        }
    }

    void expect_equivalent_if_printed(const std::string& file, const sql::Treatment& treatment,
                                      int at_least) {
        int printed_lines = 0;
        for (const std::string& line : lines_of(file)) {
            SCOPED_TRACE(line);
            const auto printed = print(line, treatment);
            if (!printed) {
                EXPECT_NE(printed.error().code, sql::Errc::verify_failed) << printed.error().message;
                continue;
            }
            ++printed_lines;
            Answer answer = ask(masked_.get(), printed->text);
            cut_hidden(answer, *printed);
            EXPECT_EQ(answer, ask(raw_.get(), line)) << printed->text;
        }
        EXPECT_GE(printed_lines, at_least);
    }

    /// What the statement itself gives, errors included.
    void expect_same_answer(const std::string& line, const sql::Treatment& treatment, bool may_be_refused) {
        SCOPED_TRACE(line);
        const Answer expected = ask(raw_.get(), line);
        const auto printed = print(line, treatment);
        if (!printed) {
            const auto refusal = gateway::enforcement::refusal_of(printed.error(), line, policies::Role{},
                                                                  sql::StatementKind::select);
            const bool has_rule = printed.error().code == sql::Errc::not_countable ||
                                  printed.error().code == sql::Errc::not_maskable;
            if (may_be_refused && has_rule) return;
            EXPECT_EQ(expected.sqlstate, refusal.sqlstate) << refusal.message << "\n  " << expected.error;
            return;
        }
        Answer answer = ask(masked_.get(), printed->text);
        cut_hidden(answer, *printed);
        // With keys in it another mistake of the same statement may be found first.
        if (!may_be_refused || answer.error.empty() || expected.error.empty())
            EXPECT_EQ(answer.sqlstate, expected.sqlstate) << answer.error << printed->text;
        answer.sqlstate = expected.sqlstate;
        answer.error = expected.error;
        EXPECT_EQ(answer, expected) << printed->text;
    }

    static inline tests::PrivatePostgres* server_ = nullptr;
    static inline std::shared_ptr<const sql::Catalog> catalog_;
    Connection raw_;
    Connection masked_;
};

}  // namespace tests
