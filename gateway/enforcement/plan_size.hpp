#pragma once

#include <cstddef>

#include "gateway/enforcement/plan.hpp"

namespace gateway::enforcement {

/// How much memory a plan holds, roughly.
[[nodiscard]] std::size_t bytes_of(const Plan& plan);
[[nodiscard]] std::size_t bytes_of(const MessagePlan& plan);

}  // namespace gateway::enforcement
