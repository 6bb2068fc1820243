// What a role may not do with a statement, and what it may write.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/policies/rules/sample_decisions.hpp"

namespace policies::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;

struct DenyCase {
    const char* name;
    const char* role;
    sql::Facts facts;
    Reason reason;
    const char* message;
    const char* hint;
};

class Denial : public ::testing::TestWithParam<DenyCase> {};

TEST_P(Denial, NamesWhatWhoseRuleAndWhatWouldBeAllowed) {
    const auto decided = decision(GetParam().role, GetParam().facts);
    const auto* deny = std::get_if<Deny>(&decided);
    ASSERT_NE(deny, nullptr);
    EXPECT_EQ(deny->reason, GetParam().reason);
    EXPECT_EQ(deny->message, GetParam().message);
    EXPECT_THAT(deny->hint, HasSubstr(GetParam().hint));
}

sql::Facts writing(sql::Oid relation, std::vector<sql::WrittenColumn> columns = {}) {
    auto facts = of_kind(sql::StatementKind::update, "UPDATE");
    facts.writes.push_back({.relation = relation, .updates = true, .columns = std::move(columns)});
    return facts;
}

/// UPDATE of the view contacts, which shows id and phone of customers.
sql::Facts writing_contacts(std::vector<sql::AttributeNumber> of_table, sql::AttributeNumber chosen_by = 1) {
    sql::Facts facts = through(oid::contacts, oid::customers);
    facts.kind = sql::StatementKind::update;
    sql::WriteUse write{.relation = oid::contacts, .updates = true};
    for (std::size_t i = 0; i < of_table.size(); ++i)
        write.columns.push_back({.number = static_cast<sql::AttributeNumber>(i + 1), .from = {}});
    write.through = {.table = oid::customers,
                     .columns = std::move(of_table),
                     .conflict_columns = {},
                     .chosen_by = {chosen_by}};
    facts.writes.push_back(std::move(write));
    return facts;
}

sql::Facts writing_grouped_contacts() {
    sql::Facts facts = writing_contacts({});
    facts.writes[0].through.reset();
    facts.writes[0].obstacle = "it groups rows";
    return facts;
}

const std::string viewing_editor = [] {
    std::string policy = sample_policy;
    const std::string tables = "tables: [public.customers, support.tickets, billing.transactions]";
    return policy.replace(
        policy.find(tables), tables.size(),
        "tables: [public.customers, public.contacts, support.tickets, billing.transactions]");
}();

sql::Facts deleting(sql::Oid relation) {
    auto facts = of_kind(sql::StatementKind::delete_rows, "DELETE");
    facts.writes.push_back({.relation = relation, .deletes = true});
    return facts;
}

sql::Facts locking() {
    auto facts = select_from({oid::tickets});
    facts.locked = facts.relations;
    return facts;
}

INSTANTIATE_TEST_SUITE_P(
    Select, Denial,
    ::testing::Values(
        DenyCase{"table_of_another_role", "support", select_from({oid::documents}), Reason::table_not_granted,
                 "role support may not read kyc.documents (p.yaml:21)",
                 "role support may read: public.customers, support.tickets, public.contacts, "
                 "public.contact_notes"},
        DenyCase{"unlisted_table", "support", select_from({oid::notes}), Reason::unlisted_table,
                 "role support may not read public.notes: the policy does not list it (p.yaml:21)",
                 "may read: public.customers"},
        DenyCase{"one_of_two_tables", "support", select_from({oid::customers, oid::transactions}),
                 Reason::table_not_granted, "role support may not read billing.transactions (p.yaml:21)", ""},
        DenyCase{"partition_of_a_table_not_granted", "support", select_from({oid::transactions_2024}),
                 Reason::table_not_granted, "role support may not read billing.transactions_2024 (p.yaml:21)",
                 ""},
        DenyCase{"materialized_view", "support", select_from({oid::cities}), Reason::unlisted_table,
                 "role support may not read public.cities: the policy does not list it (p.yaml:21)", ""},
        DenyCase{"view_not_granted", "reviewer", through(oid::contacts, oid::customers),
                 Reason::table_not_granted, "role reviewer may not read public.contacts (p.yaml:28)",
                 "may read: kyc.documents"},
        DenyCase{"unlisted_table_under_a_granted_view", "support", through(oid::contact_notes, oid::notes),
                 Reason::unlisted_table,
                 "role support may not read public.notes: the policy does not list it (p.yaml:21)", ""},
        DenyCase{
            "statistics", "support", select_from({oid::pg_stats}), Reason::system_catalog,
            "role support may not read pg_catalog.pg_stats: statistics hold values and totals of rows that "
            "the role may not see (p.yaml:21)",
            "SELECT count(*)"},
        DenyCase{
            "statistics_under_a_granted_view", "support", through(oid::contacts, oid::pg_stats),
            Reason::system_catalog,
            "role support may not read pg_catalog.pg_stats: statistics hold values and totals of rows that "
            "the role may not see (p.yaml:21)",
            ""},
        DenyCase{"no_table_at_all", "support", select_from({oid::an_index}), Reason::unsupported,
                 "role support may not read what is neither a table nor a view (p.yaml:21)", ""},
        DenyCase{"relation_that_the_catalog_lacks", "support", select_from({77}), Reason::unsupported,
                 "role support may not read what is neither a table nor a view (p.yaml:21)", ""},
        DenyCase{"stripped_column", "clerk", naming(oid::documents, 3), Reason::stripped_column,
                 "role clerk may not read column image of kyc.documents (p.yaml:13)",
                 "columns of kyc.documents that role clerk may read: customer_id, kind"},
        DenyCase{"unlisted_column", "support", naming(oid::customers, 6), Reason::stripped_column,
                 "role support may not read column birthday of public.customers (p.yaml:8)",
                 "may read: id, full_name, phone, email, city, digits"},
        DenyCase{"function_of_the_database", "clerk", calling("public", "label", false),
                 Reason::function_not_allowed,
                 "role clerk may not call public.label: it is neither a built-in known to be safe "
                 "nor named by the policy (p.yaml:29)",
                 "built-in functions that only compute"},
        DenyCase{"unsafe_builtin", "support", calling("pg_catalog", "pg_read_file", false),
                 Reason::function_not_allowed,
                 "role support may not call pg_catalog.pg_read_file: it reads or names files of the "
                 "database server (p.yaml:21)",
                 "those who run the database server"},
        DenyCase{"function_in_a_view", "support", calling("public", "other", false, true),
                 Reason::function_not_allowed,
                 "role support may not call public.other, which a view calls: it is neither a built-in "
                 "known to be safe nor named by the policy (p.yaml:21)",
                 ""},
        DenyCase{"row_lock", "support", locking(), Reason::row_locking,
                 "role support may not lock rows of support.tickets (p.yaml:21)", "leave out FOR UPDATE"}),
    [](const auto& info) { return std::string(info.param.name); });

INSTANTIATE_TEST_SUITE_P(
    Kinds, Denial,
    ::testing::Values(DenyCase{"copy", "support", of_kind(sql::StatementKind::copy, "COPY"),
                               Reason::statement_kind, "role support may not run COPY (p.yaml:21)",
                               "role support may read: public.customers"},
                      DenyCase{"create_table", "support", of_kind(sql::StatementKind::ddl, "CREATE TABLE"),
                               Reason::statement_kind, "role support may not run CREATE TABLE (p.yaml:21)",
                               ""},
                      DenyCase{"explain", "support", of_kind(sql::StatementKind::explain, "EXPLAIN"),
                               Reason::statement_kind, "role support may not run EXPLAIN (p.yaml:21)", ""},
                      DenyCase{"kind_without_a_setting", "support", of_kind(sql::StatementKind::set, "SET"),
                               Reason::statement_kind, "role support may not run SET (p.yaml:21)", ""}),
    [](const auto& info) { return std::string(info.param.name); });

INSTANTIATE_TEST_SUITE_P(
    Writes, Denial,
    ::testing::Values(
        DenyCase{"table_that_may_only_be_read", "support", writing(oid::tickets, {{.number = 3}}),
                 Reason::table_not_granted, "role support may not change rows of support.tickets (p.yaml:21)",
                 "role support may only read"},
        DenyCase{"table_of_another_role", "editor", writing(oid::documents), Reason::table_not_granted,
                 "role editor may not change rows of kyc.documents (p.yaml:31)",
                 "may change rows of: support.tickets, public.customers, billing.transactions"},
        DenyCase{"masked_column", "editor", writing(oid::customers, {{.number = 4}}), Reason::stripped_column,
                 "role editor may not write column email of public.customers (p.yaml:36)",
                 "leave the column out, as saving changed fields only does"},
        DenyCase{"unlisted_column", "editor", writing(oid::customers, {{.number = 6}}),
                 Reason::stripped_column,
                 "role editor may not write column birthday of public.customers (p.yaml:36)",
                 "may write: id, full_name, phone, city"},
        DenyCase{"column_beside_the_granted_one", "editor", writing(oid::transactions, {{.number = 1}}),
                 Reason::stripped_column,
                 "role editor may not write column id of billing.transactions (p.yaml:37)",
                 "may write: amount"},
        DenyCase{"partition_by_its_own_name", "editor", writing(oid::transactions_2024, {{.number = 1}}),
                 Reason::stripped_column,
                 "role editor may not write column id of billing.transactions_2024 (p.yaml:37)", ""},
        DenyCase{"delete_where_columns_are_granted", "editor", deleting(oid::transactions),
                 Reason::table_not_granted,
                 "role editor may not delete rows of billing.transactions (p.yaml:37)", ""},
        DenyCase{"clear_value_into_an_open_column", "editor",
                 writing(oid::tickets, {{.number = 3, .from = {{.relation = oid::customers, .number = 2}}}}),
                 Reason::class_flow,
                 "role editor may not copy full_name of public.customers into assignee of support.tickets "
                 "(p.yaml:35)",
                 "values of class name may be written only to columns of that class"},
        DenyCase{"view_of_a_table_that_may_only_be_read", "support", writing_contacts({3}),
                 Reason::table_not_granted,
                 "role support may not change rows of public.customers (p.yaml:21)",
                 "role support may only read"},
        DenyCase{"view_that_is_not_granted", "editor", writing_contacts({3}), Reason::table_not_granted,
                 "role editor may not read public.contacts (p.yaml:31)", "may read: public.customers"},
        DenyCase{"view_that_cannot_be_changed", "support", writing_grouped_contacts(), Reason::unsupported,
                 "role support may not change rows through view public.contacts: it groups rows (p.yaml:21)",
                 "change the table that it shows"},
        DenyCase{"view_by_a_masked_column", "support", writing_contacts({3}, 3), Reason::unsupported,
                 "role support may not change rows through view public.contacts, which chooses its rows by "
                 "phone: who "
                 "changes them would learn of it (p.yaml:21)",
                 "change public.customers itself"},
        DenyCase{"aggregates_joined_to_what_is_changed", "counter",
                 select_from({oid::transactions, oid::tickets}), Reason::not_aggregated,
                 "role counter may not read support.tickets, whose rows it may change, together with tables "
                 "of which it sees only aggregates (p.yaml:38)",
                 "read each by itself"},
        DenyCase{"aggregates_of_what_is_changed", "counter", writing(oid::transactions, {{.number = 3}}),
                 Reason::not_aggregated,
                 "role counter may not change rows by tables of which it sees only aggregates (p.yaml:38)",
                 ""}),
    [](const auto& info) { return std::string(info.param.name); });

TEST(Write, IsAllowedThroughGrantedColumns) {
    const auto tickets = treatment("editor", writing(oid::tickets, {{.number = 3}}));
    ASSERT_THAT(tickets.writes, SizeIs(1));
    EXPECT_EQ(tickets.writes[0].relation, oid::tickets);
    EXPECT_TRUE(tickets.writes[0].deletes);
    const auto customers = treatment(
        "editor",
        writing(oid::customers,
                {{.number = 3}, {.number = 2, .from = {{.relation = oid::customers, .number = 2}}}}));
    EXPECT_THAT(customers.writes[0].columns, ElementsAre(1, 2, 3, 5, 7));
    const auto amounts = treatment("editor", writing(oid::transactions, {{.number = 3}}));
    EXPECT_THAT(amounts.writes[0].columns, ElementsAre(3));
    EXPECT_FALSE(amounts.writes[0].deletes);
}

TEST(Write, ThroughAViewIsThatOfItsTable) {
    const auto allowed = treatment("editor", writing_contacts({3}), viewing_editor);
    ASSERT_THAT(allowed.writes, SizeIs(1));
    EXPECT_EQ(allowed.writes[0].relation, oid::customers);
    EXPECT_THAT(allowed.relations, SizeIs(1));
    const auto denied = decision("editor", writing_contacts({4}), viewing_editor);
    ASSERT_TRUE(std::holds_alternative<Deny>(denied));
    EXPECT_THAT(std::get<Deny>(denied).message, HasSubstr("may not write column email of public.customers"));
}

TEST(Write, OfAnOpenTableIsAllowedWhereOnlyAggregatesAreSeen) {
    EXPECT_THAT(treatment("counter", writing(oid::tickets, {{.number = 3}})).writes, SizeIs(1));
}

}  // namespace
}  // namespace policies::testing
