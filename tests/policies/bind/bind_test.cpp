// What a database's catalog says about a policy.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "policies/bound_policy.hpp"
#include "tests/policies/load/policy_text.hpp"
#include "tests/policies/sample_catalog.hpp"

namespace policies::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::string with_tables(const std::string& tables, const std::string& more = "") {
    return "version: 1\ndatabases: [payments]\nclasses: { phone: { mask: redact }, secret: { mask: strip }, "
           "day: { mask: { truncate: year } } "
           "}\ntables:\n" +
           tables + "roles: { dba: { unrestricted: true } }\n" + more;
}

std::string with_canaries(const std::string& keys) {
    return with_tables(
        "  public.customers: { subject: { customer: id }, columns: { id: open } }\n"
        "  kyc.documents: { subject: { customer: customer_id }, columns: { kind: open } }\n",
        "detectors: { canaries: { actions: [alert] } }\ncanaries: { customer: " + keys + " }\n");
}

std::string with_role(const std::string& role) {
    return "version: 1\ndatabases: [payments]\nroles: { r: { tables: [support.tickets], " + role +
           " } }\ntables: { support.tickets: open }\n";
}

std::variant<std::shared_ptr<const BoundPolicy>, Mistakes> binding_of(
    const std::string& text, sql::Catalog catalog = sample_catalog()) {
    return BoundPolicy::bind(good_policy(text), std::make_shared<const sql::Catalog>(std::move(catalog)));
}

std::vector<std::string> binding_mistakes(const std::string& text) {
    std::vector<std::string> lines;
    const auto bound = binding_of(text);
    if (const auto* mistakes = std::get_if<Mistakes>(&bound)) {
        for (const Mistake& mistake : *mistakes)
            lines.push_back(mistake.text());
    }
    return lines;
}

std::shared_ptr<const BoundPolicy> bound_policy(const std::string& text) {
    auto bound = binding_of(text);
    if (const auto* mistakes = std::get_if<Mistakes>(&bound))
        throw std::logic_error(mistakes->front().text());
    return std::get<std::shared_ptr<const BoundPolicy>>(std::move(bound));
}

/// The sample with another type of the customers' keys.
sql::Catalog with_keys_of(sql::Oid type) {
    sql::Catalog catalog = sample_catalog();
    for (const sql::Oid of : {oid::customers, oid::documents}) {
        sql::Relation relation = *catalog.relation(of);
        relation.columns.front().type = type;
        catalog.add(std::move(relation));
    }
    return catalog;
}

TEST(ListedKeys, AreSpelledAsTheirTypePrintsThem) {
    constexpr sql::Oid uuid_type = 2950;
    constexpr sql::Oid domain_type = 7000;
    sql::Catalog uuids = with_keys_of(domain_type);
    uuids.add(
        sql::Type{.oid = domain_type, .schema = "public", .name = "key", .kind = 'd', .base = uuid_type});
    const auto mistake_of = [&](const std::string& key) {
        const auto bound = binding_of(with_canaries("[" + key + "]"), uuids);
        const auto* mistakes = std::get_if<Mistakes>(&bound);
        return mistakes == nullptr ? std::string() : mistakes->front().text();
    };
    EXPECT_EQ(mistake_of("a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11"), "");
    EXPECT_THAT(mistake_of("A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11"),
                HasSubstr("is of type uuid, of which this is 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'"));
    EXPECT_THAT(mistake_of("a0eebc999c0b4ef8bb6d6bb9bd380a11"), HasSubstr("write it so"));
    EXPECT_THAT(mistake_of("4711"), HasSubstr("is of type uuid; list keys of that type"));
    const auto of_text = binding_of(with_canaries("[04711, Ann]"), with_keys_of(text_type));
    EXPECT_FALSE(std::holds_alternative<Mistakes>(of_text));
}

struct BindingCase {
    const char* name;
    std::string text;
    const char* line;
};

class BindingMistake : public ::testing::TestWithParam<BindingCase> {};

TEST_P(BindingMistake, IsReportedOnceWithItsPlace) {
    EXPECT_THAT(binding_mistakes(GetParam().text), ElementsAre(HasSubstr(GetParam().line)));
}

// A sequence that belongs to no column is listed as open, and written.
TEST(BoundPolicySequences, AreWrittenAndNothingElse) {
    sql::Catalog catalog = sample_catalog();
    catalog.add(sql::Relation{
        .oid = 77001, .schema = "support", .name = "numbers", .kind = sql::RelationKind::sequence});
    const auto text = [](const std::string& tables, const std::string& role) {
        return "version: 1\ndatabases: [payments]\nroles: { r: { " + role +
               " } }\ntables: { support.tickets: open, support.numbers: " + tables + " }\n";
    };
    const auto mistakes = [&](const std::string& policy) {
        std::string told;
        const auto bound = binding_of(policy, catalog);
        if (const auto* found = std::get_if<Mistakes>(&bound)) {
            for (const Mistake& mistake : *found)
                told += mistake.text() + '\n';
        }
        return told;
    };
    const std::string written = "tables: [support.tickets], write: [support.numbers]";
    EXPECT_EQ(mistakes(text("open", written)), "");
    EXPECT_THAT(
        mistakes(text("{ subject: none, columns: { id: open } }", written)),
        HasSubstr("support.numbers is a sequence, which holds no columns; write 'support.numbers: open'"));
    EXPECT_THAT(mistakes(text("open", "tables: [support.tickets, support.numbers]")),
                HasSubstr("support.numbers is a sequence, which nobody reads; list it in 'write' instead"));
    EXPECT_THAT(
        mistakes(text("open", "tables: [support.tickets], write: [{ support.numbers: [last_value] }]")),
        HasSubstr("support.numbers is a sequence; write its name without columns"));
}

INSTANTIATE_TEST_SUITE_P(
    Catalog, BindingMistake,
    ::testing::Values(
        BindingCase{
            "missing_table", with_tables("  public.custmers: open\n"),
            "p.yaml:5:3: the database has no table 'public.custmers'; did you mean 'public.customers'?"},
        BindingCase{"missing_schema", with_tables("  crm.people: open\n"),
                    "the database has no table 'crm.people'"},
        BindingCase{"an_index", with_tables("  public.customers_pkey: open\n"),
                    "is neither a table nor a view"},
        BindingCase{"a_system_catalog", with_tables("  pg_catalog.pg_stats: open\n"),
                    "pg_catalog.pg_stats belongs to the server itself and cannot be listed"},
        BindingCase{"missing_column",
                    with_tables("  public.customers:\n    subject: { customer: id }\n    columns: { id: "
                                "open, fone: phone }\n"),
                    "p.yaml:7:26: public.customers has no column 'fone'; did you mean 'phone'?"},
        BindingCase{
            "missing_subject_column",
            with_tables("  public.customers: { subject: { customer: idd }, columns: { id: open } }\n"),
            "p.yaml:5:44: public.customers has no column 'idd' that could name the customer; did you mean "
            "'id'?"},
        BindingCase{
            "subject_column_of_many_spellings",
            with_tables("  public.customers: { subject: { customer: birthday }, columns: { id: open } }\n"),
            "p.yaml:5:44: column 'birthday' of public.customers cannot name the customer: how its values "
            "are "
            "written hangs on settings of the session"},
        BindingCase{"view_with_columns",
                    with_tables("  public.contacts: { subject: none, columns: { id: open } }\n"),
                    "public.contacts is a view: what it reads is protected by the rules of its tables; write "
                    "'public.contacts: open'"},
        BindingCase{
            "partition_beside_its_parent",
            with_tables(
                "  billing.transactions: { subject: { customer: customer_id }, columns: { '*': open } }\n"
                "  billing.transactions_2024: open\n"),
            "p.yaml:6:3: billing.transactions_2024 is a partition or child of billing.transactions and has "
            "its "
            "rule; remove this entry"},
        BindingCase{
            "open_materialized_view",
            with_tables("  public.customers: { subject: { customer: id }, columns: { phone: phone } }\n"
                        "  public.cities: open\n"),
            "p.yaml:6:3: public.cities holds rows of protected tables, so it cannot be open"},
        BindingCase{
            "materialized_view_open_by_star",
            with_tables("  public.customers: { subject: { customer: id }, columns: { phone: phone } }\n"
                        "  public.cities: { subject: none, columns: { phone: phone, '*': open } }\n"),
            "p.yaml:6:60: public.cities holds rows of protected tables, so \"*\" cannot be open"},
        BindingCase{
            "materialized_view_open_by_default",
            with_tables("  public.customers: { subject: { customer: id }, columns: { phone: phone } }\n"
                        "  public.cities: { subject: none, columns: { city: open } }\n",
                        "defaults: { unlisted_columns: open }\n"),
            "public.cities holds rows of protected tables and unlisted_columns is open; list column 'phone'"},
        BindingCase{
            "mask_that_does_not_fit",
            with_tables("  public.customers: { subject: { customer: id }, columns: { phone: day } }\n"),
            "p.yaml:5:61: class day does not fit column 'phone': "},
        BindingCase{
            "mask_that_does_not_fit_by_star",
            with_tables(
                "  kyc.documents: { subject: { customer: customer_id }, columns: { '*': day, kind: open, "
                "customer_id: open } }\n"),
            "p.yaml:5:67: class day does not fit column 'image': "},
        BindingCase{"derived_table", with_tables("  public.customers: derived\n"),
                    "p.yaml:5:3: public.customers is no materialized view, so nothing follows from a "
                    "definition; list its subject and columns"},
        BindingCase{"derived_view", with_tables("  public.contacts: derived\n"),
                    "p.yaml:5:3: public.contacts is no materialized view, so nothing follows from a "
                    "definition; write 'open'"},
        BindingCase{"path_of_a_text",
                    with_tables("  public.customers: { subject: none, columns: { phone->wa: phone } }\n"),
                    "p.yaml:5:49: class phone does not fit a path of column 'phone': a path needs a json or "
                    "jsonb column"},
        BindingCase{"path_of_a_missing_column",
                    with_tables("  public.customers: { subject: none, columns: { profil->wa: phone } }\n"),
                    "p.yaml:5:49: public.customers has no column 'profil'"},
        BindingCase{
            "canary_that_is_spelled_otherwise", with_canaries("[1, 04711]"),
            "p.yaml:9:13: the key '04711' of customer is never met: kyc.documents.customer_id is of type "
            "bigint, of which this is '4711'; write it so"},
        BindingCase{"canary_that_is_no_number", with_canaries("[4711, 4712a]"),
                    "the key '4712a' of customer is never met: kyc.documents.customer_id is of type bigint; "
                    "list keys "
                    "of that type"},
        BindingCase{"canary_out_of_range", with_canaries("[9223372036854775808]"),
                    "the key '9223372036854775808' of customer is never met"},
        BindingCase{"missing_function", with_role("functions: [public.labell]"),
                    "p.yaml:3:54: the database has no function 'public.labell'"},
        BindingCase{"missing_written_column", with_role("write: [{ support.tickets: [asignee] }]"),
                    "support.tickets has no column 'asignee'; did you mean 'assignee'?"},
        BindingCase{"broken_row_filter", with_role("rows: { support.tickets: 'assignee = = :user' }"),
                    "the rows of support.tickets have a condition that cannot be used: "}),
    [](const auto& info) { return std::string(info.param.name); });

TEST(BindingMistakes, AreAllReportedAtOnce) {
    EXPECT_THAT(binding_mistakes(with_tables("  public.a: open\n  public.b: open\n")),
                ElementsAre(HasSubstr("p.yaml:5:3: "), HasSubstr("p.yaml:6:3: ")));
}

TEST(BindingMistakes, IncludeTwoParentsWithRulesForOneChild) {
    sql::Catalog catalog = sample_catalog();
    sql::Relation child = *catalog.relation(oid::transactions_2024);
    child.parents.push_back(oid::notes);
    catalog.add(child);
    const auto bound =
        binding_of(with_tables("  public.notes: open\n  billing.transactions: open\n"), catalog);
    ASSERT_TRUE(std::holds_alternative<Mistakes>(bound));
    EXPECT_THAT(std::get<Mistakes>(bound).front().text(),
                HasSubstr("p.yaml:6:3: this rule and that of public.notes (line 5) both reach their child "
                          "billing.transactions_2024"));
}

TEST(BoundPolicy, GivesPartitionsTheRuleOfTheirParent) {
    const auto bound = bound_policy(with_tables(
        "  billing.transactions: { subject: { customer: customer_id }, columns: { '*': open } }\n"));
    ASSERT_NE(bound->rule_of(oid::transactions_2024), nullptr);
    EXPECT_EQ(bound->rule_of(oid::transactions_2024), bound->rule_of(oid::transactions));
    EXPECT_EQ(bound->rule_of(oid::customers), nullptr);
}

TEST(BoundPolicy, KnowsUnlistedRelationsThatShowProtectedRows) {
    const auto bound = bound_policy(
        with_tables("  public.customers: { subject: { customer: id }, columns: { phone: phone } }\n"));
    EXPECT_TRUE(bound->shows_protected_rows(oid::cities)) << "a materialized view, through a view";
    EXPECT_FALSE(bound->shows_protected_rows(oid::contacts)) << "a view is expanded";
    EXPECT_FALSE(bound->shows_protected_rows(oid::notes));
}

TEST(BoundPolicy, KeepsAnUnlistedParentOfAProtectedChildClosed) {
    const auto bound = bound_policy(with_tables(
        "  billing.transactions_2024: { subject: { customer: customer_id }, columns: { amount: phone } }\n"));
    EXPECT_TRUE(bound->shows_protected_rows(oid::transactions));
}

TEST(BoundPolicy, TakesAMaterializedViewWithColumnsOfItsOwn) {
    const auto bound = bound_policy(
        with_tables("  public.customers: { subject: { customer: id }, columns: { phone: phone } }\n"
                    "  public.cities: { subject: none, columns: { city: open, phone: phone } }\n"));
    EXPECT_NE(bound->rule_of(oid::cities), nullptr);
}

// Renames of one table's columns, as a later catalog would tell them.
sql::Catalog renamed(const std::vector<std::pair<std::string, std::string>>& names) {
    sql::Catalog after = sample_catalog();
    const sql::Relation before = *after.relation("public", "customers");
    sql::Relation customers = before;
    for (sql::Column& column : customers.columns) {
        for (const auto& [from, to] : names) {
            if (before.column(column.number)->name == from) column.name = to;
        }
    }
    after.add(std::move(customers));
    return after;
}

TEST(RenamedColumn, KeepsTheClassOfItsEarlierNameUntilThePolicyIsLoadedAgain) {
    const auto policy = good_policy(
        "version: 1\ndatabases: [payments]\nclasses: { phone: { mask: { keep_last: 4 } }, email: { mask: "
        "email } }\n"
        "tables:\n  public.customers:\n    subject: none\n"
        "    columns: { id: open, city: open, phone: phone, email: email }\n"
        "roles: { r: { tables: [public.customers] } }\n");
    const auto bind = [&](sql::Catalog catalog, const BoundPolicy* before) {
        return std::get<std::shared_ptr<const BoundPolicy>>(
            BoundPolicy::bind(policy, std::make_shared<const sql::Catalog>(std::move(catalog)), before));
    };
    const auto first = bind(sample_catalog(), nullptr);
    const sql::Relation& customers = *first->catalog().relation("public", "customers");
    const auto number = [&](const char* name) { return customers.column(name)->number; };
    ASSERT_NE(first->kept_class(customers.oid, number("phone")), nullptr);
    EXPECT_EQ(*first->kept_class(customers.oid, number("phone")), "phone");
    EXPECT_EQ(first->kept_class(customers.oid, number("city")), nullptr);
    EXPECT_TRUE(first->renamed().empty());

    const auto swapped = bind(renamed({{"phone", "city"}, {"city", "phone"}}), first.get());
    EXPECT_EQ(*swapped->kept_class(customers.oid, number("phone")), "phone");  // now called city
    EXPECT_EQ(*swapped->kept_class(customers.oid, number("city")), "phone");   // by its new name
    EXPECT_THAT(swapped->renamed(), ElementsAre(HasSubstr("customers.city is shown as of class phone")));

    auto mixed = bind(renamed({{"phone", "email"}, {"email", "phone"}}), first.get());
    for (int again = 0; again < 2; ++again) {
        EXPECT_EQ(*mixed->kept_class(customers.oid, number("phone")), "") << "of two classes: neither mask";
        mixed = bind(renamed({{"phone", "email"}, {"email", "phone"}}), mixed.get());
    }
}

}  // namespace
}  // namespace policies::testing
