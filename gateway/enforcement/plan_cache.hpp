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

#include "gateway/enforcement/plan.hpp"

namespace gateway::enforcement {

/// Plans by the texts and circumstances they were made for; the least recently used go first. Thread-safe.
/// Holds the policy of each plan, so that its address stays a valid part of the key.
class PlanCache {
public:
    explicit PlanCache(std::size_t capacity) : capacity_of_shard_(capacity / shard_count + 1) {}

    [[nodiscard]] std::optional<Plan> find(std::string_view key);
    void put(std::string key, Plan plan, std::shared_ptr<const policies::BoundPolicy> policy);

private:
    static constexpr std::size_t shard_count = 16;
    struct Entry {
        std::string key;
        Plan plan;
        std::shared_ptr<const policies::BoundPolicy> policy;
    };
    struct Shard {
        std::mutex mutex;
        std::list<Entry> entries;  // most recently used first
        std::unordered_map<std::string_view, std::list<Entry>::iterator> by_key;
    };
    [[nodiscard]] Shard& shard_of(std::string_view key) {
        return shards_[std::hash<std::string_view>{}(key) % shard_count];
    }

    std::size_t capacity_of_shard_;
    std::array<Shard, shard_count> shards_;
};

}  // namespace gateway::enforcement
