#pragma once

#include "sql/is_one_of.hpp"

namespace sql {

/// Columns that every table has (PostgreSQL docs, "System Columns").
[[nodiscard]] inline bool is_system_column(std::string_view name) {
    return is_one_of(name, "ctid", "xmin", "xmax", "cmin", "cmax", "tableoid");
}

}  // namespace sql
