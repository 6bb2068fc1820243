#include "gateway/backend/catalog_store.hpp"

#include <algorithm>
#include <condition_variable>
#include <thread>
#include <utility>

#include "gateway/backend/connection_string.hpp"

namespace gateway::backend {
namespace {

constexpr std::chrono::milliseconds retry_after{5'000};

}  // namespace

CatalogReader reader_for(const config::Config& config) {
    return [servers = config.servers, user = config.catalog_user,
            timeouts = config.timeouts](const config::DatabaseAddress& database) -> CatalogRead {
        const auto server = servers.find(database.server);
        if (server == servers.end()) return CatalogError{"no server '" + database.server + "' is configured"};
        return read_catalog(connection_string(server->second, database.database, user, timeouts));
    };
}

/// One database's thread.
class CatalogStore::Watch {
public:
    Watch(const CatalogStore& store, config::DatabaseAddress database)
        : store_(store), database_(std::move(database)), thread_([this] { run(); }) {}

    ~Watch() {
        {
            const std::scoped_lock lock(mutex_);
            stopped_ = true;
        }
        wake_.notify_one();
        thread_.join();
    }

    void refresh(std::function<void()> done) {
        {
            const std::scoped_lock lock(mutex_);
            asked_ = true;
            if (done) waiting_.push_back(std::move(done));
        }
        wake_.notify_one();
    }

    std::optional<CatalogSnapshot> current() const {
        const std::scoped_lock lock(mutex_);
        return snapshot_;
    }

private:
    void run() {
        const auto called = [this] { return stopped_ || asked_; };
        std::unique_lock lock(mutex_);
        wake_.wait(lock, called);
        while (!stopped_) {
            asked_ = false;
            const std::vector<std::function<void()>> served = std::exchange(waiting_, {});
            lock.unlock();
            CatalogRead read = store_.reader_(database_);
            lock.lock();
            const bool succeeded = keep(read);
            lock.unlock();
            store_.listener_(database_, read);
            for (const auto& done : served)
                done();
            lock.lock();
            wake_.wait_for(lock,
                           succeeded ? store_.refresh_every_ : std::min(store_.refresh_every_, retry_after),
                           called);
        }
    }

    // An unchanged catalog stays the same object, so that what was planned with it stays good.
    bool keep(CatalogRead& read) {
        auto* snapshot = std::get_if<CatalogSnapshot>(&read);
        if (snapshot == nullptr) return false;
        if (snapshot_ && snapshot_->version == snapshot->version) snapshot->catalog = snapshot_->catalog;
        snapshot_ = *snapshot;
        return true;
    }

    const CatalogStore& store_;
    const config::DatabaseAddress database_;
    mutable std::mutex mutex_;
    std::condition_variable wake_;
    bool stopped_ = false;
    bool asked_ = false;
    std::vector<std::function<void()>> waiting_;
    std::optional<CatalogSnapshot> snapshot_;
    std::thread thread_;  // last: it uses all of the above
};

CatalogStore::CatalogStore(CatalogReader reader, std::chrono::milliseconds refresh_every, Listener listener)
    : reader_(std::move(reader)), refresh_every_(refresh_every), listener_(std::move(listener)) {}

CatalogStore::~CatalogStore() { watch_only({}); }

void CatalogStore::refresh(const config::DatabaseAddress& database, std::function<void()> done) {
    const std::scoped_lock lock(mutex_);
    auto& watch = watches_[database];
    if (!watch) watch = std::make_unique<Watch>(*this, database);
    watch->refresh(std::move(done));
}

std::optional<CatalogSnapshot> CatalogStore::current(const config::DatabaseAddress& database) const {
    const std::scoped_lock lock(mutex_);
    const auto found = watches_.find(database);
    return found == watches_.end() ? std::nullopt : found->second->current();
}

void CatalogStore::watch_only(const std::vector<config::DatabaseAddress>& databases) {
    std::vector<std::unique_ptr<Watch>> ended;  // joined after the lock is gone: listeners may call current()
    const std::scoped_lock lock(mutex_);
    for (auto watch = watches_.begin(); watch != watches_.end();) {
        const bool wanted = std::ranges::find(databases, watch->first) != databases.end();
        if (!wanted) ended.push_back(std::move(watch->second));
        watch = wanted ? std::next(watch) : watches_.erase(watch);
    }
}

}  // namespace gateway::backend
