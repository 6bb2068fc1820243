#pragma once

#include <boost/unordered/unordered_flat_set.hpp>
#include <list>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/accounting/budget_book.hpp"

namespace gateway::accounting {

/// The subjects of one kind that one user saw: each once, with its last sighting, oldest first. A subject
/// counts in a window while less than the window's length has passed since then, so the count is exactly the
/// number of distinct subjects seen in the window that ends now. Not thread-safe.
class Ledger {
public:
    Ledger() = default;
    Ledger(const Ledger&) = delete;  // its iterators point into itself
    Ledger& operator=(const Ledger&) = delete;

    /// Charges `key` to every budget in `budgets` that is about `subject`; counts nothing when one is
    /// exceeded.
    [[nodiscard]] ChargeResult charge(std::string_view subject, std::string_view key,
                                      const std::vector<policies::Budget>& budgets, TimePoint now);

    /// The same for a subject that nobody can be: each miss is a new one.
    [[nodiscard]] ChargeResult charge_miss(std::string_view subject,
                                           const std::vector<policies::Budget>& budgets, TimePoint now);

    /// Forgets what no window counts any more; true when nothing is left.
    [[nodiscard]] bool expire(TimePoint now);

    [[nodiscard]] std::size_t sightings() const { return sightings_.size(); }

private:
    struct Sighting {
        std::string key;
        TimePoint last;
    };
    using Sightings = std::list<Sighting>;

    /// How many sightings a window holds. Kept by its length, not by its rule, so that a policy reload which
    /// changes limits keeps the counts. Forgotten when no charge has named it for its own length.
    struct Window {
        std::chrono::seconds length;
        Sightings::iterator oldest;  // the first one that the window holds; end(): none
        std::size_t count = 0;
        TimePoint last_used;

        [[nodiscard]] bool holds(const Sighting& sighting, TimePoint now) const {
            return now - sighting.last < length;
        }
    };

    // Sightings by their keys. Each lookup is a cache miss or two, which is what counting a row costs.
    struct KeyOf {
        std::string_view operator()(std::string_view key) const { return key; }
        std::string_view operator()(Sightings::const_iterator sighting) const { return sighting->key; }
    };
    struct HashOfKey {
        using is_transparent = void;
        std::size_t operator()(const auto& keyed) const {
            return std::hash<std::string_view>{}(KeyOf{}(keyed));
        }
    };
    struct SameKey {
        using is_transparent = void;
        bool operator()(const auto& a, const auto& b) const { return KeyOf{}(a) == KeyOf{}(b); }
    };

    Window& window_of(std::chrono::seconds length, TimePoint now);
    [[nodiscard]] Exceeded exceeded(const policies::Budget& budget, const Window& window,
                                    TimePoint now) const;
    void sight(Sightings::iterator sighting, bool is_new, TimePoint now);

    Sightings sightings_;  // oldest first
    boost::unordered_flat_set<Sightings::iterator, HashOfKey, SameKey> by_key_;
    std::vector<Window> windows_;
    std::uint64_t misses_ = 0;
};

}  // namespace gateway::accounting
