#include "sql/verify/verify.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "sql/edits/row_filter_text.hpp"
#include "sql/masks.hpp"
#include "sql/parse/parse_tree.hpp"
#include "sql/pins.hpp"
#include "tests/sql/own_treatment.hpp"
#include "tests/sql/payments_catalog.hpp"
#include "tests/sql/verify/pinned_text.hpp"

namespace {

using sql::Errc;
using sql::parse::ParseTree;

const sql::Catalog& catalog() {
    static const sql::Catalog made = tests::payments_catalog();
    return made;
}

// What {phone} stands for: the mask of customers.phone as the rewriter prints it.
std::string with_masks(std::string text) {
    text = tests::with_pins(std::move(text));
    const sql::Relation& relation = *catalog().relation(tests::customers);
    const std::string phone =
        *sql::mask_expression(sql::mask::Constant{"***"}, *relation.column("phone"), "\"phone\"", catalog()) +
        " AS \"phone\"";
    for (auto at = text.find("{phone}"); at != std::string::npos; at = text.find("{phone}"))
        text.replace(at, 7, phone);
    return text;
}

sql::Result<void> verify(const std::string& text, const sql::Treatment& treatment) {
    const auto tree = ParseTree::of(text).value();
    return sql::verify::verify_statement(tree.memory(), text, tree.statements()[0].node, catalog(),
                                         treatment);
}

sql::Treatment filtered_treatment() {
    sql::Treatment treatment = tests::support_treatment();
    tests::own_copy(treatment.relations[0]).row_filter =
        "id IN (SELECT customer_id FROM support.tickets WHERE assignee = :user)";
    return treatment;
}

struct VerifyCase {
    const char* name;
    const char* text;
    bool not_held = false;  // refused for a missing pin, and for nothing else
};

class VerifiedSelect : public testing::TestWithParam<VerifyCase> {};

TEST_P(VerifiedSelect, ShowsProtectedRelationsOnlyAsTheirTreatmentAllows) {
    const auto verified = verify(with_masks(GetParam().text), tests::counted_treatment());
    EXPECT_TRUE(verified) << verified.error().message;
}

INSTANTIATE_TEST_SUITE_P(
    Sql, VerifiedSelect,
    testing::Values(
        VerifyCase{
            "open_relation",
            "select * from support.tickets t join billing.transactions x on x.customer_id = t.customer_id "
            "where {transactions} and (t.id = 1 or x.id = 2) and {tickets}"},
        VerifyCase{"open_columns", "select c.id from (select id, full_name from public.customers) c"},
        VerifyCase{"mask", "select c.phone from (select id, {phone} from public.customers) c"},
        VerifyCase{"mask_in_a_scalar_query",
                   "select (select {phone} from public.customers) from support.tickets where {tickets}"},
        VerifyCase{"barrier", "select c.id from (select id from public.customers offset 0) c"},
        VerifyCase{"only", "select c.id from (select id from only public.customers) c"},
        VerifyCase{"no_columns", "select count(*) from (select from public.customers) c"},
        VerifyCase{"stripped_as_null",
                   "select c.address from (select (NULL)::pg_catalog.text collate pg_catalog.\"default\" as "
                   "address from public.customers) c"},
        VerifyCase{
            "search",
            "select 1 from (select (phone = $1) as __tabir_m1 from public.customers) c where __tabir_m1"},
        VerifyCase{"search_in_a_list",
                   "select 1 from (select (phone in ('1', $2::text)) as __tabir_m1 from public.customers) c"},
        VerifyCase{"search_in_an_array",
                   "select 1 from (select ('1' = phone) as __tabir_m1, (email = any (array['1', $1])) as "
                   "__tabir_m2 from public.customers) c"},
        VerifyCase{"subject_key",
                   "select d.kind, d.__tabir_k1::text from (select kind, customer_id as __tabir_k1 from "
                   "kyc.documents) d"},
        VerifyCase{"cte",
                   "with a as (select 1 as x), b as (select x from a) select * from a, b where exists "
                   "(select from a)"},
        VerifyCase{"recursive_cte",
                   "with recursive r as (select 1 as n union all select n + 1 from r) select * from r"},
        VerifyCase{"locks_of_an_alias", "select t.id from support.tickets t where {tickets} for update of t"},
        VerifyCase{"table_functions",
                   "select * from generate_series(1, 2) g, lateral unnest(array[g]) as u(x)"}),
    [](const auto& info) { return info.param.name; });

class LeakingSelect : public testing::TestWithParam<VerifyCase> {};

TEST_P(LeakingSelect, IsADefectAndRefused) {
    const auto verified = verify(with_masks(GetParam().text), tests::support_treatment());
    ASSERT_FALSE(verified);
    EXPECT_EQ(verified.error().code, Errc::verify_failed);
    EXPECT_FALSE(verified.error().message.find("could not be rewritten safely: ") == std::string::npos);
    const bool only_not_held = verified.error().message.find("not held to the catalog") != std::string::npos;
    EXPECT_EQ(only_not_held, GetParam().not_held) << verified.error().message;
}

INSTANTIATE_TEST_SUITE_P(
    Sql, LeakingSelect,
    testing::Values(
        VerifyCase{"raw_column", "select c.phone from (select phone from public.customers) c"},
        VerifyCase{"raw_table", "select id from public.customers c", true},
        VerifyCase{"star", "select * from (select * from public.customers) c"},
        VerifyCase{"whole_row", "select c from (select customers from public.customers) c"},
        VerifyCase{"qualified_column", "select 1 from (select customers.phone from public.customers) c"},
        VerifyCase{"stripped_column", "select 1 from (select address from public.customers) c"},
        VerifyCase{"masked_under_another_name",
                   "select 1 from (select phone as city from public.customers) c"},
        VerifyCase{"masked_as_key", "select 1 from (select phone as __tabir_k1 from public.customers) c"},
        VerifyCase{"key_of_a_subject_not_counted",
                   "select 1 from (select customer_id as __tabir_k1 from kyc.documents) c"},
        VerifyCase{"mask_of_another_column",
                   "select 1 from (select (CASE WHEN email IS NULL THEN NULL ELSE '***' "
                   "END)::pg_catalog.varchar(20) as phone from public.customers) c"},
        VerifyCase{"weaker_mask",
                   "select 1 from (select pg_catalog.\"left\"(phone, 15)::pg_catalog.varchar(20) as phone "
                   "from public.customers) c"},
        VerifyCase{"join_inside", "select 1 from (select id from public.customers, support.tickets) c"},
        VerifyCase{"joined",
                   "select 1 from support.tickets t join public.customers c on true where {tickets}"},
        VerifyCase{"aliased_inside", "select 1 from (select id from public.customers as x(phone, id)) c",
                   true},
        VerifyCase{"condition_inside",
                   "select 1 from (select id from public.customers where phone like '1%') c"},
        VerifyCase{"order_inside", "select 1 from (select id from public.customers order by phone) c"},
        VerifyCase{"limit_inside", "select 1 from (select id from public.customers limit 1) c"},
        VerifyCase{"offset_by_a_column", "select 1 from (select id from public.customers offset 1) c"},
        VerifyCase{"group_inside", "select 1 from (select id from public.customers group by id, phone) c"},
        VerifyCase{"distinct_inside", "select 1 from (select distinct id from public.customers) c"},
        VerifyCase{"window_inside",
                   "select 1 from (select id from public.customers window w as (order by phone)) c"},
        VerifyCase{"with_inside", "select 1 from (with x as (select 1) select id from public.customers) c"},
        VerifyCase{"sampled_by_an_open_query",
                   "select 1 from (select id from public.customers tablesample system ((select id from "
                   "public.customers where phone = '1'))) c"},
        VerifyCase{"sample_in_the_open", "select phone from public.customers tablesample system (1)"},
        VerifyCase{"sample_of_more",
                   "select 1 from (select phone from public.customers tablesample system (1)) c"},
        VerifyCase{"search_of_a_column_not_searchable",
                   "select 1 from (select (address = 'x') as __tabir_m1 from public.customers) c"},
        VerifyCase{"search_with_a_column",
                   "select 1 from (select (phone = email) as __tabir_m1 from public.customers) c"},
        VerifyCase{"search_with_a_query",
                   "select 1 from (select (phone = (select subject from support.tickets where {tickets})) as "
                   "__tabir_m1 from "
                   "public.customers) c"},
        VerifyCase{"search_by_order",
                   "select 1 from (select (phone < 'x') as __tabir_m1 from public.customers) c"},
        VerifyCase{"search_by_pattern",
                   "select 1 from (select (phone like 'x%') as __tabir_m1 from public.customers) c"},
        VerifyCase{"search_by_pattern_of_any_case",
                   "select 1 from (select (phone ilike '_x') as __tabir_m1 from public.customers) c"},
        VerifyCase{"search_of_a_part",
                   "select 1 from (select (\"pg_catalog\".\"left\"(phone, 1) = 'x') as __tabir_m1 from "
                   "public.customers) c"},
        VerifyCase{"search_of_a_short_cast",
                   "select 1 from (select (phone::varchar(1) = 'x') as __tabir_m1 from public.customers) c"},
        VerifyCase{"search_of_what_is_trimmed_off",
                   "select 1 from (select (\"pg_catalog\".\"btrim\"(phone, '0') = 'x') as __tabir_m1 from "
                   "public.customers) c"},
        VerifyCase{"search_negated",
                   "select 1 from (select (phone <> all ('{x}')) as __tabir_m1 from public.customers) c"},
        VerifyCase{"in_a_sublink",
                   "select 1 from support.tickets where {tickets} and customer_id in (select id from "
                   "public.customers "
                   "where phone = '1')"},
        VerifyCase{"in_a_cte", "with a as (select * from public.customers) select * from a"},
        VerifyCase{"table_in_a_cte", "with a as (table public.customers) select * from a", true},
        VerifyCase{"in_a_union",
                   "select id from support.tickets where {tickets} union select id from (select phone::int8 "
                   "as id from "
                   "public.customers) c"},
        VerifyCase{"open_relation_without_a_pin", "select id from support.tickets t where t.id = 1", true},
        VerifyCase{"pin_of_another_relation", "select id from support.tickets where {transactions}", true},
        VerifyCase{"pin_under_or", "select id from support.tickets where {tickets} or true", true},
        VerifyCase{"pin_of_another_query",
                   "select (select max(id) from support.tickets) from (values (1)) v where {tickets}", true},
        VerifyCase{"view_over_it", "select * from public.contacts"},
        VerifyCase{"view_over_a_view_over_it", "select * from public.vip"},
        VerifyCase{"without_schema", "select * from tickets"},
        VerifyCase{"cte_out_of_scope", "select * from (with a as (select 1) select * from a) x, a"},
        VerifyCase{"cte_before_its_definition",
                   "with a as (select * from b), b as (select 1) select * from a"},
        VerifyCase{"cte_of_itself", "with a as (select * from a) select * from a"},
        VerifyCase{"with_a_database", "select * from db.support.tickets"},
        VerifyCase{"unknown_relation", "select * from support.other"},
        VerifyCase{"into", "select id into x from support.tickets where {tickets}"},
        VerifyCase{"writing_cte", "with a as (delete from support.tickets returning *) select * from a"}),
    [](const auto& info) { return info.param.name; });

TEST(Pins, HoldEachNameToTheCatalog) {
    const sql::Relation& relation = *catalog().relation(tests::customers);
    const auto select = [&](const std::string& columns, const sql::Column* aliased,
                            const std::string& where) {
        return verify("select 1 from (select " + columns + " from " +
                          sql::pinned_relation(relation, aliased) + where + ") c",
                      tests::support_treatment())
            .has_value();
    };
    const auto where = [&](const sql::Column* anchor, sql::PinKind kind = sql::PinKind::direct) {
        return " where " + sql::pin_condition(relation, anchor, kind);
    };
    const sql::Column* id = relation.column("id");
    const sql::Column* city = relation.column("city");
    const sql::Column* name = relation.column("full_name");
    EXPECT_TRUE(select("id", id, where(id)));
    EXPECT_TRUE(select("id", id, where(id, sql::PinKind::init_plan)));
    EXPECT_TRUE(select("id, city", city, where(city)));
    EXPECT_FALSE(select("id", id, ""));
    EXPECT_FALSE(select("id, city", id, where(id))) << "a column behind the anchor is named";
    EXPECT_FALSE(select("id, city", city, where(id))) << "another anchor than the aliases leave";
    EXPECT_FALSE(select("id", id, where(id) + " or true"));
    EXPECT_FALSE(select("id", id, where(city)));
    sql::Relation other = relation;
    other.oid = tests::documents;
    EXPECT_FALSE(select("id", id, " where " + sql::pin_condition(other, id, sql::PinKind::direct)));
    std::swap(other.columns[1].name, other.columns[2].name);
    EXPECT_FALSE(verify("select 1 from (select id, full_name from " +
                            sql::pinned_relation(other, &other.columns.back()) +
                            where(&relation.columns.back()) + ") c",
                        tests::support_treatment()))
        << "aliases in another order";
    EXPECT_TRUE(select("id, full_name", name, where(name)));
    EXPECT_FALSE(select("id", name, where(name)))
        << "nothing fails where a column before the anchor vanished";
}

TEST(RowFilter, MustStandInTheSubSelect) {
    const sql::Treatment treatment = filtered_treatment();
    const auto verify_pinned = [&](const std::string& text, const sql::Treatment& treated) {
        return verify(tests::with_pins(text), treated);
    };
    const std::string select = "select c.id from (select id from public.customers";
    EXPECT_FALSE(verify_pinned(select + ") c", treatment));
    EXPECT_FALSE(verify_pinned(select + " where id > 0) c", treatment));
    EXPECT_FALSE(verify_pinned(
        select + " where id in (select customer_id from support.tickets where assignee = 'agent8')) c",
        treatment));
    EXPECT_FALSE(verify_pinned(
        select +
            " where id in (select customer_id from support.tickets where assignee = 'agent7') or true) c",
        treatment));
    sql::parse::TreeMemory memory;
    const std::string filter =
        *sql::edits::print_row_filter(*treatment.relations[0]->row_filter,
                                      *catalog().relation(tests::customers), catalog(), memory, "agent7");
    EXPECT_FALSE(verify_pinned(select + " where (" + filter + " or true) offset 0) c", treatment));
    const auto verified = verify_pinned(select + " where (" + filter + ") offset 0) c", treatment);
    EXPECT_TRUE(verified) << verified.error().message;
}

TEST(Verify, ComparesWithTheTreeThatWasMeant) {
    const std::string pin = sql::open_pin(*catalog().relation(tests::tickets));
    const auto meant = ParseTree::of("select id from support.tickets where " + pin).value();
    const auto check = [&](std::string_view printed) {
        return sql::verify::verify_statement(meant.memory(), printed, meant.statements()[0].node, catalog(),
                                             {})
            .has_value();
    };
    EXPECT_TRUE(check("SELECT \"id\" FROM \"support\".\"tickets\" WHERE " + pin));
    EXPECT_FALSE(check("select subject from support.tickets where " + pin));
    EXPECT_FALSE(check("select id from support.tickets; select id from support.tickets"));
    EXPECT_FALSE(check("select id from support.tickets where"));
    EXPECT_FALSE(check(""));
}

TEST(Verify, OfAStatementWithoutRelationsIsAComparison) {
    const auto meant = ParseTree::of("set statement_timeout = 5").value();
    const auto check = [&](std::string_view printed) {
        return sql::verify::verify_statement(meant.memory(), printed, meant.statements()[0].node, catalog(),
                                             {})
            .has_value();
    };
    EXPECT_TRUE(check("SET \"statement_timeout\" = 5"));
    EXPECT_FALSE(check("SET statement_timeout = 6"));
}

class VerifiedWrapper : public testing::TestWithParam<VerifyCase> {};
TEST_P(VerifiedWrapper, MayStandAroundAMaskedQuery) {
    const auto verified = verify(with_masks(GetParam().text), tests::counted_treatment());
    EXPECT_TRUE(verified) << verified.error().message;
}
INSTANTIATE_TEST_SUITE_P(
    Sql, VerifiedWrapper,
    testing::Values(
        VerifyCase{"cursor",
                   "declare c scroll cursor for select c.id from (select id from public.customers) c"},
        VerifyCase{"prepared", "prepare p(int) as select c.id from (select id from public.customers) c"},
        VerifyCase{"copy", "copy (select c.phone from (select {phone} from public.customers) c) to stdout"},
        VerifyCase{"plan",
                   "explain (format json, costs off) select c.id from (select id from public.customers) c"}),
    [](const auto& info) { return std::string(info.param.name); });

class RefusedWrapper : public testing::TestWithParam<VerifyCase> {};
TEST_P(RefusedWrapper, WhateverItCarries) {
    EXPECT_FALSE(verify(with_masks(GetParam().text), tests::counted_treatment()));
}
INSTANTIATE_TEST_SUITE_P(
    Sql, RefusedWrapper,
    testing::Values(
        VerifyCase{"cursor_over_the_table", "declare c cursor for select phone from public.customers"},
        VerifyCase{"prepared_over_the_table", "prepare p as select phone from public.customers"},
        VerifyCase{"explained_cursor", "explain declare c cursor for select phone from public.customers"},
        VerifyCase{"plan_with_estimates", "explain select c.id from (select id from public.customers) c"},
        VerifyCase{"plan_with_costs_at_last",
                   "explain (costs off, costs on) select c.id from (select id from public.customers) c"},
        VerifyCase{"run_plan",
                   "explain (analyze, costs off) select c.id from (select id from public.customers) c"},
        VerifyCase{"copy_of_the_table", "copy public.customers to stdout"},
        VerifyCase{"copy_from", "copy public.customers (id) from stdin"},
        VerifyCase{"copy_to_a_file", "copy (select 1) to '/tmp/x'"},
        VerifyCase{"copy_to_a_program", "copy (select 1) to program 'cat'"},
        VerifyCase{"table_from_a_query", "create table t as select 1"},
        VerifyCase{"view", "create view v as select 1"}),
    [](const auto& info) { return std::string(info.param.name); });

}  // namespace
