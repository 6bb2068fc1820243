#include "gateway/enforcement/plan_cache.hpp"

#include "gateway/enforcement/plan_size.hpp"

namespace gateway::enforcement {
namespace {

std::size_t bytes_of(const CachedPlan& cached) {
    if (const auto* plan = std::get_if<Plan>(&cached)) return bytes_of(*plan);
    if (const auto* free = std::get_if<std::shared_ptr<const FreeConstants>>(&cached)) return (*free)->size();
    return std::get<std::shared_ptr<const PlanTemplate>>(cached)->bytes();
}

// List and map nodes, allocator's overhead.
constexpr std::size_t bytes_of_an_entry = 256;

}  // namespace

void PlanCache::move_to(Segment& from, Segment& to, Entries::iterator entry) {
    to.entries.splice(to.entries.begin(), from.entries, entry);
    from.bytes -= entry->bytes;
    to.bytes += entry->bytes;
}

std::optional<CachedPlan> PlanCache::find(std::string_view key) {
    Shard& shard = shard_of(hash_of(key));
    const std::lock_guard lock(shard.mutex);
    const auto found = shard.by_key.find(key);
    if (found == shard.by_key.end()) return std::nullopt;
    use(shard, found->second);
    return found->second->plan;
}

void PlanCache::put(std::string key, CachedPlan plan, std::shared_ptr<const policies::BoundPolicy> policy) {
    const std::size_t bytes = bytes_of_an_entry + key.size() + bytes_of(plan);
    if (bytes > room_on_trial()) return;
    const std::size_t hash = hash_of(key);
    Shard& shard = shard_of(hash);
    const std::lock_guard lock(shard.mutex);
    if (const auto found = shard.by_key.find(key); found != shard.by_key.end())
        return use(shard, found->second);  // two planned the same text at a time: it is asked for again
    shard.trial.entries.push_front({std::move(key), std::move(plan), std::move(policy), bytes});
    shard.trial.bytes += bytes;
    shard.by_key.emplace(shard.trial.entries.front().key, shard.trial.entries.begin());
    if (shard.dropped.holds(hash)) return use(shard, shard.trial.entries.begin());
    make_room(shard);
}

void PlanCache::use(Shard& shard, Entries::iterator entry) {
    move_to(entry->proven ? shard.proven : shard.trial, shard.proven, entry);
    entry->proven = true;
    make_room(shard);
}

void PlanCache::forget(std::string_view key) {
    Shard& shard = shard_of(hash_of(key));
    const std::lock_guard lock(shard.mutex);
    const auto found = shard.by_key.find(key);
    if (found != shard.by_key.end()) drop(shard, found->second);
}

void PlanCache::drop(Shard& shard, Entries::iterator entry) {
    Segment& segment = entry->proven ? shard.proven : shard.trial;
    segment.bytes -= entry->bytes;
    shard.by_key.erase(entry->key);
    segment.entries.erase(entry);
}

void PlanCache::make_room(Shard& shard) {
    while (shard.trial.bytes > room_on_trial()) {
        const auto last = std::prev(shard.trial.entries.end());
        shard.dropped.note(hash_of(last->key));
        drop(shard, last);
    }
    while (shard.proven.bytes > bytes_of_shard_ - room_on_trial())
        drop(shard, std::prev(shard.proven.entries.end()));
}

bool PlanCache::seen_before(std::string_view key) {
    const std::size_t hash = hash_of(key);
    Shard& shard = shard_of(hash);
    const std::lock_guard lock(shard.mutex);
    const bool before = shard.asked.holds(hash);
    shard.asked.note(hash);
    return before;
}

std::size_t PlanCache::bytes() {
    std::size_t sum = 0;
    for (Shard& shard : shards_) {
        const std::lock_guard lock(shard.mutex);
        sum += shard.trial.bytes + shard.proven.bytes;
    }
    return sum;
}

}  // namespace gateway::enforcement
