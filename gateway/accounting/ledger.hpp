#pragma once

#include <algorithm>
#include <boost/unordered/unordered_flat_set.hpp>
#include <chrono>
#include <cstdint>
#include <deque>
#include <limits>
#include <vector>

#include "gateway/accounting/charge_result.hpp"
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

/// The subjects that one account paid for, of one thing that is counted: each once, with its last sighting,
/// oldest first. A subject counts in a window while less than the window's length has passed since then, so
/// the count is exactly the number of distinct subjects seen in the window that ends now. Not thread-safe.
class Ledger {
public:
    Ledger() = default;
    Ledger(const Ledger&) = delete;  // its set points into itself
    Ledger& operator=(const Ledger&) = delete;

    /// Whether `subject`, a KeyHash, fits `limits`. Counts nothing.
    [[nodiscard]] Fit fit(std::uint64_t subject, const std::vector<policies::Limit>& limits, TimePoint now);

    /// Counts `subject` in every window.
    void count(std::uint64_t subject, TimePoint now);

    /// The journal, or the store that replicas share, has `subject` as seen at `until`: not every repeated
    /// sighting must be written.
    void cover(std::uint64_t subject, TimePoint until);

    /// Counts `subject` as seen at `seen_at`, before a restart. Sightings come in any order.
    void restore(std::uint64_t subject, TimePoint seen_at, TimePoint now);

    /// Gives each subject with the time at which it has to be written down as seen.
    template <class Give>
    void for_each(Give give) const {
        for (Index i = oldest_; i != none; i = sightings_[i].later)
            give(sightings_[i].key, std::max(sightings_[i].last, sightings_[i].covered));
    }

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

    [[nodiscard]] std::size_t sightings() const { return by_key_.size(); }

private:
    using Index = std::uint32_t;
    static constexpr Index none = std::numeric_limits<Index>::max();

    /// One subject: 32 bytes, in a list by time that is made of indices.
    struct Sighting {
        std::uint64_t key;  // KeyHash
        TimePoint last;
        TimePoint covered;  // written down as seen at
        Index earlier;
        Index later;
    };

    /// How many sightings a window holds. Kept by its length, not by its rule, so that a policy reload which
    /// changes limits keeps the counts. Forgotten when no charge has named it for its own length.
    struct Window {
        std::chrono::seconds length;
        Index oldest;  // the first one that the window holds
        std::size_t count = 0;
        TimePoint last_used;

        [[nodiscard]] bool holds(const Sighting& sighting, TimePoint now) const {
            return now - sighting.last < length;
        }
    };

    // Sightings by their keys. Each lookup is a cache miss or two, which is what counting a row costs.
    struct HashOfKey {
        using is_transparent = void;
        using is_avalanching = void;
        const std::deque<Sighting>* all;
        std::size_t operator()(std::uint64_t key) const { return key; }
        std::size_t operator()(Index index) const { return (*all)[index].key; }
    };
    struct SameKey {
        using is_transparent = void;
        const std::deque<Sighting>* all;
        bool operator()(Index a, Index b) const { return a == b; }
        bool operator()(std::uint64_t key, Index index) const { return (*all)[index].key == key; }
        bool operator()(Index index, std::uint64_t key) const { return (*all)[index].key == key; }
    };

    Window& window_of(std::chrono::seconds length, TimePoint now);
    /// The list stays in the order of time, though callers read the clock before they wait for a lock.
    [[nodiscard]] TimePoint in_order(TimePoint now) const;
    [[nodiscard]] std::chrono::seconds room_in(const policies::Limit& limit, const Window& window,
                                               TimePoint now) const;
    void sight(Index sighting, bool is_new, TimePoint now);
    [[nodiscard]] Index add(std::uint64_t key);
    void forget_oldest();
    void unlink(Index sighting);
    void link_last(Index sighting);

    std::deque<Sighting> sightings_;  // in no order; a deque wastes no memory when it grows
    Index oldest_ = none;
    Index newest_ = none;
    Index unused_ = none;  // a list by `later`
    boost::unordered_flat_set<Index, HashOfKey, SameKey> by_key_{0, HashOfKey{&sightings_},
                                                                 SameKey{&sightings_}};
    std::vector<Window> windows_;
};

}  // namespace gateway::accounting
