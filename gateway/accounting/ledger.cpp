#include "gateway/accounting/ledger.hpp"

#include <algorithm>
#include <iterator>
#include <optional>

namespace gateway::accounting {

Ledger::Window& Ledger::window_of(std::chrono::seconds length, TimePoint now) {
    auto found = std::ranges::find(windows_, length, &Window::length);
    if (found == windows_.end()) {
        Window window{.length = length, .oldest = sightings_.end(), .last_used = now};
        while (window.oldest != sightings_.begin() && window.holds(*std::prev(window.oldest), now)) {
            --window.oldest;
            ++window.count;
        }
        found = windows_.insert(windows_.end(), window);
    }
    found->last_used = now;
    return *found;
}

bool Ledger::expire(TimePoint now) {
    for (Window& window : windows_) {
        while (window.oldest != sightings_.end() && !window.holds(*window.oldest, now)) {
            ++window.oldest;
            --window.count;
        }
    }
    std::erase_if(windows_, [now](const Window& window) { return now - window.last_used >= window.length; });
    const auto counted = [&](const Sighting& sighting) {
        return std::ranges::any_of(windows_,
                                   [&](const Window& window) { return window.holds(sighting, now); });
    };
    while (!sightings_.empty() && !counted(sightings_.front())) {
        by_key_.erase(sightings_.begin());
        sightings_.pop_front();
    }
    return sightings_.empty();
}

ChargeResult Ledger::charge(std::string_view subject, std::string_view key,
                            const std::vector<policies::Budget>& budgets, TimePoint now) {
    // Callers read the clock before they wait for the lock; the list stays in the order of time all the same.
    if (!sightings_.empty()) now = std::max(now, sightings_.back().last);
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

    const auto known = by_key_.find(key);
    Charged charged;
    std::optional<Exceeded> longest;
    for (const policies::Budget& budget : budgets) {
        if (!about_subject(budget)) continue;
        const Window& window = window_of(budget.window, now);
        if (known != by_key_.end() && window.holds(**known, now)) continue;
        charged.first_sighting = true;
        if (window.count < budget.limit) continue;
        const Exceeded here = exceeded(budget, window, now);
        if (!longest || here.more_in > longest->more_in) longest = here;
    }
    if (longest) return *longest;

    if (known != by_key_.end()) {
        sight(*known, false, now);
    } else {
        const auto added =
            sightings_.insert(sightings_.end(), Sighting{.key = std::string(key), .last = now});
        by_key_.insert(added);
        sight(added, true, now);
    }
    return charged;
}

ChargeResult Ledger::charge_miss(std::string_view subject, const std::vector<policies::Budget>& budgets,
                                 TimePoint now) {
    // A NUL cannot stand in a PostgreSQL value, so no subject has such a key.
    const std::string key = std::string("\0miss", 5) + std::to_string(misses_++);
    return charge(subject, key, budgets, now);
}

void Ledger::sight(Sightings::iterator sighting, bool is_new, TimePoint now) {
    for (Window& window : windows_) {
        if (is_new || !window.holds(*sighting, now)) {
            ++window.count;
        } else if (window.oldest == sighting) {
            ++window.oldest;
        }
    }
    sightings_.splice(sightings_.end(), sightings_, sighting);
    sighting->last = now;
    for (Window& window : windows_) {
        if (window.oldest == sightings_.end()) window.oldest = sighting;
    }
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
        const auto frees = std::next(window.oldest, static_cast<std::ptrdiff_t>(window.count - budget.limit));
        result.more_in = std::chrono::ceil<std::chrono::seconds>(frees->last + budget.window - now);
    }
    return result;
}

}  // namespace gateway::accounting
