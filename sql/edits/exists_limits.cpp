#include "sql/edits/exists_limits.hpp"

#include <vector>

#include "sql/edits/text_changes.hpp"

#include "sql/parse/pg_nodes.hpp"

namespace sql::edits {
namespace {

/// LIMIT and a number above zero, without OFFSET.
bool wants_a_row(const SelectStmt* select) {
    if (select->limitCount == nullptr || select->limitOffset != nullptr || select->lockingClause != nullptr ||
        !IsA(select->limitCount, A_Const))
        return false;
    const auto* count = reinterpret_cast<const A_Const*>(select->limitCount);
    return !count->isnull && IsA(&count->val, Integer) && count->val.ival.ival > 0 && count->location >= 0;
}

bool collect_limits(Node* node, std::vector<const A_Const*>* found) {
    if (node == nullptr) return false;
    if (IsA(node, SubLink)) {
        const auto* link = reinterpret_cast<const SubLink*>(node);
        const auto* select = reinterpret_cast<const SelectStmt*>(link->subselect);
        if (link->subLinkType == EXISTS_SUBLINK && wants_a_row(select))
            found->push_back(reinterpret_cast<const A_Const*>(select->limitCount));
    }
    return raw_expression_tree_walker(node, reinterpret_cast<bool (*)()>(collect_limits), found);
}

}  // namespace

std::optional<std::string> without_limit_in_exists(const parse::Tokens& tokens, std::size_t begin,
                                                   std::size_t end, const SelectStmt* query) {
    std::vector<const A_Const*> limits;
    collect_limits(reinterpret_cast<Node*>(const_cast<SelectStmt*>(query)), &limits);
    const auto all = tokens.all();
    for (const A_Const* limit : limits) {
        // FETCH FIRST 1 ROW ONLY is said in other words.
        const std::size_t number = tokens.token_at(limit->location);
        if (number == 0 || !all[number - 1].is_keyword("limit")) continue;
        return with_changes(tokens.text(), begin, end, {{all[number - 1].begin, all[number].end, ""}});
    }
    return std::nullopt;
}

}  // namespace sql::edits
