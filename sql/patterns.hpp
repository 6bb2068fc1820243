#pragma once

#include <string_view>

/// Patterns of LIKE. One that ends with its escape character fails, and only where a value leads it there
/// (like_match.c). PostgreSQL tries patterns on sampled values when it plans (like_support.c), also on those
/// of rows that nobody is shown.
namespace sql {

/// A parameter that is a pattern. `array`: of LIKE ANY, or of what may be a bytea; no backslash may stand in
/// its text, for there it may be part of how the value is written.
struct PatternParameter {
    int number = 0;
    char escape = '\\';
    bool array = false;

    bool operator==(const PatternParameter&) const = default;
};

/// `escape` 0: there is none.
[[nodiscard]] inline bool ends_whole(std::string_view pattern, char escape) {
    if (escape == 0) return true;
    for (std::size_t i = 0; i < pattern.size(); ++i) {
        if (pattern[i] == escape && ++i == pattern.size()) return false;
    }
    return true;
}

inline constexpr const char* open_pattern_message = "LIKE pattern must not end with escape character";
inline constexpr const char* open_pattern_hint =
    "Give the pattern as a constant or a parameter whose last character is not the escape character.";

}  // namespace sql
