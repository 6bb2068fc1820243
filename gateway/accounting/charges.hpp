#pragma once

#include <algorithm>
#include <boost/container/small_vector.hpp>
#include <cstdint>
#include <span>

#include "gateway/accounting/account.hpp"
#include "gateway/accounting/charge_result.hpp"
#include "gateway/accounting/ledger_shards.hpp"

namespace gateway::accounting {

/// Somebody among those of his kind, and among those of all kinds.
struct Subjects {
    std::uint64_t of_kind = 0;
    std::uint64_t of_all = 0;

    [[nodiscard]] std::uint64_t counted_by(const policies::Budget& budget) const {
        return budget.counted.what == policies::Counted::What::in_clear ? of_all : of_kind;
    }
};

/// One subject in one ledger.
struct Charge {
    const Account* account;
    const policies::Budget* budget;
    std::uint64_t subject;
    LedgerShard* shard;
    Ledger* ledger = nullptr;  // once the shard is locked
    Fit fit{};
    TimePoint until{};  // covered
};

/// What counts together: all of them, or none.
using Charges = boost::container::small_vector<Charge, 6>;

[[nodiscard]] inline LedgerNameView ledger_name(const Account& account, const policies::Budget& budget) {
    return {account.of, account.name, budget.counted.what, budget.counted.name};
}

inline void set_subjects(Charges& charges, const Subjects& subjects) {
    for (Charge& charge : charges)
        charge.subject = subjects.counted_by(*charge.budget);
}

/// Holds every shard that some charges need, always in the same order.
class ShardLocks {
public:
    explicit ShardLocks(std::span<const Charges> all) {
        for (const Charges& charges : all) {
            for (const Charge& charge : charges)
                shards_.push_back(charge.shard);
        }
        std::ranges::sort(shards_);
        shards_.erase(std::unique(shards_.begin(), shards_.end()), shards_.end());
        for (LedgerShard* shard : shards_)
            shard->mutex.lock();
    }
    explicit ShardLocks(const Charges& charges) : ShardLocks(std::span(&charges, 1)) {}
    ~ShardLocks() {
        for (LedgerShard* shard : shards_)
            shard->mutex.unlock();
    }
    ShardLocks(const ShardLocks&) = delete;
    ShardLocks& operator=(const ShardLocks&) = delete;

    void sweep(TimePoint now) {
        for (LedgerShard* shard : shards_)
            shard->sweep(now);
    }

private:
    boost::container::small_vector<LedgerShard*, 6> shards_;
};

/// Finds the ledgers of `charges`, whose shards are locked, and brings them to `now`.
inline void open_ledgers(Charges& charges, TimePoint now) {
    for (Charge& charge : charges) {
        charge.ledger = &charge.shard->ledger(ledger_name(*charge.account, *charge.budget));
        charge.ledger->advance(charge.budget->limits, now);
    }
}

}  // namespace gateway::accounting
