#include "sql/parse/tree_depth.hpp"

#include <vector>

#include <fmt/format.h>

#include "sql/parse/tree_memory.hpp"

#include "sql/parse/pg_nodes.hpp"

namespace sql::parse {
namespace {

// Called for each direct child; going no further down is what keeps the walk flat.
bool collect_child(Node* child, void* children) {
    if (child != nullptr) static_cast<std::vector<Node*>*>(children)->push_back(child);
    return false;
}

}  // namespace

Result<void> check_tree_depth(TreeMemory& memory, Node* root, int limit) {
    std::vector<Node*> level;
    std::vector<Node*> below;
    level.reserve(64);
    below.reserve(64);
    level.push_back(root);
    for (int depth = 1; !level.empty(); ++depth) {
        if (depth > limit) {
            return Error{.code = Errc::too_deep,
                         .message = fmt::format("the statement is nested more than {} deep", limit)};
        }
        below.clear();
        const auto walked = memory.run([&level, &below] {
            for (Node* node : level)
                raw_expression_tree_walker(node, reinterpret_cast<bool (*)()>(collect_child), &below);
        });
        if (!walked)
            return Error{.code = Errc::unsupported, .message = "a form of statement that is not supported"};
        level.swap(below);
    }
    return {};
}

}  // namespace sql::parse
