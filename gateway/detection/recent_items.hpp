#pragma once

#include <chrono>
#include <cstdint>
#include <memory>

namespace gateway::detection {

using TimePoint = std::chrono::steady_clock::time_point;

/// When items were last seen, in groups within which they have an order. Of bounded size, whoever sees how
/// much: an owner who has too many loses his own oldest ones first. Not thread-safe.
class RecentItems {
public:
    struct Bounds {
        std::size_t all = 200'000;  // about 25 MB
        std::size_t of_owner = 10'000;
    };
    struct Item {
        std::uint64_t owner = 0;  // on whose account it is kept
        std::uint64_t group = 0;
        std::uint64_t place = 0;  // in the group
    };

    RecentItems();
    explicit RecentItems(Bounds bounds);
    ~RecentItems();
    RecentItems(const RecentItems&) = delete;
    RecentItems& operator=(const RecentItems&) = delete;

    /// `now` never goes back. What was not seen for `keep`, the longest that was ever given, is forgotten.
    void note(const Item& item, std::chrono::seconds keep, TimePoint now);

    /// Whether the item was seen since then.
    [[nodiscard]] bool holds(const Item& item, TimePoint since) const;
    /// How many items of a group were seen since then; no more than `enough` are counted.
    [[nodiscard]] std::size_t count(std::uint64_t group, TimePoint since, std::size_t enough) const;
    /// Of how many items seen since then, each at most `step` from the next, the item is one; no more than
    /// `enough` are counted.
    [[nodiscard]] std::size_t run(const Item& item, std::uint64_t step, TimePoint since,
                                  std::size_t enough) const;
    [[nodiscard]] std::size_t size() const;

private:
    struct Table;
    std::unique_ptr<Table> table_;
};

}  // namespace gateway::detection
