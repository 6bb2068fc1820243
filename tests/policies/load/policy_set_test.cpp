// What a good file becomes.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/policies/load/policy_text.hpp"

namespace policies::testing {
namespace {

using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

TEST(LoadedPolicy, HoldsDatabasesRolesAndUsers) {
    const auto policy = good_policy(
        PolicyText{.users = "agent7: { role: support }, crm: { role: support, acts_for: required }"}.text());
    EXPECT_THAT(policy->databases, ::testing::ElementsAre("payments"));
    EXPECT_EQ(policy->users.at("agent7").role, "support");
    EXPECT_EQ(policy->users.at("agent7").acts_for, policies::ActsFor::himself);
    EXPECT_EQ(policy->users.at("crm").acts_for, policies::ActsFor::required);
    EXPECT_TRUE(policy->roles.at("support").may_read("support.tickets"));
    EXPECT_FALSE(policy->roles.at("support").may_read("kyc.documents"));
    EXPECT_EQ(policy->roles.at("support").rule.text(), "p.yaml:5");
}

TEST(LoadedPolicy, NamesItsRulesWithoutTheFolderOfTheFile) {
    const auto loaded = load_text(PolicyText{}.text(), "/etc/tabir/payments.yaml");
    const auto& policy = std::get<std::shared_ptr<const PolicySet>>(loaded);
    EXPECT_EQ(policy->file, "/etc/tabir/payments.yaml");
    EXPECT_EQ(policy->tables.at("public.customers").rule.text(), "payments.yaml:4");
}

TEST(LoadedPolicy, HasAVersionThatFollowsItsBytes) {
    const auto one = good_policy(PolicyText{}.text());
    const auto same = good_policy(PolicyText{}.text());
    const auto other = good_policy(PolicyText{.more = "# a comment\n"}.text());
    EXPECT_THAT(one->version, SizeIs(64));
    EXPECT_EQ(one->version, same->version);
    EXPECT_NE(one->version, other->version);
}

TEST(LoadedPolicy, DeniesWhatIsUnlistedUnlessItSaysOtherwise) {
    EXPECT_TRUE(good_policy(PolicyText{}.text())->defaults.deny_unlisted_tables);
    EXPECT_TRUE(good_policy(PolicyText{}.text())->defaults.strip_unlisted_columns);
    const auto policy =
        good_policy(PolicyText{.more = "defaults: { unlisted_tables: open, unlisted_columns: open }"}.text());
    EXPECT_FALSE(policy->defaults.deny_unlisted_tables);
    EXPECT_FALSE(policy->defaults.strip_unlisted_columns);
}

TEST(LoadedPolicy, ReadsBudgetsOfSeveralWindows) {
    const auto policy = good_policy(PolicyText{
        .role = "tables: [public.customers], budget: { customer: [30 per hour, 100 per days, 1 per second, "
                "2 per minute, 500 per week] }"}
                                        .text());
    const auto& budgets = policy->roles.at("support").budget;
    ASSERT_THAT(budgets, SizeIs(1));
    EXPECT_EQ(policies::text_of(budgets[0].counted), "customer");
    const auto& limits = budgets[0].limits;
    ASSERT_THAT(limits, SizeIs(5));
    EXPECT_EQ(limits[0].most, 30U);
    EXPECT_EQ(limits[0].window, std::chrono::hours(1));
    EXPECT_EQ(limits[1].window, std::chrono::hours(24));
    EXPECT_EQ(limits[4].window, std::chrono::hours(168));
}

TEST(LoadedPolicy, ReadsWhatARoleMayDo) {
    const auto policy = good_policy(PolicyText{
        .role = "tables: [public.customers, support.tickets], clear: [id_card], search: { phone: exact }, "
                "rows: { support.tickets: 'assignee = :user' }, write: "
                "[{ public.customers: [\"*\", phone] }, { support.tickets: [subject] }], functions: "
                "[public.label], only: aggregates, min_group: 10"}
                                        .text());
    const Role& role = policy->roles.at("support");
    EXPECT_TRUE(role.sees_clear("id_card"));
    EXPECT_TRUE(role.search.contains("phone"));
    EXPECT_EQ(role.rows.at("support.tickets").first, "assignee = :user");
    EXPECT_EQ(role.functions.front().first, "public.label");
    ASSERT_EQ(role.write.size(), 2U);
    EXPECT_TRUE(role.write[0].rows) << "* stands for what the table by itself grants";
    EXPECT_EQ(role.write[0].columns.front().first, "phone");
    ASSERT_NE(role.write_rule("support.tickets"), nullptr);
    EXPECT_FALSE(role.write_rule("support.tickets")->rows);
    EXPECT_EQ(role.write_rule("kyc.documents"), nullptr);
    ASSERT_TRUE(role.aggregates_only);
    EXPECT_EQ(role.aggregates_only->min_group, 10);
}

TEST(LoadedPolicy, TakesSeveralSubjectsOfOneTable) {
    const auto policy = good_policy(PolicyText{
        .tables =
            "public.customers: { subject: { customer: [payer, payee], agent: by }, columns: { '*': open } }, "
            "support.tickets: open"}
                                        .text());
    const auto& subjects = policy->tables.at("public.customers").subjects;
    ASSERT_THAT(subjects, SizeIs(3));
    EXPECT_EQ(subjects[1].kind, "customer");
    EXPECT_EQ(subjects[1].column, "payee");
    EXPECT_EQ(subjects[2].kind, "agent");
}

template <class Kind>
bool holds(const PolicySet& policy, const char* name) {
    const auto& mask = policy.classes.at(name).mask;
    return mask && std::holds_alternative<Kind>(*mask);
}

TEST(LoadedPolicy, ReadsEveryMask) {
    const auto policy = good_policy(
        "version: 1\ndatabases: [a]\nroles: { dba: { unrestricted: true } }\nclasses:\n"
        "  a: { mask: strip }\n  b: { mask: null }\n  c: { mask: redact }\n  d: { mask: { keep_first: 1 } }\n"
        "  e: { mask: { keep_last: 64 } }\n  f: { mask: email }\n  g: { mask: initials }\n"
        "  h: { mask: { truncate: quarter } }\n  i: { mask: { truncate: 0.5 } }\n  j: { mask: { constant: no "
        "} }\n"
        "  k: { mask: { constant: '' } }\n");
    EXPECT_FALSE(policy->classes.at("a").mask);
    EXPECT_TRUE(holds<sql::mask::Null>(*policy, "b"));
    EXPECT_TRUE(holds<sql::mask::Redact>(*policy, "c"));
    EXPECT_TRUE(holds<sql::mask::KeepFirst>(*policy, "d"));
    EXPECT_TRUE(holds<sql::mask::KeepLast>(*policy, "e"));
    EXPECT_TRUE(holds<sql::mask::Email>(*policy, "f"));
    EXPECT_TRUE(holds<sql::mask::Initials>(*policy, "g"));
    EXPECT_EQ(std::get<sql::mask::Truncate>(*policy->classes.at("h").mask).unit, "quarter");
    EXPECT_EQ(std::get<sql::mask::Truncate>(*policy->classes.at("i").mask).unit, "0.5");
    EXPECT_EQ(std::get<sql::mask::Constant>(*policy->classes.at("j").mask).value, "no");
    EXPECT_EQ(std::get<sql::mask::Constant>(*policy->classes.at("k").mask).value, "");
}

TEST(LoadedPolicy, MayListItsSectionsInAnyOrder) {
    EXPECT_THAT(
        mistakes_in(
            "users: { a: { role: r } }\nroles: { r: { tables: [x.y], clear: [c] } }\n"
            "tables: { x.y: { subject: none, columns: { z: c } } }\nclasses: { c: { mask: redact } }\n"
            "databases: [d]\nversion: 1\n"),
        IsEmpty());
}

TEST(ShippedExample, IsAGoodPolicy) {
    const auto loaded = load_file(TABIR_SOURCE_DIR "/policies/examples/payments.yaml");
    if (const auto* mistakes = std::get_if<Mistakes>(&loaded)) FAIL() << mistakes->front().text();
    const auto& policy = *std::get<std::shared_ptr<const PolicySet>>(loaded);
    EXPECT_EQ(policy.users.at("agent7").role, "support");
    EXPECT_THAT(policy.roles.at("support").budget, Not(IsEmpty()));
}

TEST(PolicyFile, ThatIsMissingOrAFolderIsAMistakeOfItsFirstLine) {
    for (const char* path : {TABIR_SOURCE_DIR "/policies/no_such_file.yaml", TABIR_SOURCE_DIR}) {
        const auto loaded = load_file(path);
        const auto* mistakes = std::get_if<Mistakes>(&loaded);
        ASSERT_NE(mistakes, nullptr) << path;
        EXPECT_THAT(mistakes->front().text(),
                    ::testing::StartsWith(std::string(path) + ":1:1: the policy file cannot be read: "));
    }
}

}  // namespace
}  // namespace policies::testing
