#include "gateway/accounting/budget_book.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <boost/container/small_vector.hpp>
#include <mutex>
#include <unordered_map>

#include "gateway/accounting/journal_folder.hpp"
#include "gateway/accounting/ledger_shards.hpp"

namespace gateway::accounting {
namespace {

using policies::Budget;
using policies::Counted;

constexpr std::size_t small_journal = 16UL * 1024 * 1024;  // bytes that are not worth a rewrite

/// One subject in one ledger.
struct Charge {
    const Account* account;
    const Budget* budget;
    std::uint64_t subject;
    LedgerShard* shard;
    Ledger* ledger = nullptr;
    Fit fit{};
    TimePoint until{};  // covered
};
using Charges = boost::container::small_vector<Charge, 6>;

/// Whether the store is asked before somebody counts, or told afterwards.
enum class Need { asked, owed };

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
        for (LedgerShard* shard : shards_)
            shard->mutex.lock();
    }
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

Exceeded exceeded(const Charge& charge, const Fit& fit) {
    return {.of = charge.account->of,
            .account = charge.account->name,
            .counted = charge.budget->counted,
            .seen = fit.seen,
            .limit = *fit.exceeded,
            .more_in = fit.more_in};
}

Exceeded exceeded(const Charge& charge, const NoRoom& no_room) {
    return {.of = charge.account->of,
            .account = charge.account->name,
            .counted = charge.budget->counted,
            .seen = no_room.seen,
            .limit = *no_room.limit,
            .more_in = no_room.more_in};
}

LimitedLedger limited(const Charge& charge) {
    return {ledger_name(*charge.account, *charge.budget), &charge.budget->limits};
}

}  // namespace

struct BudgetBook::State {
    State(const KeyHash& by, const KeyHash::Key& drawn) : hash(by), misses_begin(drawn.front()) {}

    LedgerShards shards;
    KeyHash hash;
    std::unique_ptr<Journal> journal;
    std::unique_ptr<SharedBudgets> shared;
    Moment begin;
    std::atomic<std::size_t> tidy_size{small_journal};
    const std::uint64_t misses_begin;
    std::atomic<std::uint64_t> misses_so_far{0};

    void add(Charges& charges, const Account& account, const Budget& budget, std::uint64_t subject) {
        charges.push_back({&account, &budget, subject, &shards.of(ledger_name(account, budget))});
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
    /// False: the disk does not take it.
    bool rewrite(TimePoint now);
    [[nodiscard]] Charges charges_of_miss(const Accounts& accounts, Miss miss,
                                          const std::set<std::string>& kinds,
                                          const std::set<std::string>& in_clear);
    ChargeResult charge_all(Charges& charges, Need need, TimePoint now);
    std::optional<ChargeResult> cover(Charges& charges, Need need, TimePoint now);
    void count(const Charge& charge, TimePoint now);
    /// Of all replicas, as far as the store has told.
    [[nodiscard]] std::optional<SharedBudgets::Count> count_of_all(const Charge& charge,
                                                                   const policies::Limit& limit,
                                                                   TimePoint now) const;
    /// By other replicas, as far as the store has told.
    [[nodiscard]] std::optional<Exceeded> used_up_elsewhere(const Charge& charge, TimePoint now);
    /// Of a person among those of all kinds: a NUL cannot stand in a PostgreSQL value.
    [[nodiscard]] std::uint64_t hash_with_kind(const Sighting& sighting) const;
    /// A subject that nobody can be: each miss is a new one, also behind a restart.
    [[nodiscard]] std::uint64_t hash_of_a_miss();
};

void BudgetBook::State::restore(const SightingRecord& record) {
    shards.of(record.ledger)
        .ledger(record.ledger)
        .restore(record.subject, steady_time(record.seen_at), begin.steady);
}

bool BudgetBook::State::rewrite(TimePoint now) {
    const bool written = journal->rewrite([&](const Journal::Take& give) {
        shards.for_each(now, [&](const LedgerName& name, const Ledger& ledger) {
            ledger.for_each([&](std::uint64_t subject, TimePoint seen_at) {
                give({name, subject, wall_time(seen_at)});
            });
        });
    });
    tidy_size = std::max(small_journal, 2 * journal->size());
    return written;
}

void BudgetBook::State::count(const Charge& charge, TimePoint now) {
    charge.ledger->count(charge.subject, now);
    if (charge.fit.covered) return;
    const TimePoint until = now + grace_of(charge.budget->limits);
    if (journal)
        journal->note({ledger_name(*charge.account, *charge.budget), charge.subject, wall_time(until)});
    // The store covers him for no longer than the journal does.
    if (shared) {
        charge.ledger->cover(charge.subject, charge.until);
    } else if (journal) {
        charge.ledger->cover(charge.subject, until);
    }
}

Charges BudgetBook::State::charges_of_miss(const Accounts& accounts, Miss miss,
                                           const std::set<std::string>& kinds,
                                           const std::set<std::string>& in_clear) {
    const auto subject = static_cast<std::uint64_t>(miss);
    Charges charges;
    if (kinds.empty()) return charges;
    add_misses(charges, accounts, subject);
    if (!charges.empty()) return charges;
    for (const Account& account : accounts) {
        for (const Budget& budget : *account.budgets) {
            const auto& [what, name] = budget.counted;
            const bool counts =
                what == Counted::What::people ? kinds.contains(name) : in_clear.contains(name);
            if (counts) add(charges, account, budget, subject);
        }
    }
    return charges;
}

// All of them, or none.
ChargeResult BudgetBook::State::charge_all(Charges& charges, Need need, TimePoint now) {
    if (charges.empty()) return Charged{};
    if (journal && !journal->takes_notes()) return Unrecorded{};
    ShardLocks locks(charges);
    locks.sweep(now);
    Charged charged;
    std::optional<Exceeded> longest;
    for (Charge& charge : charges) {
        charge.ledger = &charge.shard->ledger(ledger_name(*charge.account, *charge.budget));
        charge.fit = charge.ledger->fit(charge.subject, charge.budget->limits, now);
        charged.first_sighting = charged.first_sighting || charge.fit.fresh;
        if (charge.fit.exceeded != nullptr && (!longest || charge.fit.more_in > longest->more_in))
            longest = exceeded(charge, charge.fit);
    }
    if (longest) return *std::move(longest);
    if (auto stop = cover(charges, need, now)) return *std::move(stop);
    for (const Charge& charge : charges)
        count(charge, now);
    return charged;
}

// Whoever is not written down in the store yet, or by a unit of it, is not shown.
std::optional<ChargeResult> BudgetBook::State::cover(Charges& charges, Need need, TimePoint now) {
    if (!shared) return std::nullopt;
    boost::container::small_vector<Charge*, 6> which;
    boost::container::small_vector<Uncovered, 6> people;
    for (Charge& charge : charges) {
        if (charge.fit.covered) continue;
        which.push_back(&charge);
        people.push_back({limited(charge), charge.subject, charge.fit.fresh});
    }
    if (people.empty()) return std::nullopt;
    if (need == Need::owed) {
        shared->owe({people.data(), people.size()}, now);
        for (Charge* charge : which)
            charge->until = now;
        return std::nullopt;
    }
    const Covering covering = shared->cover({people.data(), people.size()}, now);
    if (std::holds_alternative<Waits>(covering)) return Waits{};
    if (std::holds_alternative<Unshared>(covering)) return Unshared{};
    if (const auto* room = std::get_if<NoRoom>(&covering)) return exceeded(*which[room->which], *room);
    const auto& until = std::get<std::vector<TimePoint>>(covering);
    for (std::size_t i = 0; i < which.size(); ++i)
        which[i]->until = until[i];
    return std::nullopt;
}

std::optional<SharedBudgets::Count> BudgetBook::State::count_of_all(const Charge& charge,
                                                                    const policies::Limit& limit,
                                                                    TimePoint now) const {
    return shared ? shared->count(limited(charge), limit, now) : std::nullopt;
}

std::optional<Exceeded> BudgetBook::State::used_up_elsewhere(const Charge& charge, TimePoint now) {
    for (const policies::Limit& limit : charge.budget->limits) {
        const auto count = count_of_all(charge, limit, now);
        if (!count || !count->used_up) continue;
        return exceeded(charge, NoRoom{.limit = &limit, .seen = count->seen, .more_in = count->more_in});
    }
    return std::nullopt;
}

std::uint64_t BudgetBook::State::hash_with_kind(const Sighting& sighting) const {
    std::string text(sighting.kind);
    text.push_back('\0');
    text.append(sighting.key);
    return hash(text);
}

std::uint64_t BudgetBook::State::hash_of_a_miss() {
    const std::uint64_t number = misses_begin + misses_so_far.fetch_add(1, std::memory_order_relaxed);
    return hash(std::string("\0miss", 5) + std::to_string(number));
}

BudgetBook::BudgetBook()
    : state_(std::make_unique<State>(KeyHash(KeyHash::random_key()), KeyHash::random_key())) {}
BudgetBook::BudgetBook(SharedSettings settings)
    : state_(std::make_unique<State>(KeyHash(settings.secret), settings.draw())) {
    state_->shared = std::make_unique<SharedBudgets>(settings, state_->shards);
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

JournalResult<std::unique_ptr<BudgetBook>> BudgetBook::open(SharedSettings settings,
                                                            const std::string& folder, Moment now) {
    auto book = std::make_unique<BudgetBook>(settings);
    State& state = *book->state_;
    state.begin = now;
    auto journals =
        JournalFolder::open(folder, settings, [&](const SightingRecord& record) { state.restore(record); });
    if (!journals) return journals.error();
    state.journal = std::move(journals->own);
    if (journals->left.empty()) {
        book->tidy(now.steady);
        return book;
    }
    if (!state.rewrite(now.steady)) return JournalMistake{folder + ": cannot be written"};
    for (const auto& journal : journals->left)
        journal->remove();
    return book;
}

bool BudgetBook::ready(const Accounts& accounts, TimePoint now) {
    if (!state_->shared) return true;
    std::vector<LimitedLedger> ledgers;
    for (const Account& account : accounts) {
        for (const Budget& budget : *account.budgets)
            ledgers.push_back({ledger_name(account, budget), &budget.limits});
    }
    return state_->shared->ready(ledgers, now);
}

void BudgetBook::when_answered(std::function<void()> wake) {
    if (!state_->shared) return wake();
    state_->shared->when_answered(std::move(wake));
}

SharedBudgets* BudgetBook::store() { return state_->shared.get(); }

bool BudgetBook::record() { return !state_->journal || state_->journal->write(); }

void BudgetBook::tidy(TimePoint now) {
    if (state_->journal && state_->journal->size() >= state_->tidy_size) (void)state_->rewrite(now);
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
    return state_->charge_all(charges, Need::asked, now);
}

Miss BudgetBook::next_miss() { return Miss{state_->hash_of_a_miss()}; }

ChargeResult BudgetBook::charge_miss(const Accounts& accounts, Miss miss, const std::set<std::string>& kinds,
                                     const std::set<std::string>& in_clear, TimePoint now) {
    Charges charges = state_->charges_of_miss(accounts, miss, kinds, in_clear);
    return state_->charge_all(charges, Need::asked, now);
}

ChargeResult BudgetBook::owe_miss(const Accounts& accounts, const std::set<std::string>& kinds,
                                  const std::set<std::string>& in_clear, TimePoint now) {
    Charges charges = state_->charges_of_miss(accounts, next_miss(), kinds, in_clear);
    return state_->charge_all(charges, Need::owed, now);
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
        if (auto elsewhere = state_->used_up_elsewhere(charge, now)) return elsewhere;
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
                Ledger::Use use = ledger.use(limit, now);
                if (const auto all = state_->count_of_all(charges.front(), limit, now);
                    all && all->seen > use.seen)
                    use = {all->seen, all->more_in};
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
