#pragma once

#include <set>

#include "sql/resolve/model.hpp"

namespace sql::edits {

/// The columns of masked documents, where `node` names them, of which it reads by paths alone that no mask
/// changes: document ->> 'lang' beside a masked document -> 'contact'.
[[nodiscard]] std::set<const Node*> read_by_open_paths(Node* node, const resolve::Resolution& text);

}  // namespace sql::edits
