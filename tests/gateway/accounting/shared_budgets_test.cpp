#include "gateway/accounting/shared_budgets.hpp"

#include <gtest/gtest.h>

#include "replicas_model.hpp"

namespace {

using namespace std::chrono_literals;
using namespace gateway::accounting;
using policies::Budgets;
using policies::Counted;
using tests::RedisModel;
using tests::ReplicaModel;

Budgets customers(std::uint64_t most, std::chrono::seconds window = 3600s) {
    return {{{.name = "customer"}, {{most, window, {.file = "p.yaml", .line = 7}}}}};
}

Accounts agent7(const Budgets& budgets) { return {{Account::Of::person, "agent7", &budgets}}; }

class SharedBudgetsTest : public testing::Test {
protected:
    SharedBudgetsTest() {
        for (int i = 0; i < 3; ++i)
            replicas.push_back(
                std::make_unique<ReplicaModel>(redis, random, SharedSettings{.secret = {3, 4}}));
        pass(10s);  // a new store learns first what there is
    }

    void pass(std::chrono::milliseconds time) {
        for (const TimePoint end = now + time; now < end;) {
            now += 2ms;
            for (const auto& replica : replicas)
                replica->run(now);
        }
    }

    BudgetBook& book(std::size_t replica) { return replicas[replica]->book(); }
    TimePoint time_of(std::size_t replica) { return replicas[replica]->own_time(now); }

    ChargeResult see_now(std::size_t replica, const Accounts& accounts, std::string_view key) {
        return book(replica).charge(accounts, {"customer", key, nobody}, time_of(replica));
    }
    /// As a session does it.
    ChargeResult see(std::size_t replica, const Accounts& accounts, std::string_view key) {
        for (int i = 0; i < 10'000; ++i) {
            ChargeResult charged = see_now(replica, accounts, key);
            if (!std::holds_alternative<Waits>(charged)) return charged;
            bool woken = false;
            book(replica).when_answered([&woken] { woken = true; });
            while (!woken)
                pass(2ms);
        }
        return Waits{};
    }
    bool sees(std::size_t replica, const Accounts& accounts, std::string_view key) {
        return std::holds_alternative<Charged>(see(replica, accounts, key));
    }

    const std::set<std::string> nobody;
    std::mt19937_64 random{7};
    RedisModel redis{7};
    std::vector<std::unique_ptr<ReplicaModel>> replicas;
    TimePoint now{1h};
};

TEST_F(SharedBudgetsTest, OnePersonThroughTwoReplicasCostsOne) {
    const Budgets one = customers(1);
    EXPECT_TRUE(sees(0, agent7(one), "1"));
    EXPECT_TRUE(sees(1, agent7(one), "1"));
    EXPECT_FALSE(sees(1, agent7(one), "2"));
    EXPECT_FALSE(sees(0, agent7(one), "2"));
    EXPECT_TRUE(sees(2, agent7(one), "1"));
}

TEST_F(SharedBudgetsTest, ReplicasUseABudgetUpExactly) {
    const Budgets budgets = customers(30);
    int seen = 0;
    for (int key = 0; key < 60; ++key) {
        if (sees(random() % 3, agent7(budgets), std::to_string(key))) ++seen;
    }
    EXPECT_EQ(seen, 30);
    const ChargeResult next = see(0, agent7(budgets), "next");
    ASSERT_TRUE(std::holds_alternative<Exceeded>(next));
    const auto& exceeded = std::get<Exceeded>(next);
    EXPECT_EQ(exceeded.account, "agent7");
    EXPECT_EQ(exceeded.seen, 30u);
    EXPECT_EQ(exceeded.limit.rule.text(), "p.yaml:7");
    EXPECT_GT(exceeded.more_in, 3'500s);
    EXPECT_LE(exceeded.more_in, 3'670s);
}

TEST_F(SharedBudgetsTest, WhoIsAskingOftenIsNotAskedToWait) {
    const Budgets budgets = customers(1'000);
    EXPECT_TRUE(sees(0, agent7(budgets), "first"));
    replicas[0]->faults.commands_lost = true;
    for (const char* key : {"1", "2", "3"})
        EXPECT_TRUE(std::holds_alternative<Charged>(see_now(0, agent7(budgets), key))) << key;
}

TEST_F(SharedBudgetsTest, UnitsEndWithTheLeaseWhereTheStoreIsAway) {
    const Budgets budgets = customers(1'000);
    EXPECT_TRUE(sees(0, agent7(budgets), "first"));
    pass(50ms);
    replicas[0]->faults = {.commands_lost = true, .answers_lost = true};
    now += 6s;
    EXPECT_FALSE(std::holds_alternative<Charged>(see_now(0, agent7(budgets), "1")));
    pass(4s);
    EXPECT_FALSE(book(0).store()->available());
    EXPECT_TRUE(std::holds_alternative<Unshared>(see_now(0, agent7(budgets), "1")));
    EXPECT_TRUE(book(0).ready(agent7(budgets), time_of(0)));
    EXPECT_TRUE(std::holds_alternative<Charged>(see_now(0, agent7(budgets), "first")))
        << "his entry covers it";
    now += 60s;
    EXPECT_TRUE(std::holds_alternative<Unshared>(see_now(0, agent7(budgets), "first")));
}

TEST_F(SharedBudgetsTest, UnitsThatEndedUnspentAreReplaced) {
    const Budgets budgets = customers(20'000);
    for (int key = 0; key < 1'500; ++key)
        ASSERT_TRUE(sees(0, agent7(budgets), std::to_string(key)));
    for (int i = 0; i < 300; ++i) {  // somebody goes on reading one whom he has seen, for longer than a lease
        (void)book(0).ready(agent7(budgets), time_of(0));
        ASSERT_TRUE(std::holds_alternative<Charged>(see_now(0, agent7(budgets), "0")));
        pass(20ms);
    }
    EXPECT_TRUE(sees(0, agent7(budgets), "new"));
}

TEST_F(SharedBudgetsTest, WhatWasOnItsWayWhenALineBrokeCostsNobodyAnything) {
    const Budgets budgets = customers(80);
    const tests::LineFaults lost_there{.commands_lost = true};
    const tests::LineFaults lost_back{.answers_lost = true};
    for (const auto& [user, fault] : {std::pair("lina", lost_there), std::pair("maya", lost_back)}) {
        const Accounts accounts{{Account::Of::person, user, &budgets}};
        EXPECT_TRUE(sees(0, accounts, "1"));  // and has units ahead
        replicas[0]->faults = fault;
        EXPECT_TRUE(std::holds_alternative<Charged>(see_now(0, accounts, "2")));
        for (int i = 0; i < 8; ++i) {
            pass(1s);
            (void)book(0).ready(accounts, time_of(0));  // asks for more
        }
        replicas[0]->faults = {};
        pass(4s);
        int seen = 2;
        for (int key = 3; key < 100; ++key)
            seen += sees(1, accounts, std::to_string(key)) ? 1 : 0;
        EXPECT_EQ(seen, 80) << user;
        EXPECT_TRUE(sees(1, accounts, "2")) << "whom the other has shown is told in the end";
    }
}

TEST_F(SharedBudgetsTest, UnitsWhoseGrantWasNeverHeardAreGivenBack) {
    const Budgets budgets = customers(80);
    EXPECT_TRUE(sees(0, agent7(budgets), "1"));
    pass(3s);  // what is not used is given back
    replicas[0]->faults.answers_lost = true;
    EXPECT_TRUE(std::holds_alternative<Waits>(see_now(0, agent7(budgets), "2")));
    pass(8s);
    replicas[0]->faults = {};
    pass(4s);
    int seen = 1;
    for (int key = 2; key < 100; ++key)
        seen += sees(1, agent7(budgets), std::to_string(key)) ? 1 : 0;
    EXPECT_EQ(seen, 80);
}

TEST_F(SharedBudgetsTest, UnitsThatEndedUnspentAreGivenBack) {
    const Budgets budgets = customers(2'000);
    int key = 0;
    for (; key < 1'000; ++key)
        ASSERT_TRUE(sees(0, agent7(budgets), std::to_string(key)));
    for (const int slow = key + 10; key < slow;
         ++key) {  // often enough to keep what is in hand, until it ends
        ASSERT_TRUE(sees(0, agent7(budgets), std::to_string(key)));
        pass(900ms);
    }
    pass(3s);
    for (; key < 2'000; ++key)
        ASSERT_TRUE(sees(1, agent7(budgets), std::to_string(key)));
}

TEST_F(SharedBudgetsTest, WhoReadsOnlyWhomHeHasSeenKeepsNoUnitsFromOthers) {
    const Budgets budgets = customers(30);
    EXPECT_TRUE(sees(0, agent7(budgets), "1"));
    int seen = 1;
    for (int key = 2; key <= 40; ++key) {
        (void)book(0).ready(agent7(budgets), time_of(0));
        EXPECT_TRUE(sees(0, agent7(budgets), "1"));
        if (sees(1, agent7(budgets), std::to_string(key))) ++seen;
        pass(50ms);
    }
    EXPECT_EQ(seen, 30);
}

TEST_F(SharedBudgetsTest, AMissThatIsOwedCountsEverywhereThoughNothingIsGranted) {
    const Budgets misses{{{.what = Counted::What::misses}, {{2, 3600s, {.file = "p.yaml", .line = 7}}}}};
    EXPECT_FALSE(book(0).ready(agent7(misses), time_of(0)));
    pass(50ms);
    for (int i = 0; i < 2; ++i) {
        const auto owed = book(0).owe_miss(agent7(misses), {"customer"}, nobody, time_of(0));
        EXPECT_TRUE(std::holds_alternative<Charged>(owed));
    }
    EXPECT_TRUE(book(0).misses_used_up(agent7(misses), time_of(0)));
    pass(50ms);
    EXPECT_FALSE(book(1).ready(agent7(misses), time_of(1)));
    pass(50ms);
    EXPECT_TRUE(book(1).misses_used_up(agent7(misses), time_of(1)));
}

TEST_F(SharedBudgetsTest, TellsWhatAllReplicasHaveShown) {
    const Budgets budgets = customers(9);
    EXPECT_TRUE(sees(0, agent7(budgets), "1"));
    EXPECT_TRUE(sees(0, agent7(budgets), "2"));
    pass(50ms);
    EXPECT_FALSE(book(1).ready(agent7(budgets), time_of(1)));
    pass(50ms);
    EXPECT_TRUE(book(1).ready(agent7(budgets), time_of(1)));
    const auto states = book(1).states(agent7(budgets), time_of(1));
    EXPECT_EQ(states.at(0).seen, 2u);
    EXPECT_GT(states.at(0).more_in, 3'500s);
    EXPECT_TRUE(sees(1, agent7(budgets), "3"));
    EXPECT_EQ(book(1).states(agent7(budgets), time_of(1)).at(0).seen, 3u);
}

TEST_F(SharedBudgetsTest, MissesOfAnotherReplicaAreUsedUpHere) {
    const Budgets budgets{{{Counted::What::misses, {}}, {{1, 3600s, {}}}}};
    const Miss one = book(0).next_miss();
    const auto miss = [&](std::size_t replica) {
        return book(replica).charge_miss(agent7(budgets), one, {"customer"}, {}, time_of(replica));
    };
    (void)book(1).ready(agent7(budgets), time_of(1));
    EXPECT_FALSE(book(1).misses_used_up(agent7(budgets), time_of(1)));
    pass(3s);
    (void)miss(0);
    pass(50ms);
    ASSERT_TRUE(std::holds_alternative<Charged>(miss(0)));
    pass(50ms);
    (void)book(1).ready(agent7(budgets), time_of(1));
    pass(50ms);
    EXPECT_TRUE(book(1).misses_used_up(agent7(budgets), time_of(1)));
}

TEST_F(SharedBudgetsTest, ARestartRefillsNothing) {
    const Budgets budgets = customers(2);
    EXPECT_TRUE(sees(0, agent7(budgets), "1"));
    EXPECT_TRUE(sees(0, agent7(budgets), "2"));
    replicas[0]->crash(now);
    pass(100ms);
    EXPECT_FALSE(sees(0, agent7(budgets), "3"));
    EXPECT_FALSE(sees(1, agent7(budgets), "3"));
}

TEST_F(SharedBudgetsTest, WhileTheStoreLearnsOnlyThoseWhoAreKnownAreShown) {
    const Budgets budgets = customers(9);
    EXPECT_TRUE(sees(0, agent7(budgets), "1"));
    pass(50ms);
    redis.flush();
    pass(1'500ms);
    EXPECT_TRUE(std::holds_alternative<Waits>(see_now(1, agent7(budgets), "2")));
    EXPECT_TRUE(std::holds_alternative<Waits>(see_now(1, agent7(budgets), "1")));
    pass(50ms);
    EXPECT_TRUE(std::holds_alternative<Charged>(see_now(1, agent7(budgets), "1"))) << "declared by the other";
    EXPECT_TRUE(std::holds_alternative<Waits>(see_now(1, agent7(budgets), "2")));
    EXPECT_TRUE(sees(1, agent7(budgets), "2")) << "later";
}

TEST_F(SharedBudgetsTest, UnitsOfOneLimitAreNotSpentUnderAnother) {
    const Budgets wide = customers(1'000);
    const Budgets narrow = customers(2);
    EXPECT_TRUE(sees(1, agent7(wide), "1"));
    EXPECT_TRUE(sees(1, agent7(wide), "2"));
    pass(50ms);
    EXPECT_TRUE(sees(0, agent7(wide), "1"));
    EXPECT_FALSE(sees(0, agent7(narrow), "3")) << "with units of the wide one in hand";
    EXPECT_TRUE(sees(0, agent7(wide), "3"));
}

TEST_F(SharedBudgetsTest, NothingInTheStoreNamesAnybody) {
    const Budgets budgets = customers(9);
    const Accounts accounts{{Account::Of::person, "agent7", &budgets},
                            {Account::Of::team, "jakarta", &budgets}};
    EXPECT_TRUE(sees(0, accounts, "customer 4711"));
    pass(3s);
    std::set<std::string> members;
    std::string everything;
    for (const auto& [key, set] : redis.data().sorted_sets) {
        everything += key;
        for (const auto& [member, score] : set) {
            everything += member;
            EXPECT_TRUE(members.insert(member).second) << "the same person in two ledgers can be told";
        }
    }
    EXPECT_EQ(members.size(), 2u);
    for (const char* word : {"agent7", "jakarta", "4711", "customer"})
        EXPECT_EQ(everything.find(word), std::string::npos) << word;
}

TEST_F(SharedBudgetsTest, TheStoreForgetsLedgersThatNobodyUses) {
    const Budgets budgets = customers(9, 60s);
    EXPECT_TRUE(sees(0, agent7(budgets), "1"));
    pass(10s);
    EXPECT_FALSE(redis.data().sorted_sets.empty());
    pass(62s);
    EXPECT_TRUE(redis.data().sorted_sets.empty());
    EXPECT_TRUE(redis.data().hashes.at("tabir:{b}:windows").empty());
}

TEST_F(SharedBudgetsTest, AShortLossOfTheStoreStopsNobodyWhoHasUnits) {
    const Budgets budgets = customers(1'000);
    EXPECT_TRUE(sees(0, agent7(budgets), "1"));
    pass(50ms);
    replicas[0]->redis_is_up = false;
    replicas[0]->lose_line(now);
    EXPECT_TRUE(book(0).ready(agent7(budgets), time_of(0)));
    for (const char* key : {"2", "3", "4"})
        EXPECT_TRUE(std::holds_alternative<Charged>(see_now(0, agent7(budgets), key))) << key;
    replicas[0]->redis_is_up = true;
    pass(4s);
    EXPECT_TRUE(book(0).store()->available());
    (void)book(1).ready(agent7(budgets), time_of(1));
    pass(50ms);
    EXPECT_EQ(book(1).states(agent7(budgets), time_of(1)).at(0).seen, 4u) << "they are told afterwards";
}

TEST_F(SharedBudgetsTest, WhoEndsGivesBackWhatItHolds) {
    const Budgets budgets = customers(9);
    EXPECT_TRUE(sees(0, agent7(budgets), "1"));
    book(0).store()->retire();
    pass(100ms);
    replicas[0]->crash(now + 1h);
    int seen = 0;
    for (int key = 2; key < 20; ++key)
        seen += sees(1, agent7(budgets), std::to_string(key)) ? 1 : 0;
    EXPECT_EQ(seen, 8);
}

}  // namespace
