#include "gateway/enforcement/policy_store.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>
#include <thread>

#include "tests/gateway/enforcement/policy_fixture.hpp"

namespace gateway::enforcement {
namespace {

using namespace std::chrono_literals;
using testing::catalog_with;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::payments_policy;
using testing::reports_policy;

std::vector<std::string> texts(const policies::Mistakes& mistakes) {
    std::vector<std::string> result;
    for (const auto& mistake : mistakes)
        result.push_back(mistake.text());
    return result;
}

std::string kind_of(const Access& access) {
    if (std::holds_alternative<RestrictedAccess>(access))
        return std::get<RestrictedAccess>(access).role->name;
    if (std::holds_alternative<UnrestrictedAccess>(access))
        return std::get<UnrestrictedAccess>(access).role->name + " unrestricted";
    return std::get<NoAccess>(access).sqlstate;
}

class PolicyStoreTest : public ::testing::Test {
protected:
    PolicyStoreTest() {
        folder_.write("payments.yaml", payments_policy);
        databases_.set("payments", catalog_with("customers", {"id", "phone"}));
        databases_.set("reports", catalog_with("figures", {"id"}));
    }
    std::vector<std::string> start() {
        store_ = std::make_unique<PolicyStore>(folder_.config(), metrics_, databases_.reader());
        return texts(store_->start(20s));
    }
    std::vector<std::string> reload() {
        std::promise<policies::Mistakes> done;
        store_->reload([&](const policies::Mistakes& mistakes) { done.set_value(mistakes); });
        return texts(done.get_future().get());
    }
    void see_ddl(const std::string& database) {
        std::promise<void> done;
        ASSERT_TRUE(store_->refresh_catalog(database, [&] { done.set_value(); }));
        done.get_future().wait();
    }
    std::string access(const std::string& user, const std::string& database = "payments") {
        return kind_of(store_->current()->access(user, database));
    }
    std::string replaced(std::string_view what, std::string_view by) {
        std::string policy(payments_policy);
        return policy.replace(policy.find(what), what.size(), by);
    }

    testing::PolicyFolder folder_;
    testing::FakeDatabases databases_;
    monitoring::Metrics metrics_;
    std::unique_ptr<PolicyStore> store_;
};

TEST_F(PolicyStoreTest, GivesEachUserTheRoleOfTheDatabasesPolicy) {
    folder_.write("reports.yaml", reports_policy);
    ASSERT_THAT(start(), ElementsAre());
    EXPECT_EQ(access("agent7", "payments"), "support");
    EXPECT_EQ(access("agent7", "reports"), "reader");
    EXPECT_EQ(access("agent7", "other"), "42501");
    EXPECT_EQ(access("admin", "payments"), "dba unrestricted");
    EXPECT_EQ(access("admin", "reports"), "dba unrestricted");
    EXPECT_EQ(access("admin", "other"), "dba unrestricted");
    EXPECT_EQ(access("nobody", "payments"), "28000");
    EXPECT_EQ(access("nobody", "other"), "28000");
    EXPECT_EQ(access("crm", "payments"), "support") << "for whom it asks is the session's matter";
}

TEST_F(PolicyStoreTest, RestrictsWhoeverTheDatabasesPolicyRestrictsWhateverAnotherSays) {
    folder_.write("reports.yaml", reports_policy);
    folder_.write("payments.yaml", replaced("agent7: { role: support }", "agent7: { role: dba }"));
    ASSERT_THAT(start(), ElementsAre());
    EXPECT_EQ(access("agent7", "payments"), "dba unrestricted");
    EXPECT_EQ(access("agent7", "reports"), "reader");
}

TEST_F(PolicyStoreTest, KnowsOnlyTheDatabasesThatAreRouted) {
    folder_.config().databases = {{"payments", {.server = "main", .database = {}}}};
    ASSERT_THAT(start(), ElementsAre());
    EXPECT_EQ(access("admin", "other"), "3D000");
    EXPECT_EQ(access("agent7", "other"), "42501") << "tells a restricted user nothing about what there is";
}

TEST_F(PolicyStoreTest, ReportsEveryMistakeOfEveryFileAtTheStart) {
    folder_.write("payments.yaml", "version: 1\nnonsense: 1\n");
    folder_.write("reports.yaml", "version: 2\n");
    const auto mistakes = start();
    EXPECT_THAT(mistakes, ::testing::Contains(HasSubstr("payments.yaml:2:1")));
    EXPECT_THAT(mistakes, ::testing::Contains(HasSubstr("reports.yaml:1:")));
}

TEST_F(PolicyStoreTest, RefusesTwoPoliciesForOneDatabase) {
    folder_.write("second.yaml", payments_policy);
    EXPECT_THAT(start(), ElementsAre(HasSubstr("governed by")));
}

TEST_F(PolicyStoreTest, RefusesADatabaseThatIsNotRouted) {
    folder_.config().databases = {{"other", {.server = "main", .database = {}}}};
    EXPECT_THAT(start(), ElementsAre(HasSubstr("'payments' is not among")));
}

TEST_F(PolicyStoreTest, RefusesCredentialsForARoleThatNoPolicyHas) {
    folder_.config().backend_roles["suport"] = {.user = "u", .password = {}};
    EXPECT_THAT(start(), ElementsAre(HasSubstr("'suport'")));
}

TEST_F(PolicyStoreTest, RefusesAtTheStartAPolicyThatDoesNotFitTheCatalog) {
    databases_.set("payments", catalog_with("customers", {"id", "mobile"}));
    EXPECT_THAT(start(), ElementsAre(HasSubstr("phone")));
}

TEST_F(PolicyStoreTest, StartsWithoutTheDatabaseAndRefusesRestrictedSessionsUntilItAnswers) {
    databases_.take_down("payments");
    ASSERT_THAT(start(), ElementsAre());
    EXPECT_EQ(access("agent7"), "57P03");
    EXPECT_EQ(access("admin"), "dba unrestricted");
    databases_.set("payments", catalog_with("customers", {"id", "phone"}));
    see_ddl("payments");
    EXPECT_EQ(access("agent7"), "support");
}

TEST_F(PolicyStoreTest, ReloadPutsANewPolicyInForce) {
    ASSERT_THAT(start(), ElementsAre());
    const auto before = store_->current();
    const auto generation = store_->generation();
    folder_.write("payments.yaml", replaced("agent7: { role: support }", "agent8: { role: support }"));
    EXPECT_THAT(reload(), ElementsAre());
    EXPECT_EQ(access("agent7"), "28000");
    EXPECT_EQ(access("agent8"), "support");
    EXPECT_NE(store_->generation(), generation);
    EXPECT_EQ(kind_of(before->access("agent7", "payments")), "support")
        << "a statement under way keeps its policy";
}

struct BrokenPolicy {
    std::string name;
    std::string what;
    std::string by;
};
class BrokenReload : public PolicyStoreTest, public ::testing::WithParamInterface<BrokenPolicy> {};

TEST_P(BrokenReload, ChangesNothing) {
    ASSERT_THAT(start(), ElementsAre());
    const auto before = store_->current();
    folder_.write("payments.yaml", replaced(GetParam().what, GetParam().by));
    EXPECT_FALSE(reload().empty());
    EXPECT_EQ(store_->current(), before);
}

INSTANTIATE_TEST_SUITE_P(PolicyStore, BrokenReload,
                         ::testing::Values(BrokenPolicy{"unknown_key", "roles:", "rolse:"},
                                           BrokenPolicy{"unknown_column", "phone: phone", "phnoe: phone"},
                                           BrokenPolicy{"unknown_role", "role: support }", "role: sport }"},
                                           BrokenPolicy{"empty", std::string(payments_policy), ""},
                                           BrokenPolicy{"half_written",
                                                        std::string(payments_policy.substr(150)), ""}),
                         [](const auto& info) { return info.param.name; });

TEST_F(PolicyStoreTest, ReloadSeesTheDatabaseAsItIsNow) {
    ASSERT_THAT(start(), ElementsAre());
    databases_.set("payments", catalog_with("customers", {"id", "mobile"}));
    folder_.write("payments.yaml", replaced("phone: phone", "mobile: phone"));
    EXPECT_THAT(reload(), ElementsAre()) << "a migration and its policy arrive together";
    EXPECT_EQ(access("agent7"), "support");
}

TEST_F(PolicyStoreTest, ReloadMayAddADatabase) {
    ASSERT_THAT(start(), ElementsAre());
    folder_.write("reports.yaml", reports_policy);
    EXPECT_THAT(reload(), ElementsAre());
    EXPECT_EQ(access("agent7", "reports"), "reader");
}

TEST_F(PolicyStoreTest, ClosesADatabaseThatItsPolicyDoesNotFitAnyMore) {
    folder_.write("reports.yaml", reports_policy);
    ASSERT_THAT(start(), ElementsAre());
    databases_.set("payments", catalog_with("customers", {"id", "mobile"}));
    see_ddl("payments");
    EXPECT_EQ(access("agent7", "payments"), "55000");
    EXPECT_EQ(access("admin", "payments"), "dba unrestricted");
    EXPECT_EQ(access("agent7", "reports"), "reader") << "other databases go on";

    databases_.set("payments", catalog_with("customers", {"id", "phone"}));
    see_ddl("payments");
    EXPECT_EQ(access("agent7", "payments"), "support") << "the change was undone";
}

TEST_F(PolicyStoreTest, BindsAnewWhenTheCatalogChanges) {
    ASSERT_THAT(start(), ElementsAre());
    const auto before = std::get<RestrictedAccess>(store_->current()->access("agent7", "payments")).policy;
    see_ddl("payments");
    EXPECT_EQ(std::get<RestrictedAccess>(store_->current()->access("agent7", "payments")).policy, before)
        << "nothing changed, so plans stay good";
    databases_.set("payments", catalog_with("customers", {"id", "phone", "added"}));
    see_ddl("payments");
    EXPECT_NE(std::get<RestrictedAccess>(store_->current()->access("agent7", "payments")).policy, before);
}

TEST_F(PolicyStoreTest, GoesOnForAWhileWhenTheCatalogCannotBeRead) {
    ASSERT_THAT(start(), ElementsAre());
    databases_.take_down("payments");
    see_ddl("payments");
    EXPECT_EQ(access("agent7"), "support");
}

TEST_F(PolicyStoreTest, ClosesADatabaseWhoseCatalogIsTooOldToJudgeByUntilItIsReadAgain) {
    folder_.config().catalog_refresh = 0s;  // too old at the first failure; read again and again
    store_ = std::make_unique<PolicyStore>(folder_.config(), metrics_, databases_.reader(), 0s);
    ASSERT_THAT(texts(store_->start(20s)), ElementsAre());
    const auto becomes = [&](const std::string& kind) {
        const auto deadline = std::chrono::steady_clock::now() + 20s;
        while (access("agent7") != kind && std::chrono::steady_clock::now() < deadline)
            std::this_thread::yield();
        return access("agent7") == kind;
    };
    EXPECT_TRUE(becomes("support"));
    databases_.take_down("payments");
    EXPECT_TRUE(becomes("57P03"));
    EXPECT_EQ(access("admin"), "dba unrestricted");
    databases_.set("payments", catalog_with("customers", {"id", "phone"}));
    EXPECT_TRUE(becomes("support"));
}

TEST_F(PolicyStoreTest, KnowsNoCatalogOfADatabaseThatNoPolicyGoverns) {
    ASSERT_THAT(start(), ElementsAre());
    EXPECT_FALSE(store_->refresh_catalog("other"));
}

}  // namespace
}  // namespace gateway::enforcement
