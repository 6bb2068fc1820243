#include "gateway/accounting/budget_book.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <functional>
#include <mutex>
#include <unordered_map>

#include "gateway/accounting/ledger.hpp"

namespace gateway::accounting {
namespace {

struct LedgerNameView {
    std::string_view user;
    std::string_view subject;
};

struct LedgerName {
    std::string user;
    std::string subject;

    explicit LedgerName(LedgerNameView view) : user(view.user), subject(view.subject) {}
    operator LedgerNameView() const { return {user, subject}; }
};

// Transparent: looking up a ledger that exists allocates nothing.
struct LedgerNameHash {
    using is_transparent = void;
    std::size_t operator()(LedgerNameView name) const {
        const std::hash<std::string_view> hash;
        return hash(name.user) ^ std::rotl(hash(name.subject), 1);
    }
};

struct LedgerNameEqual {
    using is_transparent = void;
    bool operator()(LedgerNameView a, LedgerNameView b) const {
        return a.user == b.user && a.subject == b.subject;
    }
};

constexpr std::size_t shard_count = 64;
constexpr std::size_t first_sweep = 64;  // ledgers in a shard before idle ones are looked for

struct Shard {
    std::mutex mutex;
    std::unordered_map<LedgerName, Ledger, LedgerNameHash, LedgerNameEqual> ledgers;
    std::size_t sweep_at = first_sweep;

    Ledger& ledger(LedgerNameView name, TimePoint now) {
        if (const auto found = ledgers.find(name); found != ledgers.end()) return found->second;
        if (ledgers.size() >= sweep_at) {
            for (auto idle = ledgers.begin(); idle != ledgers.end();) {
                idle = idle->second.expire(now) ? ledgers.erase(idle) : std::next(idle);
            }
            sweep_at = std::max(first_sweep, 2 * ledgers.size());
        }
        return ledgers.try_emplace(LedgerName(name)).first->second;
    }
};

}  // namespace

struct BudgetBook::State {
    std::array<Shard, shard_count> shards;

    Shard& shard_of(LedgerNameView name) { return shards[LedgerNameHash{}(name) % shard_count]; }
};

BudgetBook::BudgetBook() : state_(std::make_unique<State>()) {}
BudgetBook::~BudgetBook() = default;

ChargeResult BudgetBook::charge(std::string_view user, std::string_view subject, std::string_view key,
                                const std::vector<policies::Budget>& budgets, TimePoint now) {
    Shard& shard = state_->shard_of({user, subject});
    const std::scoped_lock lock(shard.mutex);
    return shard.ledger({user, subject}, now).charge(subject, key, budgets, now);
}

ChargeResult BudgetBook::charge_miss(std::string_view user, std::string_view subject,
                                     const std::vector<policies::Budget>& budgets, TimePoint now) {
    Shard& shard = state_->shard_of({user, subject});
    const std::scoped_lock lock(shard.mutex);
    return shard.ledger({user, subject}, now).charge_miss(subject, budgets, now);
}

}  // namespace gateway::accounting
