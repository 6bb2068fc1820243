#pragma once

#include <algorithm>
#include <array>
#include <mutex>
#include <unordered_map>

#include "gateway/accounting/ledger.hpp"
#include "gateway/accounting/ledger_name.hpp"

namespace gateway::accounting {

/// Some of the ledgers, under one lock.
struct LedgerShard {
    static constexpr std::size_t first_sweep = 64;  // ledgers before idle ones are looked for

    std::mutex mutex;
    std::unordered_map<LedgerName, Ledger, LedgerNameHash, LedgerNameEqual> ledgers;
    std::size_t sweep_at = first_sweep;

    Ledger& ledger(LedgerNameView name) {
        if (const auto found = ledgers.find(name); found != ledgers.end()) return found->second;
        return ledgers.try_emplace(LedgerName(name)).first->second;
    }

    // Not while ledgers of it are in use.
    void sweep(TimePoint now) {
        if (ledgers.size() < sweep_at) return;
        for (auto ledger = ledgers.begin(); ledger != ledgers.end();)
            ledger = ledger->second.expire(now) ? ledgers.erase(ledger) : std::next(ledger);
        sweep_at = std::max(first_sweep, 2 * ledgers.size());
    }
};

/// All ledgers of the process.
class LedgerShards {
public:
    [[nodiscard]] LedgerShard& of(LedgerNameView name) {
        return shards_[LedgerNameHash{}(name) % shards_.size()];
    }

    /// Calls `visit` with every ledger that counts somebody, and its name. Holds one shard at a time.
    template <class Visit>
    void for_each(TimePoint now, Visit visit) {
        for (LedgerShard& shard : shards_) {
            const std::scoped_lock lock(shard.mutex);
            for (auto& [name, ledger] : shard.ledgers) {
                if (!ledger.expire(now)) visit(name, ledger);
            }
        }
    }

private:
    std::array<LedgerShard, 64> shards_;
};

}  // namespace gateway::accounting
