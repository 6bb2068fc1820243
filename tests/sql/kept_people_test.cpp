// Temporary tables that keep counted people: the columns for their keys, and what their making may tell.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sql/analyze.hpp"
#include "sql/kept_people.hpp"
#include "tests/sql/payments_catalog.hpp"

namespace {

using sql::Errc;
using testing::HasSubstr;
using testing::Not;

constexpr sql::Oid kept = 20001;

sql::Relation kept_table() {
    const auto column = [](sql::AttributeNumber number, const char* name) {
        return sql::Column{.number = number, .name = name, .type = 25};
    };
    return {.oid = kept,
            .schema = "pg_temp",
            .name = "kept",
            .columns = {column(1, "id"), column(2, "name"), column(3, "__tabir_p0_1_customer"),
                        column(4, "__tabir_p2_2_customer"), column(5, "__tabir_i_name")},
            .stored_name = "__tabir_t_kept"};
}

sql::Treatment treatment() {
    sql::Treatment all = tests::with_writes(tests::support_treatment());
    all.counted = {"customer"};
    all.writes.push_back({.relation = kept, .columns = {}, .deletes = true, .temporary = true});
    return all;
}

sql::Result<sql::PrintedStatement> print(std::string_view text) {
    static const sql::Catalog base = tests::payments_catalog();
    static const std::vector<sql::Relation> tables{kept_table()};
    static const sql::Catalog made(base, tables);
    auto analysis = sql::Analysis::of(text, made, {.search_path = {"public"}, .temporary = true});
    if (!analysis) return analysis.error();
    return analysis->print(0, treatment());
}

TEST(KeptPeople, AreKeptInColumnsThatSayWhoseTheyAre) {
    const auto one = print("CREATE TEMP TABLE t AS SELECT city FROM customers WHERE id < 9");
    ASSERT_TRUE(one) << one.error().message;
    EXPECT_THAT(one->text, HasSubstr(R"("__tabir_p0_1_customer")"));
    EXPECT_TRUE(one->hidden.empty());
    EXPECT_TRUE(one->hides_count);
    EXPECT_THAT(one->entered, testing::ElementsAre("customer"));
    const auto group = print("CREATE TEMP TABLE t AS SELECT city, count(*) FROM customers GROUP BY city");
    ASSERT_TRUE(group) << group.error().message;
    EXPECT_THAT(group->text, HasSubstr(R"("__tabir_p1_1_customer")"));
}

TEST(KeptPeople, AreThePeopleOfTheTable) {
    const auto printed = print("SELECT * FROM kept");
    ASSERT_TRUE(printed) << printed.error().message;
    ASSERT_EQ(printed->hidden.size(), 2U);
    EXPECT_EQ(printed->hidden[0].array_depth, 0);
    EXPECT_EQ(printed->hidden[1].array_depth, 2);
    EXPECT_TRUE(printed->reads_kept);
    EXPECT_THAT(printed->in_clear, testing::ElementsAre("name"));
}

TEST(KeptPeople, HaveColumnsThatTheClientDoesNotKnow) {
    const auto inserted = print("INSERT INTO kept SELECT id, city FROM support.tickets");
    EXPECT_EQ(sql::client_columns(kept_table()), 2U);
    for (const char* text : {"INSERT INTO kept VALUES (1, 'a', '2')", "SELECT x FROM kept AS k (a, b, x)",
                             "INSERT INTO kept SELECT 1, 'a', '2'"})
        EXPECT_FALSE(print(text)) << text;
    const auto copied = print("COPY kept FROM STDIN");
    ASSERT_TRUE(copied) << copied.error().message;
    EXPECT_THAT(copied->text, Not(HasSubstr("__tabir_p")));
    const auto like = print("CREATE TEMP TABLE l (LIKE kept)");
    ASSERT_TRUE(like) << like.error().message;
    EXPECT_THAT(like->text, Not(HasSubstr("__tabir_p")));
}

class MayFail : public testing::TestWithParam<const char*> {};
TEST_P(MayFail, AndSoCostsAMiss) {
    const auto printed = print(std::string("CREATE TEMP TABLE t AS ") + GetParam());
    ASSERT_TRUE(printed) << printed.error().message;
    EXPECT_TRUE(printed->empty_answers);
}
INSTANTIATE_TEST_SUITE_P(
    Sql, MayFail,
    testing::Values("SELECT 1 / id FROM customers", "SELECT city::int FROM customers",
                    "SELECT id FROM customers WHERE city LIKE 'B\\'",
                    "SELECT id FROM customers WHERE city LIKE full_name",
                    "SELECT CASE WHEN id = 1 THEN (CURRENT_TIMESTAMP::text)::int END FROM customers",
                    "SELECT date_trunc('bogus', created_at) FROM customers",
                    "SELECT id FROM customers WHERE id = (SELECT c.id FROM customers c)",
                    "SELECT id FROM customers, generate_series(1, 2, 0)", "SELECT city || id FROM customers",
                    "SELECT id FROM customers WHERE city ~ '('",
                    "SELECT 1 / x.id FROM (SELECT id FROM customers) x",
                    "WITH c AS (SELECT 1 / id AS i FROM customers) SELECT i FROM c",
                    "SELECT a.id FROM customers a JOIN customers b ON 1 / a.id = b.id"));

class CannotFail : public testing::TestWithParam<const char*> {};
TEST_P(CannotFail, AndSoCostsNothing) {
    const auto printed = print(std::string("CREATE TEMP TABLE t AS ") + GetParam());
    ASSERT_TRUE(printed) << printed.error().message;
    EXPECT_FALSE(printed->empty_answers);
}
INSTANTIATE_TEST_SUITE_P(
    Sql, CannotFail,
    testing::Values(
        "SELECT * FROM customers", "SELECT id, upper(city) FROM customers WHERE id < 9 AND city LIKE 'B%'",
        "SELECT city, count(*), max(id) FROM customers WHERE id IN (1, 2) GROUP BY city ORDER BY 2",
        "SELECT a.id FROM customers a JOIN customers b USING (id) WHERE a.city <> b.city",
        "SELECT date_trunc('day', created_at) FROM customers WHERE created_at > '2024-01-01'",
        "SELECT city || ', ' || full_name FROM customers",
        "SELECT id FROM customers UNION SELECT id FROM kept",
        "SELECT id FROM customers WHERE id IN (SELECT customer_id FROM support.tickets)",
        "SELECT city, row_number() OVER (PARTITION BY city ORDER BY id) FROM customers LIMIT 10"));

class TellsHowMany : public testing::TestWithParam<const char*> {};
TEST_P(TellsHowMany, AndIsRefused) {
    const auto printed = print(GetParam());
    ASSERT_FALSE(printed) << printed->text;
    EXPECT_TRUE(printed.error().code == Errc::not_countable || printed.error().code == Errc::unsupported);
}
INSTANTIATE_TEST_SUITE_P(
    Sql, TellsHowMany,
    testing::Values("CREATE INDEX ON kept (id)", "ANALYZE kept", "SELECT ctid FROM kept",
                    "SELECT id FROM kept TABLESAMPLE system (1)", "EXPLAIN ANALYZE SELECT id FROM kept",

                    "CREATE TEMP TABLE t AS SELECT public.own_label(id) FROM customers"));

}  // namespace
