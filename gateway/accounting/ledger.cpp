#include "gateway/accounting/ledger.hpp"

#include <algorithm>
#include <limits>

namespace gateway::accounting {
namespace {

using std::chrono::milliseconds;

constexpr std::chrono::hours longest_window{24 * 7};  // that a policy can name

constexpr int grace_share = 60;

// More moments than twice the subjects are mostly empty ones.
constexpr std::size_t spare_moments = 64;
// A table is made smaller when so few of its subjects are in a window.
constexpr std::size_t live_share = 8;
constexpr std::size_t small_table = 256;

}  // namespace

std::chrono::milliseconds grace_of(const std::vector<policies::Limit>& limits) {
    const auto shortest = std::ranges::min(limits, {}, &policies::Limit::window).window;
    return std::chrono::milliseconds(shortest) / grace_share;
}

Ledger::Window& Ledger::window_of(std::chrono::seconds length, TimePoint now) {
    auto found = std::ranges::find(windows_, length, &Window::length);
    if (found == windows_.end()) {
        Window window{.length = length, .first = next_number(), .last_used = now};
        while (window.first != first_ && window.holds(moment(window.first - 1).at, now))
            window.count += moment(--window.first).count;
        found = windows_.insert(windows_.end(), window);
    }
    found->last_used = now;
    return *found;
}

const Ledger::Window& Ledger::named_window(std::chrono::seconds length) const {
    return *std::ranges::find(windows_, length, &Window::length);
}

bool Ledger::expire(TimePoint now) {
    for (Window& window : windows_) {
        const auto leaves = [&](const Moment& oldest) {
            return !window.holds(oldest.at, now) || (oldest.count == 0 && &oldest != &moments_.back());
        };
        while (window.first != next_number() && leaves(moment(window.first)))
            window.count -= moment(window.first++).count;
    }
    std::erase_if(windows_, [now](const Window& window) { return now - window.last_used >= window.length; });
    forget_moments();
    return live_ == 0;
}

void Ledger::forget_moments() {
    MomentNumber first = next_number();
    for (const Window& window : windows_)
        first = std::min(first, window.first);
    for (; first_ != first; ++first_) {
        live_ -= moments_.front().count;
        moments_.pop_front();
    }
    if (live_ == 0) {
        sightings_.clear();
    } else if (sightings_.size() > small_table && live_ < sightings_.size() / live_share) {
        make_room();
    }
}

TimePoint Ledger::in_order(TimePoint now) const {
    return moments_.empty() ? now : std::max(now, moments_.back().at);
}

const Ledger::Sighting* Ledger::find_live(std::uint64_t subject) const {
    const Sighting* const known = sightings_.find(subject);
    return known != nullptr && is_live(*known) ? known : nullptr;
}

TimePoint Ledger::covered_until(const Sighting& sighting) const {
    return sighting.covered == 0 ? TimePoint::min() : covered_from_ + milliseconds(sighting.covered);
}

void Ledger::advance(const std::vector<policies::Limit>& limits, TimePoint now) {
    now = in_order(now);
    for (const policies::Limit& limit : limits)
        window_of(limit.window, now);
    (void)expire(now);
    sightings_.expect_next();
}

Fit Ledger::look_up(std::uint64_t subject, const std::vector<policies::Limit>& limits, TimePoint now) const {
    now = in_order(now);
    const Sighting* const known = find_live(subject);
    Fit fit;
    fit.covered = known != nullptr && covered_until(*known) >= now;
    for (const policies::Limit& limit : limits) {
        const Window& window = named_window(limit.window);
        if (known != nullptr && window.holds(*known)) continue;
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

Fit Ledger::fit(std::uint64_t subject, const std::vector<policies::Limit>& limits, TimePoint now) {
    advance(limits, now);
    return look_up(subject, limits, now);
}

void Ledger::count(std::uint64_t subject, TimePoint now) {
    const MomentNumber number = moment_at(in_order(now));
    Sighting* known = sightings_.find(subject);
    const bool live = known != nullptr && is_live(*known);
    for (Window& window : windows_) {
        if (number >= window.first && !(live && window.holds(*known))) ++window.count;
    }
    ++moment(number).count;
    if (live) {
        --moment(known->moment).count;
        known->moment = number;
        return;
    }
    ++live_;
    if (known != nullptr) {
        *known = {.key = subject, .moment = number};
        return;
    }
    if (!sightings_.has_room()) make_room();
    sightings_.add({.key = subject, .moment = number});
}

Ledger::MomentNumber Ledger::moment_at(TimePoint now) {
    if (!moments_.empty() && moments_.back().at == now) return next_number() - 1;
    const bool many = moments_.size() > 2 * live_ + spare_moments;
    if (many || next_number() == std::numeric_limits<MomentNumber>::max()) renumber();
    moments_.push_back({.at = now});
    return next_number() - 1;
}

void Ledger::make_room() {
    sightings_.rebuild(live_, [this](const Sighting& sighting) { return is_live(sighting); });
}

// Moments without sightings go, and the numbers begin anew.
void Ledger::renumber() {
    std::vector<MomentNumber> numbers;  // what each moment, and the next one, is called from now on
    numbers.reserve(moments_.size() + 1);
    MomentNumber next = 1;
    for (const Moment& moment : moments_) {
        numbers.push_back(next);
        if (moment.count > 0) ++next;
    }
    numbers.push_back(next);
    for (Window& window : windows_)
        window.first = numbers[window.first - first_];
    sightings_.rebuild(live_, [&](Sighting& sighting) {
        if (!is_live(sighting)) return false;
        sighting.moment = numbers[sighting.moment - first_];
        return true;
    });
    std::erase_if(moments_, [](const Moment& moment) { return moment.count == 0; });
    first_ = 1;
}

void Ledger::cover(std::uint64_t subject, TimePoint until) {
    Sighting* const known = sightings_.find(subject);
    if (known == nullptr || !is_live(*known)) return;
    constexpr auto most = milliseconds(std::numeric_limits<std::uint32_t>::max());
    auto covered = std::chrono::floor<milliseconds>(until - covered_from_);
    if (covered > most) {  // for the first time, and then every seven weeks: nobody is covered for so long
        covered_from_ = until - most / 2;
        covered = most / 2;
        sightings_.for_each([](Sighting& sighting) { sighting.covered = 0; });
    }
    if (covered.count() > 0)
        known->covered = std::max(known->covered, static_cast<std::uint32_t>(covered.count()));
}

std::vector<Ledger::Seen> Ledger::all_seen() const {
    std::vector<Seen> all;
    all.reserve(live_);
    sightings_.for_each([&](const Sighting& sighting) {
        if (!is_live(sighting)) return;
        all.push_back({std::max(moment(sighting.moment).at, covered_until(sighting)), sighting.key});
    });
    std::ranges::sort(all);
    return all;
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
    const Window& window = named_window(limit.window);
    if (window.count == 0) return {};
    return {window.count,
            std::chrono::ceil<std::chrono::seconds>(moment(window.first).at + limit.window - now)};
}

// Usually the oldest sighting makes room; after a reload that lowered the limit more of them must go. A limit
// of zero never has room: the whole window is named then.
std::chrono::seconds Ledger::room_in(const policies::Limit& limit, const Window& window,
                                     TimePoint now) const {
    if (limit.most == 0) return limit.window;
    std::uint64_t before = window.count - limit.most;
    MomentNumber frees = window.first;
    while (before >= moment(frees).count)
        before -= moment(frees++).count;
    return std::chrono::ceil<std::chrono::seconds>(moment(frees).at + limit.window - now);
}

}  // namespace gateway::accounting
