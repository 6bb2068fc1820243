#include "gateway/accounting/ledger.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include "gateway/accounting/key_hash.hpp"

namespace gateway::accounting {

Ledger::Window& Ledger::window_of(std::chrono::seconds length, TimePoint now) {
    auto found = std::ranges::find(windows_, length, &Window::length);
    if (found == windows_.end()) {
        Window window{.length = length, .oldest = none, .last_used = now};
        for (Index i = newest_; i != none && window.holds(sightings_[i], now); i = sightings_[i].earlier) {
            window.oldest = i;
            ++window.count;
        }
        found = windows_.insert(windows_.end(), window);
    }
    found->last_used = now;
    return *found;
}

bool Ledger::expire(TimePoint now) {
    for (Window& window : windows_) {
        while (window.oldest != none && !window.holds(sightings_[window.oldest], now)) {
            window.oldest = sightings_[window.oldest].later;
            --window.count;
        }
    }
    std::erase_if(windows_, [now](const Window& window) { return now - window.last_used >= window.length; });
    const auto counted = [&](const Sighting& sighting) {
        return std::ranges::any_of(windows_,
                                   [&](const Window& window) { return window.holds(sighting, now); });
    };
    while (oldest_ != none && !counted(sightings_[oldest_]))
        forget_oldest();
    return oldest_ == none;
}

ChargeResult Ledger::charge(std::string_view subject, std::string_view key,
                            const std::vector<policies::Budget>& budgets, TimePoint now) {
    // Callers read the clock before they wait for the lock; the list stays in the order of time all the same.
    if (newest_ != none) now = std::max(now, sightings_[newest_].last);
    const auto about_subject = [subject](const policies::Budget& budget) {
        return budget.subject == subject;
    };

    bool budgeted = false;
    for (const policies::Budget& budget : budgets) {
        if (!about_subject(budget)) continue;
        window_of(budget.window, now);
        budgeted = true;
    }
    if (!budgeted) return Charged{};
    (void)expire(now);

    const std::uint64_t hash = KeyHash::of_process()(key);
    const auto known = by_key_.find(hash);
    Charged charged;
    std::optional<Exceeded> longest;
    for (const policies::Budget& budget : budgets) {
        if (!about_subject(budget)) continue;
        const Window& window = window_of(budget.window, now);
        if (known != by_key_.end() && window.holds(sightings_[*known], now)) continue;
        charged.first_sighting = true;
        if (window.count < budget.limit) continue;
        const Exceeded here = exceeded(budget, window, now);
        if (!longest || here.more_in > longest->more_in) longest = here;
    }
    if (longest) return *longest;

    const bool is_new = known == by_key_.end();
    sight(is_new ? add(hash) : *known, is_new, now);
    return charged;
}

ChargeResult Ledger::charge_miss(std::string_view subject, const std::vector<policies::Budget>& budgets,
                                 TimePoint now) {
    // A NUL cannot stand in a PostgreSQL value, so no subject has such a key.
    const std::string key = std::string("\0miss", 5) + std::to_string(misses_++);
    return charge(subject, key, budgets, now);
}

void Ledger::sight(Index sighting, bool is_new, TimePoint now) {
    for (Window& window : windows_) {
        if (is_new || !window.holds(sightings_[sighting], now)) {
            ++window.count;
        } else if (window.oldest == sighting) {
            window.oldest = sightings_[sighting].later;
        }
    }
    if (!is_new) unlink(sighting);
    link_last(sighting);
    sightings_[sighting].last = now;
    for (Window& window : windows_) {
        if (window.oldest == none) window.oldest = sighting;
    }
}

Ledger::Index Ledger::add(std::uint64_t key) {
    Index place = unused_;
    if (place == none) {
        place = static_cast<Index>(sightings_.size());
        sightings_.emplace_back();
    } else {
        unused_ = sightings_[place].later;
    }
    sightings_[place].key = key;
    by_key_.insert(place);
    return place;
}

void Ledger::forget_oldest() {
    const Index place = oldest_;
    by_key_.erase(place);
    unlink(place);
    sightings_[place].later = std::exchange(unused_, place);
    if (oldest_ != none) return;
    sightings_.clear();
    unused_ = none;
}

void Ledger::unlink(Index sighting) {
    const auto [key, last, earlier, later] = sightings_[sighting];
    (earlier == none ? oldest_ : sightings_[earlier].later) = later;
    (later == none ? newest_ : sightings_[later].earlier) = earlier;
}

void Ledger::link_last(Index sighting) {
    sightings_[sighting].earlier = newest_;
    sightings_[sighting].later = none;
    (newest_ == none ? oldest_ : sightings_[newest_].later) = sighting;
    newest_ = sighting;
}

Exceeded Ledger::exceeded(const policies::Budget& budget, const Window& window, TimePoint now) const {
    Exceeded result{.seen = window.count,
                    .allowed = budget.limit,
                    .window = budget.window,
                    .more_in = budget.window,
                    .rule = budget.rule};
    // Usually the oldest sighting makes room; after a reload that lowered the limit more of them must go. A
    // limit of zero never has room: the whole window is named then.
    if (budget.limit > 0) {
        Index frees = window.oldest;
        for (std::size_t i = window.count - budget.limit; i > 0; --i)
            frees = sightings_[frees].later;
        result.more_in =
            std::chrono::ceil<std::chrono::seconds>(sightings_[frees].last + budget.window - now);
    }
    return result;
}

}  // namespace gateway::accounting
