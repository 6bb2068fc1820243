// How statements that change rows are printed.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sql/pins.hpp"
#include "tests/sql/changes.hpp"
#include "tests/sql/own_treatment.hpp"

namespace {

using sql::Errc;
using testing::HasSubstr;
using testing::Not;
using tests::changes::counted;
using tests::changes::masked;
using tests::changes::print;

sql::Treatment filtered() {
    sql::Treatment treatment = masked();
    tests::own_copy(treatment.relations[0]).row_filter =
        "city = 'Bogor' OR id IN (SELECT customer_id FROM support.tickets)";
    return treatment;
}

const std::string phone_mask =
    R"(((CASE WHEN "phone" IS NULL THEN NULL ELSE '***'::"pg_catalog"."varchar"(20) END)::)"
    R"("pg_catalog"."varchar"(20) COLLATE "pg_catalog"."default"))";

struct PrintCase {
    const char* name;
    const char* text;
    std::string expected;  // a part of the print
};
void PrintTo(const PrintCase& one, std::ostream* out) { *out << one.name; }
constexpr auto case_name = [](const auto& info) { return std::string(info.param.name); };

class Masked : public testing::TestWithParam<PrintCase> {};
TEST_P(Masked, StandInEveryReferenceToTheChangedTable) {
    const auto printed = print(GetParam().text, masked());
    ASSERT_TRUE(printed) << printed.error().message;
    EXPECT_THAT(printed->text, HasSubstr(GetParam().expected));
    EXPECT_TRUE(printed->hidden.empty());
}
INSTANTIATE_TEST_SUITE_P(
    Sql, Masked,
    testing::Values(
        PrintCase{"set", "UPDATE customers SET city = phone", "set \"city\" = " + phone_mask},
        PrintCase{"where", "DELETE FROM customers WHERE phone LIKE '%1'", "(" + phone_mask + " like '%1')"},
        PrintCase{"returning", "DELETE FROM customers WHERE id = 1 RETURNING phone",
                  "returning " + phone_mask + " AS \"phone\""},
        PrintCase{"within_an_expression", "DELETE FROM customers RETURNING upper(phone)",
                  "\"upper\"(" + phone_mask + ")"},
        PrintCase{"a_cast_keeps_its_name", "DELETE FROM customers RETURNING phone::text, id",
                  phone_mask + " ::text AS \"phone\""},
        PrintCase{
            "within_a_sub_query",
            "DELETE FROM customers WHERE EXISTS (SELECT FROM support.tickets t WHERE t.subject = phone)",
            "\"t\".\"subject\" = " + phone_mask},
        PrintCase{"within_xml",
                  "UPDATE customers SET city = xmlelement(name a, xmlattributes(phone), 1)::text",
                  "xmlattributes(" + phone_mask + " AS \"phone\")"},
        PrintCase{"within_xml_that_is_text",
                  "UPDATE customers SET city = xmlserialize(content xmlforest(phone AS p) AS text)",
                  "xmlforest(" + phone_mask + " as \"p\")"},
        PrintCase{"search_stays_raw", "UPDATE customers SET city = 'x' WHERE phone = $1",
                  R"( AND ("phone" = $1))"},
        PrintCase{"target_of_conflict_stays_raw",
                  "INSERT INTO customers (id, email) VALUES (1, 'x') ON CONFLICT (lower(email)) DO NOTHING",
                  R"(on conflict ("pg_catalog"."lower"("email")) do nothing)"},
        PrintCase{
            "other_tables_are_sub_selects",
            "DELETE FROM support.tickets t USING customers c WHERE c.id = t.customer_id RETURNING c.phone",
            R"(using (SELECT "id", (CASE WHEN "phone" IS NULL)"},
        PrintCase{
            "value_that_is_the_mask_is_kept", "UPDATE customers SET phone = $1",
            R"(set "phone" = CASE WHEN ("pg_catalog"."varchar"(($1)::"pg_catalog"."varchar", 24, false))"},
        PrintCase{"returned_behind_a_condition",
                  "INSERT INTO support.tickets (id) SELECT id FROM support.tickets WHERE id < 9 RETURNING id",
                  R"( AND ("id" < 9) returning "id")"},
        PrintCase{"conflict_behind_a_condition",
                  "INSERT INTO support.tickets (id) SELECT id FROM support.tickets WHERE id < 9 ON CONFLICT "
                  "(id) DO NOTHING",
                  R"( AND ("id" < 9) on conflict ("id") do nothing)"},
        PrintCase{"conflict_behind_a_query",
                  "INSERT INTO support.tickets (id) SELECT id FROM support.tickets ON CONFLICT DO NOTHING",
                  R"("pg_catalog"."bool" on conflict do nothing)"},
        PrintCase{
            "through_a_view", "UPDATE contacts SET telp = 'x' WHERE id = 1",
            R"("contacts" set "telp" = CASE WHEN ("pg_catalog"."varchar"(('x')::"pg_catalog"."varchar", 24, false))"},
        PrintCase{"of_a_view_in_a_condition", "DELETE FROM vip WHERE telp LIKE '%1'",
                  R"(((CASE WHEN "telp" IS NULL THEN NULL ELSE '***')"},
        PrintCase{"all_under_a_name", "DELETE FROM customers c RETURNING c.* AS all_of_it, city",
                  "\"c\".\"created_at\", \"city\""},
        PrintCase{"of_a_view_in_returning", "DELETE FROM contacts RETURNING *",
                  R"(returning "contacts"."id", ((CASE WHEN "contacts"."telp" IS NULL)"},
        PrintCase{"table_command", "INSERT INTO support.tickets (id, subject) TABLE kyc.documents",
                  R"( AS "documents" WHERE (CASE WHEN '"support"."tickets"')"},
        PrintCase{"columns_of_a_query", "INSERT INTO support.tickets AS t SELECT * FROM kyc.documents",
                  R"("tickets" as "t" ("id", "customer_id") select * from (SELECT "id", "kind" FROM)"},
        PrintCase{"no_columns", "INSERT INTO customers SELECT", R"(insert into "public"."customers" select)"},
        PrintCase{"no_columns_of_a_table", "INSERT INTO customers SELECT FROM kyc.documents",
                  R"(insert into "public"."customers" select from (SELECT FROM "kyc"."documents")"},
        PrintCase{"of_swapped_names", "UPDATE swapped SET phone = city",
                  R"(set "phone" = ((CASE WHEN "city" IS NULL THEN NULL ELSE '***')"},
        PrintCase{"search_through_a_view_stays_raw", "DELETE FROM vip WHERE telp = $1",
                  R"( AND ("telp" = $1))"},
        PrintCase{"what_was_sent_is_raw_for_its_own_column",
                  "INSERT INTO customers (id, phone) VALUES (1, 'p') ON CONFLICT (id) DO UPDATE SET phone = "
                  "excluded.phone",
                  R"(THEN (("excluded"."phone")::"pg_catalog"."varchar") END)"}),
    case_name);

// What an INSERT reads looks its names up in the change around it, too, before the target's name is there.
TEST(Names, AreThoseOfEachClause) {
    for (const char* text :
         {"INSERT INTO support.tickets AS t (id, subject) SELECT c.id, to_json(c)::text FROM customers c "
          "RETURNING t.id, status",
          "WITH w AS (SELECT to_json(c) FROM customers c) DELETE FROM support.tickets t WHERE t.id = 1 "
          "RETURNING t.*",
          "MERGE INTO support.tickets t USING customers c ON city = subject WHEN NOT MATCHED AND id = 1 THEN "
          "INSERT (id) VALUES (id)"}) {
        const auto printed = print(text, masked());
        EXPECT_TRUE(printed) << text << ": " << printed.error().message;
    }
    const auto outside = print(
        "INSERT INTO support.tickets (id) VALUES (1) ON CONFLICT (id) DO UPDATE SET subject = "
        "excluded.subject RETURNING excluded.id",
        masked());
    ASSERT_FALSE(outside) << outside->text;
    EXPECT_EQ(outside.error().code, Errc::undefined_table);
}

// An inner name is not the target's, though a cast stands around the sub-query as it would around a mask; nor
// is that of a column in FROM.
TEST(Names, OfOthersHideTheTargets) {
    for (const char* text :
         {"UPDATE customers x SET city = (SELECT to_json(x) FROM support.tickets x)::text",
          "UPDATE contacts x SET telp = 'y' WHERE (SELECT count(x) FROM customers x)::int > 1",
          "WITH u AS (DELETE FROM vip x WHERE (SELECT to_json(x) FROM customers x)::text = 'y' RETURNING id) "
          "SELECT * FROM u",
          "INSERT INTO customers AS x (id) VALUES (1) RETURNING (SELECT to_json(x) FROM support.tickets "
          "x)::text",
          "UPDATE customers amount SET city = 'y' FROM billing.transactions t WHERE t.id = amount.id "
          "RETURNING amount",
          "DELETE FROM customers x WHERE (SELECT max(x.phone) FROM customers x) COLLATE \"C\" = 'y'"}) {
        const auto printed = print(text, masked());
        EXPECT_TRUE(printed) << text << ": " << printed.error().message;
    }
}

TEST(Filter, StandsBeforeTheConditionAndAroundWhatCouldTellOfHiddenRows) {
    const auto printed =
        print("UPDATE customers c SET city = 'x' WHERE c.id = 5 AND length(c.full_name) = 3", filtered());
    ASSERT_TRUE(printed) << printed.error().message;
    const std::string begin = R"(("c"."city" = 'Bogor' or "c"."id" in (select )";
    const auto where = printed->text.find("where " + begin);
    const auto pins = printed->text.find(" AND (CASE WHEN '\"public\".\"customers\"'", where);
    ASSERT_NE(pins, std::string::npos) << printed->text;
    const std::string filter = printed->text.substr(where + 6, pins - where - 6);
    EXPECT_THAT(printed->text, HasSubstr(R"( AND "c"."id" = 5 and CASE WHEN )" + filter + " THEN ("));
    const auto without = print("DELETE FROM customers", filtered());
    ASSERT_TRUE(without) << without.error().message;
    EXPECT_THAT(without->text, HasSubstr(R"("customers" WHERE ("customers"."city" = 'Bogor')"));
}

TEST(Filter, IsSaidInTheNamesOfAView) {
    sql::Treatment treatment = masked();
    tests::own_copy(treatment.relations[0]).row_filter = "customers.city = 'Bogor' AND id < 9";
    const auto printed = print("UPDATE swapped s SET phone = 'x' WHERE length(s.phone) = 3", treatment);
    ASSERT_TRUE(printed) << printed.error().message;
    EXPECT_THAT(printed->text, HasSubstr(R"(where ("s"."phone" = 'Bogor' and "s"."id" < 9) AND )"));
    EXPECT_THAT(printed->text, HasSubstr(R"(CASE WHEN ("s"."phone" = 'Bogor' and "s"."id" < 9) THEN ()"));
    const auto hidden = print("UPDATE contacts SET telp = 'x'", treatment);
    ASSERT_FALSE(hidden) << hidden->text;
    EXPECT_THAT(hidden.error().message, HasSubstr("does not show column \"city\""));
}

TEST(Filter, CannotStandBesideTheRowOfACursor) {
    const auto printed = print("DELETE FROM customers WHERE CURRENT OF c", filtered());
    ASSERT_FALSE(printed);
    EXPECT_EQ(printed.error().code, Errc::unsupported);
    EXPECT_TRUE(print("DELETE FROM support.tickets WHERE CURRENT OF c", filtered()));
}

TEST(Carried, ChangesArePrintedAsByThemselves) {
    for (const std::string wrapper : {"PREPARE p AS ", "EXPLAIN "}) {
        for (const std::string change :
             {"UPDATE customers SET city = phone WHERE id = 1", "DELETE FROM customers WHERE CURRENT OF c",
              "INSERT INTO support.tickets (id) SELECT id FROM customers",
              "INSERT INTO customers (id, city) VALUES (1, 'x')",
              "MERGE INTO support.tickets t USING customers c ON c.id = t.id WHEN MATCHED THEN DELETE"}) {
            const auto alone = print(change, masked());
            ASSERT_TRUE(alone) << alone.error().message;
            const auto carried = print(wrapper + change, masked());
            ASSERT_TRUE(carried) << carried.error().message;
            // Nothing runs in a plan, so nothing holds its names (sql/pins.hpp).
            if (wrapper == "EXPLAIN ")
                EXPECT_THAT(carried->text, testing::Not(HasSubstr(sql::stale_mark)));
            else
                EXPECT_THAT(carried->text, testing::EndsWith(alone->text));
        }
    }
    const auto copied = print("COPY (DELETE FROM customers RETURNING phone) TO STDOUT", masked());
    ASSERT_TRUE(copied) << copied.error().message;
    EXPECT_THAT(copied->text, HasSubstr("returning " + phone_mask + " AS \"phone\""));
}

TEST(Filter, CannotBeCapturedByAnAliasOfTheClient) {
    sql::Treatment treatment = masked();
    tests::own_copy(treatment.relations[0]).row_filter =
        "EXISTS (SELECT FROM support.tickets t WHERE t.customer_id = customers.id)";
    const auto printed = print("UPDATE customers t SET city = 'x'", treatment);
    ASSERT_FALSE(printed);
    EXPECT_EQ(printed.error().code, Errc::unsupported);
    EXPECT_TRUE(print("UPDATE customers c SET city = 'x'", treatment));
}

class FilledTable : public testing::TestWithParam<PrintCase> {};
TEST_P(FilledTable, IsNamedWithItsSchemaAndItsColumns) {
    const auto printed = print(GetParam().text, masked());
    ASSERT_TRUE(printed) << printed.error().message;
    EXPECT_EQ(printed->text, GetParam().expected);
}
INSTANTIATE_TEST_SUITE_P(
    Sql, FilledTable,
    testing::Values(
        PrintCase{"columns", "COPY customers (id, City) FROM STDIN",
                  R"(copy "public"."customers" ("id", "city") from stdin)"},
        PrintCase{
            "no_columns", "COPY support.tickets FROM STDIN WITH (FORMAT csv, HEADER match)",
            R"(copy support."tickets" ("id", "customer_id", "assignee", "status", "subject") from stdin with )"
            R"(("format" csv, header match))"},
        PrintCase{"binary", "COPY BINARY customers(id)FROM STDIN",
                  R"(copy binary "public"."customers"("id") from stdin)"},
        PrintCase{
            "condition",
            "COPY customers (id, phone) FROM STDIN WITH (FORMAT csv) WHERE phone LIKE '+62%' AND "
            "upper(phone) <> 'x'",
            R"(copy "public"."customers" ("id", "phone") from stdin with ("format" csv) where "phone" like '+62%' )"
            R"(and "pg_catalog"."upper"("phone") <> 'x')"},
        PrintCase{"old_words", "COPY customers (id) FROM STDIN DELIMITER '|' NULL AS 'x' CSV",
                  R"(copy "public"."customers" ("id") from stdin delimiter '|' null as 'x' csv)"}),
    case_name);

struct RefusalCase {
    const char* name;
    const char* text;
    Errc expected;
};
void PrintTo(const RefusalCase& one, std::ostream* out) { *out << one.name; }

class RefusedChange : public testing::TestWithParam<RefusalCase> {};
TEST_P(RefusedChange, SaysWhy) {
    const auto printed = print(GetParam().text, counted());
    ASSERT_FALSE(printed) << printed->text;
    EXPECT_EQ(printed.error().code, GetParam().expected) << printed.error().message;
    EXPECT_TRUE(printed.error().code != Errc::not_countable || !printed.error().hint.empty());
}
INSTANTIATE_TEST_SUITE_P(
    Sql, RefusedChange,
    testing::Values(
        RefusalCase{"unknown_column", "UPDATE customers SET nothing = 1", Errc::undefined_column},
        RefusalCase{"unknown_inserted_column", "INSERT INTO customers (nothing) VALUES (1)",
                    Errc::undefined_column},
        RefusalCase{"too_many_values", "INSERT INTO customers (id) VALUES (1, 2)", Errc::syntax_error},
        RefusalCase{"target_seen_from_its_from",
                    "UPDATE customers SET city = s.p FROM LATERAL (SELECT customers.phone AS p) s",
                    Errc::undefined_table},
        RefusalCase{"mask_over_the_value", "UPDATE customers SET phone = upper(phone)", Errc::not_maskable},
        RefusalCase{"mask_of_another_column", "UPDATE customers SET phone = email", Errc::not_maskable},
        RefusalCase{"masks_by_a_sub_query",
                    "UPDATE customers SET phone = s.p FROM (SELECT upper(phone) AS p FROM customers) s",
                    Errc::not_maskable},
        RefusalCase{"whole_row", "UPDATE customers SET city = customers::text", Errc::not_maskable},
        RefusalCase{"whole_row_returned", "DELETE FROM customers RETURNING to_json(customers)",
                    Errc::not_maskable},
        RefusalCase{"stripped_column", "UPDATE customers SET city = address", Errc::undefined_column},
        RefusalCase{"view_by_a_hidden_column", "UPDATE by_phone SET city = 'x'", Errc::unsupported},
        RefusalCase{"view_by_a_function", "INSERT INTO own VALUES (1)", Errc::unsupported},
        RefusalCase{"view_without_the_key", "UPDATE places SET city = 'x'", Errc::unsupported},
        RefusalCase{"view_of_distinct_rows", "UPDATE towns SET city = 'x'", Errc::unsupported},
        RefusalCase{"computed_column_of_a_view", "UPDATE labels SET label = 'x'", Errc::unsupported},
        RefusalCase{"computed_column_inserted", "INSERT INTO labels VALUES (1, 'x', 'y')", Errc::unsupported},
        RefusalCase{"computed_column_returned", "DELETE FROM labels RETURNING label", Errc::undefined_column},
        RefusalCase{"whole_row_of_a_view", "DELETE FROM labels RETURNING to_json(labels)",
                    Errc::not_maskable},
        RefusalCase{"row_that_a_view_does_not_show",
                    "INSERT INTO labels (id, city) VALUES (1, 'x') ON CONFLICT (id) DO UPDATE SET city = 'y'",
                    Errc::unsupported},
        RefusalCase{"merge_into_a_view",
                    "MERGE INTO contacts c USING (VALUES (1)) v (id) ON c.id = v.id WHEN MATCHED THEN DELETE",
                    Errc::unsupported},
        RefusalCase{"whose_rows_they_are_through_a_view", "UPDATE vip SET id = id + 1 RETURNING id",
                    Errc::not_countable},
        RefusalCase{"mask_over_the_value_through_a_view", "UPDATE vip SET telp = upper(telp)",
                    Errc::not_maskable},
        RefusalCase{"copied_searches", "COPY customers (id, email) FROM STDIN", Errc::not_countable},
        RefusalCase{"copy_by_a_column_that_is_not_sent", "COPY customers (id) FROM STDIN WHERE city = 'x'",
                    Errc::unsupported},
        RefusalCase{"copy_by_a_whole_row", "COPY customers (id) FROM STDIN WHERE customers IS NULL",
                    Errc::unsupported},
        RefusalCase{
            "copy_by_a_sub_query",
            "COPY customers (id) FROM STDIN WHERE id IN (SELECT id FROM customers WHERE phone LIKE '%1')",
            Errc::not_in_postgresql},
        RefusalCase{"columns_set_to_a_condition",
                    "UPDATE customers c SET (city, full_name) = (SELECT subject, status FROM "
                    "support.tickets) LIKE 'a%'",
                    Errc::not_in_postgresql},
        RefusalCase{"copy_by_an_aggregate", "COPY customers (id) FROM STDIN WHERE max(id) = 1",
                    Errc::unsupported},
        RefusalCase{"copy_into_a_view", "COPY contacts FROM STDIN", Errc::wrong_object_type},
        RefusalCase{"prepared", "PREPARE p AS UPDATE customers SET city = 'x'", Errc::not_countable},
        RefusalCase{"prepared_with",
                    "PREPARE p AS WITH u AS (UPDATE customers SET city = 'x' RETURNING id) SELECT * FROM u",
                    Errc::not_countable},
        RefusalCase{"copied", "COPY (DELETE FROM customers RETURNING id) TO STDOUT", Errc::not_countable},
        RefusalCase{"plan_that_is_run", "EXPLAIN ANALYZE UPDATE customers SET city = 'x'", Errc::unsupported},
        RefusalCase{"plan_of_a_search", "EXPLAIN DELETE FROM customers WHERE phone = '1'", Errc::unsupported},
        RefusalCase{"counted_table_command", "INSERT INTO support.tickets (id) TABLE customers",
                    Errc::syntax_error},
        RefusalCase{"counted_query_that_locks",
                    "INSERT INTO support.tickets (id) SELECT id FROM customers FOR SHARE",
                    Errc::not_countable},
        RefusalCase{"unread_with",
                    "WITH u AS (UPDATE support.tickets t SET subject = c.phone FROM customers c WHERE c.id = "
                    "t.customer_id) SELECT 1",
                    Errc::not_countable},
        RefusalCase{"whose_rows_they_are", "UPDATE customers SET id = id + 1 RETURNING city",
                    Errc::not_countable},
        RefusalCase{"merge",
                    "MERGE INTO support.tickets t USING customers c ON c.id = t.id WHEN MATCHED THEN DELETE",
                    Errc::not_countable},
        RefusalCase{"sub_query_on_a_changed_column",
                    "UPDATE support.tickets SET customer_id = 1 WHERE EXISTS (SELECT FROM customers c WHERE "
                    "c.id = customer_id AND c.phone LIKE '%1')",
                    Errc::not_countable}),
    case_name);

}  // namespace
