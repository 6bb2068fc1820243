// What statements that change rows touch.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/sql/changes.hpp"

namespace {

using sql::Analysis;
using sql::Errc;
using testing::HasSubstr;
using tests::changes::catalog;
using tests::changes::facts_of;
using tests::changes::masked;

TEST(ChangeFacts, OfACopyAreItsColumns) {
    const sql::Facts facts = facts_of("COPY customers (city, id) FROM STDIN");
    ASSERT_EQ(facts.writes.size(), 1U);
    EXPECT_EQ(facts.writes[0].relation, sql::Oid{tests::customers});
    EXPECT_TRUE(facts.writes[0].inserts);
    EXPECT_EQ(facts.writes[0].columns.size(), 2U);
    EXPECT_TRUE(facts.relations.empty());
    EXPECT_EQ(facts_of("COPY customers FROM STDIN").writes[0].columns.size(),
              catalog().relation("public", "customers")->columns.size());
}

TEST(ChangeFacts, OfACopyAreTheFunctionsOfItsCondition) {
    const sql::Facts facts = facts_of("COPY customers (id) FROM STDIN WHERE own_label(id::text) = 'x'");
    ASSERT_EQ(facts.functions.size(), 1U);
    EXPECT_EQ(facts.functions[0].name, "own_label");
    EXPECT_FALSE(facts.functions[0].safe_builtin);
    EXPECT_TRUE(facts.relations.empty());
}

TEST(ChangeFacts, TellWhereValuesComeFrom) {
    const auto sources = [](const char* text) {
        std::vector<std::pair<sql::Oid, int>> from;
        const sql::Facts facts = facts_of(text);
        for (const sql::WrittenColumn& column : facts.writes.at(0).columns) {
            for (const sql::ColumnUse& use : column.from)
                from.emplace_back(use.relation, use.number);
        }
        return from;
    };
    const auto name = testing::ElementsAre(testing::Pair(sql::Oid{tests::customers}, 2));
    for (const char* text :
         {"INSERT INTO support.tickets (subject) SELECT full_name FROM customers WHERE city = 'x'",
          "INSERT INTO support.tickets (subject) SELECT upper(n) FROM (SELECT full_name AS n, city FROM "
          "customers) s",
          "WITH c AS (SELECT full_name AS n FROM customers) INSERT INTO support.tickets (subject) SELECT n "
          "FROM c",
          "INSERT INTO support.tickets (subject) SELECT 'x' UNION ALL SELECT full_name FROM customers",
          "INSERT INTO support.tickets (subject) VALUES ('x'), ((SELECT full_name FROM customers))",
          "UPDATE support.tickets SET subject = c.full_name FROM customers c WHERE c.id = customer_id",
          "UPDATE support.tickets SET subject = (SELECT max(full_name) FROM customers)",
          "MERGE INTO support.tickets t USING customers c ON c.id = t.id WHEN MATCHED THEN UPDATE SET "
          "subject = "
          "c.full_name",
          "WITH d AS (UPDATE support.tickets t SET subject = full_name FROM customers c RETURNING t.id) "
          "SELECT 1"}) {
        EXPECT_THAT(sources(text), name) << text;
    }
    EXPECT_THAT(sources("INSERT INTO support.tickets (subject) SELECT telp FROM vip"),
                testing::ElementsAre(testing::Pair(sql::Oid{tests::customers}, 3)));
    EXPECT_THAT(sources("INSERT INTO support.tickets (id) SELECT id FROM customers WHERE full_name = 'x'"),
                testing::ElementsAre(testing::Pair(sql::Oid{tests::customers}, 1)));
}

TEST(ChangeFacts, AreByTheColumnsThatAStarShows) {
    for (const char* text :
         {"INSERT INTO support.tickets (id, subject) SELECT * FROM kyc.documents",
          "INSERT INTO support.tickets (id, subject) TABLE kyc.documents",
          "INSERT INTO support.tickets (id, subject) SELECT x, y FROM (TABLE kyc.documents) AS d (x, y)",
          "INSERT INTO support.tickets SELECT * FROM kyc.documents"}) {
        auto analysis = Analysis::of(text, catalog(), {});
        ASSERT_TRUE(analysis) << text << ": " << analysis.error().message;
        const auto writes = analysis->writes_under(0, masked());
        ASSERT_TRUE(writes) << text << ": " << writes.error().message;
        ASSERT_EQ(writes->at(0).columns.size(), 2U);
        EXPECT_EQ(writes->at(0).columns[1].from.at(0).number, 3) << text;  // kind, behind a stripped column
        const auto printed = analysis->print(0, masked());
        ASSERT_TRUE(printed) << text << ": " << printed.error().message;
    }
    for (const char* text : {"INSERT INTO support.tickets (id) SELECT * FROM kyc.documents",
                             "INSERT INTO support.tickets (id, subject, status) TABLE kyc.documents"}) {
        auto analysis = Analysis::of(text, catalog(), {});
        ASSERT_TRUE(analysis) << text << ": " << analysis.error().message;
        EXPECT_EQ(analysis->writes_under(0, masked()).error().code, Errc::syntax_error) << text;
        EXPECT_EQ(analysis->print(0, masked()).error().code, Errc::syntax_error) << text;
    }
}

TEST(ChangeFacts, TellTheTableBehindAView) {
    const sql::Facts facts = facts_of("UPDATE vip SET telp = 'x'");
    const sql::WriteUse& write = facts.writes.at(0);
    EXPECT_EQ(write.relation, sql::Oid{tests::vip});
    EXPECT_EQ(write.columns.at(0).number, 2);
    ASSERT_TRUE(write.through);
    EXPECT_EQ(write.through->table, sql::Oid{tests::customers});
    EXPECT_THAT(write.through->columns, testing::ElementsAre(3));
    EXPECT_THAT(write.through->chosen_by, testing::ElementsAre(1));
    EXPECT_THAT(facts_of("INSERT INTO labels (label) VALUES ('x')").writes.at(0).through->columns,
                testing::ElementsAre(0));
    const sql::Facts refused = facts_of("DELETE FROM towns");
    EXPECT_FALSE(refused.writes.at(0).through);
    EXPECT_THAT(refused.writes.at(0).obstacle, HasSubstr("leaves out duplicates"));
}

TEST(ChangeFacts, AnInsertAloneReadsNothing) {
    const sql::Facts insert = facts_of("INSERT INTO customers (id) VALUES (1) ON CONFLICT (id) DO NOTHING");
    EXPECT_TRUE(insert.relations.empty());
    EXPECT_TRUE(insert.columns.empty());
    EXPECT_FALSE(facts_of("INSERT INTO customers (id) VALUES (1) RETURNING id").relations.empty());
}

}  // namespace
