#include "gateway/enforcement/policy_store.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <condition_variable>
#include <filesystem>
#include <mutex>
#include <set>
#include <thread>
#include <utility>

#include "monitoring/log.hpp"

namespace gateway::enforcement {
namespace {

using policies::BoundPolicy;
using policies::Mistakes;
using policies::PolicySet;
using Clock = std::chrono::steady_clock;

constexpr std::chrono::seconds reload_patience{15};

NoAccess not_read_yet(const std::string& database) {
    return {"57P03", fmt::format("the catalog of database \"{}\" has not been read yet", database),
            "Try again in a few seconds."};
}

NoAccess too_old(const std::string& database) {
    return {
        "57P03",
        fmt::format("the catalog of database \"{}\" cannot be read, and what is known is too old", database),
        "Try again later; the gateway's log says why it cannot be read."};
}

NoAccess does_not_fit(const std::string& database) {
    return {"55000", fmt::format("the policy does not fit database \"{}\" any more", database),
            "Ask those who keep the policy; the gateway's log says what does not fit."};
}

// A governed database with what its binding was made from.
struct Slot {
    BoundDatabase database;
    std::shared_ptr<const sql::Catalog> tried;  // the catalog that was bound, or refused with `mistakes`
    Mistakes mistakes;
    std::shared_ptr<const BoundPolicy> fitted;  // the last that did: it knows the classes of renamed columns

    Slot(const std::string& name, GovernedDatabase governed)
        : database{std::move(governed), not_read_yet(name)} {}

    void bind(const std::string& name, const std::shared_ptr<const sql::Catalog>& catalog) {
        tried = catalog;
        mistakes.clear();
        auto bound = BoundPolicy::bind(database.governed.policy, catalog, fitted.get());
        if (auto* fits = std::get_if<std::shared_ptr<const BoundPolicy>>(&bound)) {
            fitted = *fits;
            database.bound = std::move(*fits);
        } else {
            mistakes = std::get<Mistakes>(std::move(bound));
            database.bound = does_not_fit(name);
        }
    }
    void log_renamed(const std::string& name) const {
        if (!mistakes.empty() || !fitted) return;
        for (const std::string& column : fitted->renamed()) {
            monitoring::log(monitoring::Level::warning, "column_renamed",
                            {{"database", name}, {"column", column}, {"until", "the policy is reloaded"}});
        }
    }
    void close(NoAccess why) {
        tried.reset();
        database.bound = std::move(why);
    }
};

using Slots = std::map<std::string, Slot, std::less<>>;

void log_mistakes(std::string_view event, const Mistakes& mistakes) {
    for (const policies::Mistake& mistake : mistakes) {
        monitoring::log(monitoring::Level::error, event, {{"mistake", mistake.text()}});
    }
}

monitoring::KnownNames names_in(const PolicyFiles& files) {
    std::set<std::string> roles;
    std::set<std::string> subjects;
    for (const auto& policy : files.policies) {
        for (const auto& [name, role] : policy->roles)
            roles.insert(name);
        for (const auto& [name, table] : policy->tables) {
            for (const auto& subject : table.subjects)
                subjects.insert(subject.kind);
        }
    }
    monitoring::KnownNames names{{roles.begin(), roles.end()}, {subjects.begin(), subjects.end()}, {}};
    for (const auto& [name, governed] : files.databases)
        names.databases.push_back(name);
    return names;
}

}  // namespace

struct PolicyStore::State {
    State(const config::Config& c, monitoring::Metrics& m, backend::CatalogReader reader,
          std::chrono::seconds least, std::atomic<std::uint64_t>& g)
        : config(c),
          metrics(m),
          least_staleness(least),
          generation(g),
          catalogs(std::move(reader), c.catalog_refresh,
                   [this](const auto& address, const auto& read) { on_catalog(address, read); }) {}

    ~State() {
        {
            const std::scoped_lock lock(mutex);
            stopped = true;
        }
        wake.notify_all();
        if (reloading.joinable()) reloading.join();
    }

    [[nodiscard]] std::chrono::seconds stale_after() const {
        return std::max(3 * std::chrono::seconds(config.catalog_refresh), least_staleness);
    }

    // Called by a catalog's thread after each read.
    void on_catalog(const config::DatabaseAddress& address, const backend::CatalogRead& read) {
        const auto* fresh = std::get_if<backend::CatalogSnapshot>(&read);
        if (fresh == nullptr) {
            monitoring::log(monitoring::Level::warning, "catalog_not_read",
                            {{"server", address.server},
                             {"database", address.database},
                             {"error", std::get<backend::CatalogError>(read).message}});
        }
        const std::scoped_lock lock(mutex);
        if (fresh != nullptr) last_read[address] = Clock::now();
        const bool stale = Clock::now() - last_read[address] > stale_after();
        bool changed = false;
        for (auto& [name, slot] : slots) {
            if (slot.database.governed.address != address) continue;
            metrics.catalog_refreshed(name, fresh != nullptr);
            if (fresh != nullptr && slot.tried != fresh->catalog) {
                slot.bind(name, fresh->catalog);
                log_mistakes("policy_does_not_fit", slot.mistakes);
                slot.log_renamed(name);
                for (const std::string& warning : fresh->warnings) {
                    monitoring::log(monitoring::Level::warning, "catalog_warning",
                                    {{"database", name}, {"warning", warning}});
                }
                changed = true;
            } else if (fresh == nullptr && stale && slot.tried) {
                slot.close(too_old(name));
                changed = true;
            }
        }
        if (changed) publish();
    }

    // Under the lock.
    void publish() {
        std::map<std::string, BoundDatabase, std::less<>> databases;
        for (const auto& [name, slot] : slots)
            databases.emplace(name, slot.database);
        snapshot = std::make_shared<const PolicySnapshot>(config, policies, std::move(databases));
        generation.fetch_add(1, std::memory_order_release);
    }

    // Under the lock.
    void put_in_force(const PolicyFiles& files, Slots new_slots) {
        policies = files.policies;
        slots = std::move(new_slots);
        metrics.know(names_in(files));
        for (const auto& policy : policies) {
            metrics.policy_in_force(std::filesystem::path(policy->file).filename().string(), policy->version);
            monitoring::log(monitoring::Level::info, "policy_in_force",
                            {{"file", policy->file}, {"version", policy->version}});
        }
        publish();
    }

    // Reads all these catalogs anew; returns when all are read or failed, or patience is over.
    void read_catalogs(const std::vector<config::DatabaseAddress>& addresses,
                       std::chrono::milliseconds patience) {
        const auto waiting_for = std::make_shared<std::size_t>(addresses.size());
        for (const auto& address : addresses) {
            catalogs.refresh(address, [this, waiting_for] {
                {
                    const std::scoped_lock lock(mutex);
                    --*waiting_for;
                }
                wake.notify_all();
            });
        }
        std::unique_lock lock(mutex);
        wake.wait_for(lock, patience, [&] { return stopped || *waiting_for == 0; });
    }

    Mistakes reload() {
        const auto loaded = load_policy_files(config);
        if (const auto* mistakes = std::get_if<Mistakes>(&loaded)) return *mistakes;
        const auto& files = std::get<PolicyFiles>(loaded);
        read_catalogs(files.addresses(), reload_patience);
        {
            const std::scoped_lock lock(mutex);
            Slots new_slots;
            Mistakes mistakes;
            for (const auto& [name, governed] : files.databases) {
                Slot& slot = new_slots.try_emplace(name, name, governed).first->second;
                const auto catalog = catalogs.current(governed.address);
                if (!catalog) continue;
                slot.bind(name, catalog->catalog);
                mistakes.insert(mistakes.end(), slot.mistakes.begin(), slot.mistakes.end());
                if (Clock::now() - last_read[governed.address] > stale_after()) slot.close(too_old(name));
            }
            if (!mistakes.empty()) return mistakes;
            put_in_force(files, std::move(new_slots));
        }
        catalogs.watch_only(files.addresses());
        return {};
    }

    void run_reloads() {
        std::unique_lock lock(mutex);
        while (true) {
            wake.wait(lock, [this] { return stopped || !reloads.empty(); });
            if (stopped) return;
            const std::vector<Done> served = std::exchange(reloads, {});
            lock.unlock();
            const Mistakes mistakes = reload();
            metrics.policy_reload(mistakes.empty());
            log_mistakes("policy_reload_refused", mistakes);
            for (const Done& done : served) {
                if (done) done(mistakes);
            }
            lock.lock();
        }
    }

    const config::Config& config;
    monitoring::Metrics& metrics;
    const std::chrono::seconds least_staleness;
    std::atomic<std::uint64_t>& generation;

    std::mutex mutex;
    std::condition_variable wake;
    bool stopped = false;
    std::vector<Done> reloads;
    std::vector<std::shared_ptr<const PolicySet>> policies;
    Slots slots;
    std::map<config::DatabaseAddress, Clock::time_point>
        last_read;  // absent: never, which is the clock's epoch
    std::shared_ptr<const PolicySnapshot> snapshot;
    std::thread reloading;
    backend::CatalogStore catalogs;  // last: its threads use all of the above
};

PolicyStore::PolicyStore(const config::Config& config, monitoring::Metrics& metrics,
                         backend::CatalogReader reader, std::chrono::seconds least_staleness)
    : state_(std::make_unique<State>(config, metrics, std::move(reader), least_staleness, generation_)) {}

PolicyStore::~PolicyStore() = default;

Mistakes PolicyStore::start(std::chrono::milliseconds patience) {
    const auto loaded = load_policy_files(state_->config);
    if (const auto* mistakes = std::get_if<Mistakes>(&loaded)) return *mistakes;
    const auto& files = std::get<PolicyFiles>(loaded);
    {
        const std::scoped_lock lock(state_->mutex);
        Slots slots;
        for (const auto& [name, governed] : files.databases)
            slots.try_emplace(name, name, governed);
        state_->put_in_force(files, std::move(slots));
    }
    state_->read_catalogs(files.addresses(), patience);

    const std::scoped_lock lock(state_->mutex);
    Mistakes mistakes;
    for (const auto& [name, slot] : state_->slots) {
        mistakes.insert(mistakes.end(), slot.mistakes.begin(), slot.mistakes.end());
    }
    if (mistakes.empty()) state_->reloading = std::thread([this] { state_->run_reloads(); });
    return mistakes;
}

void PolicyStore::reload(Done done) {
    {
        const std::scoped_lock lock(state_->mutex);
        state_->reloads.push_back(std::move(done));
    }
    state_->wake.notify_all();
}

std::shared_ptr<const PolicySnapshot> PolicyStore::current() const {
    const std::scoped_lock lock(state_->mutex);
    return state_->snapshot;
}

bool PolicyStore::refresh_catalog(std::string_view database, std::function<void()> done) {
    const auto snapshot = current();
    const auto governed = snapshot->databases().find(database);
    if (governed == snapshot->databases().end()) return false;
    state_->catalogs.refresh(governed->second.governed.address, std::move(done));
    return true;
}

}  // namespace gateway::enforcement
