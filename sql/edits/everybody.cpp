#include "sql/edits/everybody.hpp"

#include <algorithm>

#include "sql/heirs.hpp"

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

/// No two rows have one value of it, also within a transaction.
bool is_unique(const resolve::OutputColumn& output, const Catalog& catalog) {
    if (output.item == nullptr || output.column < 0 ||
        output.item->kind != resolve::FromItem::Kind::relation || output.shown != resolve::Shown::open)
        return false;
    const Column* column = output.item->columns[static_cast<std::size_t>(output.column)].attribute;
    return column != nullptr && column->unique && column->not_null &&
           !has_heirs(*output.item->relation, catalog);
}

/// DISTINCT may merge somebody's row and one that the client has written like it: the number of those that
/// are left would tell that there is such a person.
bool merges_rows(const resolve::Query& query, const Catalog& catalog, const Treatment& treatment) {
    const List* distinct = query.node->distinctClause;
    if (distinct == nullptr) return false;
    const auto tells_rows_apart = [&](const resolve::OutputColumn& output) {
        return is_unique(output, catalog);
    };
    return linitial(distinct) != nullptr ||
           (treatment.writes_rows && std::ranges::none_of(query.outputs, tells_rows_apart));
}

bool is_everybody(const resolve::FromItem& item, const Catalog& catalog, const Treatment& treatment);

/// Only rows of a table, each once, by columns of theirs: nothing in it chooses one person or another.
bool lists_everybody(const resolve::Query& query, const Catalog& catalog, const Treatment& treatment) {
    const SelectStmt* select = query.node;
    if (query.kind != resolve::Query::Kind::select || select->whereClause != nullptr || query.grouped() ||
        query.windows || query.sets || !query.sub_queries.empty() || query.leaves.size() != 1 ||
        select->limitCount != nullptr || select->limitOffset != nullptr || select->withClause != nullptr ||
        !are_plain(select->targetList) || !are_plain(select->sortClause) ||
        merges_rows(query, catalog, treatment))
        return false;
    return is_everybody(*query.leaves.front(), catalog, treatment);
}

bool is_everybody(const resolve::FromItem& item, const Catalog& catalog, const Treatment& treatment) {
    if (item.kind == resolve::FromItem::Kind::subselect)
        return lists_everybody(*item.query, catalog, treatment);
    // Who is in a partition or child fits its bounds, or those who put him there.
    return item.kind == resolve::FromItem::Kind::relation && item.sample == nullptr &&
           item.relation->parents.empty() && (item.treatment == nullptr || !item.treatment->row_filter);
}

/// count(*), or count(1): how many rows there are, whatever is in them.
bool counts_rows(const resolve::Call& call) {
    const FuncCall* node = call.node;
    const bool of_rows = node->agg_star || (list_length(node->args) == 1 &&
                                            IsA(static_cast<const Node*>(linitial(node->args)), A_Const));
    return call.schema == "pg_catalog" && call.name == "count" && of_rows && node->agg_filter == nullptr &&
           !node->agg_distinct;
}

/// All rows of what stands in FROM.
bool takes_all_rows(const resolve::Query& query) {
    return query.kind == resolve::Query::Kind::select && query.node->whereClause == nullptr &&
           query.node->groupClause == nullptr && query.node->havingClause == nullptr && !query.sets &&
           query.sub_queries.empty() && query.leaves.size() == 1;
}

/// OVER (): one window of all rows.
bool is_unbounded(const resolve::Query& query, const WindowDef* over) {
    if (over->name != nullptr || over->refname != nullptr) return false;
    return query.node->windowClause == nullptr && over->partitionClause == nullptr &&
           over->orderClause == nullptr && (over->frameOptions & FRAMEOPTION_NONDEFAULT) == 0;
}

}  // namespace

bool counts_everybody(const resolve::Query& query, const Catalog& catalog, const Treatment& treatment) {
    if (!takes_all_rows(query) || list_length(query.node->targetList) != 1 ||
        query.node->distinctClause != nullptr || query.windows || query.calls.size() != 1)
        return false;
    const auto* target = static_cast<const ResTarget*>(linitial(query.node->targetList));
    const resolve::Call& call = *query.calls.front();
    return target->val == reinterpret_cast<const Node*>(call.node) && counts_rows(call) &&
           call.node->over == nullptr && is_everybody(*query.leaves.front(), catalog, treatment);
}

bool counts_everybody_beside(const resolve::Query& query, const resolve::Call& call, const Catalog& catalog,
                             const Treatment& treatment) {
    return takes_all_rows(query) && !query.grouped() && counts_rows(call) && call.node->over != nullptr &&
           is_unbounded(query, call.node->over) && is_everybody(*query.leaves.front(), catalog, treatment);
}

}  // namespace sql::edits
