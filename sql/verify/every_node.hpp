#pragma once

#include <vector>

#include "sql/parse/pg_nodes.hpp"

namespace sql::verify {

/// The nodes below `root`, itself included, that `wanted` accepts, in PostgreSQL's order; none below those
/// that `ends` accepts.
[[nodiscard]] std::vector<Node*> every(Node* root, const auto& wanted, const auto& ends) {
    struct Context {
        const decltype(wanted)& is_wanted;
        const decltype(ends)& is_end;
        std::vector<Node*> found = {};
        static bool walk(Node* at, void* context) {
            if (at == nullptr) return false;
            auto& self = *static_cast<Context*>(context);
            if (self.is_wanted(at)) self.found.push_back(at);
            if (self.is_end(at)) return false;
            return raw_expression_tree_walker(at, reinterpret_cast<bool (*)()>(walk), context);
        }
    } context{wanted, ends};
    Context::walk(root, &context);
    return context.found;
}

[[nodiscard]] std::vector<Node*> every(Node* root, const auto& wanted) {
    return every(root, wanted, [](const Node*) { return false; });
}

/// But for what stands in sub-queries of expressions.
[[nodiscard]] std::vector<Node*> every_outside_sub_queries(Node* root, const auto& wanted) {
    return every(root, wanted, [](const Node* node) { return nodeTag(node) == T_SubLink; });
}

}  // namespace sql::verify
