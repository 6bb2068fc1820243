#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string_view>

#include "gateway/backend/catalog_store.hpp"
#include "gateway/enforcement/policy_snapshot.hpp"
#include "monitoring/metrics.hpp"
#include "policies/errors.hpp"

namespace gateway::enforcement {

/// The policies in force, bound to the catalogs of the databases that they govern. Sessions take a snapshot
/// for each statement. Thread-safe.
///
/// What happens when something does not fit:
/// - A broken policy file, or one that does not fit the catalog, never replaces a good one: reload() changes
/// nothing.
/// - When a database changes so that its policy does not fit any more (a listed column was renamed, say),
/// nobody can
///   tell which of the old rules still mean what they meant. Restricted sessions of that database are refused
///   until the policy is corrected and reloaded or the change is undone; the log names the place, other
///   databases and unrestricted roles go on. Keeping the tables that still fit would look kinder, but a
///   renamed column may carry protected data into any of them.
/// - When a catalog cannot be read for longer than three refreshes (at least 30 s), it is too old to judge
/// by:
///   restricted sessions are refused until it was read again. Before the first read they are refused, too.
class PolicyStore {
public:
    using Done = std::function<void(const policies::Mistakes&)>;

    /// `config` and `metrics` must outlive the store.
    PolicyStore(const config::Config& config, monitoring::Metrics& metrics, backend::CatalogReader reader,
                std::chrono::seconds least_staleness = std::chrono::seconds(30));
    ~PolicyStore();
    PolicyStore(const PolicyStore&) = delete;
    PolicyStore& operator=(const PolicyStore&) = delete;

    /// Loads the policies, begins to read the catalogs and waits for them, at most `patience` long: a
    /// database that does not answer is no mistake, its restricted sessions wait. Blocks; once, before
    /// anything listens.
    [[nodiscard]] policies::Mistakes start(std::chrono::milliseconds patience);

    /// Reads the files and the catalogs again on a thread of the store's own; `done` is called there with the
    /// mistakes, empty when the new policies are in force. A call while one is under way makes one more run
    /// after it.
    void reload(Done done);

    [[nodiscard]] std::shared_ptr<const PolicySnapshot> current() const;
    /// Changes whenever current() does: a session compares this, and takes the snapshot only when it is
    /// another.
    [[nodiscard]] std::uint64_t generation() const { return generation_.load(std::memory_order_acquire); }

    /// For sessions that saw DDL or an undefined object in this database: reads its catalog again. `done` is
    /// called on another thread after the new policy is in force, or after the read failed. Not called for a
    /// database that no policy governs: false then.
    [[nodiscard]] bool refresh_catalog(std::string_view database, std::function<void()> done = {});

private:
    struct State;
    std::atomic<std::uint64_t> generation_{0};
    std::unique_ptr<State> state_;
};

}  // namespace gateway::enforcement
