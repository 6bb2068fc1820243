#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace sql {

/// `text` with the second word of `SET tabir.user`, `SHOW tabir.user` and `RESET tabir.user` in quotes,
/// because USER is a keyword of PostgreSQL's grammar (docs, appendix C), which takes it for no part of a
/// setting's name; nullopt: there is none. Places behind it are two bytes further on.
[[nodiscard]] std::optional<std::string> with_quoted_settings(std::string_view text);

}  // namespace sql
