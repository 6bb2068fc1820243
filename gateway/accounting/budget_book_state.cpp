#include "gateway/accounting/budget_book_state.hpp"

#include <algorithm>

namespace gateway::accounting {
namespace {

using policies::Budget;
using policies::Counted;

// So far ahead of the one that is charged, places in the ledgers are fetched.
constexpr std::size_t fetched_ahead = 12;

Exceeded exceeded_elsewhere(const Charge& charge, const NoRoom& no_room) {
    return {.of = charge.account->of,
            .account = charge.account->name,
            .counted = charge.budget->counted,
            .seen = no_room.seen,
            .limit = *no_room.limit,
            .more_in = no_room.more_in};
}

/// Whether some charges fit together.
struct Fitting {
    bool fresh = false;                // for one of them at least
    const Charge* exceeded = nullptr;  // the one that takes longest to have room again
};

Fitting fit_all(Charges& charges, TimePoint now) {
    Fitting fitting;
    for (Charge& charge : charges) {
        charge.fit = charge.ledger->look_up(charge.subject, charge.budget->limits, now);
        fitting.fresh = fitting.fresh || charge.fit.fresh;
        if (charge.fit.exceeded == nullptr) continue;
        if (fitting.exceeded == nullptr || charge.fit.more_in > fitting.exceeded->fit.more_in)
            fitting.exceeded = &charge;
    }
    return fitting;
}

void prefetch(const Charges& charges, const Subjects& subjects) {
    for (const Charge& charge : charges)
        charge.ledger->prefetch(subjects.counted_by(*charge.budget));
}

LimitedLedger limited(const Charge& charge) {
    return {ledger_name(*charge.account, *charge.budget), &charge.budget->limits};
}

}  // namespace

void BudgetBook::State::add_misses(Charges& charges, const Accounts& accounts, std::uint64_t miss) {
    for (const Account& account : accounts) {
        if (const Budget* misses = policies::find_budget(*account.budgets, Counted::What::misses, {}))
            add(charges, account, *misses, miss);
    }
}

void BudgetBook::State::restore(const SightingRecord& record) {
    shards.of(record.ledger)
        .ledger(record.ledger)
        .restore(record.subject, steady_time(record.seen_at), begin.steady);
}

bool BudgetBook::State::rewrite(TimePoint now) {
    const bool written = journal->rewrite([&](const Journal::Take& give) {
        shards.for_each(now, [&](const LedgerName& name, const Ledger& ledger) {
            for (const Ledger::Seen& seen : ledger.all_seen())
                give({name, seen.subject, wall_time(seen.at)});
        });
    });
    tidy_size = std::max(small_journal, 2 * journal->size());
    return written;
}

void BudgetBook::State::count(const Charge& charge, TimePoint now) {
    charge.ledger->count(charge.subject, now);
    if (charge.fit.covered || (!journal && !shared)) return;
    const TimePoint until = now + grace_of(charge.budget->limits);
    if (journal)
        journal->note({ledger_name(*charge.account, *charge.budget), charge.subject, wall_time(until)});
    // The store covers him for no longer than the journal does.
    charge.ledger->cover(charge.subject, shared ? charge.until : until);
}

Charges BudgetBook::State::charges_of(const Accounts& accounts, std::string_view kind,
                                      const std::set<std::string>& in_clear) {
    Charges charges;
    for (const Account& account : accounts) {
        for (const Budget& budget : *account.budgets) {
            const auto& [what, name] = budget.counted;
            const bool counts = (what == Counted::What::people && name == kind) ||
                                (what == Counted::What::in_clear && in_clear.contains(name));
            if (counts) add(charges, account, budget, 0);
        }
    }
    return charges;
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

Exceeded BudgetBook::State::exceeded(const Charge& charge) {
    return {.of = charge.account->of,
            .account = charge.account->name,
            .counted = charge.budget->counted,
            .seen = charge.fit.seen,
            .limit = *charge.fit.exceeded,
            .more_in = charge.fit.more_in};
}

// All of them, or none.
ChargeResult BudgetBook::State::charge_all(Charges& charges, Need need, TimePoint now) {
    if (charges.empty()) return Charged{};
    if (journal && !journal->takes_notes()) return Unrecorded{};
    ShardLocks locks(charges);
    locks.sweep(now);
    open_ledgers(charges, now);
    const Fitting fitting = fit_all(charges, now);
    if (fitting.exceeded != nullptr) return exceeded(*fitting.exceeded);
    if (auto stop = cover(charges, need, now)) return *std::move(stop);
    for (const Charge& charge : charges)
        count(charge, now);
    return Charged{fitting.fresh};
}

std::size_t BudgetBook::State::charge_fitting(std::span<Charges> of_columns,
                                              std::span<SightingColumn> columns,
                                              std::span<ColumnSighting> sightings,
                                              std::span<const Subjects> subjects, TimePoint now) {
    ShardLocks locks(of_columns);
    locks.sweep(now);
    for (Charges& charges : of_columns)
        open_ledgers(charges, now);
    const auto fetch = [&](std::size_t i) { prefetch(of_columns[sightings[i].column], subjects[i]); };
    for (std::size_t i = 0; i < std::min(fetched_ahead, sightings.size()); ++i)
        fetch(i);
    for (std::size_t i = 0; i < sightings.size(); ++i) {
        if (i + fetched_ahead < sightings.size()) fetch(i + fetched_ahead);
        const std::size_t column = sightings[i].column;
        Charges& charges = of_columns[column];
        set_subjects(charges, subjects[i]);
        const Fitting fitting = fit_all(charges, now);
        if (fitting.exceeded != nullptr || cover(charges, Need::asked, now)) return i;
        for (const Charge& charge : charges)
            count(charge, now);
        sightings[i].is_first = fitting.fresh;
        if (fitting.fresh) ++columns[column].first_sightings;
    }
    return sightings.size();
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
    if (const auto* room = std::get_if<NoRoom>(&covering))
        return exceeded_elsewhere(*which[room->which], *room);
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

std::optional<Exceeded> BudgetBook::State::without_room(const Charge& charge, const policies::Limit& limit,
                                                        std::uint64_t more, TimePoint now) {
    const Ledger::Use use = charge.ledger->use(limit, now);
    if (use.seen + more <= limit.most) return std::nullopt;
    return Exceeded{.of = charge.account->of,
                    .account = charge.account->name,
                    .counted = charge.budget->counted,
                    .seen = use.seen,
                    .limit = limit,
                    .more_in = use.seen > 0 ? use.more_in : std::chrono::seconds(0)};
}

std::optional<Exceeded> BudgetBook::State::used_up(Charges& charges, TimePoint now, std::uint64_t more) {
    if (charges.empty()) return std::nullopt;
    const ShardLocks lock(charges);
    open_ledgers(charges, now);
    for (const Charge& charge : charges) {
        for (const policies::Limit& limit : charge.budget->limits) {
            if (auto full = without_room(charge, limit, more, now)) return full;
        }
        if (auto elsewhere = used_up_elsewhere(charge, now)) return elsewhere;
    }
    return std::nullopt;
}

std::optional<Exceeded> BudgetBook::State::used_up_elsewhere(const Charge& charge, TimePoint now) {
    for (const policies::Limit& limit : charge.budget->limits) {
        const auto count = count_of_all(charge, limit, now);
        if (!count || !count->used_up) continue;
        return exceeded_elsewhere(charge,
                                  NoRoom{.limit = &limit, .seen = count->seen, .more_in = count->more_in});
    }
    return std::nullopt;
}

Subjects BudgetBook::State::subjects(std::string_view kind, std::string_view key, bool of_all) const {
    Subjects subjects{.of_kind = hash(key)};
    if (!of_all) return subjects;
    // Of a person among those of all kinds: a NUL cannot stand in a PostgreSQL value.
    std::string text(kind);
    text.push_back('\0');
    text.append(key);
    subjects.of_all = hash(text);
    return subjects;
}

std::uint64_t BudgetBook::State::hash_of_a_miss() {
    const std::uint64_t number = misses_begin + misses_so_far.fetch_add(1, std::memory_order_relaxed);
    return hash(std::string("\0miss", 5) + std::to_string(number));
}

}  // namespace gateway::accounting
