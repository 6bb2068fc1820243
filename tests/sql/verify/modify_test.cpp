// What verify says of statements that change rows, whoever printed them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

#include "sql/masks.hpp"
#include "sql/parse/parse_tree.hpp"
#include "sql/pins.hpp"
#include "sql/stored_values.hpp"
#include "sql/verify/verify.hpp"
#include "tests/sql/own_treatment.hpp"
#include "tests/sql/payments_catalog.hpp"

namespace {

using testing::HasSubstr;
using testing::Not;

const sql::Catalog& catalog() {
    static const sql::Catalog made = tests::payments_catalog();
    return made;
}

// {phone}, {c.phone}: the mask of customers.phone over that reference.
std::string with_masks(std::string text) {
    const sql::Column& phone = *catalog().relation(tests::customers)->column("phone");
    for (const char* reference : {"phone", "c.phone", "customers.phone", "telp", "contacts.telp"}) {
        const std::string mark = "{" + std::string(reference) + "}";
        const std::string mask =
            "(" + *sql::mask_expression(sql::mask::Constant{"***"}, phone, reference, catalog()) + ")";
        for (auto at = text.find(mark); at != std::string::npos; at = text.find(mark))
            text.replace(at, mark.size(), mask);
    }
    return text;
}

// {stored: value}: what is stored of it in customers.phone.
std::string with_stored_values(std::string text) {
    const sql::Column& phone = *catalog().relation(tests::customers)->column("phone");
    const std::string mark = "{stored: ";
    for (auto at = text.find(mark); at != std::string::npos; at = text.find(mark)) {
        const auto end = text.find('}', at);
        const std::string value = text.substr(at + mark.size(), end - at - mark.size());
        text.replace(
            at, end + 1 - at,
            *sql::stored_value(sql::mask::Constant{"***"}, phone, value, "customers.phone", catalog()));
    }
    return text;
}

// {contacts: a b}: what holds these columns of a view to the catalog.
void pin_view(std::string& text, const std::string& view) {
    const sql::Relation& relation = *catalog().relation("public", view);
    const std::string mark = "{" + view + ":";
    for (auto at = text.find(mark); at != std::string::npos; at = text.find(mark)) {
        const auto end = text.find('}', at);
        std::istringstream names(text.substr(at + mark.size(), end - at - mark.size()));
        std::string pins = sql::open_pin(relation);
        for (std::string name; names >> name;)
            pins += " and " + sql::pin_condition(relation, relation.column(name), sql::PinKind::direct);
        text.replace(at, end + 1 - at, pins);
    }
}

// {pins: a b}: what holds these columns of customers to the catalog; {tickets}: the name of tickets;
// {customers}: customers in a query that names its columns up to phone.
std::string with_pins(std::string text) {
    for (const char* view : {"contacts", "vip", "swapped", "labels", "by_phone", "towns"})
        pin_view(text, view);
    const sql::Relation& relation = *catalog().relation(tests::customers);
    const std::string mark = "{pins:";
    for (auto at = text.find(mark); at != std::string::npos; at = text.find(mark)) {
        const auto end = text.find('}', at);
        std::istringstream names(text.substr(at + mark.size(), end - at - mark.size()));
        std::string pins;
        for (std::string name; names >> name;) {
            pins += (pins.empty() ? "" : " and ") +
                    sql::pin_condition(relation, relation.column(name), sql::PinKind::direct);
        }
        text.replace(at, end + 1 - at, pins);
    }
    const std::string tickets = "{tickets}";
    for (auto at = text.find(tickets); at != std::string::npos; at = text.find(tickets))
        text.replace(at, tickets.size(), sql::open_pin(*catalog().relation(tests::tickets)));
    const std::string masked = "{customers}";
    const sql::Column& last = *relation.column("phone");
    for (auto at = text.find(masked); at != std::string::npos; at = text.find(masked)) {
        text.replace(at, masked.size(),
                     sql::pinned_relation(relation, &last) + " where " +
                         sql::pin_condition(relation, &last, sql::PinKind::direct));
    }
    return text;
}

sql::Result<void> verify(const std::string& text, const sql::Treatment& treatment) {
    const std::string pinned = with_pins(with_stored_values(text));
    const auto tree = sql::parse::ParseTree::of(pinned).value();
    return sql::verify::verify_statement(tree.memory(), pinned, tree.statements()[0].node, catalog(),
                                         treatment);
}

sql::Treatment filtered() {
    sql::Treatment treatment = tests::with_writes(tests::support_treatment());
    tests::own_copy(treatment.relations[0]).row_filter = "city = 'Bogor'";
    return treatment;
}

struct VerifyCase {
    const char* name;
    const char* text;
    bool with_filter = false;
};

class VerifiedChange : public testing::TestWithParam<VerifyCase> {};
TEST_P(VerifiedChange, ShowsTheChangedTableOnlyAsItsTreatmentAllows) {
    const auto verified =
        verify(with_masks(GetParam().text),
               GetParam().with_filter ? filtered() : tests::with_writes(tests::counted_treatment()));
    EXPECT_TRUE(verified) << verified.error().message;
}
INSTANTIATE_TEST_SUITE_P(
    Sql, VerifiedChange,
    testing::Values(
        VerifyCase{"open_columns",
                   "update public.customers set city = full_name where {pins: id full_name city} and id = 1 "
                   "returning "
                   "id"},
        VerifyCase{"masks",
                   "update public.customers c set city = {c.phone} where {pins: city phone} and "
                   "{phone} like 'x' returning {phone}"},
        VerifyCase{
            "search",
            "delete from public.customers where {pins: id phone email} and (phone = $1 or id = 2) and email "
            "in ('x')"},
        VerifyCase{"key",
                   "delete from public.customers c where {pins: id} returning c.id::text as __tabir_k1"},
        VerifyCase{"inner_name",
                   "delete from public.customers where {pins: id} and id in (select s.id from (select id, "
                   "{phone} as phone from {customers}) s where s.phone = 'x')"},
        VerifyCase{"prepared",
                   "prepare p as update public.customers set city = {phone} where {pins: id city phone} and "
                   "id = $1"},
        VerifyCase{"plan", "explain (costs off) delete from public.customers where {phone} like 'x'"},
        VerifyCase{"row_of_a_cursor",
                   "delete from public.customers c using (select where {pins: phone}) p where current of k "
                   "returning {c.phone}"},
        VerifyCase{"copy_from", "copy public.customers (id, phone) from stdin with (format csv)"},
        VerifyCase{"copy_from_with_a_condition",
                   "copy public.customers (id, phone) from stdin where phone like 'x'"},
        VerifyCase{"open_relation",
                   "insert into support.tickets (id) select t.id from support.tickets t where {tickets}"},
        VerifyCase{"kept_value", "update public.customers set phone = {stored: $1} where {pins: phone}"},
        VerifyCase{
            "kept_value_that_is_computed",
            "update public.customers set phone = {stored: lower($1 || city)} where {pins: city phone}"},
        VerifyCase{
            "proposed_value",
            "insert into public.customers (id, phone) values (case when {pins: id phone} then (1) end, 'x') "
            "on conflict (id) do update set phone = {stored: excluded.phone}"},
        VerifyCase{
            "filter",
            "update public.customers set city = 'x' where (customers.city = 'Bogor') and {pins: id city} "
            "and id = 1",
            true},
        VerifyCase{"through_a_view",
                   "delete from public.contacts where {contacts: id telp} and {telp} like 'x' returning "
                   "{contacts.telp}, id"},
        VerifyCase{"key_through_a_view",
                   "delete from public.vip where {vip: id} returning vip.id::text as __tabir_k1"},
        VerifyCase{"search_through_a_view", "delete from public.vip where {vip: telp} and telp = $1"},
        VerifyCase{
            "filter_in_the_names_of_a_view",
            "delete from public.swapped where (swapped.phone = 'Bogor') and {swapped: id phone} and id = 1",
            true},
        VerifyCase{"filter_alone", "delete from public.customers c where (c.city = 'Bogor') and {pins: city}",
                   true},
        VerifyCase{"guarded",
                   "delete from public.customers c where (c.city = 'Bogor') and {pins: id city} and case "
                   "when (c.city "
                   "= 'Bogor') "
                   "then (1 / c.id = 1) end",
                   true}),
    [](const auto& info) { return std::string(info.param.name); });

class UnheldChange : public testing::TestWithParam<VerifyCase> {};
TEST_P(UnheldChange, IsADefectAndRefused) {
    const auto verified = verify(with_masks(GetParam().text), tests::with_writes(tests::support_treatment()));
    ASSERT_FALSE(verified);
    EXPECT_THAT(verified.error().message, HasSubstr("held to the catalog"));
}
INSTANTIATE_TEST_SUITE_P(
    Sql, UnheldChange,
    testing::Values(
        VerifyCase{"name_that_is_not_held",
                   "update public.customers set city = 'x' where {pins: city} and id = 1"},
        VerifyCase{"assigned_name_that_is_not_held",
                   "update public.customers set city = 'x' where {pins: id} and id = 1"},
        VerifyCase{"view_that_is_not_held",
                   "delete from public.contacts where {contacts: id} and {telp} like 'x'"},
        VerifyCase{"pins_in_a_choice", "update public.customers set city = 'x' where {pins: city} or true"},
        VerifyCase{"returned_name_that_is_not_held",
                   "delete from public.customers where {pins: city} returning id"},
        VerifyCase{"open_relation_that_is_not_held", "update support.tickets set subject = 'x'"},
        VerifyCase{"inserted_names_that_are_not_held", "insert into public.customers (id) values (1)"},
        VerifyCase{"pins_behind_the_first_row",
                   "insert into public.customers (id) values (1), (case when {pins: id} then (2) end)"},
        VerifyCase{"inserted_query_that_is_not_held", "insert into public.customers (id) select 1"},
        VerifyCase{"open_relation_in_from_that_is_not_held",
                   "delete from public.customers using support.tickets t where {pins: id} and t.id = "
                   "customers.id"},
        VerifyCase{"pins_beside_the_row_of_a_cursor",
                   "delete from public.customers c using (select where {pins: id} or true) p where current "
                   "of k returning c.id"},
        VerifyCase{"row_of_a_cursor_that_is_not_held",
                   "delete from public.customers c where current of k returning c.id"}),
    [](const auto& info) { return std::string(info.param.name); });

class LeakingChange : public testing::TestWithParam<VerifyCase> {};
TEST_P(LeakingChange, IsADefectAndRefused) {
    const auto verified =
        verify(with_masks(GetParam().text),
               GetParam().with_filter ? filtered() : tests::with_writes(tests::support_treatment()));
    ASSERT_FALSE(verified);
    EXPECT_EQ(verified.error().code, sql::Errc::verify_failed);
    EXPECT_THAT(verified.error().message, Not(HasSubstr("held to the catalog")));
}
INSTANTIATE_TEST_SUITE_P(
    Sql, LeakingChange,
    testing::Values(
        VerifyCase{"set", "update public.customers set city = phone"},
        VerifyCase{"set_qualified", "update public.customers c set city = c.phone"},
        VerifyCase{"set_by_sub_query", "update public.customers set city = (select phone)"},
        VerifyCase{"set_by_its_schema", "update public.customers set city = public.customers.phone"},
        VerifyCase{"where", "delete from public.customers where phone like 'x%'"},
        VerifyCase{"search_that_is_not_granted",
                   "delete from public.customers where birthday = '2000-01-01'"},
        VerifyCase{"search_under_not", "delete from public.customers where not phone = 'x'"},
        VerifyCase{"search_of_a_column", "delete from public.customers where phone = full_name"},
        VerifyCase{"returning", "delete from public.customers returning phone"},
        VerifyCase{"returning_star", "delete from public.customers returning *"},
        VerifyCase{"returning_row", "delete from public.customers c returning c"},
        VerifyCase{"returning_rows_columns", "delete from public.customers c returning c.*"},
        VerifyCase{"function_of_the_row", "delete from public.customers c returning c.row_to_json"},
        VerifyCase{"raw_through_a_view", "delete from public.contacts where {contacts: telp} returning telp"},
        VerifyCase{"raw_in_the_condition_of_a_view",
                   "delete from public.vip where {vip: telp} and telp like 'x%'"},
        VerifyCase{"mask_written_through_a_view",
                   "update public.contacts set telp = $1 where {contacts: telp}"},
        VerifyCase{"swapped_names", "update public.swapped set phone = city where {swapped: phone city}"},
        VerifyCase{"stripped_through_a_view",
                   "delete from public.contacts where {contacts: address} returning address"},
        VerifyCase{"computed_column_of_a_view",
                   "delete from public.labels where {labels: label} returning label"},
        VerifyCase{"computed_column_written", "update public.labels set label = 'x' where {labels: label}"},
        VerifyCase{"row_that_a_view_does_not_show",
                   "insert into public.labels (id) values (case when {labels: id city} then (1) end) on "
                   "conflict (id) do "
                   "update set city = 'x'"},
        VerifyCase{"view_by_a_hidden_column", "delete from public.by_phone where {by_phone: id} and id = 1"},
        VerifyCase{"view_of_distinct_rows", "update public.towns set city = 'x' where {towns: city}"},
        VerifyCase{"view_by_a_function", "insert into public.own (id) values (1)"},
        VerifyCase{"merge_into_a_view",
                   "merge into public.contacts c using support.tickets t on {tickets} and t.id = c.id when "
                   "matched then delete"},
        VerifyCase{"view_without_the_filter", "delete from public.swapped where {swapped: id} and id = 1",
                   true},
        VerifyCase{"filter_in_the_names_of_the_table",
                   "delete from public.swapped where (swapped.city = 'Bogor') and {swapped: city}", true},
        VerifyCase{"stripped", "delete from public.customers returning address"},
        VerifyCase{"raw_under_a_key", "delete from public.customers c returning c.phone::text as __tabir_k1"},
        VerifyCase{"mask_of_another_reference", "update public.customers c set city = c.phone || {phone}"},
        VerifyCase{"raw_in_an_inner_query",
                   "delete from public.customers where exists (select from support.tickets t where {tickets} "
                   "and t.subject = phone)"},
        VerifyCase{"raw_in_using",
                   "delete from support.tickets t using public.customers c where {tickets} and c.id = t.id"},
        VerifyCase{"proposed_value_elsewhere",
                   "insert into public.customers (id) values (1) on conflict (id) do update set city = "
                   "excluded.phone"},
        VerifyCase{
            "mask_of_another_value_written",
            "update public.customers set phone = case when ($1) is not distinct from {customers.phone} "
            "then customers.phone else ($1) end where {pins: phone}"},
        VerifyCase{"kept_value_of_another_column", "update public.customers set city = {stored: $1}"},
        VerifyCase{"raw_value_within_a_kept_one",
                   "update public.customers set phone = {stored: customers.phone || $1} where {pins: phone}"},
        VerifyCase{"mask_written_back", "update public.customers set phone = $1"},
        VerifyCase{"not_granted", "update kyc.documents set kind = 'x'"},
        VerifyCase{"delete_not_granted", "delete from kyc.documents"},
        VerifyCase{"inserted_column_not_granted", "insert into kyc.documents (kind) values ('x')"},
        VerifyCase{"inserted_without_names", "insert into kyc.documents values (1, 2, 'x')"},
        VerifyCase{"prepared", "prepare p as update public.customers set city = phone"},
        VerifyCase{"plan", "explain (costs off) delete from public.customers where phone like 'x%'"},
        VerifyCase{"plan_with_estimates", "explain delete from public.customers where id = 1"},
        VerifyCase{"plan_that_is_run", "explain (analyze, costs off) delete from public.customers"},
        VerifyCase{"copied", "copy (delete from public.customers returning phone) to stdout"},
        VerifyCase{"row_of_a_cursor", "delete from public.customers c where current of k returning phone"},
        VerifyCase{"row_of_a_cursor_without_the_filter", "delete from public.customers c where current of k",
                   true},
        VerifyCase{"copy_without_names", "copy kyc.documents from stdin"},
        VerifyCase{"copied_column_not_granted", "copy kyc.documents (id, kind) from stdin"},
        VerifyCase{"copy_by_a_bare_name", "copy customers (id) from stdin"},
        VerifyCase{"copy_into_a_relation_not_granted", "copy billing.transactions (id) from stdin"},
        VerifyCase{"copy_from_a_file", "copy public.customers (id) from '/tmp/x'"},
        VerifyCase{"copy_from_a_program", "copy public.customers (id) from program 'id'"},
        VerifyCase{"copy_with_where", "copy public.customers (id) from stdin where phone like 'x'"},
        VerifyCase{"copy_by_the_row", "copy public.customers (id) from stdin where customers is null"},
        VerifyCase{"copy_by_a_qualified_name",
                   "copy public.customers (id) from stdin where customers.id = 1"},
        VerifyCase{"copy_by_a_sub_query", "copy public.customers (id) from stdin where id in (select 1)"},
        VerifyCase{"relation_not_granted", "insert into billing.transactions (id) values (1)"},
        VerifyCase{"in_a_with", "with d as (delete from public.customers returning phone) select * from d"},
        VerifyCase{"merge_condition",
                   "merge into public.customers c using support.tickets t on {tickets} and c.phone like "
                   "t.subject when matched then delete"},
        VerifyCase{"merge_value",
                   "merge into public.customers c using support.tickets t on {tickets} and t.id = c.id when "
                   "matched then update set city = c.phone"},
        VerifyCase{"no_filter", "update public.customers set city = 'x' where id = 1", true},
        VerifyCase{"filter_in_a_choice",
                   "update public.customers set city = 'x' where customers.city = 'Bogor' or id = 1", true},
        VerifyCase{"filter_of_another_name",
                   "update public.customers c set city = 'x' where (city = 'Bogor')", true},
        VerifyCase{"not_guarded", "delete from public.customers c where (c.city = 'Bogor') and 1 / c.id = 1",
                   true},
        VerifyCase{"no_filter_at_a_conflict",
                   "insert into public.customers (id) values (1) on conflict (id) do update set "
                   "city = 'x'",
                   true}),
    [](const auto& info) { return std::string(info.param.name); });

}  // namespace
