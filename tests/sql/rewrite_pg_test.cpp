// Statements of tests/cases/sql/rewrite on a real server: as they are, and as Analysis::print says them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <libpq-fe.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <memory>
#include <set>

#include "gateway/backend/catalog_loader.hpp"
#include "gateway/enforcement/refusals.hpp"
#include "sql/analyze.hpp"
#include "sql/functions.hpp"
#include "tests/support/private_postgres.hpp"

namespace {

struct Closer {
    void operator()(PGconn* connection) const { PQfinish(connection); }
    void operator()(PGresult* result) const { PQclear(result); }
};
using Connection = std::unique_ptr<PGconn, Closer>;
using ResultSet = std::unique_ptr<PGresult, Closer>;

std::string cases(const std::string& name) {
    return std::string(TABIR_SOURCE_DIR) + "/tests/cases/sql/rewrite/" + name;
}

std::vector<std::string> lines_of(const std::string& name) {
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

void PrintTo(const Answer& answer, std::ostream* out) {
    *out << answer.error << testing::PrintToString(answer.columns) << " " << answer.rows.size() << " rows";
    for (std::size_t i = 0; i < std::min<std::size_t>(answer.rows.size(), 5); ++i)
        *out << "\n  " << testing::PrintToString(answer.rows[i]);
}

Answer ask(PGconn* connection, const std::string& sql) {
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
void collect_keys(PGconn* connection, const std::string& value, int depth, std::set<std::string>& keys) {
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

    static sql::RelationTreatment open(const char* schema, const char* name, const char* subject) {
        const sql::Relation* relation = catalog_->relation(schema, name);
        sql::RelationTreatment treatment{
            .relation = relation->oid, .columns = {}, .searchable = {}, .subjects = {}, .row_filter = {}};
        for (const sql::Column& column : relation->columns)
            treatment.columns[column.number] = sql::Open{};
        if (subject != nullptr) treatment.subjects.push_back({"customer", relation->column(subject)->number});
        return treatment;
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
        for (sql::RelationTreatment& one : treatment.relations) {
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
        answer.columns.resize(answer.columns.size() - printed.hidden.size());
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

TEST_F(Rewrite, GivesTheSameRowsAsTheStatementItselfWhenEverythingIsOpen) {
    expect_equivalent("equivalent.sql", open_treatment());
    expect_equivalent("expressions_with_sub_queries.sql", open_treatment());
}

TEST_F(Rewrite, GivesTheSameAnswerInEveryFormOfSelect) {
    const sql::Treatment treatment = everything_open();
    for (const std::string& line : lines_of("forms.sql"))
        expect_same_answer(line, treatment, false);
}

TEST_F(Rewrite, GivesTheSameAnswerInEveryFormOfSelectWherePeopleAreCounted) {
    sql::Treatment treatment = everything_open();
    treatment.counted = {"customer"};
    for (const std::string& line : lines_of("forms.sql"))
        expect_same_answer(line, treatment, true);
    // The key is masked (to itself), so that it rides as a hidden column through every form.
    for (sql::RelationTreatment& relation : treatment.relations) {
        for (const sql::SubjectKey& subject : relation.subjects)
            relation.columns[subject.column] = sql::Masked{sql::mask::Truncate{"1"}};
    }
    for (const std::string& line : lines_of("forms.sql"))
        expect_same_answer(line, treatment, true);
}

TEST_F(Rewrite, ObjectsOfTheSameNameSeeNothing) {
    server_->execute(R"(
        CREATE FUNCTION public.spy(varchar, text) RETURNS boolean LANGUAGE plpgsql AS $$BEGIN RAISE EXCEPTION 'seen %', $1; END$$;
        CREATE OPERATOR public.= (FUNCTION = public.spy, LEFTARG = varchar, RIGHTARG = text);
        CREATE FUNCTION public.spy2(text, text) RETURNS boolean LANGUAGE plpgsql AS $$BEGIN RAISE EXCEPTION 'seen %', $1; END$$;
        CREATE OPERATOR public.= (FUNCTION = public.spy2, LEFTARG = text, RIGHTARG = text);
        CREATE FUNCTION public.spy3(text, text) RETURNS text LANGUAGE plpgsql AS $$BEGIN RAISE EXCEPTION 'seen %', $1; END$$;
        CREATE OPERATOR public.|| (FUNCTION = public.spy3, LEFTARG = text, RIGHTARG = text);
        CREATE FUNCTION public.lower(text) RETURNS text LANGUAGE plpgsql AS $$BEGIN RAISE EXCEPTION 'seen %', $1; END$$;
        CREATE FUNCTION public.right(text, int) RETURNS text LANGUAGE plpgsql AS $$BEGIN RAISE EXCEPTION 'seen %', $1; END$$;
        CREATE FUNCTION public.count(text) RETURNS bigint LANGUAGE plpgsql AS $$BEGIN RAISE EXCEPTION 'seen %', $1; END$$;
        CREATE TYPE public.seen AS (value text);
        CREATE FUNCTION public.to_seen(text) RETURNS public.seen LANGUAGE plpgsql AS $$BEGIN RAISE EXCEPTION 'seen %', $1; END$$;
        CREATE CAST (text AS public.seen) WITH FUNCTION public.to_seen(text) AS IMPLICIT;
        CREATE FUNCTION public.same(public.seen, public.seen) RETURNS boolean LANGUAGE plpgsql AS $$BEGIN RAISE EXCEPTION 'seen'; END$$;
        CREATE OPERATOR public.= (FUNCTION = public.same, LEFTARG = public.seen, RIGHTARG = public.seen);)",
                     "rewrite");
    for (const char* sql :
         {"SELECT id FROM customers WHERE phone = '+62811000001'",
          "SELECT id FROM customers WHERE phone IN ('+62811000001', 'x') AND email = 'a'::text",
          "SELECT NULLIF(phone, 'x'), phone IS DISTINCT FROM 'x', CASE phone WHEN 'x' THEN 1 END FROM "
          "customers",
          "SELECT lower(phone), right(phone, 20), phone || 'x' FROM customers",
          "SELECT count(phone), count(DISTINCT phone) FROM customers",
          "SELECT a.id FROM customers a JOIN customers b USING (city) ORDER BY a.phone",
          "SELECT phone = 'x'::seen FROM customers",
          "SELECT phone, count(*) FROM customers GROUP BY phone"}) {
        for (const sql::Treatment& treatment : {open_treatment(), masked_treatment()}) {
            const auto printed = print(sql, treatment);
            if (!printed) continue;
            EXPECT_THAT(ask(masked_.get(), printed->text).error, testing::Not(testing::HasSubstr("seen +")))
                << printed->text;
        }
    }
    server_->execute(R"(
        DROP FUNCTION public.spy(varchar, text), public.spy2(text, text), public.spy3(text, text), public.lower(text),
            public.right(text, int), public.count(text), public.to_seen(text), public.same(public.seen, public.seen) CASCADE;
        DROP TYPE public.seen;)",
                     "rewrite");
}

TEST_F(Rewrite, GivesTheSameRowsWithHiddenKeys) {
    sql::Treatment treatment = open_treatment();
    treatment.counted = {"customer"};
    expect_equivalent("equivalent.sql", treatment);
    expect_equivalent_if_printed("expressions_with_sub_queries.sql", treatment, 6);
}

TEST_F(Rewrite, GivesTheSameRowsWithKeysThatAreNotShown) {
    sql::Treatment treatment = open_treatment();
    treatment.counted = {"customer"};
    // The key column is masked (to itself), so that it must ride as a hidden column.
    for (sql::RelationTreatment& relation : treatment.relations) {
        relation.columns[relation.subjects[0].column] = sql::Masked{sql::mask::Truncate{"1"}};
    }
    // Whole rows and USING cannot be had then.
    expect_equivalent_if_printed("equivalent.sql", treatment, 70);
}

TEST_F(Rewrite, FindsByMaskedColumnsWhatTheRawColumnHolds) {
    sql::Treatment treatment = open_treatment();
    const sql::Relation* customers = catalog_->relation("public", "customers");
    treatment.relations[0].columns[customers->column("phone")->number] = sql::Masked{sql::mask::Null{}};
    treatment.relations[0].columns[customers->column("email")->number] = sql::Masked{sql::mask::Null{}};
    treatment.relations[0].searchable = {customers->column("phone")->number,
                                         customers->column("email")->number};
    struct Search {
        const char* where;
        int values;
    };
    for (const auto& [where, values] :
         {Search{"phone = '+62811000003'", 1}, Search{"'+62811000003' = c.phone", 1},
          Search{"(phone) = ('+62811000003')", 1}, Search{"phone = '+62811000003'::text", 1},
          Search{"phone IN ('+62811000003', '+62811000009')", 2}, Search{"phone = ANY ('{+62811000003}')", 1},
          Search{"phone = ANY (ARRAY['+62811000004', 'x'])", 2},
          Search{"phone = '+62811000003' OR id = 5 AND email = 'user5@example.com'", 2},
          Search{"email = CAST('user4@example.com' AS varchar(60))", 1},
          Search{"phone = '+62811000003'::character varying(20) AND true", 1},
          Search{"public.customers.phone = '+62811000003'", 1}}) {
        SCOPED_TRACE(where);
        const bool unaliased = std::string_view(where).starts_with("public");
        const std::string sql = std::string("SELECT id FROM public.customers") + (unaliased ? "" : " c") +
                                " WHERE " + where + " ORDER BY id";
        const auto printed = print(sql, treatment);
        if (unaliased) continue;
        ASSERT_TRUE(printed) << printed.error().message;
        EXPECT_EQ(printed->searched_values, values);
        EXPECT_EQ(ask(masked_.get(), printed->text), ask(raw_.get(), sql)) << printed->text;
    }
}

TEST_F(Rewrite, NeverShowsAMaskedValue) {
    for (const bool counted : {false, true}) {
        sql::Treatment treatment = masked_treatment();
        if (counted) treatment.counted = {"customer"};
        int answered = 0;
        for (const std::string& file :
             {"hostile.sql", "equivalent.sql", "expressions_with_sub_queries.sql", "forms.sql"}) {
            for (const std::string& line : lines_of(file)) {
                SCOPED_TRACE(line);
                auto analysis = sql::Analysis::of(line, *catalog_, {});
                if (!analysis || !std::ranges::all_of(analysis->statements(), permitted)) continue;
                const auto printed = analysis->print(0, treatment);
                if (!printed) {
                    EXPECT_NE(printed.error().code, sql::Errc::verify_failed) << printed.error().message;
                    continue;
                }
                Answer answer = ask(masked_.get(), printed->text);
                cut_hidden(answer, *printed);
                answered += answer.error.empty() ? 1 : 0;
                std::string all = answer.error.substr(0, answer.error.find("\nLINE"));
                for (const auto& row : answer.rows) {
                    for (const std::string& value : row)
                        all += "\n" + value;
                }
                for (const char* raw : {"+62811", "62811000", "user1@", "user2@", "Street "}) {
                    EXPECT_THAT(all, testing::Not(testing::HasSubstr(raw))) << printed->text;
                }
            }
        }
        EXPECT_GT(answered, 100);
    }
}

TEST_F(Rewrite, TellsExactlyThePeopleWhoStandBehindTheRows) {
    struct KeyCase {
        const char* sql;
        const char* oracle;
    };
    sql::Treatment treatment = masked_treatment();
    treatment.counted = {"customer"};
    for (
        const KeyCase& one : {
            KeyCase{"SELECT full_name FROM customers WHERE id < 5", "SELECT id FROM customers WHERE id < 5"},
            KeyCase{"SELECT kind FROM kyc.documents WHERE id < 5",
                    "SELECT customer_id FROM kyc.documents WHERE id < 5"},
            KeyCase{"SELECT t.subject, c.city FROM support.tickets t LEFT JOIN customers c ON c.id = "
                    "t.customer_id AND c.id < 9",
                    "SELECT customer_id FROM support.tickets WHERE customer_id < 41"},
            KeyCase{"SELECT city, count(*) FROM customers GROUP BY city HAVING city LIKE 'J%'",
                    "SELECT id FROM customers WHERE city LIKE 'J%'"},
            KeyCase{"SELECT string_agg(full_name, ',') FROM customers WHERE id > 30",
                    "SELECT id FROM customers WHERE id > 30"},
            KeyCase{
                "SELECT max(n) FROM (SELECT city, count(*) n FROM customers WHERE id < 9 GROUP BY city) x",
                "SELECT generate_series(1, 8)"},
            KeyCase{"SELECT DISTINCT city FROM customers WHERE id < 4", "SELECT generate_series(1, 3)"},
            KeyCase{"SELECT DISTINCT ON (city) id FROM customers ORDER BY city, id",
                    "SELECT min(id) FROM customers GROUP BY city"},
            KeyCase{"SELECT id FROM customers ORDER BY id DESC LIMIT 3", "SELECT unnest(ARRAY[38, 39, 40])"},
            KeyCase{"SELECT lag(full_name) OVER (ORDER BY id) FROM customers ORDER BY id DESC LIMIT 2",
                    "SELECT unnest(ARRAY[38, 39, 40])"},
            KeyCase{"SELECT string_agg(full_name, '') OVER w FROM customers WINDOW w AS (ORDER BY id) ORDER "
                    "BY id LIMIT 3",
                    "SELECT generate_series(1, 3)"},
            KeyCase{"SELECT telp FROM vip", "SELECT generate_series(1, 9)"},
            KeyCase{"SELECT people FROM per_city WHERE city = 'Jakarta'",
                    "SELECT id FROM customers WHERE city = 'Jakarta'"},
            KeyCase{"SELECT id FROM customers WHERE id = 1 UNION ALL SELECT customer_id FROM kyc.documents "
                    "WHERE id = 2 UNION ALL SELECT 77",
                    "SELECT 1 UNION SELECT customer_id FROM kyc.documents WHERE id = 2"},
            KeyCase{"WITH a AS (SELECT * FROM customers WHERE id IN (1, 2)) SELECT x.id FROM a x, a y WHERE "
                    "x.id < y.id",
                    "SELECT unnest(ARRAY[1, 2])"},
            KeyCase{"SELECT subject FROM support.tickets WHERE customer_id IN (SELECT id FROM customers "
                    "WHERE id < 6)",
                    "SELECT customer_id FROM support.tickets WHERE customer_id < 6"},
            KeyCase{"SELECT subject FROM support.tickets t WHERE EXISTS (SELECT 1 FROM customers c WHERE "
                    "c.id = t.customer_id AND c.id < 6)",
                    "SELECT customer_id FROM support.tickets WHERE customer_id < 6"},
            KeyCase{"SELECT id FROM support.tickets t WHERE NOT EXISTS (SELECT 1 FROM customers c WHERE "
                    "c.id = t.customer_id AND c.id < 6)",
                    "SELECT customer_id FROM support.tickets WHERE customer_id >= 6"},
            KeyCase{"SELECT id FROM support.tickets t WHERE t.customer_id NOT IN (SELECT id FROM customers "
                    "WHERE id < 6)",
                    "SELECT customer_id FROM support.tickets WHERE customer_id >= 6"},
            KeyCase{"SELECT t.id FROM support.tickets t LEFT JOIN customers c ON c.id = t.customer_id AND "
                    "c.id < 6 WHERE c.id IS NULL",
                    "SELECT customer_id FROM support.tickets WHERE customer_id >= 6"},
            KeyCase{"SELECT t.id, (SELECT count(*) FROM kyc.documents d WHERE d.customer_id = t.customer_id "
                    "AND d.kind = 'none') FROM support.tickets t",
                    "SELECT customer_id FROM support.tickets"},
            KeyCase{"SELECT t.id, x.n FROM support.tickets t, LATERAL (SELECT count(*) AS n FROM "
                    "kyc.documents d WHERE d.customer_id = t.customer_id AND d.kind = 'none') x",
                    "SELECT customer_id FROM support.tickets"},
            KeyCase{"SELECT t.id, x.n FROM support.tickets t LEFT JOIN (SELECT customer_id, count(*) AS n "
                    "FROM kyc.documents WHERE id < 3 GROUP BY customer_id) x ON x.customer_id = "
                    "t.customer_id",
                    "SELECT customer_id FROM support.tickets"},
            KeyCase{"SELECT g FROM generate_series(1, 9) g WHERE NOT EXISTS (SELECT FROM customers c WHERE "
                    "c.id = g AND c.city = 'Nowhere')",
                    "SELECT 'nobody'::text"},
            KeyCase{"SELECT id FROM support.tickets t WHERE NOT EXISTS (SELECT 1 FROM customers c WHERE "
                    "c.city = 'Nowhere')",
                    "SELECT 'nobody'::text"},
            KeyCase{"SELECT g FROM generate_series(1, 9) AS g (n) LEFT JOIN customers c ON c.id = g.n AND "
                    "c.city = 'Nowhere'",
                    "SELECT generate_series(1, 9)"},
            KeyCase{"SELECT count(*) FROM customers", "SELECT 1 WHERE false"},
            KeyCase{"SELECT count(*) FROM (SELECT DISTINCT id, city FROM customers ORDER BY id) x",
                    "SELECT 1 WHERE false"},
            KeyCase{"SELECT count(*) FROM (SELECT CASE WHEN id = 4 THEN city END FROM customers) x",
                    "SELECT id FROM customers"},
            KeyCase{"SELECT count(*) FILTER (WHERE id < 4) FROM customers", "SELECT id FROM customers"},
            KeyCase{"SELECT count(phone) FROM customers", "SELECT id FROM customers"},
            KeyCase{"SELECT count(*) FROM customers WHERE city = 'Nowhere'", "SELECT 'nobody'::text"},
            KeyCase{"SELECT city FROM customers WHERE id < 4 UNION SELECT kind FROM kyc.documents WHERE "
                    "customer_id = 9",
                    "SELECT unnest(ARRAY[1, 2, 3]) UNION SELECT customer_id FROM kyc.documents WHERE "
                    "customer_id = 9"},
            KeyCase{"SELECT city FROM customers WHERE id < 4 UNION SELECT 'x' UNION ALL SELECT city FROM "
                    "customers WHERE id = 5",
                    "SELECT unnest(ARRAY[1, 2, 3, 5])"},
            KeyCase{"SELECT id FROM customers WHERE id < 9 INTERSECT SELECT customer_id FROM kyc.documents "
                    "WHERE customer_id < 12",
                    "SELECT customer_id FROM kyc.documents WHERE customer_id < 9"},
            KeyCase{"SELECT id FROM customers WHERE id < 9 EXCEPT SELECT g FROM generate_series(1, 5) g",
                    "SELECT generate_series(6, 8)"},
            KeyCase{"SELECT g FROM generate_series(1, 9) AS g EXCEPT SELECT id FROM customers WHERE id < 6",
                    "SELECT generate_series(6, 9)"},
            KeyCase{"SELECT g FROM generate_series(1, 9) AS g EXCEPT SELECT max(id) FROM customers",
                    "SELECT 'nobody'::text"},
            KeyCase{"(SELECT city FROM customers WHERE id < 3 UNION VALUES ('x')) INTERSECT SELECT city FROM "
                    "customers WHERE id = 1 ORDER BY 1 LIMIT 1",
                    "SELECT id FROM customers WHERE id < 3 AND city = (SELECT city FROM customers WHERE id "
                    "= 1)"},
            KeyCase{"SELECT DISTINCT city, count(*) FROM customers WHERE id < 6 GROUP BY city, id ORDER BY "
                    "count(*), city DESC NULLS LAST LIMIT 99",
                    "SELECT generate_series(1, 5)"},
            KeyCase{"SELECT DISTINCT rank() OVER (ORDER BY city) AS r FROM customers WHERE id < 6 ORDER BY r",
                    "SELECT generate_series(1, 5)"},
            KeyCase{"SELECT DISTINCT generate_series(1, 2) FROM customers WHERE id < 3",
                    "SELECT generate_series(1, 2)"},
            KeyCase{"SELECT count(*) FROM (SELECT DISTINCT city, id FROM customers WHERE id < 6) x",
                    "SELECT generate_series(1, 5)"},
            KeyCase{"SELECT id FROM customers WHERE id = 1 UNION ALL VALUES (1), (2)", "SELECT 1"},
            KeyCase{"VALUES ((SELECT full_name FROM customers WHERE id = 7)), ('x')", "SELECT 7"},
            KeyCase{"SELECT FROM customers WHERE id < 3", "SELECT generate_series(1, 2)"},
            KeyCase{"SELECT (SELECT full_name FROM customers ORDER BY id DESC LIMIT 1)", "SELECT 40"},
            KeyCase{"SELECT t.id, (SELECT d.kind FROM kyc.documents d WHERE d.customer_id = t.customer_id "
                    "ORDER BY d.id DESC LIMIT 1) FROM support.tickets t WHERE t.customer_id < 9",
                    "SELECT customer_id FROM support.tickets WHERE customer_id < 9"},
            KeyCase{"SELECT (SELECT DISTINCT ON (city) full_name FROM customers WHERE id = 4)", "SELECT 4"},
            KeyCase{"SELECT 1 WHERE 'x' NOT IN (SELECT full_name FROM customers WHERE id < 3 UNION SELECT "
                    "kind FROM kyc.documents WHERE customer_id = 9)",
                    "SELECT unnest(ARRAY[1, 2]) UNION SELECT customer_id FROM kyc.documents WHERE "
                    "customer_id = 9"},
            KeyCase{"SELECT g FROM generate_series(1, 99) g LIMIT (SELECT count(*) FROM customers WHERE id "
                    "< 5)",
                    "SELECT generate_series(1, 4)"},
            KeyCase{"SELECT EXISTS (SELECT FROM customers WHERE id = 3 LIMIT 1)", "SELECT 3"},
            KeyCase{
                "WITH u AS (SELECT id FROM customers WHERE id < 3 UNION SELECT 99) SELECT count(*) FROM u",
                "SELECT generate_series(1, 2)"},
            KeyCase{"SELECT subject, c.city FROM support.tickets t FULL JOIN customers c ON c.id = "
                    "t.customer_id AND t.id = 1 WHERE t.id < 3",
                    "SELECT '4' UNION SELECT 'nobody'"},
            KeyCase{"SELECT (SELECT full_name FROM customers WHERE id = 3), (SELECT count(*) FROM customers "
                    "WHERE id < 3)",
                    "SELECT generate_series(1, 3)"},
            KeyCase{"SELECT status, count(*) FROM support.tickets WHERE customer_id IN (SELECT id FROM "
                    "customers WHERE id < 6) GROUP BY status",
                    "SELECT customer_id FROM support.tickets WHERE customer_id < 6"},
            KeyCase{"SELECT ARRAY(SELECT d.kind FROM kyc.documents d WHERE d.customer_id IN (SELECT id FROM "
                    "customers WHERE id < 9))",
                    "SELECT customer_id FROM kyc.documents WHERE customer_id < 9"},
            KeyCase{"WITH a AS (SELECT * FROM customers WHERE id < 4) SELECT (SELECT string_agg(full_name, "
                    "',') FROM a)",
                    "SELECT generate_series(1, 3)"},
            KeyCase{"SELECT * FROM unnest(ARRAY(SELECT full_name FROM customers WHERE id = 3))", "SELECT 3"},
            KeyCase{"SELECT subject FROM support.tickets", "SELECT 1 WHERE false"},
            KeyCase{"SELECT id FROM customers WHERE phone = '+62811000012'", "SELECT 12"},
            KeyCase{"SELECT j.city FROM (customers c JOIN kyc.documents d ON d.customer_id = c.id) AS j (n) "
                    "WHERE j.n < 9",
                    "SELECT customer_id FROM kyc.documents WHERE customer_id < 9"},
            KeyCase{"SELECT row_to_json(t) FROM (SELECT full_name FROM customers WHERE id < 4) t",
                    "SELECT generate_series(1, 3)"},
            KeyCase{"SELECT x.* FROM (SELECT count(*), 1 + 1, 2 + 2 FROM customers WHERE id < 3) x",
                    "SELECT generate_series(1, 2)"},
            KeyCase{"SELECT t.id, c FROM support.tickets t LEFT JOIN customers c ON c.id = t.customer_id AND "
                    "c.id < 9",
                    "SELECT customer_id FROM support.tickets"},
            KeyCase{"SELECT id FROM customers WHERE id < 9 ORDER BY id OFFSET 5",
                    "SELECT generate_series(1, 8)"},
            KeyCase{"SELECT id FROM customers WHERE id < 9 ORDER BY id LIMIT 2 OFFSET 3",
                    "SELECT generate_series(1, 5)"},
            KeyCase{"SELECT * FROM (SELECT id FROM customers WHERE id < 9 ORDER BY id OFFSET 3 LIMIT 1) x",
                    "SELECT generate_series(1, 4)"},
            KeyCase{"SELECT x.* FROM (SELECT id, city FROM customers UNION SELECT id, city FROM customers) x "
                    "WHERE id < 9 ORDER BY id OFFSET 3 FETCH NEXT ROW ONLY",
                    "SELECT generate_series(1, 4)"},
            KeyCase{"SELECT city, count(*) FROM customers WHERE id < 9 GROUP BY city ORDER BY city OFFSET 1",
                    "SELECT generate_series(1, 8)"},
            KeyCase{"SELECT DISTINCT city FROM customers WHERE id < 9 ORDER BY city OFFSET 2",
                    "SELECT generate_series(1, 8)"},
            KeyCase{
                "SELECT * FROM (SELECT id, row_number() OVER (ORDER BY id) AS n FROM customers WHERE id < "
                "9) x WHERE n BETWEEN 3 AND 4",
                "SELECT generate_series(1, 4)"},
            KeyCase{
                "SELECT id, rank() OVER w FROM customers WHERE id < 9 WINDOW w AS (ORDER BY id DESC) ORDER "
                "BY id DESC LIMIT 3",
                "SELECT generate_series(6, 8)"},
            KeyCase{
                "SELECT * FROM (SELECT id, ntile(3) OVER w FROM customers WHERE id < 9 WINDOW w AS (ORDER BY "
                "id)) x WHERE id = 1",
                "SELECT generate_series(1, 8)"},
            KeyCase{"SELECT * FROM (SELECT id, cume_dist() OVER (ORDER BY id) FROM customers WHERE id < 9) x "
                    "WHERE id = 1",
                    "SELECT generate_series(1, 8)"},
            KeyCase{"SELECT * FROM (SELECT id, lag(id, 2) OVER (ORDER BY id) FROM customers WHERE id < 9) x "
                    "WHERE id = 5",
                    "SELECT generate_series(1, 8)"},
            KeyCase{
                "SELECT * FROM (SELECT id, lag(id, 1, 0) OVER (ORDER BY id) FROM customers WHERE id < 9) x "
                "WHERE id = 5",
                "SELECT generate_series(4, 5)"},
            KeyCase{
                "SELECT * FROM (SELECT id, nth_value(id, 2) OVER (ORDER BY id) FROM customers WHERE id < 9) "
                "x WHERE id = 5",
                "SELECT generate_series(1, 5)"},
            KeyCase{
                "SELECT * FROM (SELECT id, first_value(id) OVER (ORDER BY id ROWS BETWEEN 2 PRECEDING AND "
                "CURRENT ROW) FROM customers WHERE id < 9) x WHERE id = 5",
                "SELECT generate_series(3, 5)"},
            KeyCase{"SELECT id, rank() OVER (ORDER BY id) FROM customers WHERE id IN (3, 5)",
                    "SELECT 3 UNION SELECT 5"},
            KeyCase{"SELECT t.id FROM support.tickets t LEFT JOIN (customers c JOIN kyc.documents d ON "
                    "d.customer_id = c.id AND c.id < 4) AS j (n) ON j.n = t.customer_id",
                    "SELECT customer_id FROM support.tickets"},
            KeyCase{
                "SELECT j.city FROM (support.tickets t LEFT JOIN customers c ON c.id = t.customer_id AND "
                "c.id < 4) AS j",
                "SELECT customer_id::text FROM support.tickets WHERE customer_id < 4 UNION SELECT 'nobody'"},
            KeyCase{"SELECT FROM customers WHERE id < 3", "SELECT generate_series(1, 2)"},
            KeyCase{"SELECT c.city FROM customers c TABLESAMPLE bernoulli (100) WHERE c.id < 3",
                    "SELECT generate_series(1, 2)"},
            KeyCase{
                "WITH RECURSIVE r AS (SELECT id, full_name AS names FROM customers WHERE id = 1 UNION ALL "
                "SELECT c.id, names || c.full_name FROM r JOIN customers c ON c.id = r.id + 1 WHERE c.id < "
                "5) SELECT names FROM r ORDER BY id DESC LIMIT 1",
                "SELECT generate_series(1, 4)"},
            KeyCase{"WITH RECURSIVE r AS (SELECT 1 AS n, '' AS names UNION ALL SELECT n + 1, names || "
                    "q.full_name "
                    "FROM (SELECT c.full_name, r.* FROM r, customers c WHERE c.id = r.n + 4) q WHERE n < 4) "
                    "SELECT names FROM r WHERE n = 4",
                    "SELECT generate_series(5, 7)"},
            KeyCase{"SELECT (SELECT string_agg(c.full_name, ',')) FROM customers c WHERE c.id < 3",
                    "SELECT generate_series(1, 2)"},
        }) {
        SCOPED_TRACE(one.sql);
        const auto printed = print(one.sql, treatment);
        ASSERT_TRUE(printed) << printed.error().message;
        const Answer answer = ask(masked_.get(), printed->text);
        ASSERT_EQ(answer.error, "") << printed->text;
        std::set<std::string> keys;
        const std::size_t shown = answer.columns.size() - printed->hidden.size();
        for (const auto& row : answer.rows) {
            for (std::size_t h = 0; h < printed->hidden.size(); ++h)
                collect_keys(raw_.get(), row[shown + h], printed->hidden[h].array_depth, keys);
        }
        std::set<std::string> expected;
        for (const auto& row : ask(raw_.get(), one.oracle).rows)
            expected.insert(row[0]);
        EXPECT_EQ(keys, expected) << printed->text;
    }
}

TEST_F(Rewrite, HidesRowsFromConditionsThatWouldTellOfThem) {
    sql::Treatment treatment = masked_treatment();
    treatment.user = "agent1";
    treatment.relations[0].row_filter =
        "id IN (SELECT customer_id FROM support.tickets WHERE assignee = :user)";
    const sql::Treatment& filtered = treatment;
    const std::string visible = "SELECT customer_id FROM support.tickets WHERE assignee = 'agent1'";
    const auto rows = [&](const std::string& sql) {
        const auto printed = print(sql, filtered);
        EXPECT_TRUE(printed) << sql << ": " << printed.error().message;
        return printed ? ask(masked_.get(), printed->text) : Answer{};
    };
    EXPECT_EQ(
        rows("SELECT id FROM customers ORDER BY id").rows,
        ask(raw_.get(), "SELECT DISTINCT id FROM customers WHERE id IN (" + visible + ") ORDER BY id").rows);
    // An expression that fails on every invisible row must not fail.
    for (const char* sql :
         {"SELECT count(*) FROM customers c WHERE 1 / (CASE WHEN c.id IN (SELECT customer_id FROM "
          "support.tickets WHERE assignee = 'agent1') THEN 1 ELSE 0 END) > 0",
          "SELECT count(*) FROM (SELECT * FROM customers) c WHERE 1 / (CASE WHEN c.id = ANY (ARRAY(SELECT "
          "customer_id FROM support.tickets WHERE assignee = 'agent1')) THEN 1 ELSE 0 END) > 0"}) {
        EXPECT_EQ(rows(sql).error, "") << sql;
    }
    // Behind the barrier that such an expression needs, every visible row would be locked.
    const auto locked = print("SELECT id FROM customers WHERE 1 / (id - 42) > 0 FOR UPDATE", filtered);
    ASSERT_FALSE(locked);
    EXPECT_EQ(locked.error().code, sql::Errc::unsupported);
    EXPECT_TRUE(print("SELECT id FROM customers WHERE id = 42 FOR UPDATE", filtered));
}

TEST_F(Rewrite, GivesAggregatesOfGroupsOfEnoughPeopleAsTheyAre) {
    sql::Treatment treatment = masked_treatment();
    treatment.aggregates_only = sql::AggregatesOnly{8};  // each city has ten people
    for (
        const char* sql :
        {"SELECT city, count(*) FROM customers GROUP BY city ORDER BY city",
         "SELECT count(*) FROM customers",
         "SELECT city, count(*) FROM customers WHERE city LIKE 'J%' GROUP BY 1 ORDER BY 2, 1",
         "SELECT count(*) FROM customers WHERE city <> 'Bandung' AND 1 = 1",
         "SELECT count(*) FROM customers WHERE created_at < timestamptz '2024-07-01 00:00Z'",
         "SELECT count(*) FROM customers WHERE created_at BETWEEN timestamptz '2024-04-01 00:00Z' AND "
         "timestamptz "
         "'2024-09-01 00:00Z' AND city IN ('Jakarta', 'Bandung', 'Surabaya', 'Jayapura')",
         "SELECT count(*) FILTER (WHERE city = 'Bandung') AS b, count(*) FROM customers",
         "SELECT count(*) FILTER (WHERE city = 'Bandung') FROM customers WHERE city IN ('Bandung', "
         "'Jakarta')",
         "SELECT date_trunc('year', created_at) AS y, count(*) FROM customers GROUP BY 1 ORDER BY 1",
         "SELECT extract(year FROM created_at) AS y, count(*) FROM customers GROUP BY extract(year FROM "
         "created_at)",
         "SELECT CASE WHEN city LIKE 'J%' THEN 'J' ELSE 'other' END AS c, count(*) FROM customers GROUP BY 1 "
         "ORDER BY 1",
         "SELECT c.city, sum(t.amount * 1.0), avg(t.amount)::numeric(10, 2) FROM customers c JOIN "
         "billing.transactions t ON t.customer_id = c.id GROUP BY c.city HAVING count(*) > 3 ORDER BY c.city",
         "SELECT city, count(*), round(stddev(coalesce(id, 0)), 3) FROM customers GROUP BY ROLLUP (city) "
         "ORDER BY 2, 1",
         "SELECT min(city), max(city), count(*) FROM customers GROUP BY city ORDER BY city",
         "SELECT date_trunc('quarter', created_at)::date AS q, count(*) FROM customers GROUP BY 1 ORDER BY 1",
         "SELECT to_char(created_at, 'YYYY') AS y, count(*) FROM customers GROUP BY 1 ORDER BY 1",
         "SELECT width_bucket(amount, 0, 1000000000, 1) AS b, count(*) FROM billing.transactions GROUP BY 1 "
         "ORDER BY 1",
         "SELECT CASE WHEN count(*) > 9 THEN 'many' ELSE 'few' END FROM customers c GROUP BY c.city",
         "SELECT count(*) FROM customers c, kyc.documents d WHERE d.customer_id = c.id",
         "WITH x AS (SELECT city, count(*) AS n FROM customers GROUP BY city) SELECT max(n), array_agg(n) "
         "FROM x",
         "SELECT sum(x.n) FROM (SELECT city, count(*) AS n FROM customers GROUP BY city) x"}) {
        SCOPED_TRACE(sql);
        const auto printed = print(sql, treatment);
        if (!printed) {
            ADD_FAILURE() << printed.error().message;
            continue;
        }
        EXPECT_EQ(ask(masked_.get(), printed->text), ask(raw_.get(), sql)) << printed->text;
    }
}

// Beside `SELECT count(*) FROM customers` and its kind, which are answered, each of these would tell of one
// person.
TEST_F(Rewrite, AnswersNothingWhoseDifferenceIsOnePerson) {
    sql::Treatment treatment = masked_treatment();
    treatment.aggregates_only = sql::AggregatesOnly{8};
    for (
        const char* sql :
        {"SELECT city, count(*) FROM customers WHERE id < 30 GROUP BY city",
         "SELECT id, count(*) FROM customers GROUP BY id",
         "SELECT width_bucket(id, 0, 1000, 5) AS b, count(*) FROM customers GROUP BY 1",
         "SELECT count(*) FROM customers WHERE to_char(created_at, city) = 'x'",
         "SELECT count(*) FROM customers WHERE width_bucket(id, 4, 5, 1) = 1",
         "SELECT count(*) FROM customers WHERE id <> 4",
         "SELECT count(*) FROM customers WHERE created_at <> timestamptz '2024-01-10 00:00Z'",
         "SELECT count(*) FROM customers WHERE created_at > timestamptz '2024-01-12 00:00Z'",
         "SELECT city, count(*) FROM customers WHERE created_at > timestamptz '2024-01-12 00:00Z' AND city = "
         "'Bandung' GROUP BY city",
         "SELECT count(*) FROM customers WHERE date_trunc('day', created_at) <> timestamptz '2024-01-10 "
         "00:00Z'",
         "SELECT count(*) FILTER (WHERE id = 4) FROM customers",
         "SELECT count(*) FILTER (WHERE created_at = timestamptz '2024-01-10 00:00Z') FROM customers",
         "SELECT count(*) FILTER (WHERE created_at <> timestamptz '2024-01-10 00:00Z') FROM customers",
         "SELECT sum(CASE WHEN id = 4 THEN 1 ELSE 0 END) FROM customers",
         "SELECT sum((id = 4)::int) FROM customers",
         "SELECT CASE WHEN id = 4 THEN 1 END, count(*) FROM customers GROUP BY 1",
         "SELECT id = 4 AS x, count(*) FROM customers GROUP BY x",
         "SELECT count(*) FROM customers WHERE NOT (city <> 'Jakarta' OR id = 4)",
         "SELECT count(*) FROM customers WHERE NOT (city <> 'Jakarta' OR created_at = timestamptz "
         "'2024-01-10 00:00Z')",
         "SELECT count(*) FROM customers c JOIN (VALUES (1), (2), (3), (4), (5), (6), (7), (8)) v (n) ON v.n "
         "= c.id",
         "SELECT count(*) FROM customers c JOIN (SELECT customer_id FROM support.tickets WHERE id <> 4) t ON "
         "t.customer_id = c.id",
         "SELECT count(*) FROM customers c JOIN support.tickets t ON t.customer_id = c.id WHERE "
         "t.customer_id <> 4",
         "SELECT count(*) FROM customers c JOIN support.tickets t ON t.customer_id = c.id AND t.id <> 4",
         "SELECT count(*) FROM customers c JOIN kyc.documents d ON d.customer_id > c.id",
         "SELECT count(*) FROM customers WHERE id = ANY (ARRAY[1, 2, 3, 4, 5, 6, 7, 8])",
         "SELECT count(*) FROM customers WHERE EXISTS (SELECT FROM support.tickets t WHERE t.customer_id = "
         "id)",
         "SELECT count(*) FROM customers, generate_series(1, 100) g WHERE id = 5",
         "SELECT max(full_name) FROM customers",
         "SELECT min(created_at) FROM customers",
         "SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY id) FROM customers",
         "SELECT mode() WITHIN GROUP (ORDER BY city) FROM customers",
         "SELECT string_agg(full_name, ',') FROM customers",
         "SELECT array_agg(id) FROM customers",
         "SELECT json_agg(city) FROM customers",
         "SELECT bool_or(city = 'Jakarta') FROM customers",
         "SELECT sum(1 / (id - 42)) FROM customers",
         "SELECT sum(id::int) FROM customers",
         "SELECT sum(id * 1000000000) FROM customers",
         "SELECT sum(id * 1e300) FROM customers",
         "SELECT count(*) FROM customers WHERE 1 / (id - 4) > 0",
         "SELECT count(*) FROM customers WHERE city::int > 0",
         "SELECT city FROM customers",
         "SELECT count(*) OVER () FROM customers"}) {
        SCOPED_TRACE(sql);
        const auto printed = print(sql, treatment);
        if (!printed) {
            EXPECT_EQ(printed.error().code, sql::Errc::not_aggregated) << printed.error().message;
            continue;
        }
        const Answer answer = ask(masked_.get(), printed->text);
        EXPECT_EQ(answer.error, "") << printed->text;
        EXPECT_EQ(answer.rows.size(), 0) << printed->text;
    }
}

}  // namespace
