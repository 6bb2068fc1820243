#include "sql/edits/everybody.hpp"

#include "sql/parse/pg_nodes.hpp"

namespace sql::edits {
namespace {

/// Columns, and constants: no expression that may fail, or that puts people apart.
bool are_plain(const List* nodes) {
    const ListCell* c = nullptr;
    foreach (c, nodes) {
        const Node* node = static_cast<const Node*>(lfirst(c));
        if (IsA(node, SortBy)) node = reinterpret_cast<const SortBy*>(node)->node;
        if (IsA(node, ResTarget)) node = reinterpret_cast<const ResTarget*>(node)->val;
        if (!IsA(node, ColumnRef) && !IsA(node, A_Const)) return false;
    }
    return true;
}

/// A table of which every row is read. What a temporary one holds somebody has chosen.
bool is_whole_table(const resolve::FromItem& item) {
    return item.kind == resolve::FromItem::Kind::relation && item.sample == nullptr &&
           (item.treatment == nullptr || (!item.treatment->row_filter && !item.relation->temporary()));
}

}  // namespace

bool lists_everybody(const resolve::Query& query) {
    const SelectStmt* select = query.node;
    if (query.kind != resolve::Query::Kind::select || select->whereClause != nullptr || query.grouped() ||
        query.windows || query.sets || !query.sub_queries.empty() || query.leaves.size() != 1 ||
        select->limitCount != nullptr || select->limitOffset != nullptr || select->withClause != nullptr ||
        !are_plain(select->targetList) || !are_plain(select->sortClause))
        return false;
    if (select->distinctClause != nullptr && linitial(select->distinctClause) != nullptr) return false;
    const resolve::FromItem& item = *query.leaves.front();
    if (item.kind == resolve::FromItem::Kind::subselect) return lists_everybody(*item.query);
    return is_whole_table(item);
}

bool counts_everybody(const resolve::Query& query) {
    const SelectStmt* select = query.node;
    if (query.kind != resolve::Query::Kind::select || list_length(select->targetList) != 1 ||
        select->whereClause != nullptr || select->groupClause != nullptr || select->havingClause != nullptr ||
        select->distinctClause != nullptr || query.windows || query.sets || !query.sub_queries.empty() ||
        query.leaves.size() != 1 || query.calls.size() != 1)
        return false;
    const auto* target = static_cast<const ResTarget*>(linitial(select->targetList));
    const FuncCall* call = query.calls.front()->node;
    const bool of_rows = call->agg_star || (list_length(call->args) == 1 &&
                                            IsA(static_cast<const Node*>(linitial(call->args)), A_Const));
    if (target->val != reinterpret_cast<const Node*>(call) || query.calls.front()->schema != "pg_catalog" ||
        query.calls.front()->name != "count" || !of_rows || call->agg_filter != nullptr ||
        call->agg_distinct || call->over != nullptr)
        return false;
    const resolve::FromItem& item = *query.leaves.front();
    if (item.kind == resolve::FromItem::Kind::subselect) return lists_everybody(*item.query);
    return is_whole_table(item);
}

}  // namespace sql::edits
