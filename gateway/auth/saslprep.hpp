#pragma once

#include <string>
#include <string_view>

namespace gateway::auth {

/// A password as SCRAM hashes it: SASLprep (RFC 4013), or the bytes as they are where that fails (not UTF-8,
/// a prohibited character, nothing left), as PostgreSQL and libpq do.
[[nodiscard]] std::string normalized_password(std::string_view password);

}  // namespace gateway::auth
