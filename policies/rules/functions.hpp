#pragma once

#include <optional>

#include "policies/rules/request.hpp"

namespace policies::rules {

/// Refuses functions that are neither on the list of safe built-ins nor named by the role; in a view's text
/// too.
[[nodiscard]] std::optional<Deny> check_functions(const Request& request);

}  // namespace policies::rules
