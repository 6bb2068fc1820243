// Temporary tables: what the database calls them, what goes into them, and what the second look lets through.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sql/analyze.hpp"
#include "sql/parse/parse_tree.hpp"
#include "sql/verify/verify.hpp"
#include "tests/sql/own_treatment.hpp"
#include "tests/sql/payments_catalog.hpp"

namespace {

using sql::Analysis;
using sql::Errc;
using testing::AllOf;
using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

constexpr sql::Oid own = 20001;

std::vector<sql::Relation> temporary_tables() {
    const auto column = [](sql::AttributeNumber number, const char* name) {
        return sql::Column{.number = number, .name = name, .type = 25};
    };
    const auto table = [&](sql::Oid oid, const std::string& name) {
        return sql::Relation{.oid = oid,
                             .schema = "pg_temp",
                             .name = name,
                             .columns = {column(1, "id"), column(2, "phone")},
                             .stored_name = "__tabir_t_" + name};
    };
    return {table(own, "own"), table(own + 1, "customers")};
}

const sql::Catalog& catalog() {
    static const sql::Catalog base = tests::payments_catalog();
    static const sql::Catalog made(base, temporary_tables());
    return made;
}

sql::Treatment treatment() {
    sql::Treatment all = tests::with_writes(tests::support_treatment());
    for (const sql::Oid oid : {own, own + 1})
        all.writes.push_back({.relation = oid, .columns = {}, .deletes = true, .temporary = true});
    return all;
}

sql::Result<sql::PrintedStatement> print(std::string_view text, const sql::Treatment& how = treatment(),
                                         const sql::NameContext& names = {.search_path = {"public"},
                                                                          .temporary = true}) {
    auto analysis = Analysis::of(text, catalog(), names);
    if (!analysis) return analysis.error();
    return analysis->print(0, how);
}

struct PrintCase {
    const char* name;
    const char* text;
    const char* expected;  // a part of the print
};
void PrintTo(const PrintCase& one, std::ostream* out) { *out << one.name; }
constexpr auto case_name = [](const auto& info) { return std::string(info.param.name); };

class TemporaryTable : public testing::TestWithParam<PrintCase> {};
TEST_P(TemporaryTable, IsPrintedByTheNameThatOnlyTheDatabaseKnows) {
    const auto printed = print(GetParam().text);
    ASSERT_TRUE(printed) << printed.error().message;
    EXPECT_THAT(printed->text, HasSubstr(GetParam().expected));
}
INSTANTIATE_TEST_SUITE_P(
    Sql, TemporaryTable,
    testing::Values(
        PrintCase{"read", "SELECT own.id FROM own", R"(from "pg_temp"."__tabir_t_own" AS "own")"},
        PrintCase{"read_by_schema", "SELECT pg_temp.own.id FROM pg_temp.own",
                  R"(select "own"."id" from "pg_temp"."__tabir_t_own" AS "own")"},
        PrintCase{"read_with_alias", "SELECT o.id FROM ONLY (own) o", R"("pg_temp"."__tabir_t_own" "o")"},
        PrintCase{"read_as_a_command", "TABLE own",
                  R"(SELECT * FROM "pg_temp"."__tabir_t_own" AS "own" WHERE)"},
        PrintCase{"comes_first", "SELECT phone FROM customers",
                  R"(select "phone" from "pg_temp"."__tabir_t_customers" AS "customers")"},
        PrintCase{"the_other_by_its_schema", "SELECT phone FROM public.customers",
                  R"("phone" FROM "public"."customers")"},
        PrintCase{"regclass", "SELECT 'own'::regclass", R"('"pg_temp"."__tabir_t_own"')"},
        PrintCase{"insert", "INSERT INTO own VALUES (1, 'x')",
                  R"(insert into "pg_temp"."__tabir_t_own" AS "own" values)"},
        PrintCase{"update", "UPDATE own SET phone = c.phone FROM public.customers c WHERE c.id = own.id::int",
                  R"(update "pg_temp"."__tabir_t_own" AS "own" set)"},
        PrintCase{"delete", "DELETE FROM pg_temp.own WHERE own.id = '1'",
                  R"(delete from "pg_temp"."__tabir_t_own" AS "own" where)"},
        PrintCase{"copy_in", "COPY own FROM STDIN", R"(copy "pg_temp"."__tabir_t_own" ("id", "phone"))"},
        PrintCase{"copy_out", "COPY own TO STDOUT", R"("pg_temp"."__tabir_t_own")"},
        PrintCase{"create", "CREATE TEMP TABLE x (n int DEFAULT 1, word text DEFAULT lower('A'))",
                  R"(create temp table "pg_temp"."__tabir_t_x" ()"},
        PrintCase{"create_as", "CREATE TEMP TABLE x AS SELECT phone FROM public.customers",
                  R"(create temp table "pg_temp"."__tabir_t_x" as select "phone" from (SELECT (CASE)"},
        PrintCase{"create_in_its_schema", "CREATE TABLE IF NOT EXISTS pg_temp.x AS TABLE public.customers",
                  R"(create table if not exists "pg_temp"."__tabir_t_x" as)"},
        PrintCase{"select_into", "SELECT phone INTO TEMP x FROM public.customers",
                  R"("pg_temp"."__tabir_t_x" as select "phone" from (SELECT (CASE)"},
        PrintCase{"drop", "DROP TABLE own, pg_temp.customers CASCADE",
                  R"(DROP TABLE "pg_temp"."__tabir_t_own", "pg_temp"."__tabir_t_customers" CASCADE)"},
        PrintCase{"drop_what_may_not_be_there", "DROP TABLE IF EXISTS gone",
                  R"(DROP TABLE IF EXISTS "pg_temp"."__tabir_t_gone")"},
        PrintCase{
            "create_index", "CREATE UNIQUE INDEX own ON own (lower(phone) text_pattern_ops DESC, id)",
            R"(create unique index "__tabir_t_own" on "pg_temp"."__tabir_t_own" ("pg_catalog"."lower"("phone") "pg_catalog"."text_pattern_ops" desc, "id"))"},
        PrintCase{"drop_index", "DROP INDEX IF EXISTS own_id, pg_temp.x",
                  R"(DROP INDEX IF EXISTS "pg_temp"."__tabir_t_own_id", "pg_temp"."__tabir_t_x")"},
        PrintCase{"analyze", "ANALYZE VERBOSE own (id), pg_temp.customers",
                  R"(ANALYZE "pg_temp"."__tabir_t_own" ("id"), "pg_temp"."__tabir_t_customers")"},
        PrintCase{"truncate", "TRUNCATE TABLE own RESTART IDENTITY",
                  R"(TRUNCATE "pg_temp"."__tabir_t_own" RESTART IDENTITY)"}),
    case_name);

TEST(TemporaryTables, ComeWhereThePathNamesThem) {
    const auto printed = print("SELECT id FROM customers", treatment(),
                               {.search_path = {"public", "pg_temp"}, .temporary = true});
    ASSERT_TRUE(printed);
    EXPECT_THAT(printed->text, HasSubstr(R"("public"."customers")"));
}

TEST(TemporaryTables, AreNotMeantByRowFilters) {
    sql::Treatment filtered = treatment();
    tests::own_copy(filtered.relations[0]).row_filter =
        "id IN (SELECT id FROM customers c WHERE c.city = 'Bogor')";
    const auto printed = print("SELECT city FROM public.customers, own", filtered);
    ASSERT_TRUE(printed) << printed.error().message;
    EXPECT_THAT(printed->text, Not(HasSubstr("__tabir_t_customers")));
}

TEST(TemporaryTables, OfCountedPeopleAreWrittenWhenTheyArePaidFor) {
    for (const char* text :
         {"CREATE TEMP TABLE x (a) AS SELECT id, phone FROM public.customers WITH DATA",
          "SELECT id, phone INTO TEMP x FROM public.customers",
          "CREATE TEMP TABLE IF NOT EXISTS x AS (SELECT id AS \"as\", phone FROM public.customers)"}) {
        const auto printed = print(text, tests::counted_treatment());
        ASSERT_TRUE(printed) << text << printed.error().message;
        ASSERT_TRUE(printed->paid) << text;
        EXPECT_EQ(printed->hidden.size(), 1);
        EXPECT_TRUE(printed->hides_rows && printed->empty_answers);
        EXPECT_THAT(
            printed->text,
            AllOf(StartsWith(R"(WITH "__tabir_q" ("__tabir_c1", "__tabir_c2") AS MATERIALIZED ()"),
                  HasSubstr(R"(INSERT INTO "pg_temp"."__tabir_aside" SELECT "pg_catalog"."array_agg"()"
                            R"(ROW("__tabir_c1", "__tabir_c2")::"pg_temp"."__tabir_t_x"))"),
                  EndsWith(R"(SELECT "__tabir_k1" FROM "__tabir_q")")));
        EXPECT_THAT(printed->paid->own, AllOf(EndsWith(" WITH NO DATA"), Not(HasSubstr("__tabir_k"))));
        EXPECT_EQ(printed->paid->before.size(), 1);
        ASSERT_EQ(printed->paid->behind.size(), 2);
        EXPECT_THAT(printed->paid->behind[0],
                    StartsWith(R"(INSERT INTO "pg_temp"."__tabir_t_x" SELECT "__tabir_u".* FROM)"));
    }
}

TEST(TemporaryTables, OfSearchesArePaidForToo) {
    const auto printed = print(
        "CREATE TEMP TABLE x AS SELECT 1 AS a WHERE EXISTS (SELECT FROM public.customers WHERE phone = '1')",
        tests::counted_treatment());
    ASSERT_TRUE(printed) << printed.error().message;
    EXPECT_TRUE(printed->paid);
}

TEST(TemporaryTables, OfNobodyWhoIsCountedAreMadeAtOnce) {
    for (const char* text : {"CREATE TEMP TABLE x AS SELECT id FROM public.customers LIMIT 0",
                             "CREATE TEMP TABLE x AS SELECT id FROM public.customers WITH NO DATA",
                             "CREATE TEMP TABLE IF NOT EXISTS own AS SELECT id FROM public.customers",
                             "CREATE TEMP TABLE x AS SELECT count(*) FROM public.customers",
                             "CREATE TEMP TABLE x AS SELECT * FROM support.tickets"}) {
        const auto printed = print(text, tests::counted_treatment());
        ASSERT_TRUE(printed) << text << printed.error().message;
        EXPECT_TRUE(printed->hidden.empty() && !printed->paid);
    }
}

TEST(TemporaryTables, OfCountedPeopleHaveColumns) {
    const auto printed =
        print("CREATE TEMP TABLE x AS SELECT FROM public.customers", tests::counted_treatment());
    ASSERT_FALSE(printed);
    EXPECT_EQ(printed.error().code, Errc::not_countable);
}

sql::Facts facts_of(std::string_view text) {
    const auto analysis = Analysis::of(text, catalog(), {.search_path = {"public"}, .temporary = true});
    EXPECT_TRUE(analysis) << analysis.error().message;
    EXPECT_EQ(analysis->statements().size(), 1);
    return analysis->statements()[0];
}

TEST(TemporaryTables, HaveFactsOfTheirOwn) {
    const auto insert = facts_of("INSERT INTO own SELECT * FROM customers");
    EXPECT_TRUE(insert.writes.at(0).temporary);
    EXPECT_TRUE(insert.relations.at(0).temporary);
    EXPECT_TRUE(insert.writes[0].columns.at(0).from.at(0).temporary);
    using sql::StatementKind;
    const std::pair<const char*, StatementKind> kinds[] = {
        {"CREATE TEMP TABLE x AS SELECT 1", StatementKind::create_temporary},
        {"DROP TABLE own", StatementKind::drop_temporary},
        {"DROP TABLE public.customers", StatementKind::ddl},
        {"DROP INDEX any_of_them", StatementKind::drop_temporary},
        {"DROP INDEX public.customers_pkey", StatementKind::ddl},
        {"TRUNCATE own", StatementKind::truncate_temporary},
        {"TRUNCATE own, public.customers", StatementKind::ddl},
        {"CREATE INDEX ON own (id)", StatementKind::alter_temporary},
        {"CREATE INDEX ON public.customers (id)", StatementKind::ddl},
        {"ANALYZE own", StatementKind::alter_temporary},
        {"ANALYZE own, public.customers", StatementKind::other},
        {"ANALYZE", StatementKind::other},
        {"VACUUM own", StatementKind::other},
    };
    for (const auto& [text, kind] : kinds)
        EXPECT_EQ(facts_of(text).kind, kind) << text;
}

TEST(TemporaryTables, EndWhatCanBeSaidOfAMessage) {
    for (const char* first : {"SELECT 1; CREATE TEMP TABLE x AS SELECT 1", "DROP TABLE own",
                              "CREATE INDEX ON own (id)", "CREATE TEMP TABLE own (a int)"}) {
        const std::string text = std::string(first) + "; SELECT * FROM x; SELECT nonsense";
        const auto analysis = Analysis::of(text, catalog(), {.search_path = {"public"}, .temporary = true});
        ASSERT_TRUE(analysis) << analysis.error().message;
        ASSERT_TRUE(analysis->rest());
        EXPECT_EQ(text.substr(*analysis->rest()), " SELECT * FROM x; SELECT nonsense");
    }
    const auto whole = Analysis::of("SELECT 1; CREATE TEMP TABLE x AS SELECT 1; ;", catalog(), {});
    ASSERT_TRUE(whole);
    EXPECT_FALSE(whole->rest());
    EXPECT_EQ(whole->statements().size(), 2);
}

class RefusedByTheSecondLook : public testing::TestWithParam<const char*> {};
TEST_P(RefusedByTheSecondLook, Statement) {
    const std::string text = GetParam();
    const auto tree = sql::parse::ParseTree::of(text).value();
    const auto verified =
        sql::verify::verify_statement(tree.memory(), text, tree.statements()[0].node, catalog(), treatment());
    ASSERT_FALSE(verified);
    EXPECT_EQ(verified.error().code, Errc::verify_failed);
}
INSTANTIATE_TEST_SUITE_P(
    Sql, RefusedByTheSecondLook,
    testing::Values(
        "select * from own", "select * from pg_temp.own", "select * from pg_temp.__tabir_t_unknown",
        "select * from pg_temp.customers", "insert into pg_temp.own values (1)",
        "create temp table x (a int)", "create temp table pg_temp.x (a int)",
        "create table public.__tabir_t_x (a int)", "create temp table __tabir_t_x (a int)",
        "create temp table pg_temp.__tabir_t_x (like public.customers)",
        "create temp table pg_temp.__tabir_t_x () inherits (public.customers)",
        "create temp table pg_temp.__tabir_t_x (a int check (a > 0))",
        "create temp table pg_temp.__tabir_t_x (a int constraint customers unique)",
        "create temp table pg_temp.__tabir_t_x (a int, constraint customers primary key (a))",
        "create temp table pg_temp.__tabir_t_x (a int) with (fillfactor = 10)",
        "create temp table pg_temp.__tabir_t_x (a text default (select phone from public.customers))",
        "create temp table pg_temp.__tabir_t_x as select phone from public.customers",
        "create temp table pg_temp.__tabir_t_x as table public.customers",
        "create index on public.customers (id)", "create index on own (id)",
        "create index on pg_temp.own (id)", "create index mine on pg_temp.__tabir_t_own (id)",
        "create index __tabir_t_i on pg_temp.customers (id)",
        "create index on pg_temp.__tabir_t_own (id text_pattern_ops)",
        "create index on pg_temp.__tabir_t_own (id public.my_ops)",
        "create index on pg_temp.__tabir_t_own (id) with (fillfactor = 10)",
        "create index on pg_temp.__tabir_t_own (id) where id in (select phone from public.customers)",
        "create index on pg_temp.__tabir_t_own ((own.id || 'x'))", "analyze", "analyze public.customers",
        "analyze own", "analyze verbose pg_temp.__tabir_t_own", "vacuum pg_temp.__tabir_t_own",
        "drop index public.customers_pkey", "drop index own_id", "drop index pg_temp.own_id",
        "create table public.x as select 1", "create materialized view pg_temp.__tabir_t_x as select 1",
        "select 1 into pg_temp.__tabir_t_x", "drop table public.customers", "drop table customers",
        "drop table pg_temp.own", "drop view pg_temp.__tabir_t_own", "truncate public.customers",
        "truncate pg_temp.own"));

}  // namespace
