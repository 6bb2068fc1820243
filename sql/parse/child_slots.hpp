#pragma once

#include <vector>

struct Node;

namespace sql::parse {

/// Where a node of a SELECT holds its children that are expressions, statements or items of FROM: to put
/// another node in a child's place, which PostgreSQL's own walker cannot. Of a node that is not known here
/// there are none.
void collect_child_slots(Node* node, std::vector<Node**>& slots);

}  // namespace sql::parse
