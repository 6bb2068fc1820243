// How what a role may read is shown to it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <string>

#include "tests/policies/load/policy_text.hpp"
#include "tests/policies/rules/sample_decisions.hpp"

namespace policies::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using ::testing::UnorderedElementsAre;

class TransactionControl : public ::testing::TestWithParam<sql::StatementKind> {};

TEST_P(TransactionControl, PassesWithoutAnyTreatment) {
    EXPECT_THAT(treatment("support", of_kind(GetParam())).relations, IsEmpty());
}

INSTANTIATE_TEST_SUITE_P(Kinds, TransactionControl,
                         ::testing::Values(sql::StatementKind::empty, sql::StatementKind::begin,
                                           sql::StatementKind::commit, sql::StatementKind::rollback,
                                           sql::StatementKind::savepoint,
                                           sql::StatementKind::release_savepoint,
                                           sql::StatementKind::rollback_to_savepoint,
                                           sql::StatementKind::deallocate, sql::StatementKind::discard));

template <class Kind>
bool is(const sql::RelationTreatment& relation, sql::AttributeNumber column) {
    return std::holds_alternative<Kind>(relation.columns.at(column));
}

TEST(Treatment, ShowsEachColumnByItsClass) {
    const auto decided = treatment("support", select_from({oid::customers}));
    ASSERT_THAT(decided.relations, SizeIs(1));
    const auto& customers = *decided.relations[0];
    EXPECT_EQ(customers.relation, oid::customers);
    EXPECT_TRUE(is<sql::Open>(customers, 1));
    EXPECT_TRUE(is<sql::Open>(customers, 2)) << "a class that the role sees in clear";
    EXPECT_TRUE(is<sql::Masked>(customers, 3));
    EXPECT_TRUE(is<sql::Stripped>(customers, 6)) << "unlisted";
    EXPECT_THAT(customers.searchable, ElementsAre(3, 4));
    ASSERT_THAT(customers.subjects, SizeIs(1));
    EXPECT_EQ(customers.subjects[0].kind, "customer");
    EXPECT_EQ(customers.subjects[0].column, 1);
    EXPECT_THAT(decided.counted, ElementsAre("customer"));
    EXPECT_FALSE(decided.user) << "no row filter asks for it";
}

TEST(Treatment, KeepsAStrippedColumnForTheRoleThatSeesItsClass) {
    EXPECT_TRUE(is<sql::Open>(*treatment("reviewer", select_from({oid::documents})).relations.at(0), 3));
    EXPECT_TRUE(is<sql::Stripped>(*treatment("clerk", select_from({oid::documents})).relations.at(0), 3));
    EXPECT_TRUE(is<sql::Open>(*treatment("clerk", select_from({oid::documents})).relations.at(0), 2))
        << "by \"*\"";
}

TEST(Treatment, OpensAGeneratedColumnOnlyByName) {
    std::string policy = sample_policy;
    EXPECT_TRUE(
        is<sql::Open>(*treatment("support", select_from({oid::customers}), policy).relations.at(0), 7));
    policy.replace(policy.find("digits: open"), 12, "\"*\": open");
    EXPECT_TRUE(
        is<sql::Stripped>(*treatment("support", select_from({oid::customers}), policy).relations.at(0), 7));
    EXPECT_TRUE(
        is<sql::Open>(*treatment("support", select_from({oid::customers}), policy).relations.at(0), 6));
}

TEST(Treatment, FiltersTheRowsOfAnOpenTable) {
    const auto decided = treatment("support", select_from({oid::tickets}));
    ASSERT_THAT(decided.relations, SizeIs(1));
    EXPECT_EQ(decided.relations[0]->row_filter, "assignee = :user");
    EXPECT_TRUE(is<sql::Open>(*decided.relations[0], 1));
    EXPECT_EQ(decided.user, "agent7");
}

TEST(Treatment, ProtectsTheTablesUnderAView) {
    const auto decided = treatment("support", through(oid::contacts, oid::customers));
    ASSERT_THAT(decided.relations, SizeIs(1)) << "the view itself is expanded, not treated";
    EXPECT_EQ(decided.relations[0]->relation, oid::customers);
    EXPECT_TRUE(is<sql::Masked>(*decided.relations[0], 3));
}

TEST(Treatment, ProtectsAPartitionLikeItsParent) {
    const auto decided = treatment("clerk", select_from({oid::transactions_2024}));
    ASSERT_THAT(decided.relations, SizeIs(1));
    EXPECT_EQ(decided.relations[0]->relation, oid::transactions_2024);
    EXPECT_EQ(decided.relations[0]->subjects.at(0).column, 2);
}

TEST(Treatment, HoldsEachRelationOnce) {
    EXPECT_THAT(treatment("support", select_from({oid::customers, oid::customers})).relations, SizeIs(1));
}

TEST(Treatment, LimitsAnAnalystToAggregates) {
    const auto decided = treatment("analyst", select_from({oid::transactions}));
    ASSERT_TRUE(decided.aggregates_only);
    EXPECT_EQ(decided.aggregates_only->min_group, 10);
}

TEST(Treatment, LeavesSchemaDescriptionsAsTheyAre) {
    EXPECT_THAT(treatment("support", select_from({oid::pg_class})).relations, IsEmpty());
    EXPECT_THAT(treatment("support", through(oid::pg_tables, oid::pg_class)).relations, IsEmpty());
}

TEST(Treatment, LetsTheRolesOwnFunctionsPass) {
    EXPECT_NO_THROW((void)treatment("support", calling("public", "label", false)));
    EXPECT_NO_THROW((void)treatment("clerk", calling("pg_catalog", "lower", true)));
}

TEST(Treatment, AllowsTheWholeRowAndOpenColumns) {
    EXPECT_NO_THROW((void)treatment("clerk", naming(oid::documents, 0))) << "the row lacks what is stripped";
    EXPECT_NO_THROW((void)treatment("support", naming(oid::tickets, -1))) << "nothing about a person";
    EXPECT_NO_THROW((void)treatment("support", naming(oid::customers, 3))) << "masked";
}

TEST(UnlistedTables, AreOpenToTheRolesThatNameThemWhereThePolicySaysSo) {
    const std::string policy =
        "version: 1\ndatabases: [payments]\ndefaults: { unlisted_tables: open }\n"
        "classes: { phone: { mask: redact } }\n"
        "tables: { public.customers: { subject: { customer: id }, columns: { phone: phone } }, "
        "public.contacts: open, "
        "public.contact_notes: open }\n"
        "roles: { r: { tables: [public.notes, public.contact_notes] }, s: { tables: [public.customers] } }\n";
    EXPECT_THAT(treatment("r", select_from({oid::notes}), policy).relations, IsEmpty());
    EXPECT_THAT(treatment("r", through(oid::contact_notes, oid::notes), policy).relations, IsEmpty());
    EXPECT_TRUE(std::holds_alternative<Deny>(decision("s", select_from({oid::notes}), policy)));
    EXPECT_TRUE(std::holds_alternative<Deny>(decision("s", select_from({oid::cities}), policy)))
        << "a materialized view over customers";
}

TEST(Decision, NamesTheRulesThatItFollows) {
    const auto decided = decision("support", select_from({oid::customers, oid::tickets}));
    std::vector<int> lines;
    for (const RuleId& rule : std::get<Rewrite>(decided).because)
        lines.push_back(rule.line);
    EXPECT_THAT(lines, UnorderedElementsAre(21, 8, 17, 25));
}

/// Many statements under one bound policy.
struct Statements {
    std::shared_ptr<const BoundPolicy> policy = std::get<std::shared_ptr<const BoundPolicy>>(
        BoundPolicy::bind(good_policy(sample_policy), shared_sample_catalog()));
    const Role& support = policy->policy().roles.at("support");

    [[nodiscard]] std::shared_ptr<const sql::RelationTreatment> customers_for(const Role& role) const {
        const auto decided = decide(*policy, role, "agent7", select_from({oid::customers}));
        return std::get<Rewrite>(decided).treatment.relations.at(0);
    }
};

TEST(KnownTreatments, AreSharedByTheStatementsOfARole) {
    const Statements statements;
    EXPECT_EQ(statements.customers_for(statements.support), statements.customers_for(statements.support));
}

TEST(KnownTreatments, AreNotThoseOfARoleThatBudgetsHaveTakenSomethingFrom) {
    const Statements statements;
    EXPECT_TRUE(is<sql::Open>(*statements.customers_for(statements.support), 2));
    // Each is gone when the next is made, maybe where it was.
    for (int round = 0; round < 2; ++round) {
        const std::set<std::string> taken{round == 0 ? "name" : "none of its classes"};
        const Role role = masked_role(statements.support, taken);
        EXPECT_EQ(is<sql::Masked>(*statements.customers_for(role), 2), round == 0);
    }
    EXPECT_TRUE(is<sql::Open>(*statements.customers_for(statements.support), 2));
}

TEST(KnownTreatments, DoNotOpenAStrippedColumn) {
    const Statements statements;
    const auto names = [&](sql::AttributeNumber column) {
        return decide(*statements.policy, statements.support, "agent7", naming(oid::customers, column));
    };
    for (int round = 0; round < 2; ++round) {
        EXPECT_TRUE(std::holds_alternative<Rewrite>(names(3)));
        ASSERT_TRUE(std::holds_alternative<Deny>(names(6)));
        EXPECT_EQ(std::get<Deny>(names(6)).reason, Reason::stripped_column);
    }
}

}  // namespace
}  // namespace policies::testing
