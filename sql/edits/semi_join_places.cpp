#include "sql/edits/semi_join_places.hpp"

#include <algorithm>

#include "sql/edits/and_conditions.hpp"
#include "sql/resolve/levels.hpp"

#include "sql/parse/pg_nodes.hpp"

namespace sql::edits {
namespace {

bool collect_links(Node* node, std::vector<SubLink*>* found) {
    if (node == nullptr) return false;
    if (IsA(node, SubLink)) {
        found->push_back(reinterpret_cast<SubLink*>(node));
        return false;
    }
    if (IsA(node, RangeSubselect)) return false;
    return raw_expression_tree_walker(node, reinterpret_cast<bool (*)()>(collect_links), found);
}

/// Of the conditions that AND joins, the one that is a sub-query; nullptr: none or several are, or another
/// part of them has one.
SemiJoin only_link(Node* where) {
    std::vector<SubLink*> links;
    collect_links(where, &links);
    if (links.size() != 1) return {};
    SubLink* link = links.front();
    const bool in_list =
        link->subLinkType == ANY_SUBLINK && link->operName == nullptr && IsA(link->testexpr, ColumnRef);
    if (!in_list && link->subLinkType != EXISTS_SUBLINK) return {};
    for (const Node* part : joined_by_and(where)) {
        if (part == reinterpret_cast<const Node*>(link)) return {.link = link};
        if (!IsA(part, BoolExpr)) continue;
        const auto* negation = reinterpret_cast<const BoolExpr*>(part);
        if (negation->boolop == NOT_EXPR && linitial(negation->args) == link)
            return {.link = link, .negation = negation};
    }
    return {};
}

bool collect_semi_joins(Node* node, std::vector<SemiJoin>* found) {
    if (node == nullptr) return false;
    if (IsA(node, SelectStmt)) {
        const auto* select = reinterpret_cast<SelectStmt*>(node);
        SemiJoin one = select->whereClause == nullptr ? SemiJoin() : only_link(select->whereClause);
        one.around = select;
        if (one.link != nullptr && select->targetList != nullptr && !resolve::is_table_command(select))
            found->push_back(one);
    }
    return raw_expression_tree_walker(node, reinterpret_cast<bool (*)()>(collect_semi_joins), found);
}

}  // namespace

const SelectStmt* SemiJoin::inner() const { return reinterpret_cast<const SelectStmt*>(link->subselect); }

std::vector<SemiJoin> semi_joins_in(const SelectStmt* query) {
    std::vector<SemiJoin> found;
    collect_semi_joins(reinterpret_cast<Node*>(const_cast<SelectStmt*>(query)), &found);
    return found;
}

}  // namespace sql::edits
