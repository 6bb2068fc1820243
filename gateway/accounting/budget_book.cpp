#include "gateway/accounting/budget_book.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <boost/container/small_vector.hpp>
#include <mutex>
#include <unordered_map>

#include "gateway/accounting/ledger.hpp"
#include "gateway/accounting/ledger_name.hpp"

namespace gateway::accounting {
namespace {

using policies::Budget;
using policies::Counted;

constexpr std::size_t shard_count = 64;
constexpr std::size_t first_sweep = 64;  // ledgers in a shard before idle ones are looked for

constexpr std::size_t small_journal = 16UL * 1024 * 1024;  // bytes that are not worth a rewrite
constexpr int grace_share = 60;  // of a budget's shortest window: how much later the journal says it was

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

/// How much longer than in memory a sighting may count behind a restart.
std::chrono::milliseconds grace_of(const Budget& budget) {
    const auto shortest = std::ranges::min(budget.limits, {}, &policies::Limit::window).window;
    return std::chrono::milliseconds(shortest) / grace_share;
}

}  // namespace

struct BudgetBook::State {
    explicit State(const KeyHash& by) : hash(by) {}

    std::array<Shard, shard_count> shards;
    KeyHash hash;
    std::unique_ptr<Journal> journal;
    std::unique_ptr<SharedBudgets> shared;
    Moment begin;
    std::atomic<std::size_t> tidy_size{small_journal};

    Shard& shard_of(LedgerNameView name) { return shards[LedgerNameHash{}(name) % shard_count]; }

    void add(Charges& charges, const Account& account, const Budget& budget, std::uint64_t subject) {
        charges.push_back({&account, &budget, subject, &shard_of(ledger_name(account, budget))});
    }

    void add_misses(Charges& charges, const Accounts& accounts, std::uint64_t miss) {
        for (const Account& account : accounts) {
            if (const Budget* misses = policies::find_budget(*account.budgets, Counted::What::misses, {}))
                add(charges, account, *misses, miss);
        }
    }

    // By the steady clock: who sets the clock of the day changes nothing until the next restart.
    [[nodiscard]] JournalTime wall_time(TimePoint now) const {
        return begin.wall + std::chrono::duration_cast<std::chrono::milliseconds>(now - begin.steady);
    }
    [[nodiscard]] TimePoint steady_time(JournalTime seen_at) const {
        return begin.steady - std::max(begin.wall - seen_at, JournalTime::duration::zero());
    }

    void restore(const SightingRecord& record);
    ChargeResult charge_all(Charges& charges, TimePoint now);
    void count(const Charge& charge, TimePoint now);
    /// Of a person among those of all kinds: a NUL cannot stand in a PostgreSQL value.
    [[nodiscard]] std::uint64_t hash_with_kind(const Sighting& sighting) const;
    /// A subject that nobody can be: each miss is a new one, also behind a restart.
    [[nodiscard]] std::uint64_t hash_of_a_miss();

private:
    const std::uint64_t misses_begin_ = KeyHash::random_key().front();
    std::atomic<std::uint64_t> misses_{0};
};

void BudgetBook::State::restore(const SightingRecord& record) {
    Shard& shard = shard_of(record.ledger);
    shard.ledger(record.ledger).restore(record.subject, steady_time(record.seen_at), begin.steady);
}

void BudgetBook::State::count(const Charge& charge, TimePoint now) {
    const auto grace = grace_of(*charge.budget);
    const bool due = charge.ledger->count(charge.subject, now, grace);
    if (!journal || !due) return;
    journal->note({ledger_name(*charge.account, *charge.budget), charge.subject, wall_time(now + grace)});
}

// All of them, or none.
ChargeResult BudgetBook::State::charge_all(Charges& charges, TimePoint now) {
    if (charges.empty()) return Charged{};
    if (journal && !journal->takes_notes()) return Unrecorded{};
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
        count(charge, now);
    return charged;
}

std::uint64_t BudgetBook::State::hash_with_kind(const Sighting& sighting) const {
    std::string text(sighting.kind);
    text.push_back('\0');
    text.append(sighting.key);
    return hash(text);
}

std::uint64_t BudgetBook::State::hash_of_a_miss() {
    const std::uint64_t number = misses_begin_ + misses_.fetch_add(1, std::memory_order_relaxed);
    return hash(std::string("\0miss", 5) + std::to_string(number));
}

BudgetBook::BudgetBook() : state_(std::make_unique<State>(KeyHash(KeyHash::random_key()))) {}
BudgetBook::BudgetBook(SharedSettings settings) : state_(std::make_unique<State>(KeyHash(settings.secret))) {
    state_->shared = std::make_unique<SharedBudgets>(settings);
}
BudgetBook::~BudgetBook() = default;

JournalResult<std::unique_ptr<BudgetBook>> BudgetBook::open(const std::string& path, Moment now) {
    auto book = std::make_unique<BudgetBook>();
    State& state = *book->state_;
    state.begin = now;
    auto journal = Journal::open(path, [&](const SightingRecord& record) { state.restore(record); });
    if (!journal) return journal.error();
    state.journal = std::move(*journal);
    state.hash = state.journal->hash();
    book->tidy(now.steady);
    return book;
}

bool BudgetBook::ready(const Accounts& /*accounts*/, TimePoint /*now*/) { return true; }

void BudgetBook::when_answered(std::function<void()> wake) { wake(); }

SharedBudgets* BudgetBook::store() { return state_->shared.get(); }

bool BudgetBook::record() { return !state_->journal || state_->journal->write(); }

void BudgetBook::tidy(TimePoint now) {
    State& state = *state_;
    if (!state.journal || state.journal->size() < state.tidy_size) return;
    (void)state.journal->rewrite([&](const Journal::Take& give) {
        for (Shard& shard : state.shards) {
            const std::scoped_lock lock(shard.mutex);
            for (auto& [name, ledger] : shard.ledgers) {
                (void)ledger.expire(now);
                ledger.for_each([&](std::uint64_t subject, TimePoint seen_at) {
                    give({name, subject, state.wall_time(seen_at)});
                });
            }
        }
    });
    state.tidy_size = std::max(small_journal, 2 * state.journal->size());
}

ChargeResult BudgetBook::charge(const Accounts& accounts, const Sighting& sighting, TimePoint now) {
    const std::uint64_t person = state_->hash(sighting.key);
    const std::uint64_t in_clear = sighting.in_clear.empty() ? 0 : state_->hash_with_kind(sighting);
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
    return state_->charge_all(charges, now);
}

Miss BudgetBook::next_miss() { return Miss{state_->hash_of_a_miss()}; }

ChargeResult BudgetBook::charge_miss(const Accounts& accounts, Miss miss, const std::set<std::string>& kinds,
                                     const std::set<std::string>& in_clear, TimePoint now) {
    if (kinds.empty()) return Charged{};
    const auto subject = static_cast<std::uint64_t>(miss);
    Charges charges;
    state_->add_misses(charges, accounts, subject);
    if (!charges.empty()) return state_->charge_all(charges, now);
    for (const Account& account : accounts) {
        for (const Budget& budget : *account.budgets) {
            const auto& [what, name] = budget.counted;
            const bool counts =
                what == Counted::What::people ? kinds.contains(name) : in_clear.contains(name);
            if (counts) state_->add(charges, account, budget, subject);
        }
    }
    return state_->charge_all(charges, now);
}

std::optional<Exceeded> BudgetBook::misses_used_up(const Accounts& accounts, TimePoint now) {
    Charges charges;
    state_->add_misses(charges, accounts, state_->hash_of_a_miss());
    if (charges.empty()) return std::nullopt;
    const ShardLocks lock(charges);
    for (Charge& charge : charges) {
        charge.ledger = &charge.shard->ledger(ledger_name(*charge.account, *charge.budget));
        const Fit fit = charge.ledger->fit(charge.subject, charge.budget->limits, now);
        if (fit.exceeded != nullptr) return exceeded(charge, fit);
    }
    return std::nullopt;
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
