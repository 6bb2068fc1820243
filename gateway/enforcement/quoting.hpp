#pragma once

#include <string>
#include <string_view>

namespace gateway::enforcement {

/// A string constant whose meaning hangs on no setting (PostgreSQL docs, 4.1.2.2).
[[nodiscard]] std::string constant(std::string_view text);

/// A name in double quotes.
[[nodiscard]] std::string identifier(std::string_view name);

}  // namespace gateway::enforcement
