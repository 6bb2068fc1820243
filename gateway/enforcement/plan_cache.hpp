#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <variant>
#include <vector>

#include "gateway/enforcement/plan.hpp"
#include "gateway/enforcement/plan_template.hpp"

namespace gateway::enforcement {

/// What is kept: the plan of a text; what is free in texts of one shape; the plan of all of them.
using CachedPlan =
    std::variant<Plan, std::shared_ptr<const FreeConstants>, std::shared_ptr<const PlanTemplate>>;

/// Plans by the texts and circumstances they were made for, bounded in bytes. Thread-safe. Holds the policy
/// of each plan, so that its address stays a valid part of the key.
///
/// What is new is on trial, in a fifth of the room; what is asked for again moves to the rest, or comes back
/// to it if it was dropped meanwhile (2Q, Johnson and Shasha 1994). So a flood of texts that nobody repeats
/// drives out only its own kind.
class PlanCache {
public:
    explicit PlanCache(std::size_t bytes) : bytes_of_shard_(bytes / shard_count) {}

    [[nodiscard]] std::optional<CachedPlan> find(std::string_view key);
    void put(std::string key, CachedPlan plan, std::shared_ptr<const policies::BoundPolicy> policy);
    void forget(std::string_view key);

    /// True when a text with this key was asked for a short while ago: then it is worth keeping.
    [[nodiscard]] bool seen_before(std::string_view key);

    /// Held now, by the cache's own estimate.
    [[nodiscard]] std::size_t bytes();

private:
    static constexpr std::size_t shard_count = 16;

    /// Hashes of keys that were noted lately; a newer one takes the place of an older.
    class RecentKeys {
    public:
        [[nodiscard]] bool holds(std::size_t hash) const { return marks_[place(hash)] == mark(hash); }
        void note(std::size_t hash) { marks_[place(hash)] = mark(hash); }

    private:
        static constexpr std::size_t count = 1024;
        static std::size_t place(std::size_t hash) { return (hash / shard_count) % count; }
        static std::uint32_t mark(std::size_t hash) { return static_cast<std::uint32_t>(hash >> 32U) | 1U; }
        std::array<std::uint32_t, count> marks_{};
    };

    struct Entry {
        std::string key;
        CachedPlan plan;
        std::shared_ptr<const policies::BoundPolicy> policy;
        std::size_t bytes = 0;
        bool proven = false;
    };
    using Entries = std::list<Entry>;
    struct Segment {
        Entries entries;  // most recently used first
        std::size_t bytes = 0;
    };
    struct Shard {
        std::mutex mutex;
        Segment trial;
        Segment proven;
        std::unordered_map<std::string_view, Entries::iterator> by_key;
        RecentKeys asked;
        RecentKeys dropped;  // while they were on trial
    };
    [[nodiscard]] static std::size_t hash_of(std::string_view key) {
        return std::hash<std::string_view>{}(key);
    }
    [[nodiscard]] Shard& shard_of(std::size_t hash) { return shards_[hash % shard_count]; }
    [[nodiscard]] std::size_t room_on_trial() const { return bytes_of_shard_ / 5; }
    static void drop(Shard& shard, Entries::iterator entry);
    static void move_to(Segment& from, Segment& to, Entries::iterator entry);
    /// Moves an entry to the front of what is asked for again. It stays: no entry outgrows the trial's fifth.
    void use(Shard& shard, Entries::iterator entry);
    void make_room(Shard& shard);

    std::size_t bytes_of_shard_;
    std::array<Shard, shard_count> shards_;
};

}  // namespace gateway::enforcement
