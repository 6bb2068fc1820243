#pragma once

#include <string>
#include <string_view>

struct Node;

namespace sql::lineage {

/// The text of a constant, casts left out; empty: NULL, or no constant.
[[nodiscard]] std::string text_of(const Node* node);

/// ASCII only, as PostgreSQL folds the names of settings.
[[nodiscard]] std::string lower(std::string_view text);

}  // namespace sql::lineage
