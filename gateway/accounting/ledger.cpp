#include "gateway/accounting/ledger.hpp"

#include <algorithm>
#include <utility>

namespace gateway::accounting {
namespace {

constexpr std::chrono::hours longest_window{24 * 7};  // that a policy can name

constexpr int grace_share = 60;

}  // namespace

std::chrono::milliseconds grace_of(const std::vector<policies::Limit>& limits) {
    const auto shortest = std::ranges::min(limits, {}, &policies::Limit::window).window;
    return std::chrono::milliseconds(shortest) / grace_share;
}

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

TimePoint Ledger::in_order(TimePoint now) const {
    return newest_ == none ? now : std::max(now, sightings_[newest_].last);
}

Fit Ledger::fit(std::uint64_t subject, const std::vector<policies::Limit>& limits, TimePoint now) {
    now = in_order(now);
    for (const policies::Limit& limit : limits)
        window_of(limit.window, now);
    (void)expire(now);

    const auto known = by_key_.find(subject);
    Fit fit;
    fit.covered = known != by_key_.end() && sightings_[*known].covered >= now;
    for (const policies::Limit& limit : limits) {
        const Window& window = window_of(limit.window, now);
        if (known != by_key_.end() && window.holds(sightings_[*known], now)) continue;
        fit.fresh = true;
        if (window.count < limit.most) continue;
        const auto more_in = room_in(limit, window, now);
        if (fit.exceeded != nullptr && more_in <= fit.more_in) continue;
        fit.exceeded = &limit;
        fit.seen = window.count;
        fit.more_in = more_in;
    }
    return fit;
}

void Ledger::count(std::uint64_t subject, TimePoint now) {
    now = in_order(now);
    const auto known = by_key_.find(subject);
    const bool is_new = known == by_key_.end();
    sight(is_new ? add(subject) : *known, is_new, now);
}

void Ledger::cover(std::uint64_t subject, TimePoint until) {
    const auto known = by_key_.find(subject);
    if (known == by_key_.end()) return;
    TimePoint& covered = sightings_[*known].covered;
    covered = std::max(covered, until);
}

std::chrono::seconds Ledger::longest_named() const {
    std::chrono::seconds longest{};
    for (const Window& window : windows_)
        longest = std::max(longest, window.length);
    return longest;
}

void Ledger::restore(std::uint64_t subject, TimePoint seen_at, TimePoint now) {
    // No limit has named a window yet: what may count in one is kept.
    window_of(longest_window, now);
    count(subject, std::min(seen_at, now));
}

Ledger::Use Ledger::use(const policies::Limit& limit, TimePoint now) {
    now = in_order(now);
    window_of(limit.window, now);
    (void)expire(now);
    const Window& window = window_of(limit.window, now);
    if (window.count == 0) return {};
    return {window.count,
            std::chrono::ceil<std::chrono::seconds>(sightings_[window.oldest].last + limit.window - now)};
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
    sightings_[place].covered = TimePoint::min();
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
    const auto [key, last, covered, earlier, later] = sightings_[sighting];
    (earlier == none ? oldest_ : sightings_[earlier].later) = later;
    (later == none ? newest_ : sightings_[later].earlier) = earlier;
}

void Ledger::link_last(Index sighting) {
    sightings_[sighting].earlier = newest_;
    sightings_[sighting].later = none;
    (newest_ == none ? oldest_ : sightings_[newest_].later) = sighting;
    newest_ = sighting;
}

// Usually the oldest sighting makes room; after a reload that lowered the limit more of them must go. A limit
// of zero never has room: the whole window is named then.
std::chrono::seconds Ledger::room_in(const policies::Limit& limit, const Window& window,
                                     TimePoint now) const {
    if (limit.most == 0) return limit.window;
    Index frees = window.oldest;
    for (std::size_t i = window.count - limit.most; i > 0; --i)
        frees = sightings_[frees].later;
    return std::chrono::ceil<std::chrono::seconds>(sightings_[frees].last + limit.window - now);
}

}  // namespace gateway::accounting
