#pragma once

#include "policies/decide.hpp"
#include "policies/rules/request.hpp"

namespace policies::rules {

/// What a permitted SELECT, INSERT, UPDATE, DELETE or MERGE must look like: how each relation that it reads
/// is shown to the role, which rows of it, whose keys are counted, and what it may change.
[[nodiscard]] Rewrite rewrite_of(const Request& request);

}  // namespace policies::rules
