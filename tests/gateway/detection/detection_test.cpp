#include "gateway/detection/detection.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

#include "policies/load.hpp"

namespace gateway::detection {
namespace {

using policies::Detector;
using ::testing::ElementsAre;

const std::chrono::system_clock::time_point monday_afternoon{std::chrono::seconds(1'790'000'000)};  // UTC

std::shared_ptr<const policies::PolicySet> policy_with(const std::string& detectors,
                                                       const std::string& more = "") {
    auto loaded = policies::load_text(
        "version: 1\ndatabases: [payments]\n"
        "tables: { public.customers: { subject: { customer: id }, columns: { id: open } } }\n"
        "roles: { support: { tables: [public.customers] }, other: { tables: [public.customers] } }\n"
        "detectors: { " +
            detectors + " }\n" + more,
        "p.yaml");
    if (auto* policy = std::get_if<std::shared_ptr<const policies::PolicySet>>(&loaded)) return *policy;
    throw std::logic_error(std::get<policies::Mistakes>(loaded).front().text());
}

class Browsing : public ::testing::Test {
protected:
    void take(const std::string& detectors, const std::string& more = "") {
        policy_ = policy_with(detectors, more);
    }
    [[nodiscard]] Looker looker(const std::string& person, const std::string& login = "crm",
                                const std::string& role = "support") const {
        return looker_of(*policy_, role, login, person, "payments");
    }
    std::optional<Stopped> sees(const std::string& person, const std::string& key,
                                const std::string& login = "crm") {
        return detection_.on_sighting(looker(person, login), "customer", key, now_);
    }
    std::optional<Stopped> misses(const std::string& person) {
        return detection_.on_miss(looker(person), "customer", now_);
    }
    /// Of those that were told.
    [[nodiscard]] std::vector<Detector::Of> told() const {
        std::vector<Detector::Of> detectors;
        for (const auto& event : events_)
            if (!event.repeated) detectors.push_back(event.detector);
        return detectors;
    }

    std::shared_ptr<const policies::PolicySet> policy_;
    FrozenUsers frozen_;
    std::vector<SecurityEvent> events_;
    std::chrono::system_clock::time_point wall_ = monday_afternoon;
    Detection detection_{frozen_, [this](const SecurityEvent& event) { events_.push_back(event); },
                         [this] { return wall_; }};
    TimePoint now_{std::chrono::hours(1000)};
};

TEST_F(Browsing, ThroughConsecutiveKeysIsToldOnce) {
    take("consecutive_keys: { most: 4 per hour, step: 2 }");
    for (const char* key : {"1", "900", "3", "3", "70", "5", "7", "1"})
        EXPECT_FALSE(sees("agent7", key));
    EXPECT_THAT(told(), ElementsAre());
    EXPECT_FALSE(sees("agent7", "9"));
    EXPECT_FALSE(sees("agent7", "11"));
    ASSERT_THAT(told(), ElementsAre(Detector::Of::consecutive_keys));
    const SecurityEvent& event = events_.front();
    EXPECT_EQ(event.seen, 5U);
    EXPECT_EQ(event.usual, 4U);
    EXPECT_EQ(event.person, "agent7");
    EXPECT_EQ(event.login, "crm");
    EXPECT_EQ(event.rule, "p.yaml:5");
    EXPECT_EQ(event.subject, "");
    now_ += std::chrono::hours(2);
    for (const char* key : {"1", "3", "5", "7", "9"})
        (void)sees("agent7", key);
    EXPECT_EQ(told().size(), 2U);
}

TEST_F(Browsing, IsEachPersonsOwnUnlessItIsCountedByTool) {
    take("consecutive_keys: [{ most: 4 per hour }, { most: 4 per hour, by: tool, actions: [refuse] }]");
    EXPECT_FALSE(sees("a", "1"));
    EXPECT_FALSE(sees("b", "2"));
    EXPECT_FALSE(sees("c", "3"));
    EXPECT_FALSE(sees("d", "4"));
    EXPECT_FALSE(sees("e", "5", "desk"));
    EXPECT_EQ(sees("e", "5"), Stopped::detected);
    EXPECT_EQ(told().size(), 1U);
}

TEST_F(Browsing, IsSeenInOneKindOfSubjectAndSeries) {
    take("consecutive_keys: { most: 2 per hour }");
    for (const char* key : {"A-1", "B-2", "C-3", "4", "uuid-5"})
        (void)sees("agent7", key);
    (void)detection_.on_sighting(looker("agent7"), "merchant", "A-2", now_);
    (void)detection_.on_sighting(looker("agent7"), "merchant", "A-3", now_);
    EXPECT_THAT(told(), ElementsAre());
}

TEST_F(Browsing, ByGuessingIsToldAndThenRefusedBeforeTheQuestion) {
    take("misses: { most: 2 per hour, actions: [refuse] }");
    EXPECT_FALSE(misses("agent7"));
    EXPECT_FALSE(detection_.on_question(looker("agent7"), "customer", now_));
    EXPECT_FALSE(misses("agent7"));
    EXPECT_EQ(detection_.on_question(looker("agent7"), "customer", now_), Stopped::detected);
    EXPECT_FALSE(detection_.on_question(looker("agent8"), "customer", now_));
    EXPECT_EQ(misses("agent7"), Stopped::detected) << "several in one statement";
    EXPECT_THAT(told(), ElementsAre(Detector::Of::misses));
    now_ += std::chrono::hours(1);
    EXPECT_FALSE(detection_.on_question(looker("agent7"), "customer", now_));
}

TEST_F(Browsing, OfOneSubjectByManyPeopleIsToldOfTheSubject) {
    take("many_readers: { most: 3 per hour }");
    for (const char* person : {"a", "b", "c", "a", "b"})
        EXPECT_FALSE(sees(person, "7"));
    EXPECT_FALSE(sees("d", "8"));
    EXPECT_THAT(told(), ElementsAre());
    EXPECT_FALSE(sees("d", "7"));
    EXPECT_FALSE(sees("e", "7"));
    EXPECT_THAT(told(), ElementsAre(Detector::Of::many_readers));
}

TEST_F(Browsing, OfACanaryIsToldOncePerPersonAndSubject) {
    take("name_subjects: true, canaries: { once_per: day }", "canaries: { customer: [4711, 12] }");
    EXPECT_FALSE(sees("agent7", "4712"));
    EXPECT_FALSE(detection_.on_sighting(looker("agent7"), "merchant", "4711", now_));
    EXPECT_THAT(told(), ElementsAre());
    for (int i = 0; i < 3; ++i) {
        (void)sees("agent7", "4711");
        (void)sees("agent8", "4711");
        (void)sees("agent7", "12");
    }
    EXPECT_EQ(told().size(), 3U);
    EXPECT_EQ(events_.front().subject, "4711");
    now_ += std::chrono::hours(24);
    (void)sees("agent7", "4711");
    EXPECT_EQ(told().size(), 4U);
}

TEST_F(Browsing, OfTheWatchedIsRefusedEveryTimeAndToldOnce) {
    take("watched: { actions: [alert, refuse] }", "watched: { customer: [1] }");
    EXPECT_EQ(sees("agent7", "1"), Stopped::detected);
    EXPECT_EQ(sees("agent7", "1"), Stopped::detected);
    EXPECT_FALSE(sees("agent7", "2"));
    EXPECT_EQ(told().size(), 1U);
    EXPECT_EQ(events_.size(), 2U);
    EXPECT_TRUE(events_.back().refused && events_.back().repeated);
}

TEST_F(Browsing, FreezesThePersonInAllTools) {
    take("canaries: { actions: [freeze] }", "canaries: { customer: [4711] }");
    EXPECT_EQ(sees("agent7", "4711"), Stopped::frozen);
    EXPECT_EQ(sees("agent7", "1", "desk"), Stopped::frozen);
    EXPECT_EQ(detection_.check(looker("agent7", "agent7", "other")), Stopped::frozen);
    EXPECT_FALSE(sees("agent8", "1"));
    ASSERT_EQ(events_.size(), 1U);
    EXPECT_TRUE(events_.front().frozen && events_.front().refused);
}

TEST_F(Browsing, ByAToolFreezesTheLogIn) {
    take("misses: { most: 1 per hour, by: tool, actions: [freeze] }");
    EXPECT_FALSE(misses("a"));
    EXPECT_EQ(misses("b"), Stopped::frozen);
    EXPECT_EQ(detection_.check(looker("c")), Stopped::frozen);
    EXPECT_FALSE(detection_.check(looker("a", "desk")));
}

TEST_F(Browsing, OutsideOfTheHoursIsToldAndRefusedBeforeTheQuestion) {
    take("outside_hours: { days: [mon], hours: 08:00-18:00, time_zone: UTC, actions: [refuse] }");
    EXPECT_FALSE(detection_.on_question(looker("agent7"), "customer", now_));
    EXPECT_FALSE(sees("agent7", "1"));
    wall_ += std::chrono::hours(6);
    EXPECT_EQ(detection_.on_question(looker("agent7"), "customer", now_), Stopped::detected);
    EXPECT_EQ(sees("agent7", "1"), Stopped::detected);
    EXPECT_EQ(misses("agent7"), Stopped::detected);
    EXPECT_THAT(told(), ElementsAre(Detector::Of::outside_hours));
}

TEST_F(Browsing, IsLookedForInTheRolesThatAreNamed) {
    take("misses: { most: 1 per hour, roles: [other] }");
    for (int i = 0; i < 5; ++i)
        EXPECT_FALSE(misses("agent7"));
    EXPECT_THAT(told(), ElementsAre());
}

TEST_F(Browsing, IsFoundByEachDetectorAlsoWhereAnotherRefuses) {
    take("consecutive_keys: { most: 1 per hour, actions: [refuse] }, canaries: {}",
         "canaries: { customer: [2] }");
    (void)sees("agent7", "1");
    EXPECT_EQ(sees("agent7", "2"), Stopped::detected);
    EXPECT_THAT(told(), ElementsAre(Detector::Of::consecutive_keys, Detector::Of::canaries));
}

TEST_F(Browsing, IsToldByEachDetectorOfOneLine) {
    take(
        "many_readers: [{ most: 1 per day }, { most: 2 per day }], "
        "outside_hours: [{ days: [tue], hours: 08:00-18:00, time_zone: UTC }, "
        "{ days: [wed], hours: 08:00-18:00, time_zone: UTC }]");
    for (const char* person : {"a", "b", "c"})
        (void)sees(person, "7");
    EXPECT_EQ(told().size(), 2U + 3U * 2U);
}

}  // namespace
}  // namespace gateway::detection
