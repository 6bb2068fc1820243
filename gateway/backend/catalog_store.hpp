#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

#include "gateway/backend/catalog_loader.hpp"
#include "gateway/config/route.hpp"

namespace gateway::backend {

using CatalogReader = std::function<CatalogRead(const config::DatabaseAddress&)>;

/// Reads with the configuration's catalog user, through libpqxx.
[[nodiscard]] CatalogReader reader_for(const config::Config& config);

/// The catalogs of the databases that policies govern: each read on a thread of its own when it is first
/// watched, on a schedule, and on demand, so that one slow server delays no other. Thread-safe.
class CatalogStore {
public:
    /// Called after each read, on the database's thread. A catalog that did not change is the one of before.
    using Listener = std::function<void(const config::DatabaseAddress&, const CatalogRead&)>;

    CatalogStore(CatalogReader reader, std::chrono::milliseconds refresh_every, Listener listener);
    /// Waits for reads under way, which end by connect_timeout and statement_timeout.
    ~CatalogStore();
    CatalogStore(const CatalogStore&) = delete;
    CatalogStore& operator=(const CatalogStore&) = delete;

    /// Asks for a read that begins after this call; `done` is called after it, and after the listener, on the
    /// database's thread; never if the watching ends first. Begins to watch the database if that is new.
    /// Never blocks.
    void refresh(const config::DatabaseAddress& database, std::function<void()> done = {});

    /// What was read last, nullopt before the first success. A failed read keeps what there was.
    [[nodiscard]] std::optional<CatalogSnapshot> current(const config::DatabaseAddress& database) const;

    /// Stops watching all others. Waits as the destructor does: not for threads of the listener.
    void watch_only(const std::vector<config::DatabaseAddress>& databases);

private:
    class Watch;
    CatalogReader reader_;
    std::chrono::milliseconds refresh_every_;
    Listener listener_;
    mutable std::mutex mutex_;
    std::map<config::DatabaseAddress, std::unique_ptr<Watch>> watches_;
};

}  // namespace gateway::backend
