// Whom a change counts.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/sql/changes.hpp"

namespace {

using testing::HasSubstr;
using tests::changes::counted;
using tests::changes::masked;
using tests::changes::print;

TEST(People, OfAChangeAreCountedThoughTheClientAsksForNoRows) {
    const auto silent = print("UPDATE customers SET city = 'x' WHERE id = 1", counted());
    ASSERT_TRUE(silent) << silent.error().message;
    EXPECT_THAT(silent->text, HasSubstr(R"(RETURNING "customers"."id"::text AS "__tabir_k1")"));
    EXPECT_TRUE(silent->hides_rows);
    EXPECT_EQ(silent->hidden.size(), 1U);
    const auto returning = print("UPDATE customers SET city = 'x' RETURNING city", counted());
    ASSERT_TRUE(returning);
    EXPECT_FALSE(returning->hides_rows);
    EXPECT_EQ(returning->hidden.size(), 1U);
}

TEST(People, BesideATableCommandAreCounted) {
    const auto printed = print(
        "SELECT id, id, id, created_at FROM customers UNION ALL (TABLE billing.transactions)", counted());
    ASSERT_TRUE(printed) << printed.error().message;
    EXPECT_THAT(printed->text, HasSubstr(R"((SELECT *, NULL::text AS "__tabir_k1" FROM "billing")"));
    EXPECT_EQ(printed->hidden.size(), 1U);
}

TEST(People, ChangedThroughAViewAreCounted) {
    const auto printed = print("UPDATE vip SET telp = 'x' WHERE id = 1", counted());
    ASSERT_TRUE(printed) << printed.error().message;
    EXPECT_THAT(printed->text, HasSubstr(R"(RETURNING "vip"."id"::text AS "__tabir_k1")"));
    EXPECT_TRUE(printed->hides_rows);
}

TEST(People, AtTheRowOfACursorAreCounted) {
    const auto printed = print("UPDATE customers SET city = 'x' WHERE CURRENT OF \"C\"", counted());
    ASSERT_TRUE(printed) << printed.error().message;
    EXPECT_THAT(printed->text,
                HasSubstr(R"(where current of "C" RETURNING "customers"."id"::text AS "__tabir_k1")"));
}

TEST(People, WhomTheClientEntersAreNotCounted) {
    const auto printed = print("INSERT INTO customers (id, city) VALUES (1, 'x') RETURNING id", counted());
    ASSERT_TRUE(printed) << printed.error().message;
    EXPECT_TRUE(printed->hidden.empty());
}

TEST(People, WhomTheClientEntersAreToldOfByFailures) {
    EXPECT_THAT(print("INSERT INTO customers (id, city) VALUES (1, 'x')", counted())->entered,
                testing::ElementsAre("customer"));
    EXPECT_THAT(print("COPY customers (id, city) FROM STDIN", counted())->entered,
                testing::ElementsAre("customer"));
    EXPECT_TRUE(print("COPY customers (id, city) FROM STDIN", masked())->entered.empty());
    EXPECT_TRUE(print("COPY customers (id, city) FROM STDIN", masked())->reads_protected);
    EXPECT_FALSE(print("COPY support.tickets (id) FROM STDIN", masked())->reads_protected);
}

TEST(Values, OfAMaskedUniqueColumnAreSearches) {
    const auto printed =
        print("INSERT INTO customers (id, email) VALUES (1, 'a'), (2, 'b'), (3, DEFAULT)", counted());
    ASSERT_TRUE(printed) << printed.error().message;
    EXPECT_EQ(printed->searched_values, 3);
    EXPECT_EQ(printed->hidden.size(), 1U);
}

}  // namespace
