#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>

#include "gateway/enforcement/planner.hpp"

namespace gateway::enforcement {

/// Turns text into plans, with a bounded cache. Thread-safe; one per process.
///
/// Three ways, from the fastest: the same text was planned before; a text of the same shape was, and the
/// constants that the plan does not hang on are filled in (one of many such plans is checked against a full
/// analysis); a full analysis.
class Enforcer : public Planner {
public:
    Enforcer(std::size_t cache_bytes, std::size_t max_statement_bytes);
    ~Enforcer() override;
    [[nodiscard]] Plan plan(std::string_view text, const PlanContext& context) override;

    /// By full analysis, whatever is cached.
    [[nodiscard]] static Plan plan_afresh(std::string_view text, const PlanContext& context);

    struct CacheCounts {
        std::uint64_t hits = 0;
        std::uint64_t misses = 0;
        std::size_t bytes = 0;
    };
    [[nodiscard]] CacheCounts cache_counts() const;

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace gateway::enforcement
