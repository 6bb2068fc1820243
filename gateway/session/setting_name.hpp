#pragma once

#include <string>
#include <string_view>

namespace gateway::session {

/// The name of a setting as PostgreSQL compares it: ASCII only, as it folds in a UTF-8 database.
[[nodiscard]] inline std::string setting_key(std::string_view name) {
    std::string folded(name);
    for (char& c : folded) {
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    }
    return folded;
}

}  // namespace gateway::session
