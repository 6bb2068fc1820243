#include "sql/edits/slots.hpp"

#include <vector>

#include "sql/parse/child_slots.hpp"

namespace sql::edits {

void visit_slots(Node** slot, const std::function<bool(Node**)>& visit) {
    Node* node = *slot;
    if (node == nullptr || visit(slot)) return;
    // SET (a, b) = source: the source stands in the tree once for each column, and is one.
    if (IsA(node, MultiAssignRef) && reinterpret_cast<MultiAssignRef*>(node)->colno > 1) return;
    std::vector<Node**> children;
    parse::collect_child_slots(node, children);
    for (Node** child : children)
        visit_slots(child, visit);
}

bool stands_in(const void* node, Node* expression) {
    bool found = false;
    visit_slots(&expression, [&](Node** slot) {
        found = found || *slot == node;
        return found;
    });
    return found;
}

}  // namespace sql::edits
