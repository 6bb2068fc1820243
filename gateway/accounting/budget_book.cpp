#include "gateway/accounting/budget_book.hpp"

#include <algorithm>
#include <array>
#include <boost/container/small_vector.hpp>

#include "gateway/accounting/budget_book_state.hpp"
#include "gateway/accounting/journal_folder.hpp"

namespace gateway::accounting {
namespace {

using policies::Budget;

constexpr std::size_t hashed_at_once = 64;

bool counts_in_clear(const Charge& charge) {
    return charge.budget->counted.what == policies::Counted::What::in_clear;
}

}  // namespace

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
    Charges charges = state_->charges_of(accounts, sighting.kind, sighting.in_clear);
    const bool of_all = std::ranges::any_of(charges, counts_in_clear);
    set_subjects(charges, state_->subjects(sighting.kind, sighting.key, of_all));
    return state_->charge_all(charges, Need::asked, now);
}

std::size_t BudgetBook::charge_in_order(const Accounts& accounts, std::span<SightingColumn> columns,
                                        std::span<ColumnSighting> sightings,
                                        const std::set<std::string>& in_clear, TimePoint now) {
    State& state = *state_;
    boost::container::small_vector<Charges, 2> charges;
    bool of_all = false;
    for (const SightingColumn& column : columns) {
        charges.push_back(state.charges_of(accounts, column.kind, in_clear));
        of_all = of_all || std::ranges::any_of(charges.back(), counts_in_clear);
    }
    std::array<Subjects, hashed_at_once> subjects;
    std::size_t charged = 0;
    while (charged < sightings.size()) {
        if (state.journal && !state.journal->takes_notes()) break;
        const auto some = sightings.subspan(charged, std::min(hashed_at_once, sightings.size() - charged));
        for (std::size_t i = 0; i < some.size(); ++i)
            subjects[i] = state.subjects(columns[some[i].column].kind, some[i].key, of_all);
        const auto fitted =
            state.charge_fitting({charges.data(), charges.size()}, columns, some, subjects, now);
        charged += fitted;
        if (fitted < some.size()) break;
    }
    return charged;
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

std::optional<Exceeded> BudgetBook::misses_used_up(const Accounts& accounts, TimePoint now,
                                                   std::uint64_t more) {
    Charges charges;
    state_->add_misses(charges, accounts, state_->hash_of_a_miss());
    return state_->used_up(charges, now, more);
}

bool BudgetBook::counts_misses(const Accounts& accounts) const {
    Charges charges;
    state_->add_misses(charges, accounts, 0);
    return !charges.empty();
}

std::optional<Exceeded> BudgetBook::people_used_up(const Accounts& accounts,
                                                   const std::set<std::string>& kinds,
                                                   const std::set<std::string>& in_clear, TimePoint now,
                                                   std::uint64_t more) {
    for (const std::string& kind : kinds) {
        Charges charges = state_->charges_of(accounts, kind, in_clear);
        if (auto full = state_->used_up(charges, now, more)) return full;
    }
    return std::nullopt;
}

std::optional<Exceeded> BudgetBook::no_room_for(const Accounts& accounts, std::string_view kind,
                                                std::span<const std::string> keys,
                                                const std::set<std::string>& in_clear, TimePoint now) {
    Charges charges = state_->charges_of(accounts, kind, in_clear);
    if (charges.empty()) return std::nullopt;
    std::vector<Subjects> subjects;
    for (const std::string& key : keys)
        subjects.push_back(state_->subjects(kind, key, std::ranges::any_of(charges, counts_in_clear)));
    const ShardLocks lock(charges);
    open_ledgers(charges, now);
    for (Charge& charge : charges) {
        for (const policies::Limit& limit : charge.budget->limits) {
            const std::vector<policies::Limit> alone{limit};
            std::set<std::uint64_t> fresh;
            for (const Subjects& subject : subjects) {
                const std::uint64_t counted = subject.counted_by(*charge.budget);
                if (charge.ledger->look_up(counted, alone, now).fresh) fresh.insert(counted);
            }
            if (auto full = State::without_room(charge, limit, fresh.size(), now)) return full;
        }
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
