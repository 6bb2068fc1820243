#include "gateway/accounting/budget_book.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <bit>
#include <boost/container/small_vector.hpp>
#include <functional>
#include <mutex>
#include <unordered_map>

#include "gateway/accounting/key_hash.hpp"
#include "gateway/accounting/ledger.hpp"

namespace gateway::accounting {
namespace {

using policies::Budget;
using policies::Counted;

struct LedgerNameView {
    Account::Of of;
    std::string_view account;
    Counted::What what;
    std::string_view counted;
    bool operator==(const LedgerNameView&) const = default;
};

struct LedgerName {
    Account::Of of;
    std::string account;
    Counted::What what;
    std::string counted;

    explicit LedgerName(LedgerNameView view)
        : of(view.of), account(view.account), what(view.what), counted(view.counted) {}
    operator LedgerNameView() const { return {of, account, what, counted}; }
};

// Transparent: looking up a ledger that exists allocates nothing.
struct LedgerNameHash {
    using is_transparent = void;
    std::size_t operator()(LedgerNameView name) const {
        const std::hash<std::string_view> hash;
        const auto kinds = static_cast<std::size_t>(name.of) * 8 + static_cast<std::size_t>(name.what);
        return hash(name.account) ^ std::rotl(hash(name.counted), 1) ^ (kinds * 0x9E3779B97F4A7C15ULL);
    }
};

struct LedgerNameEqual {
    using is_transparent = void;
    bool operator()(LedgerNameView a, LedgerNameView b) const { return a == b; }
};

constexpr std::size_t shard_count = 64;
constexpr std::size_t first_sweep = 64;  // ledgers in a shard before idle ones are looked for

struct Shard {
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

/// One subject in one ledger.
struct Charge {
    const Account* account;
    const Budget* budget;
    std::uint64_t subject;
    Shard* shard;
    Ledger* ledger = nullptr;
};
using Charges = boost::container::small_vector<Charge, 6>;

LedgerNameView ledger_name(const Account& account, const Budget& budget) {
    return {account.of, account.name, budget.counted.what, budget.counted.name};
}

/// Holds every shard that some charges need, always in the same order.
class ShardLocks {
public:
    explicit ShardLocks(const Charges& charges) {
        for (const Charge& charge : charges)
            shards_.push_back(charge.shard);
        std::ranges::sort(shards_);
        shards_.erase(std::unique(shards_.begin(), shards_.end()), shards_.end());
        for (Shard* shard : shards_)
            shard->mutex.lock();
    }
    ~ShardLocks() {
        for (Shard* shard : shards_)
            shard->mutex.unlock();
    }
    ShardLocks(const ShardLocks&) = delete;
    ShardLocks& operator=(const ShardLocks&) = delete;

    void sweep(TimePoint now) {
        for (Shard* shard : shards_)
            shard->sweep(now);
    }

private:
    boost::container::small_vector<Shard*, 6> shards_;
};

Exceeded exceeded(const Charge& charge, const Fit& fit) {
    return {.of = charge.account->of,
            .account = charge.account->name,
            .counted = charge.budget->counted,
            .seen = fit.seen,
            .limit = *fit.exceeded,
            .more_in = fit.more_in};
}

/// All of them, or none.
ChargeResult charge_all(Charges& charges, TimePoint now) {
    if (charges.empty()) return Charged{};
    ShardLocks locks(charges);
    locks.sweep(now);
    Charged charged;
    std::optional<Exceeded> longest;
    for (Charge& charge : charges) {
        charge.ledger = &charge.shard->ledger(ledger_name(*charge.account, *charge.budget));
        const Fit fit = charge.ledger->fit(charge.subject, charge.budget->limits, now);
        charged.first_sighting = charged.first_sighting || fit.fresh;
        if (fit.exceeded != nullptr && (!longest || fit.more_in > longest->more_in))
            longest = exceeded(charge, fit);
    }
    if (longest) return *std::move(longest);
    for (const Charge& charge : charges)
        charge.ledger->count(charge.subject, now);
    return charged;
}

/// Of a person among those of all kinds: a NUL cannot stand in a PostgreSQL value.
std::uint64_t hash_with_kind(const Sighting& sighting) {
    std::string text(sighting.kind);
    text.push_back('\0');
    text.append(sighting.key);
    return KeyHash::of_process()(text);
}

/// A subject that nobody can be: each miss is a new one.
std::uint64_t hash_of_a_miss() {
    static std::atomic<std::uint64_t> misses{0};
    const std::string text = std::string("\0miss", 5) + std::to_string(misses.fetch_add(1));
    return KeyHash::of_process()(text);
}

}  // namespace

struct BudgetBook::State {
    std::array<Shard, shard_count> shards;

    void add(Charges& charges, const Account& account, const Budget& budget, std::uint64_t subject) {
        Shard& shard = shards[LedgerNameHash{}(ledger_name(account, budget)) % shard_count];
        charges.push_back({&account, &budget, subject, &shard});
    }
};

BudgetBook::BudgetBook() : state_(std::make_unique<State>()) {}
BudgetBook::~BudgetBook() = default;

ChargeResult BudgetBook::charge(const Accounts& accounts, const Sighting& sighting, TimePoint now) {
    const std::uint64_t person = KeyHash::of_process()(sighting.key);
    const std::uint64_t in_clear = sighting.in_clear.empty() ? 0 : hash_with_kind(sighting);
    Charges charges;
    for (const Account& account : accounts) {
        for (const Budget& budget : *account.budgets) {
            const auto& [what, name] = budget.counted;
            if (what == Counted::What::people && name == sighting.kind)
                state_->add(charges, account, budget, person);
            if (what == Counted::What::in_clear && sighting.in_clear.contains(name))
                state_->add(charges, account, budget, in_clear);
        }
    }
    return charge_all(charges, now);
}

ChargeResult BudgetBook::charge_miss(const Accounts& accounts, const std::set<std::string>& kinds,
                                     TimePoint now) {
    if (kinds.empty()) return Charged{};
    const std::uint64_t miss = hash_of_a_miss();
    Charges charges;
    for (const Account& account : accounts) {
        if (const Budget* misses = policies::find_budget(*account.budgets, Counted::What::misses, {}))
            state_->add(charges, account, *misses, miss);
    }
    if (!charges.empty()) return charge_all(charges, now);
    for (const Account& account : accounts) {
        for (const Budget& budget : *account.budgets) {
            if (budget.counted.what == Counted::What::people && kinds.contains(budget.counted.name))
                state_->add(charges, account, budget, miss);
        }
    }
    return charge_all(charges, now);
}

std::vector<BudgetState> BudgetBook::states(const Accounts& accounts, TimePoint now) {
    std::vector<BudgetState> states;
    for (const Account& account : accounts) {
        for (const Budget& budget : *account.budgets) {
            Charges charges;
            state_->add(charges, account, budget, 0);
            const ShardLocks lock(charges);
            Ledger& ledger = charges.front().shard->ledger(ledger_name(account, budget));
            for (const policies::Limit& limit : budget.limits) {
                const Ledger::Use use = ledger.use(limit, now);
                states.push_back({.of = account.of,
                                  .account = account.name,
                                  .counted = budget.counted,
                                  .limit = limit,
                                  .seen = use.seen,
                                  .more_in = use.seen > 0 ? std::optional(use.more_in) : std::nullopt});
            }
        }
    }
    return states;
}

}  // namespace gateway::accounting
