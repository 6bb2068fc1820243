#pragma once

#include <vector>

#include "sql/parse/pg_nodes.hpp"

namespace sql::verify {

/// The nodes below `root`, itself included, that `wanted` accepts, in PostgreSQL's order.
[[nodiscard]] std::vector<Node*> every(Node* root, const auto& wanted) {
    struct Context {
        const decltype(wanted)& is_wanted;
        std::vector<Node*> found = {};
        static bool walk(Node* at, void* context) {
            if (at == nullptr) return false;
            auto& self = *static_cast<Context*>(context);
            if (self.is_wanted(at)) self.found.push_back(at);
            return raw_expression_tree_walker(at, reinterpret_cast<bool (*)()>(walk), context);
        }
    } context{wanted};
    Context::walk(root, &context);
    return context.found;
}

/// As every(), but for what stands in sub-queries of expressions.
[[nodiscard]] std::vector<Node*> every_outside_sub_queries(Node* root, const auto& wanted) {
    struct Context {
        const decltype(wanted)& is_wanted;
        std::vector<Node*> found = {};
        static bool walk(Node* at, void* context) {
            if (at == nullptr) return false;
            auto& self = *static_cast<Context*>(context);
            if (self.is_wanted(at)) self.found.push_back(at);
            if (nodeTag(at) == T_SubLink) return false;
            return raw_expression_tree_walker(at, reinterpret_cast<bool (*)()>(walk), context);
        }
    } context{wanted};
    Context::walk(root, &context);
    return context.found;
}

}  // namespace sql::verify
