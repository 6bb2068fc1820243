#pragma once

#include "sql/resolve/model.hpp"

namespace sql::resolve {

/// True when `level` is `query`, or stands within it; nullptr stands in none.
[[nodiscard]] inline bool is_inside(const Query* level, const Query& query) {
    for (; level != nullptr; level = level->parent) {
        if (level == &query) return true;
    }
    return false;
}

}  // namespace sql::resolve
