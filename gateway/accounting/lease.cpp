#include "gateway/accounting/lease.hpp"

#include <algorithm>
#include <utility>

#include "gateway/accounting/ledger.hpp"

namespace gateway::accounting {
namespace {

using namespace std::chrono_literals;

constexpr std::uint64_t least_ahead = 4;
constexpr std::uint64_t most_ahead = 256;
constexpr std::size_t most_told = 500;  // in one command
constexpr std::size_t most_asked = 100;

constexpr Milliseconds unused_after = 1s;    // units are given back
constexpr Milliseconds again_after = 200ms;  // where another replica may give back a unit
constexpr Milliseconds pause_again = 1s;     // where nothing is granted for now
constexpr Milliseconds kept_for = 1s;        // an answer
constexpr Milliseconds asked_for = 10s;      // whoever asked is not there any more

constexpr TimePoint never = TimePoint::max();

template <class Item>
std::vector<Item> take_some(std::vector<Item>& from, std::size_t most) {
    if (from.size() <= most) return std::exchange(from, {});
    const auto end = from.begin() + static_cast<std::ptrdiff_t>(most);
    std::vector<Item> taken(from.begin(), end);
    from.erase(from.begin(), end);
    return taken;
}

std::uint64_t count_fresh(const std::vector<StoreSighting>& sightings) {
    return static_cast<std::uint64_t>(std::ranges::count(sightings, true, &StoreSighting::fresh));
}

bool is_same(const WindowLimit& ours, const policies::Limit& limit) {
    return ours.window == limit.window && ours.most == limit.most;
}

}  // namespace

Lease::Lease(LedgerNameView name, const std::vector<policies::Limit>& limits)
    : name_(name), grace_(grace_of(limits)) {
    for (const policies::Limit& limit : limits)
        limits_.push_back({limit.window, limit.most});
}

bool Lease::is_under(const std::vector<policies::Limit>& limits) const {
    return std::ranges::equal(limits_, limits, is_same);
}

std::vector<Lease::Ask>::const_iterator Lease::find_ask(std::uint64_t subject) const {
    return std::ranges::find(asks_, subject, &Ask::subject);
}

std::vector<Lease::Ask>::iterator Lease::find_ask(std::uint64_t subject) {
    return std::ranges::find(asks_, subject, &Ask::subject);
}

Lease::Standing Lease::standing(std::uint64_t subject, TimePoint now) const {
    const auto ask = find_ask(subject);
    if (ask == asks_.end()) return Standing::unknown;
    if (ask->known_until >= now) return Standing::known;
    if (ask->no_room_until >= now) return Standing::no_room;
    const bool answered = ask->known_until != TimePoint::min() || ask->no_room_until != TimePoint::min();
    return answered ? Standing::unknown : Standing::asked;
}

bool Lease::has_unit(TimePoint now) const { return !units_.empty() && units_.back().until > now; }

TimePoint Lease::spend(std::uint64_t subject, bool fresh, TimePoint now) {
    if (const auto ask = find_ask(subject); ask != asks_.end() && ask->known_until >= now)
        return ask->known_until;
    last_used_ = now;
    drop_ended(now);
    if (units_.empty()) return now;  // the same ledger stands twice in one charge: one unit is enough
    const Unit unit = units_.front();
    units_.pop_front();
    if (units_.size() < want_ / 2) wants_more_ = true;
    spent_.push_back({.subject = subject, .unit = unit.number, .until = now + grace_, .fresh = fresh});
    return std::min(unit.until, now + grace_);
}

void Lease::owe(std::uint64_t subject, TimePoint now) {
    spent_.push_back({.subject = subject, .unit = 0, .until = now + grace_, .fresh = true});
}

void Lease::drop_ended(TimePoint now) {
    while (!units_.empty() && units_.front().until <= now) {
        given_.push_back(units_.front().number);
        units_.pop_front();
    }
}

void Lease::ask(std::uint64_t subject, TimePoint now) {
    if (const auto old = find_ask(subject); old != asks_.end()) asks_.erase(old);
    asks_.push_back({.subject = subject, .again = now, .forget = now + asked_for});
    last_used_ = now;
    want_ = std::min(most_ahead, 2 * want_);
}

void Lease::look(TimePoint now) {
    looks_ = true;
    if (units_.empty()) last_used_ = now;  // what is in hand and not spent others may need
}

void Lease::give_back() {
    for (const Unit& unit : units_)
        given_.push_back(unit.number);
    units_.clear();
}

void Lease::tidy(TimePoint now) {
    std::erase_if(asks_, [now](const Ask& ask) { return ask.forget < now; });
    drop_ended(now);
    if (now - last_used_ < unused_after) return;
    give_back();
    want_ = std::max(least_ahead, want_ / 2);
}

bool Lease::idle(TimePoint now) const {
    return units_.empty() && asks_.empty() && !has_news(now) && !is_told(now, asked_for);
}

bool Lease::has_news(TimePoint now) const {
    return looks_ || wants_more_ || !given_.empty() || !spent_.empty() ||
           std::ranges::any_of(asks_, [now](const Ask& ask) { return ask.again <= now; });
}

std::optional<TimePoint> Lease::asks_again() const {
    const auto first = std::ranges::min_element(asks_, {}, &Ask::again);
    if (first == asks_.end() || first->again == never) return std::nullopt;
    return first->again;
}

void Lease::take_asked(LedgerNews& news, TimePoint now) {
    for (Ask& ask : asks_) {
        if (ask.again > now || news.asked.size() == most_asked) continue;
        ask.again = never;
        news.asked.push_back(ask.subject);
    }
}

LedgerNews Lease::news(std::uint64_t& next_unit, TimePoint now) {
    LedgerNews news{.name = name_, .limits = limits_, .grace = grace_, .first_wanted = next_unit};
    take_asked(news, now);
    drop_ended(now);
    if (!news.asked.empty() || looks_ || wants_more_) {
        const std::uint64_t ahead = std::max<std::uint64_t>(want_, news.asked.size());
        news.wanted = ahead - std::min<std::uint64_t>(ahead, units_.size());
    }
    looks_ = wants_more_ = false;
    next_unit += news.wanted;
    news.given = take_some(given_, most_told);
    news.seen = take_some(spent_, most_told);
    telling_ = count_fresh(news.seen);
    news.held = units_.size() + spent_.size();
    return news;
}

void Lease::answered(const LedgerNews& news, const LedgerTold& told, Milliseconds pause, Milliseconds lease,
                     TimePoint sent, TimePoint now) {
    telling_ = 0;
    for (std::uint64_t i = 0; i < told.granted; ++i)
        units_.push_back({news.first_wanted + i, sent + lease});
    const std::uint64_t others = told.live - std::min(told.live, news.held);
    told_ = Told{.at = now, .limits = told.limits, .others = others};
    for (std::size_t i = 0; i < news.asked.size(); ++i) {
        const auto ask = find_ask(news.asked[i]);
        if (ask == asks_.end()) continue;
        if (told.known[i]) {
            ask->forget = now + kept_for;
            ask->known_until = sent + news.grace;
        } else if (has_unit(now)) {
            asks_.erase(ask);
        } else if (pause > 0ms) {
            ask->again = now + std::min(pause, pause_again);
        } else if (others > 0) {
            ask->again = now + again_after;
        } else {
            ask->forget = ask->no_room_until = now + kept_for;
        }
    }
}

void Lease::lost(LedgerNews news) {
    telling_ = 0;
    given_.insert(given_.end(), news.given.begin(), news.given.end());
    for (std::uint64_t i = 0; i < news.wanted; ++i)
        given_.push_back(news.first_wanted + i);
    spent_.insert(spent_.begin(), news.seen.begin(), news.seen.end());
    asks_.clear();
    looks_ = false;
}

void Lease::begin_anew() {
    give_back();
    asks_.clear();
    told_.reset();
}

bool Lease::is_told(TimePoint now, Milliseconds within) const { return told_ && now - told_->at <= within; }

std::optional<Lease::Count> Lease::count(const policies::Limit& limit, TimePoint now) const {
    if (!told_) return std::nullopt;
    for (std::size_t i = 0; i < limits_.size(); ++i) {
        if (!is_same(limits_[i], limit)) continue;
        const WindowTold& told = told_->limits[i];
        const auto passed = std::chrono::floor<Milliseconds>(now - told_->at);
        return Count{.seen = told.seen + telling_ + count_fresh(spent_),
                     .used_up = told.seen >= limit.most && passed < told.frees_in,
                     .frees_in = std::max(told.frees_in - passed, Milliseconds(0))};
    }
    return std::nullopt;
}

}  // namespace gateway::accounting
