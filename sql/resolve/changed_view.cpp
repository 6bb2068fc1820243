#include "sql/resolve/changed_view.hpp"

#include <algorithm>

#include "sql/functions.hpp"
#include "sql/resolve/resolver.hpp"

namespace sql::resolve {
namespace {

Error obstacle(const Relation& view, const std::string& reason) {
    return Error{.code = Errc::unsupported,
                 .message = "rows cannot be changed through view \"" + view.name + "\", " + reason,
                 .hint = "Change the table that it shows."};
}

/// What a condition names.
struct Named {
    std::vector<const void*> columns;  // ColumnRef
    std::set<const void*> calls;       // FuncCall
};

const Column* named_column(const FromItem* item, int column) {
    if (item == nullptr || column < 0) return nullptr;
    return item->columns[static_cast<std::size_t>(column)].attribute;
}

/// The table's columns that these references of a view are; nullopt: more than columns.
template <class OfTable>
std::optional<std::set<AttributeNumber>> numbers_of(const Named& named, const Resolution& found,
                                                    const OfTable& of_table) {
    std::set<AttributeNumber> numbers;
    for (const void* reference : named.columns) {
        const auto bound = found.bound.find(reference);
        const Column* column = bound == found.bound.end()
                                   ? nullptr
                                   : of_table(named_column(bound->second.item, bound->second.column));
        if (column == nullptr) return std::nullopt;
        numbers.insert(column->number);
    }
    return numbers;
}

bool collect(Node* node, void* named) {
    if (node == nullptr) return false;
    if (IsA(node, ColumnRef)) static_cast<Named*>(named)->columns.push_back(node);
    if (IsA(node, FuncCall)) static_cast<Named*>(named)->calls.insert(node);
    return raw_expression_tree_walker(node, reinterpret_cast<bool (*)()>(collect), named);
}

// As view_query_is_auto_updatable in PostgreSQL's rewriteHandler.c; sub-queries and locks are refused
// besides: what they read would be read in the open.
const char* why_not(const Resolution& found) {
    const Query& root = *found.root;
    if (root.kind != Query::Kind::select) return "which is a set operation or a list of values";
    const SelectStmt& select = *root.node;
    if (select.withClause != nullptr) return "which has a WITH clause";
    if (select.distinctClause != nullptr) return "which leaves out duplicates";
    if (root.grouped()) return "which groups rows";
    if (root.windows || root.sets) return "which computes rows by others";
    if (select.limitCount != nullptr || select.limitOffset != nullptr) return "which has a LIMIT";
    if (select.lockingClause != nullptr) return "which locks rows";
    if (list_length(select.fromClause) != 1 || root.leaves.size() != 1) return "which joins tables";
    if (found.queries.size() != 1) return "which has a sub-query";
    return nullptr;
}

/// The relation in FROM, if it can be changed.
const Relation* relation_below(const FromItem& item) {
    if (item.relation == nullptr || item.sample != nullptr) return nullptr;
    switch (item.relation->kind) {
        case RelationKind::table:
        case RelationKind::partitioned_table:
        case RelationKind::foreign_table:
        case RelationKind::view: return item.relation;
        case RelationKind::materialized_view:
        case RelationKind::sequence:
        case RelationKind::index:
        case RelationKind::partitioned_index:
        case RelationKind::toast_table:
        case RelationKind::composite_type: return nullptr;
    }
    return nullptr;
}

}  // namespace

const Column* ChangedView::of_table(const Column& of_view) const {
    const auto place = std::ranges::find(view->columns, of_view.number, &Column::number);
    return place == view->columns.end() ? nullptr
                                        : columns[static_cast<std::size_t>(place - view->columns.begin())];
}

const Column* ChangedView::in_view(AttributeNumber of_table) const {
    for (std::size_t i = 0; i < columns.size(); ++i) {
        if (columns[i] != nullptr && columns[i]->number == of_table) return &view->columns[i];
    }
    return nullptr;
}

Result<ChangedView> changed_view(const Catalog& catalog, parse::TreeMemory& memory, const Relation& view) {
    if (view.has_rules) return obstacle(view, "which has rules");
    if (view.has_instead_of) return obstacle(view, "which has INSTEAD OF triggers");
    const NameContext names;
    auto resolved = resolve_view({.catalog = &catalog, .names = &names}, memory, view);
    if (!resolved) return obstacle(view, "whose definition is not understood");
    const Resolution& found = (*resolved)->resolution;
    if (const char* reason = why_not(found)) return obstacle(view, reason);
    const Query& root = *found.root;
    const FromItem& item = *root.leaves.front();
    const Relation* below = relation_below(item);
    if (below == nullptr || root.outputs.size() != view.columns.size())
        return obstacle(view, "which does not show one table");

    ChangedView changed{.view = &view, .table = below, .chooses = root.node->whereClause != nullptr};
    std::optional<ChangedView> inner;
    if (below->kind == RelationKind::view) {
        auto through = changed_view(catalog, memory, *below);
        if (!through) return through.error();
        changed.table = through->table;
        changed.chosen_by = through->chosen_by;
        changed.chooses = changed.chooses || through->chooses;
        inner = std::move(*through);
    }
    const auto of_table = [&](const Column* column) {
        return inner && column != nullptr ? inner->of_table(*column) : column;
    };
    for (const OutputColumn& output : root.outputs) {
        const Column* column = of_table(named_column(output.item, output.column));
        if (column != nullptr && changed.in_view(column->number) != nullptr)
            return obstacle(view, "which shows column \"" + column->name + "\" twice");
        changed.columns.push_back(column);
        auto& reads = changed.computed_from.emplace_back();
        if (column != nullptr || output.value == nullptr) continue;
        Named in_column;
        if (memory.run([&output, &in_column] { collect(output.value, &in_column); }))
            reads = numbers_of(in_column, found, of_table);
    }
    Named named;
    const auto walked = memory.run([&root, &named] { collect(root.node->whereClause, &named); });
    if (!walked) return obstacle(view, "whose condition is not understood");
    const auto chosen_by = numbers_of(named, found, of_table);
    if (!chosen_by) return obstacle(view, "which chooses its rows by more than columns of its table");
    changed.chosen_by.insert(chosen_by->begin(), chosen_by->end());
    for (const FunctionMention& mention : found.functions) {
        const bool in_condition = mention.call == nullptr || named.calls.contains(mention.call);
        if (in_condition && !is_safe_builtin(mention.schema, mention.name))
            return obstacle(view, "which chooses its rows by function \"" + mention.name + "\"");
    }
    return changed;
}

Result<RelationTreatment> treatment_through(const ChangedView& changed, const RelationTreatment& of_table,
                                            const Treatment& treatment) {
    const auto is_open = [&](AttributeNumber number) {
        const auto shown = of_table.columns.find(number);
        return shown != of_table.columns.end() && std::holds_alternative<Open>(shown->second);
    };
    for (const AttributeNumber number : changed.chosen_by) {
        if (is_open(number)) continue;
        const Column* column = changed.table->column(number);
        return obstacle(*changed.view, "which chooses its rows by column \"" +
                                           (column == nullptr ? "" : column->name) +
                                           "\" that is not shown in clear");
    }
    RelationTreatment through{.relation = changed.view->oid, .row_filter = of_table.row_filter};
    for (std::size_t i = 0; i < changed.columns.size(); ++i) {
        const Column* column = changed.columns[i];
        const AttributeNumber number = changed.view->columns[i].number;
        if (column == nullptr) {
            const auto& reads = changed.computed_from[i];
            if (reads && !of_table.row_filter && std::ranges::all_of(*reads, is_open))
                through.columns.emplace(number, Open{});
            continue;
        }
        if (const auto shown = of_table.columns.find(column->number); shown != of_table.columns.end())
            through.columns.emplace(number, shown->second);
        if (const auto later = of_table.at_limit.find(column->number); later != of_table.at_limit.end())
            through.at_limit.emplace(number, later->second);
        if (std::ranges::find(of_table.searchable, column->number) != of_table.searchable.end())
            through.searchable.push_back(number);
    }
    for (const SubjectKey& subject : of_table.subjects) {
        if (const Column* key = changed.in_view(subject.column)) {
            through.subjects.push_back({subject.kind, key->number});
        } else if (std::ranges::find(treatment.counted, subject.kind) != treatment.counted.end()) {
            return obstacle(*changed.view, "which does not show by what " + subject.kind + " is counted");
        }
    }
    return through;
}

}  // namespace sql::resolve
