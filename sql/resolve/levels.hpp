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

/// TABLE x, which has no target list in the client's text.
[[nodiscard]] inline bool is_table_command(const SelectStmt* select) {
    return select->targetList != nullptr &&
           static_cast<const ResTarget*>(linitial(select->targetList))->location < 0;
}

/// The query whose rows a sub-select, a WITH query or a view shows.
[[nodiscard]] inline Query* query_of(const FromItem& item) {
    return item.view != nullptr ? item.view->resolution.root : item.query;
}

}  // namespace sql::resolve
