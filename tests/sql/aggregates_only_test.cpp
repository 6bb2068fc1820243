#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sql/analyze.hpp"
#include "sql/pins.hpp"
#include "tests/sql/payments_catalog.hpp"

// What a role prints that sees groups of at least ten people, and nothing else.
namespace tests {
namespace {

class AggregatesOnly : public testing::Test {
protected:
    sql::Result<sql::PrintedStatement> print(std::string_view text) {
        auto analysis = sql::Analysis::of(text, catalog_, {});
        if (!analysis) return analysis.error();
        sql::Treatment treatment = support_treatment();
        treatment.aggregates_only = sql::AggregatesOnly{10};
        return analysis->print(0, treatment);
    }

    const sql::Catalog catalog_ = payments_catalog();
};

TEST_F(AggregatesOnly, RefusesWhatIsNotAggregated) {
    for (const char* text :
         {"SELECT id FROM customers", "SELECT phone, count(*) FROM customers GROUP BY phone",
          "SELECT array_agg(id) FROM customers", "SELECT sum(CASE WHEN id = 5 THEN 1 END) FROM customers",
          "SELECT count(*) FILTER (WHERE id = 5) FROM customers",
          "SELECT x.id FROM (SELECT id FROM customers) x",
          "SELECT count(*) FROM (SELECT id FROM customers LIMIT 20) x",
          "SELECT city, rank() OVER (ORDER BY max(full_name)) FROM customers GROUP BY city",
          "SELECT sum(l.x) FROM customers c, LATERAL (SELECT CASE WHEN c.id = 5 THEN 1 END AS x) l",
          "SELECT count(*) FROM customers WHERE id IN (SELECT id FROM customers)",
          "SELECT max(id) FROM contacts", "SELECT count(*) FROM customers GROUP BY ROLLUP (phone)",
          "SELECT string_agg(city, ',') FROM customers", "SELECT max(c) FROM customers c",
          "SELECT city FROM customers", "SELECT max(x.f) FROM (SELECT full_name AS f FROM customers) x",
          "WITH a(x) AS (SELECT city FROM customers) SELECT x, count(*) FROM a GROUP BY x",
          "WITH a AS (SELECT * FROM customers) SELECT count(*) FROM a, a AS b",
          "WITH a AS (SELECT id FROM customers LIMIT 20) SELECT count(*) FROM a"}) {
        const auto printed = print(text);
        ASSERT_FALSE(printed) << text << ": " << printed->text;
        EXPECT_EQ(printed.error().code, sql::Errc::not_aggregated) << text;
    }
}

TEST_F(AggregatesOnly, DoesNotGrowWithoutEndWhereSubSelectsCompute) {
    std::string text = "SELECT city AS m FROM customers";
    for (int i = 0; i < 30; ++i)
        text = "SELECT coalesce(m, m) AS m FROM (" + text + ") x";
    const auto printed = print("SELECT m, count(*) FROM (" + text + ") x GROUP BY m");
    ASSERT_FALSE(printed);
    EXPECT_EQ(printed.error().code, sql::Errc::not_aggregated);
}

TEST_F(AggregatesOnly, AsksForEnoughPeopleInEachGroup) {
    const sql::Relation& customers = *catalog_.relation("public", "customers");
    EXPECT_EQ(print("SELECT city, count(*) FROM customers GROUP BY city HAVING count(*) > 1 OR true")->text,
              "select \"city\", \"pg_catalog\".\"count\"(*) from (SELECT \"id\", \"city\" FROM " +
                  sql::pinned_relation(customers, customers.column("city")) + " WHERE " +
                  sql::pin_condition(customers, customers.column("city"), sql::PinKind::direct) +
                  ") AS \"customers\" group by \"city\" having CASE WHEN \"pg_catalog\".\"count\"(DISTINCT "
                  "\"customers\".\"id\") >= 10 THEN "
                  "(\"pg_catalog\".\"count\"(*) > 1 or true) END");
}

TEST_F(AggregatesOnly, MakesGroupsOfWhatAPlainSubSelectLists) {
    const auto plain = print("SELECT city, count(*) FROM customers AS x WHERE city <> 'x' GROUP BY 1");
    const auto nested = print(
        "SELECT city, count(*) FROM (SELECT c.city FROM (SELECT * FROM customers) c WHERE "
        "c.city <> 'x') AS x GROUP BY 1");
    ASSERT_TRUE(plain && nested) << nested.error().message;
    EXPECT_EQ(nested->text, plain->text);
}

TEST_F(AggregatesOnly, MakesGroupsOfWhatAPlainQueryOfWithLists) {
    const auto plain = print("SELECT city, count(*) FROM customers AS x WHERE city <> 'x' GROUP BY 1");
    ASSERT_TRUE(plain) << plain.error().message;
    for (const char* text :
         {"WITH x AS (SELECT * FROM customers WHERE city <> 'x') SELECT city, count(*) FROM x GROUP BY 1",
          "WITH c AS NOT MATERIALIZED (SELECT city FROM public.customers) SELECT city, count(*) FROM c AS x "
          "WHERE city <> 'x' GROUP BY 1",
          "WITH unused AS (SELECT 1), x AS (SELECT city FROM (SELECT * FROM customers) AS c WHERE city <> "
          "'x') "
          "SELECT city, count(*) FROM x GROUP BY 1"}) {
        const auto printed = print(text);
        ASSERT_TRUE(printed) << text << ": " << printed.error().message;
        EXPECT_THAT(printed->text, testing::EndsWith(plain->text.substr(std::string_view("select").size())));
    }
}

TEST_F(AggregatesOnly, TakesNoTableForAQueryOfWithOfItsName) {
    // `customers` is the query of WITH where x is read, and the table in x.
    for (const char* text : {"WITH x AS (SELECT * FROM customers), customers AS (SELECT 'a' AS city) "
                             "SELECT x.city, count(*) FROM x JOIN customers USING (city) GROUP BY 1",
                             "WITH customers AS (SELECT * FROM customers LIMIT 9) SELECT city, count(*) FROM "
                             "customers GROUP BY 1"})
        EXPECT_FALSE(print(text)) << text;
    const auto unread = print(
        "WITH x AS (SELECT city, count(*) FROM customers GROUP BY 1), customers AS (SELECT 'a' AS city) "
        "SELECT "
        "* FROM x");
    ASSERT_TRUE(unread) << unread.error().message;
    EXPECT_THAT(unread->text, testing::HasSubstr("FROM \"public\".\"customers\""));
}

TEST_F(AggregatesOnly, CountsPeopleByAKeyThatIsNotShown) {
    const auto printed = print("SELECT kind, count(*) FROM kyc.documents GROUP BY kind");
    ASSERT_TRUE(printed) << printed.error().message;
    EXPECT_TRUE(printed->hidden.empty());
    EXPECT_THAT(
        printed->text,
        testing::HasSubstr("HAVING \"pg_catalog\".\"count\"(DISTINCT \"documents\".\"__tabir_k1\") >= 10"));
}

}  // namespace
}  // namespace tests
