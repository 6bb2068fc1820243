#pragma once

#include "sql/errors.hpp"

struct Node;

namespace sql::parse {

class TreeMemory;

/// Refuses (too_deep) a tree with more than `limit` nodes between its root and a leaf, counting lists too,
/// and (unsupported) one with nodes that PostgreSQL's walker of raw trees does not know: after this, every
/// recursive walk over the tree has a bounded stack. It goes no deeper than `limit` itself: chains such as
/// 1+1+1+... parse to any depth.
[[nodiscard]] Result<void> check_tree_depth(TreeMemory& memory, Node* root, int limit);

}  // namespace sql::parse
