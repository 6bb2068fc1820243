#pragma once

#include <string_view>

/// Patterns of LIKE. One that ends with its escape character fails, and only where a value leads it there
/// (like_match.c). PostgreSQL tries patterns on sampled values when it plans (like_support.c), also on those
/// of rows that nobody is shown.
namespace sql {

/// A parameter that is a pattern. `array`: of LIKE ANY, of what may be a bytea, or of a type that another use
/// gives it; no backslash may stand in its text, for there it may be part of how the value is written.
struct PatternParameter {
    int number = 0;
    char escape = '\\';
    bool array = false;

    bool operator==(const PatternParameter&) const = default;
};

/// What bpchar leaves of a text when it becomes one again.
[[nodiscard]] inline std::string_view without_blanks_behind(std::string_view text) {
    while (text.ends_with(' '))
        text.remove_suffix(1);
    return text;
}

/// `escape` 0: there is none. Of what may become a bpchar on its way: as it stands, and without blanks.
[[nodiscard]] inline bool ends_whole(std::string_view pattern, char escape) {
    const auto is_whole = [escape](std::string_view text) {
        for (std::size_t i = 0; i < text.size(); ++i) {
            if (text[i] == escape && ++i == text.size()) return false;
        }
        return true;
    };
    return escape == 0 || (is_whole(pattern) && is_whole(without_blanks_behind(pattern)));
}

inline constexpr const char* open_pattern_message = "LIKE pattern must not end with escape character";
inline constexpr const char* open_pattern_hint =
    "Give the pattern as a constant or a parameter whose last character is not the escape character.";

}  // namespace sql
