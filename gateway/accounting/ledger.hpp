#pragma once

#include <chrono>
#include <compare>
#include <cstdint>
#include <deque>
#include <vector>

#include "gateway/accounting/charge_result.hpp"
#include "gateway/accounting/sighting_table.hpp"
#include "policies/budget.hpp"

namespace gateway::accounting {

/// Whether a subject fits some limits.
struct Fit {
    bool fresh = false;                         // new in at least one of their windows
    bool covered = false;                       // written down as seen now, or later
    const policies::Limit* exceeded = nullptr;  // the one that takes longest to have room again
    std::uint64_t seen = 0;                     // in its window
    std::chrono::seconds more_in{};             // until its oldest sighting leaves
};

/// How much later than he was seen somebody may be written down as seen, so that not every repeated sighting
/// must be: a share of the shortest window.
[[nodiscard]] std::chrono::milliseconds grace_of(const std::vector<policies::Limit>& limits);

/// The subjects that one account paid for, of one thing that is counted: each once, with its last sighting. A
/// subject counts in a window while less than the window's length has passed since then, so the count is
/// exactly the number of distinct subjects seen in the window that ends now. Not thread-safe.
class Ledger {
public:
    Ledger() = default;
    Ledger(const Ledger&) = delete;
    Ledger& operator=(const Ledger&) = delete;

    /// Brings the windows of `limits` to `now`: before look_up(), once for all that is looked up then.
    void advance(const std::vector<policies::Limit>& limits, TimePoint now);

    /// `subject` will be looked up soon: to be called in the order of the look-ups, behind advance().
    void prefetch(std::uint64_t subject) const { sightings_.prefetch(subject); }

    /// Whether `subject`, a KeyHash, fits `limits`. Counts nothing.
    [[nodiscard]] Fit look_up(std::uint64_t subject, const std::vector<policies::Limit>& limits,
                              TimePoint now) const;
    /// advance() and look_up().
    [[nodiscard]] Fit fit(std::uint64_t subject, const std::vector<policies::Limit>& limits, TimePoint now);

    /// Counts `subject` in every window.
    void count(std::uint64_t subject, TimePoint now);

    /// The journal, or the store that replicas share, has `subject` as seen at `until`: not every repeated
    /// sighting must be written. Kept as milliseconds, rounded down.
    void cover(std::uint64_t subject, TimePoint until);

    /// Counts `subject` as seen at `seen_at`, before a restart. Sightings come in any order.
    void restore(std::uint64_t subject, TimePoint seen_at, TimePoint now);

    /// Each subject with the time at which it has to be written down as seen, in the order of time.
    struct Seen {
        TimePoint at;
        std::uint64_t subject;
        auto operator<=>(const Seen&) const = default;
    };
    [[nodiscard]] std::vector<Seen> all_seen() const;

    /// How many subjects stand in the limit's window, and when the oldest leaves it.
    struct Use {
        std::uint64_t seen = 0;
        std::chrono::seconds more_in{};
    };
    [[nodiscard]] Use use(const policies::Limit& limit, TimePoint now);

    /// Forgets what no window counts any more; true when nothing is left.
    [[nodiscard]] bool expire(TimePoint now);

    /// Of those that limits have named.
    [[nodiscard]] std::chrono::seconds longest_named() const;

    [[nodiscard]] std::size_t sightings() const { return live_; }

private:
    using Sighting = SightingTable::Sighting;
    using MomentNumber = std::uint32_t;

    /// All that was last seen at one time: a chunk of rows is.
    struct Moment {
        TimePoint at;
        std::uint64_t count = 0;
    };

    /// How many sightings a window holds. Kept by its length, not by its rule, so that a policy reload which
    /// changes limits keeps the counts. Forgotten when no charge has named it for its own length.
    struct Window {
        std::chrono::seconds length;
        MomentNumber first;  // that it holds; the next one to come where it holds none
        std::uint64_t count = 0;
        TimePoint last_used;

        [[nodiscard]] bool holds(TimePoint seen_at, TimePoint now) const { return now - seen_at < length; }
        [[nodiscard]] bool holds(const Sighting& sighting) const { return sighting.moment >= first; }
    };

    [[nodiscard]] const Moment& moment(MomentNumber number) const { return moments_[number - first_]; }
    [[nodiscard]] Moment& moment(MomentNumber number) { return moments_[number - first_]; }
    [[nodiscard]] MomentNumber next_number() const {
        return first_ + static_cast<MomentNumber>(moments_.size());
    }
    /// Of those in the table, some are in no window any more: they go when it is rebuilt.
    [[nodiscard]] bool is_live(const Sighting& sighting) const { return sighting.moment >= first_; }
    [[nodiscard]] const Sighting* find_live(std::uint64_t subject) const;
    [[nodiscard]] TimePoint covered_until(const Sighting& sighting) const;

    Window& window_of(std::chrono::seconds length, TimePoint now);
    [[nodiscard]] const Window& named_window(std::chrono::seconds length) const;
    /// Moments stay in the order of time, though callers read the clock before they wait for a lock.
    [[nodiscard]] TimePoint in_order(TimePoint now) const;
    [[nodiscard]] std::chrono::seconds room_in(const policies::Limit& limit, const Window& window,
                                               TimePoint now) const;
    /// The number of the moment that is `now`.
    [[nodiscard]] MomentNumber moment_at(TimePoint now);
    void forget_moments();
    void make_room();
    void renumber();

    SightingTable sightings_;
    std::size_t live_ = 0;
    std::deque<Moment> moments_;  // in the order of time
    MomentNumber first_ = 1;      // of moments_
    TimePoint covered_from_{};    // what Sighting::covered counts from, in milliseconds; 0: not covered
    std::vector<Window> windows_;
};

}  // namespace gateway::accounting
