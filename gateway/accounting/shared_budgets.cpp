#include "gateway/accounting/shared_budgets.hpp"

#include <algorithm>
#include <mutex>
#include <utility>

#include "gateway/accounting/ledger_shards.hpp"
#include "gateway/accounting/store_exchange.hpp"

namespace gateway::accounting {
namespace {

using namespace std::chrono_literals;

constexpr Milliseconds asked_anew_after = 1s;  // how limits stand

std::chrono::seconds whole_seconds(Milliseconds time) {
    return std::chrono::ceil<std::chrono::seconds>(time);
}

}  // namespace

struct SharedBudgets::State {
    State(const SharedSettings& by, LedgerShards& all) : settings(by), ledgers(all), exchange(by) {}

    const SharedSettings settings;
    LedgerShards& ledgers;  // locked before this
    mutable std::mutex mutex;
    StoreExchange exchange;
    bool retired = false;
    std::function<void()> wake;
    bool woken = false;
    std::vector<std::function<void()>> waiting;

    /// Wakes the connection where it has something to send. Called without the lock.
    void wake_link(TimePoint now);
    /// Wakes it in any case.
    void call_link();
    void wake_waiting();
    void declare_all(TimePoint now);
    void note_covered(const StoreExchange::Brought& brought);
    [[nodiscard]] std::optional<NoRoom> no_room(std::span<const Uncovered> people, TimePoint now);
    [[nodiscard]] Covering cover(std::span<const Uncovered> people, TimePoint now);
};

void SharedBudgets::State::wake_link(TimePoint now) {
    {
        const std::scoped_lock lock(mutex);
        if (woken || !exchange.has_news(now)) return;
    }
    call_link();
}

void SharedBudgets::State::call_link() {
    std::function<void()> call;
    {
        const std::scoped_lock lock(mutex);
        woken = true;
        call = wake;
    }
    if (call) call();
}

void SharedBudgets::State::wake_waiting() {
    std::vector<std::function<void()>> calls;
    {
        const std::scoped_lock lock(mutex);
        calls.swap(waiting);
    }
    for (const auto& call : calls)
        call();
}

// Whoever took a unit before the exchange heard of the new epoch has counted it when his shard is visited,
// for he holds its lock until then.
void SharedBudgets::State::declare_all(TimePoint now) {
    std::list<Declaration> all;
    ledgers.for_each(now, [&all](const LedgerName& name, const Ledger& ledger) {
        Declaration& declaration = all.emplace_back(Declaration{name, ledger.longest_named(), {}});
        declaration.seen.reserve(ledger.sightings());
        for (const Ledger::Seen& seen : ledger.all_seen())
            declaration.seen.push_back({.subject = seen.subject, .until = seen.at});
    });
    const std::scoped_lock lock(mutex);
    exchange.declare(std::move(all));
}

void SharedBudgets::State::note_covered(const StoreExchange::Brought& brought) {
    for (const auto& [name, sightings] : brought.covered) {
        LedgerShard& shard = ledgers.of(name);
        const std::scoped_lock lock(shard.mutex);
        const auto ledger = shard.ledgers.find(LedgerNameView(name));
        if (ledger == shard.ledgers.end()) continue;
        for (const StoreSighting& sighting : sightings)
            ledger->second.cover(sighting.subject, sighting.until);
    }
}

SharedBudgets::SharedBudgets(const SharedSettings& settings, LedgerShards& ledgers)
    : state_(std::make_unique<State>(settings, ledgers)) {}

SharedBudgets::~SharedBudgets() = default;

void SharedBudgets::wake_by(std::function<void()> wake) {
    const std::scoped_lock lock(state_->mutex);
    state_->wake = std::move(wake);
}

void SharedBudgets::on_connected(const std::string& run_id, TimePoint now) {
    const std::scoped_lock lock(state_->mutex);
    state_->exchange.connected(run_id, now);
}

void SharedBudgets::on_lost(TimePoint /*now*/) {
    {
        const std::scoped_lock lock(state_->mutex);
        state_->exchange.lost();
    }
    state_->wake_waiting();
}

std::vector<StoreCommand> SharedBudgets::take_commands(TimePoint now) {
    const std::scoped_lock lock(state_->mutex);
    state_->woken = false;
    auto command = state_->exchange.next(now);
    if (!command) return {};
    return {*std::move(command)};
}

bool SharedBudgets::on_answer(std::uint64_t number, const StoreAnswer& answer, TimePoint now) {
    using What = StoreExchange::Brought::What;
    StoreExchange::Brought brought;
    {
        const std::scoped_lock lock(state_->mutex);
        brought = state_->exchange.answered(number, answer, now);
    }
    state_->note_covered(brought);
    if (brought.what == What::new_epoch) state_->declare_all(now);
    if (brought.what == What::nothing) return true;
    state_->wake_waiting();
    state_->call_link();  // there may be more to say, and due() is another
    return brought.what != What::mistake;
}

std::optional<TimePoint> SharedBudgets::due() const {
    const std::scoped_lock lock(state_->mutex);
    return state_->exchange.due();
}

bool SharedBudgets::available() const {
    const std::scoped_lock lock(state_->mutex);
    return state_->exchange.available();
}

void SharedBudgets::retire() {
    const std::scoped_lock lock(state_->mutex);
    state_->retired = true;
    state_->exchange.retire();
}

std::optional<NoRoom> SharedBudgets::State::no_room(std::span<const Uncovered> people, TimePoint now) {
    std::optional<NoRoom> longest;
    for (std::size_t i = 0; i < people.size(); ++i) {
        const Uncovered& person = people[i];
        const Lease& lease = exchange.lease(person.ledger);
        if (lease.has_unit(now) || lease.standing(person.subject, now) != Lease::Standing::no_room) continue;
        for (const policies::Limit& limit : *person.ledger.limits) {
            const auto count = lease.count(limit, now);
            if (!count || !count->used_up) continue;
            const auto more_in = whole_seconds(count->frees_in);
            if (!longest || more_in > longest->more_in)
                longest = NoRoom{.which = i, .limit = &limit, .seen = count->seen, .more_in = more_in};
        }
    }
    return longest;
}

Covering SharedBudgets::State::cover(std::span<const Uncovered> people, TimePoint now) {
    if (retired) return Unshared{};
    if (auto stop = no_room(people, now)) return *stop;
    bool all = true;
    for (const Uncovered& person : people) {
        Lease& lease = exchange.lease(person.ledger);
        const auto standing = lease.standing(person.subject, now);
        if (standing == Lease::Standing::known || lease.has_unit(now)) continue;
        all = false;
        if (standing == Lease::Standing::asked || !exchange.available()) continue;
        lease.ask(person.subject, now);
        exchange.note(lease);
    }
    if (!all) return exchange.available() ? Covering(Waits{}) : Covering(Unshared{});
    std::vector<TimePoint> until;
    for (const Uncovered& person : people) {
        Lease& lease = exchange.lease(person.ledger);
        until.push_back(lease.spend(person.subject, person.fresh, now));
        exchange.note(lease);
    }
    return until;
}

Covering SharedBudgets::cover(std::span<const Uncovered> people, TimePoint now) {
    Covering covering;
    {
        const std::scoped_lock lock(state_->mutex);
        covering = state_->cover(people, now);
    }
    state_->wake_link(now);
    return covering;
}

void SharedBudgets::owe(std::span<const Uncovered> people, TimePoint now) {
    {
        const std::scoped_lock lock(state_->mutex);
        for (const Uncovered& person : people) {
            Lease& lease = state_->exchange.lease(person.ledger);
            lease.owe(person.subject, now);
            state_->exchange.note(lease);
        }
    }
    state_->wake_link(now);
}

bool SharedBudgets::ready(std::span<const LimitedLedger> ledgers, TimePoint now) {
    bool ready = true;
    {
        const std::scoped_lock lock(state_->mutex);
        if (!state_->exchange.available()) return true;
        for (const LimitedLedger& ledger : ledgers) {
            Lease& lease = state_->exchange.lease(ledger);
            if (lease.is_told(now, asked_anew_after) && lease.has_unit(now)) continue;
            ready = ready && lease.is_told(now, state_->settings.lease);
            lease.look(now);
            state_->exchange.note(lease);
        }
    }
    state_->wake_link(now);
    return ready;
}

void SharedBudgets::when_answered(std::function<void()> wake) {
    {
        const std::scoped_lock lock(state_->mutex);
        if (state_->exchange.awaits()) {
            state_->waiting.push_back(std::move(wake));
            return;
        }
    }
    wake();
}

std::optional<SharedBudgets::Count> SharedBudgets::count(const LimitedLedger& ledger,
                                                         const policies::Limit& limit, TimePoint now) const {
    const std::scoped_lock lock(state_->mutex);
    const Lease* const lease = state_->exchange.find_lease(ledger);
    const auto count = lease == nullptr ? std::nullopt : lease->count(limit, now);
    if (!count) return std::nullopt;
    return Count{count->seen, count->used_up, whole_seconds(count->frees_in)};
}

}  // namespace gateway::accounting
