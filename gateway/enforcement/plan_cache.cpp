#include "gateway/enforcement/plan_cache.hpp"

namespace gateway::enforcement {

std::optional<Plan> PlanCache::find(std::string_view key) {
    Shard& shard = shard_of(key);
    const std::lock_guard lock(shard.mutex);
    const auto found = shard.by_key.find(key);
    if (found == shard.by_key.end()) return std::nullopt;
    shard.entries.splice(shard.entries.begin(), shard.entries, found->second);
    return found->second->plan;
}

void PlanCache::put(std::string key, Plan plan, std::shared_ptr<const policies::BoundPolicy> policy) {
    Shard& shard = shard_of(key);
    const std::lock_guard lock(shard.mutex);
    if (shard.by_key.contains(key)) return;  // another thread planned the same text meanwhile
    shard.entries.push_front({std::move(key), std::move(plan), std::move(policy)});
    shard.by_key.emplace(shard.entries.front().key, shard.entries.begin());
    if (shard.entries.size() <= capacity_of_shard_) return;
    shard.by_key.erase(shard.entries.back().key);
    shard.entries.pop_back();
}

}  // namespace gateway::enforcement
