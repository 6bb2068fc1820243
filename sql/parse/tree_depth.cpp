#include "sql/parse/tree_depth.hpp"

#include <fmt/format.h>

#include "sql/parse/tree_memory.hpp"

#include "sql/parse/pg_nodes.hpp"

namespace sql::parse {
namespace {

struct Descent {
    int left;

    // True: `left` levels were not enough. PostgreSQL's error handling may jump over its frames.
    static bool below(Node* node, void* descent) {
        if (node == nullptr) return false;
        auto& self = *static_cast<Descent*>(descent);
        if (self.left == 0) return true;
        --self.left;
        const bool too_deep = raw_expression_tree_walker(node, reinterpret_cast<bool (*)()>(below), descent);
        ++self.left;
        return too_deep;
    }
};

}  // namespace

Result<void> check_tree_depth(TreeMemory& memory, Node* root, int limit) {
    Descent descent{limit};
    bool too_deep = false;
    const auto walked = memory.run([&] { too_deep = Descent::below(root, &descent); });
    if (!walked)
        return Error{.code = Errc::unsupported, .message = "a form of statement that is not supported"};
    if (too_deep) {
        return Error{.code = Errc::too_deep,
                     .message = fmt::format("the statement is nested more than {} deep", limit)};
    }
    return {};
}

}  // namespace sql::parse
