#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <variant>

#include "policies/errors.hpp"
#include "policies/policy_set.hpp"

namespace policies {

using LoadedPolicy = std::variant<std::shared_ptr<const PolicySet>, Mistakes>;

/// Reads and checks one policy file; all mistakes at once. Never throws for what the file holds.
[[nodiscard]] LoadedPolicy load_file(const std::string& path);

/// The same for text; `file` is its name in messages.
[[nodiscard]] LoadedPolicy load_text(std::string_view text, const std::string& file);

}  // namespace policies
