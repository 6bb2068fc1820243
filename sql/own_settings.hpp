#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace sql {

/// Whether one of the gateway's own settings may be named in `text`, as its words or as a comment's tag (of
/// whose key, which may be URL-encoded, only the letters of the prefix are sure to stand there). Cheap.
[[nodiscard]] bool may_name_own_setting(std::string_view text);

/// tabir.user and its kind; `name` is in lower case.
[[nodiscard]] bool is_own_setting(std::string_view name);

/// `text` with the second word of `SET tabir.user`, `SHOW tabir.user` and `RESET tabir.user` in quotes,
/// because USER is a keyword of PostgreSQL's grammar (docs, appendix C), which takes it for no part of a
/// setting's name; nullopt: there is none. Places behind it are two bytes further on.
[[nodiscard]] std::optional<std::string> with_quoted_settings(std::string_view text);

}  // namespace sql
