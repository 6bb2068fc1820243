#pragma once

#include "policies/decide.hpp"
#include "policies/rules/request.hpp"

namespace policies::rules {

/// What a permitted SELECT must look like: how each relation that it reads is shown to the role, which rows
/// of it, and whose keys are counted.
[[nodiscard]] Rewrite rewrite_of(const Request& request);

}  // namespace policies::rules
