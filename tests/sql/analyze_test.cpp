#include "sql/analyze.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "sql/pins.hpp"
#include "tests/sql/own_treatment.hpp"
#include "tests/sql/payments_catalog.hpp"

namespace {

using sql::Analysis;
using sql::Errc;
using sql::StatementKind;

const sql::Catalog& catalog() {
    static const sql::Catalog made = tests::payments_catalog();
    return made;
}

sql::Facts facts_of(std::string_view text) {
    auto analysis = Analysis::of(text, catalog(), {});
    EXPECT_TRUE(analysis) << text << ": " << analysis.error().message;
    return analysis ? analysis->statements()[0] : sql::Facts{};
}

sql::Result<sql::PrintedStatement> print(std::string_view text, const sql::Treatment& treatment) {
    auto analysis = Analysis::of(text, catalog(), {});
    if (!analysis) return analysis.error();
    return analysis->print(0, treatment);
}

// What stands behind FROM in a masked sub-select whose last named column is `anchor`.
std::string pinned(const char* schema, const char* name, const char* anchor) {
    const sql::Relation& relation = *catalog().relation(schema, name);
    return sql::pinned_relation(relation, relation.column(anchor)) + " WHERE " +
           sql::pin_condition(relation, relation.column(anchor), sql::PinKind::direct);
}

struct ErrorCase {
    const char* name;
    const char* text;
    Errc expected;
    std::optional<std::size_t> offset = {};
};
void PrintTo(const ErrorCase& one, std::ostream* out) { *out << one.name; }
constexpr auto case_name = [](const auto& info) { return std::string(info.param.name); };

class Refused : public testing::TestWithParam<ErrorCase> {};
TEST_P(Refused, WithTheReasonAndThePlace) {
    const auto printed = print(GetParam().text, tests::counted_treatment());
    ASSERT_FALSE(printed) << printed->text;
    EXPECT_EQ(printed.error().code, GetParam().expected) << printed.error().message;
    if (GetParam().offset) EXPECT_EQ(printed.error().offset, GetParam().offset);
}
INSTANTIATE_TEST_SUITE_P(
    Sql, Refused,
    testing::Values(
        ErrorCase{"syntax", "SELEC 1", Errc::syntax_error, 0},
        ErrorCase{"table", "SELECT * FROM nowhere", Errc::undefined_table, 14},
        ErrorCase{"column", "SELECT id, nothing FROM customers", Errc::undefined_column, 11},
        ErrorCase{"ambiguous", "SELECT id FROM customers, support.tickets", Errc::ambiguous_column, 7},
        ErrorCase{"function", "SELECT no_such_thing(1)", Errc::undefined_function, 7},
        ErrorCase{"row_as_function", "SELECT c.no_such_thing FROM customers c", Errc::undefined_column, 7},
        ErrorCase{"type", "SELECT 1::no_such_type", Errc::undefined_object, 10},
        ErrorCase{"reserved", "SELECT 1 AS __tabir_k1", Errc::reserved_name, 12},
        ErrorCase{"reserved_by_escape", "SELECT 1 AS U&\"\\005f_tabir_k1\"", Errc::reserved_name, 12},
        ErrorCase{"foreign_operator", "SELECT 1 OPERATOR(public.+) 2", Errc::unsupported, 9},
        ErrorCase{"foreign_collation", "SELECT 'a' COLLATE public.x", Errc::unsupported},
        ErrorCase{"stripped", "SELECT address FROM customers", Errc::undefined_column, 7},
        ErrorCase{"sample_by_a_query", "SELECT * FROM customers TABLESAMPLE system ((SELECT 1))",
                  Errc::unsupported},
        ErrorCase{"sample_by_a_foreign_method", "SELECT * FROM customers TABLESAMPLE mine (1)",
                  Errc::unsupported},
        ErrorCase{"natural_by_a_stripped_column",
                  "SELECT 1 FROM customers NATURAL JOIN (SELECT 1 AS address) x", Errc::not_maskable},
        ErrorCase{"other_database", "SELECT 1 FROM elsewhere.public.customers", Errc::not_in_postgresql},
        ErrorCase{"same_alias", "SELECT 1 FROM customers, customers", Errc::duplicate_alias},
        ErrorCase{"into", "SELECT id INTO x FROM customers", Errc::unsupported},
        ErrorCase{"writing_with_that_nothing_reads", "WITH d AS (DELETE FROM customers RETURNING *) SELECT 1",
                  Errc::not_countable},
        ErrorCase{"limit_below_sub_query",
                  "SELECT (SELECT max(x.id) FROM (SELECT id FROM customers LIMIT 5) x)", Errc::not_countable},
        ErrorCase{"own_function_beside_sub_query", "SELECT own_label(1), (SELECT count(*) FROM customers)",
                  Errc::not_countable},
        ErrorCase{"sub_query_in_order_of_union",
                  "SELECT 1 UNION ALL SELECT 2 LIMIT (SELECT count(*) FROM customers)", Errc::not_countable},
        ErrorCase{"except_all", "SELECT id FROM customers EXCEPT ALL SELECT 1", Errc::not_countable},
        ErrorCase{"intersect_all", "SELECT id FROM customers INTERSECT ALL SELECT 1", Errc::not_countable},
        ErrorCase{"prepared_list_of_guesses", "PREPARE p AS SELECT id FROM customers WHERE phone = ANY ($1)",
                  Errc::not_countable},
        ErrorCase{
            "union_in_recursion",
            "WITH RECURSIVE r AS ((SELECT id FROM customers UNION SELECT 2) UNION ALL SELECT id + 1 FROM "
            "r WHERE id < 5) SELECT * FROM r",
            Errc::not_countable},
        ErrorCase{"recursion",
                  "WITH RECURSIVE r AS (SELECT id FROM customers UNION SELECT id FROM r) SELECT * FROM r",
                  Errc::not_countable}),
    case_name);

TEST(Analysis, TellsWhatASelectTouches) {
    const sql::Facts facts = facts_of(
        "SELECT lower(c.phone), c FROM customers c JOIN vip USING (id) WHERE own_label(1) FOR UPDATE");
    EXPECT_EQ(facts.kind, StatementKind::select);
    EXPECT_FALSE(facts.locked.empty());
    std::vector<std::pair<sql::Oid, bool>> relations;
    for (const auto& use : facts.relations)
        relations.emplace_back(use.relation, use.through_view.has_value());
    EXPECT_THAT(relations, testing::UnorderedElementsAre(
                               testing::Pair(tests::customers, false), testing::Pair(tests::vip, false),
                               testing::Pair(tests::contacts, true), testing::Pair(tests::customers, true)));
    std::vector<std::pair<sql::Oid, int>> columns;
    for (const auto& use : facts.columns)
        columns.emplace_back(use.relation, use.number);
    EXPECT_THAT(columns, testing::UnorderedElementsAre(testing::Pair(tests::customers, 3),
                                                       testing::Pair(tests::customers, 0)));
    ASSERT_EQ(facts.functions.size(), 2u);
    EXPECT_EQ(facts.functions[0].schema, "pg_catalog");
    EXPECT_TRUE(facts.functions[0].safe_builtin);
    EXPECT_EQ(facts.functions[1].schema, "public");
    EXPECT_FALSE(facts.functions[1].safe_builtin);
}

TEST(Analysis, TakesAFieldThatMayBeAFunctionForOne) {
    EXPECT_THAT(facts_of("SELECT (x.y).pg_sleep FROM (SELECT 1 AS y) x").functions,
                testing::ElementsAre(testing::Field(&sql::FunctionUse::name, "pg_sleep")));
}

TEST(Analysis, NamesSettingsAndSavepoints) {
    EXPECT_EQ(facts_of("SET LOCAL Work_Mem = '4MB'").setting->name, "work_mem");
    EXPECT_TRUE(facts_of("SET LOCAL work_mem = '4MB'").setting->local);
    EXPECT_THAT(facts_of("SET search_path = a, 'B'").setting->values, testing::ElementsAre("a", "B"));
    EXPECT_EQ(facts_of("RESET ALL").setting->name, "all");
    EXPECT_EQ(facts_of("SHOW TRANSACTION ISOLATION LEVEL").setting->name, "transaction_isolation");
    EXPECT_EQ(facts_of("SET TRANSACTION READ ONLY").setting->name, "transaction_read_only");
    EXPECT_EQ(facts_of("SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY").setting->name,
              "default_transaction_read_only");
    EXPECT_EQ(facts_of("SET TRANSACTION SNAPSHOT 'x'").setting->name, "transaction_snapshot");
    EXPECT_EQ(facts_of("SAVEPOINT a").savepoint, "a");
    EXPECT_EQ(facts_of("ROLLBACK TO a").kind, StatementKind::rollback_to_savepoint);
    EXPECT_EQ(facts_of("DROP TABLE customers").kind, StatementKind::ddl);
}

TEST(Analysis, LooksNamesUpInTheClientsSearchPath) {
    auto analysis = Analysis::of("SELECT 'tickets'::regclass, id FROM tickets", catalog(),
                                 {.search_path = {"nowhere", "support"}});
    ASSERT_TRUE(analysis) << analysis.error().message;
    EXPECT_EQ(analysis->print(0, {})->text,
              "select '\"support\".\"tickets\"' ::\"regclass\", \"id\" from \"support\".\"tickets\" WHERE " +
                  sql::open_pin(*catalog().relation("support", "tickets")));
    EXPECT_FALSE(Analysis::of("SELECT 1 FROM tickets", catalog(), {}));
}

TEST(Print, ShowsOnlyReferencedColumns) {
    EXPECT_EQ(print("SELECT id FROM customers c WHERE city = 'x'", tests::support_treatment())->text,
              "select \"id\" from (SELECT \"id\", \"city\" FROM " + pinned("public", "customers", "city") +
                  ") \"c\" where \"city\" = 'x'");
}

TEST(Print, PinsTheLastColumnThatItNames) {
    // birthday is shown as NULL, which names no column.
    const auto printed = print("SELECT id, birthday FROM customers", tests::support_treatment());
    ASSERT_TRUE(printed) << printed.error().message;
    EXPECT_TRUE(printed->text.find(pinned("public", "customers", "id")) != std::string::npos)
        << printed->text;
}

TEST(Print, TellsWhichMasksAreCompared) {
    const auto compared = [](std::string_view text) {
        const auto printed = print(text, tests::support_treatment());
        EXPECT_TRUE(printed) << printed.error().message;
        return printed ? printed->compared_masks : std::vector<std::string>{};
    };
    EXPECT_THAT(compared("SELECT DISTINCT phone, email FROM customers"),
                testing::ElementsAre("email of public.customers", "phone of public.customers"));
    EXPECT_THAT(compared("SELECT phone FROM customers"), testing::IsEmpty());
}

TEST(Print, HidesTheKeyThatIsNotShown) {
    const auto printed = print("SELECT kind FROM kyc.documents", tests::counted_treatment());
    ASSERT_TRUE(printed);
    EXPECT_EQ(printed->text,
              "select \"kind\", \"documents\".\"__tabir_k1\"::text AS \"__tabir_k2\" from (SELECT \"kind\", "
              "\"customer_id\" AS \"__tabir_k1\" FROM " +
                  pinned("kyc", "documents", "kind") + ") AS \"documents\"");
    ASSERT_EQ(printed->hidden.size(), 1u);
    EXPECT_EQ(printed->hidden[0].subject, "customer");
    EXPECT_TRUE(printed->reads_protected);
}

TEST(Print, PutsASearchIntoTheSubSelect) {
    const auto printed =
        print("SELECT id FROM customers WHERE phone = $1 AND city = 'x'", tests::support_treatment());
    ASSERT_TRUE(printed);
    EXPECT_EQ(printed->text,
              "select \"id\" from (SELECT \"id\", \"city\", (\"phone\" = $1) AS \"__tabir_m1\" FROM " +
                  pinned("public", "customers", "city") +
                  ") AS \"customers\" where \"__tabir_m1\" and \"city\" = 'x'");
    EXPECT_EQ(printed->searched_values, 1);
    EXPECT_TRUE(printed->parameter_types.empty());
}

TEST(Print, KeepsTheTypeThatAParameterHadInTheClientsText) {
    const auto printed =
        print("SELECT id FROM customers WHERE id = $1 OR phone = $1", tests::support_treatment());
    ASSERT_TRUE(printed);
    EXPECT_THAT(printed->parameter_types, testing::ElementsAre(testing::Pair(1, 20u)));
}

TEST(Print, DoesNotSearchForAWholeListOfValuesWherePeopleAreCounted) {
    std::string list = "'0'";
    for (int i = 1; i <= 100; ++i)
        list += ",'" + std::to_string(i) + "'";
    for (const std::string& where :
         {"phone IN (" + list + ")", "phone = ANY ('{" + std::string(100, ',') + "}')",
          "phone = ANY (ARRAY[" + list + "])"}) {
        const std::string statement = "SELECT id FROM customers WHERE " + where;
        const auto printed = print(statement, tests::counted_treatment());
        ASSERT_FALSE(printed) << where;
        EXPECT_EQ(printed.error().code, Errc::unsupported);
        EXPECT_TRUE(print(statement, tests::support_treatment())) << where;
    }
}

TEST(Print, DoesNotSearchUnderNot) {
    const auto printed = print("SELECT id FROM customers WHERE NOT phone = '1'", tests::support_treatment());
    ASSERT_TRUE(printed);
    EXPECT_EQ(printed->searched_values, 0);
}

// Masked sub-selects are kept from statement to statement.
TEST(Print, MakesAMaskedSubSelectForEachTreatmentAndEachUseOfColumns) {
    sql::Treatment redacting = tests::support_treatment();
    tests::own_copy(redacting.relations[0]).columns[3] = sql::Masked{sql::mask::Constant{"###"}};
    for (int round = 0; round < 3; ++round) {
        EXPECT_THAT(print("SELECT phone FROM customers", tests::support_treatment())->text,
                    testing::HasSubstr("'***'"));
        EXPECT_THAT(print("SELECT phone FROM customers", redacting)->text, testing::HasSubstr("'###'"));
        EXPECT_THAT(print("SELECT city FROM customers", redacting)->text,
                    testing::Not(testing::HasSubstr("'###'")));
        EXPECT_THAT(print("SELECT id FROM customers", tests::support_treatment())->text,
                    testing::HasSubstr(pinned("public", "customers", "id")));
        EXPECT_THAT(print("SELECT (SELECT c.id FROM customers c LIMIT 1)", tests::support_treatment())->text,
                    testing::HasSubstr("WHERE (SELECT (CASE"));
        EXPECT_THAT(print("SELECT id FROM ONLY customers", tests::support_treatment())->text,
                    testing::HasSubstr("FROM ONLY \"public\""));
    }
}

struct WrapperCase {
    const char* name;
    const char* text;
    const char* begins;
    std::size_t hidden;
    const char* ends = "";
};
void PrintTo(const WrapperCase& one, std::ostream* out) { *out << one.name; }

class Wrapper : public testing::TestWithParam<WrapperCase> {};
TEST_P(Wrapper, KeepsItsWordsAroundTheMaskedQuery) {
    const auto printed = print(GetParam().text, tests::counted_treatment());
    ASSERT_TRUE(printed) << printed.error().message;
    EXPECT_THAT(printed->text, testing::StartsWith(GetParam().begins));
    EXPECT_THAT(printed->text, testing::EndsWith(GetParam().ends));
    EXPECT_THAT(printed->text, testing::HasSubstr("FROM \"public\".\"customers\""));
    EXPECT_EQ(printed->hidden.size(), GetParam().hidden);
}
INSTANTIATE_TEST_SUITE_P(
    Sql, Wrapper,
    testing::Values(
        WrapperCase{"cursor", "DECLARE c CURSOR FOR SELECT id FROM customers",
                    "declare \"c\" SCROLL cursor for select", 1},
        WrapperCase{"cursor_named_cursor", "DECLARE cursor CURSOR FOR SELECT id FROM customers",
                    "declare cursor SCROLL cursor for select", 1},
        WrapperCase{"forward_cursor",
                    "DECLARE c BINARY NO SCROLL CURSOR WITH HOLD FOR SELECT id FROM customers",
                    "declare \"c\" binary no scroll cursor with hold for select", 1},
        WrapperCase{"prepared", "PREPARE p AS SELECT full_name FROM customers WHERE id = $1",
                    "prepare \"p\" as select", 1},
        WrapperCase{"prepared_search", "PREPARE p AS SELECT id FROM customers WHERE city = $1 AND phone = $1",
                    "prepare \"p\" (\"pg_catalog\".\"text\") as select", 1},
        WrapperCase{"copy", "COPY (SELECT id FROM customers ORDER BY id) TO STDOUT WITH (FORMAT csv, HEADER)",
                    "copy (select", 1, "to stdout with (\"format\" csv, header)"},
        WrapperCase{"plan", "EXPLAIN SELECT id FROM customers", "explain (COSTS OFF) select", 0},
        WrapperCase{"verbose_plan", "EXPLAIN VERBOSE SELECT id FROM customers",
                    "explain (VERBOSE, COSTS OFF) select", 0},
        WrapperCase{"json_plan", "EXPLAIN (FORMAT json, COSTS) SELECT id FROM customers",
                    "explain (\"format\" \"json\", \"costs\", COSTS OFF) select", 0},
        WrapperCase{"plan_in_brackets", "EXPLAIN (SELECT id FROM customers)", "explain (COSTS OFF) (select",
                    0},
        WrapperCase{"plan_of_a_cursor", "EXPLAIN DECLARE c CURSOR FOR SELECT id FROM customers",
                    "explain (COSTS OFF) declare \"c\" cursor for select", 0}),
    case_name);

INSTANTIATE_TEST_SUITE_P(
    Wrappers, Refused,
    testing::Values(ErrorCase{"analyze", "EXPLAIN ANALYZE SELECT id FROM customers", Errc::unsupported},
                    ErrorCase{"buffers", "EXPLAIN (BUFFERS) SELECT id FROM customers", Errc::unsupported},
                    ErrorCase{"plan_of_a_search", "EXPLAIN SELECT id FROM customers WHERE phone = '1'",
                              Errc::unsupported},
                    ErrorCase{"plan_of_a_table", "EXPLAIN CREATE TABLE t AS SELECT 1", Errc::unsupported},
                    ErrorCase{"copy_to_a_file", "COPY (SELECT id FROM customers) TO '/tmp/x'",
                              Errc::unsupported},
                    ErrorCase{"copy_to_a_program", "COPY (SELECT 1) TO PROGRAM 'cat'", Errc::unsupported},
                    ErrorCase{"copy_of_a_write", "COPY (DELETE FROM customers RETURNING id) TO STDOUT",
                              Errc::not_countable},
                    ErrorCase{"prepared_write", "PREPARE p AS DELETE FROM customers", Errc::not_countable},
                    ErrorCase{"new_table", "CREATE TABLE t AS SELECT 1", Errc::unsupported},
                    ErrorCase{"column_in_a_cursor", "DECLARE c CURSOR FOR SELECT nothing FROM customers",
                              Errc::undefined_column, 28}),
    case_name);

TEST(Facts, TellOfWhatAStatementCarries) {
    const auto facts = facts_of("DECLARE c CURSOR FOR SELECT lower(phone) FROM customers");
    EXPECT_EQ(facts.kind, StatementKind::declare_cursor);
    EXPECT_EQ(facts.carries, StatementKind::select);
    EXPECT_EQ(facts.relations.size(), 1U);
    EXPECT_EQ(facts.columns.size(), 1U);
    EXPECT_EQ(facts.functions.size(), 1U);
    EXPECT_EQ(facts_of("PREPARE p AS INSERT INTO customers VALUES (1)").carries, StatementKind::insert);
    EXPECT_EQ(facts_of("EXPLAIN EXECUTE p").carries, StatementKind::execute);
    EXPECT_FALSE(facts_of("SELECT 1").carries);
}

TEST(RowFilter, IsOneExpressionOverTheRelation) {
    const sql::Relation& customers = *catalog().relation("public", "customers");
    EXPECT_TRUE(check_row_filter("id IN (SELECT customer_id FROM support.tickets WHERE assignee = :user)",
                                 customers, catalog()));
    for (const char* filter : {"nothing = 1", "true) OR (true", "true; SELECT 1", "id", "count(*) > 1", ""}) {
        if (std::string_view(filter) == "id") continue;  // types are the database's business
        EXPECT_FALSE(check_row_filter(filter, customers, catalog())) << filter;
    }
}

TEST(RowFilter, QuotesTheUser) {
    sql::Treatment treatment = tests::support_treatment();
    treatment.user = "o'\\x";
    tests::own_copy(treatment.relations[0]).row_filter = "city = :user";
    EXPECT_THAT(print("SELECT id FROM customers", treatment)->text,
                testing::HasSubstr(" AND (\"city\" = E'o''\\\\x')"));
}

}  // namespace
