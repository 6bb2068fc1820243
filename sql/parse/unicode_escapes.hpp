#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace sql::parse {

/// The value of U&'...' or U&"..." (quotes already removed): `escape` + 4 hex digits, `escape`+ + 6 hex
/// digits, surrogate pairs, doubled escapes, as PostgreSQL's str_udeescape does. nullopt where that reports
/// an error.
[[nodiscard]] std::optional<std::string> decode_unicode_escapes(std::string_view text, char escape);

/// What may stand behind UESCAPE (check_uescapechar).
[[nodiscard]] bool is_unicode_escape_character(std::string_view text);

}  // namespace sql::parse
