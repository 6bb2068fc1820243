#pragma once

struct Node;

namespace sql::edits {

/// The smallest byte offset among the nodes of a raw tree that have one; -1: none has.
[[nodiscard]] int first_location(Node* tree);

}  // namespace sql::edits
