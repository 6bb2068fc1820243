#pragma once

#include <string>

#include "gateway/enforcement/enforcer.hpp"

namespace bench {

/// A role that sees masks, searches by phone and is counted, on the sample database and a table of 40
/// columns.
[[nodiscard]] const gateway::enforcement::PlanContext& support();

/// The four statements of the target. `constant` is compared with a column in WHERE; `name` is one of the
/// statement's own names, so that another one makes another shape.
[[nodiscard]] std::string point(const std::string& constant, const std::string& name);
[[nodiscard]] std::string join(const std::string& constant, const std::string& name);
[[nodiscard]] std::string orm(const std::string& constant, const std::string& name);
[[nodiscard]] std::string analytic(const std::string& constant, const std::string& name);

}  // namespace bench
