#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>

#include "gateway/enforcement/planner.hpp"

namespace gateway::enforcement {

/// Turns text into plans, with a bounded cache. Thread-safe; one per process.
class Enforcer : public Planner {
public:
    Enforcer(std::size_t cached_plans, std::size_t max_statement_bytes);
    ~Enforcer() override;
    [[nodiscard]] Plan plan(std::string_view text, const PlanContext& context) override;

    struct CacheCounts {
        std::uint64_t hits = 0;
        std::uint64_t misses = 0;
    };
    [[nodiscard]] CacheCounts cache_counts() const;

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace gateway::enforcement
