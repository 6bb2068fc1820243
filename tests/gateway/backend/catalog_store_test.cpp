#include "gateway/backend/catalog_store.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <future>

namespace {

using namespace std::chrono_literals;
using gateway::backend::CatalogError;
using gateway::backend::CatalogRead;
using gateway::backend::CatalogSnapshot;
using gateway::backend::CatalogStore;
using gateway::config::DatabaseAddress;

const DatabaseAddress payments{"main", "payments"};
const DatabaseAddress reports{"main", "reports"};

CatalogRead snapshot(const std::string& version) {
    return CatalogSnapshot{std::make_shared<const sql::Catalog>(), version, {}};
}

void refresh_and_wait(CatalogStore& store, const DatabaseAddress& database) {
    std::promise<void> read;
    store.refresh(database, [&read] { read.set_value(); });
    ASSERT_EQ(read.get_future().wait_for(20s), std::future_status::ready);
}

TEST(CatalogStore, HoldsNothingBeforeTheFirstRead) {
    CatalogStore store([](const auto&) { return snapshot("1"); }, 1h, [](const auto&, const auto&) {});
    EXPECT_FALSE(store.current(payments));
    refresh_and_wait(store, payments);
    ASSERT_TRUE(store.current(payments));
    EXPECT_EQ(store.current(payments)->version, "1");
    EXPECT_FALSE(store.current(reports));
}

TEST(CatalogStore, KeepsTheSameObjectWhileTheCatalogIsUnchanged) {
    std::string version = "1";
    CatalogStore store([&](const auto&) { return snapshot(version); }, 1h, [](const auto&, const auto&) {});
    refresh_and_wait(store, payments);
    const auto first = store.current(payments)->catalog;
    refresh_and_wait(store, payments);
    EXPECT_EQ(store.current(payments)->catalog, first);
    version = "2";
    refresh_and_wait(store, payments);
    EXPECT_NE(store.current(payments)->catalog, first);
}

TEST(CatalogStore, KeepsWhatItHasWhenAReadFails) {
    bool fails = false;
    int failures = 0;
    CatalogStore store([&](const auto&) { return fails ? CatalogRead(CatalogError{"down"}) : snapshot("1"); },
                       1h,
                       [&](const auto&, const CatalogRead& read) {
                           failures += std::holds_alternative<CatalogError>(read) ? 1 : 0;
                       });
    refresh_and_wait(store, payments);
    fails = true;
    refresh_and_wait(store, payments);
    EXPECT_EQ(failures, 1);
    EXPECT_EQ(store.current(payments)->version, "1");
}

TEST(CatalogStore, ReadsAgainOnItsSchedule) {
    std::promise<void> third;
    std::atomic<int> reads = 0;
    CatalogStore store(
        [&](const auto&) {
            if (++reads == 3) third.set_value();
            return snapshot("1");
        },
        10ms, [](const auto&, const auto&) {});
    store.refresh(payments);
    EXPECT_EQ(third.get_future().wait_for(20s), std::future_status::ready);
}

TEST(CatalogStore, TellsTheListenerBeforeWhoAsked) {
    std::atomic<bool> told = false;
    CatalogStore store([](const auto&) { return snapshot("1"); }, 1h,
                       [&](const auto&, const auto&) { told = true; });
    std::promise<bool> order;
    store.refresh(payments, [&] { order.set_value(told); });
    EXPECT_TRUE(order.get_future().get());
}

TEST(CatalogStore, ASlowDatabaseDelaysNoOther) {
    std::promise<void> release;
    const auto released = release.get_future().share();
    CatalogStore store(
        [&](const DatabaseAddress& database) {
            if (database == payments) released.wait();
            return snapshot("1");
        },
        1h, [](const auto&, const auto&) {});
    store.refresh(payments);
    refresh_and_wait(store, reports);
    EXPECT_FALSE(store.current(payments));
    release.set_value();
}

TEST(CatalogStore, StopsWatchingWhatNobodyNeeds) {
    std::atomic<int> reads = 0;
    CatalogStore store(
        [&](const DatabaseAddress& database) {
            if (database == payments) ++reads;
            return snapshot("1");
        },
        1ms, [](const auto&, const auto&) {});
    refresh_and_wait(store, payments);
    refresh_and_wait(store, reports);
    store.watch_only({reports});
    const int reads_before = reads;
    refresh_and_wait(store, reports);
    EXPECT_EQ(reads, reads_before);
    EXPECT_FALSE(store.current(payments));
    EXPECT_TRUE(store.current(reports));
}

}  // namespace
