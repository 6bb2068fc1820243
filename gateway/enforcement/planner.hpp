#pragma once

#include <string_view>

#include "gateway/enforcement/plan.hpp"

namespace gateway::enforcement {

/// Decides on the text of a message. What the session machine sees of the Enforcer.
class Planner {
public:
    virtual ~Planner() = default;
    [[nodiscard]] virtual Plan plan(std::string_view text, const PlanContext& context) = 0;
};

}  // namespace gateway::enforcement
