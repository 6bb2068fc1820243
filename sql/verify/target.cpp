#include "sql/verify/target.hpp"

#include <algorithm>

#include "sql/masks.hpp"
#include "sql/parse/parse_tree.hpp"
#include "sql/print/quote.hpp"
#include "sql/system_columns.hpp"
#include "sql/verify/exact_search.hpp"
#include "sql/verify/expressions.hpp"
#include "sql/verify/walk.hpp"

#include "sql/parse/pg_nodes.hpp"

namespace sql::verify {
namespace {

bool find_reference(Node* node, void* context) {
    if (node == nullptr) return false;
    if (nodeTag(node) == T_ColumnRef) {
        *static_cast<const ColumnRef**>(context) = reinterpret_cast<const ColumnRef*>(node);
        return true;
    }
    return raw_expression_tree_walker(node, reinterpret_cast<bool (*)()>(find_reference), context);
}

}  // namespace

std::string Target::spelled(const ColumnRef* reference) {
    std::string text;
    for (int i = 0; i < list_length(reference->fields); ++i)
        text += (i == 0 ? "" : ".") + print::quote_identifier(strVal(list_nth(reference->fields, i)));
    return text;
}

Error Target::stands_raw(const std::string& column) const {
    return defect("column \"" + column + "\" of the changed relation \"" + relation_.name +
                  "\" stands in the open");
}

ColumnTreatment Target::treatment_of(const Column& column) const {
    if (treated_ == nullptr) return Open{};
    const auto found = treated_->columns.find(column.number);
    return found == treated_->columns.end() ? ColumnTreatment{Stripped{}} : found->second;
}

bool Target::is_open(const Column& column) const {
    return std::holds_alternative<Open>(treatment_of(column));
}

// What a reference means, if it means the target: inner queries come first.
std::optional<Target::Found> Target::meaning_of(const ColumnRef* reference, const Level& level) const {
    const int parts = list_length(reference->fields);
    const auto* last = static_cast<const Node*>(llast(reference->fields));
    const bool star = nodeTag(last) == T_A_Star;
    const std::string name = star ? "*" : strVal(last);
    const bool is_row_name = name == alias_ || (has_excluded_ && name == "excluded");
    if (parts == 1) {
        bool inner_alias = false;
        const Level* at = &level;
        for (; at->outer != nullptr; at = at->outer) {
            if (star || at->has_column(name)) return std::nullopt;
            inner_alias = inner_alias || at->has_alias(name);
        }
        if (star) return Found{.whole_row = true};
        if (const Column* column = relation_.column(std::string_view(name))) return Found{.column = column};
        // Beside the target: a column comes before the name of a row.
        if (at->has_column(name)) return std::nullopt;
        if (is_row_name && !inner_alias) return Found{.whole_row = true};
        return std::nullopt;
    }
    const std::string alias = strVal(list_nth(reference->fields, parts - 2));
    for (const Level* at = &level; at->outer != nullptr; at = at->outer) {
        if (at->has_alias(alias)) return std::nullopt;
    }
    const bool excluded = has_excluded_ && alias == "excluded";
    if (alias != alias_ && !excluded) return std::nullopt;
    const Column* column = star ? nullptr : relation_.column(std::string_view(name));
    if (!star && column == nullptr && is_system_column(name)) return std::nullopt;
    // A name that is no column is a function over the row.
    return Found{.column = column, .excluded = excluded, .whole_row = column == nullptr};
}

std::optional<Target::Found> Target::find(const ColumnRef* reference, const Level& level) const {
    const auto found = meaning_of(reference, level);
    if (found) note(*found);
    return found;
}

void Target::note(const Found& found) const {
    if (found.column != nullptr) named_.insert(found.column);
    for (const Column& column : relation_.columns) {
        if (found.whole_row) named_.insert(&column);
    }
}

Result<void> Target::reference(const ColumnRef* reference, const Level& level) const {
    const auto found = find(reference, level);
    if (!found) return {};
    if (found->whole_row) {
        const bool shows_all =
            std::ranges::all_of(relation_.columns, [&](const Column& column) { return is_open(column); });
        if (!shows_all) return stands_raw("*");
        return {};
    }
    if (is_open(*found->column) || (found->excluded && found->column == own_)) return {};
    return stands_raw(found->column->name);
}

bool Target::is_mask(Node* node, const Level& level) {
    if (nodeTag(node) != T_TypeCast && nodeTag(node) != T_CollateClause) return false;
    const ColumnRef* inner = nullptr;
    find_reference(node, &inner);
    if (inner == nullptr) return false;
    // The reference may stand in a sub-query, where it means something else: then this is no mask.
    const auto found = meaning_of(inner, level);
    if (!found || found->column == nullptr) return false;
    const ColumnTreatment treatment = treatment_of(*found->column);
    const auto* masked = std::get_if<Masked>(&treatment);
    if (masked == nullptr) return false;
    auto text = mask_expression(masked->mask, *found->column, spelled(inner), catalog_);
    if (!text || !parse::means(memory_, node, *text)) return false;
    note(*found);
    return true;
}

bool Target::is_search(const Node* node, const Level& level) const {
    if (treated_ == nullptr) return false;
    return is_exact_search(node, catalog_, [&](const ColumnRef* ref) -> const Column* {
        const auto found = find(ref, level);
        const bool searchable =
            found && found->column != nullptr && !found->excluded &&
            std::ranges::find(treated_->searchable, found->column->number) != treated_->searchable.end();
        return searchable ? found->column : nullptr;
    });
}

Result<void> Target::condition(Node* node, const Level& level) {
    if (node == nullptr || is_search(node, level)) return {};
    if (nodeTag(node) == T_BoolExpr && reinterpret_cast<BoolExpr*>(node)->boolop != NOT_EXPR) {
        const List* operands = reinterpret_cast<BoolExpr*>(node)->args;
        for (int i = 0; i < list_length(operands); ++i) {
            if (auto done = condition(static_cast<Node*>(list_nth(operands, i)), level); !done) return done;
        }
        return {};
    }
    return expression(node, level);
}

Result<void> Target::expression(Node* node, const Level& level) {
    if (node == nullptr) return {};
    if (nodeTag(node) == T_ColumnRef) return reference(reinterpret_cast<const ColumnRef*>(node), level);
    if (nodeTag(node) == T_SelectStmt) return select(reinterpret_cast<SelectStmt*>(node), level);
    if (is_mask(node, level)) return {};
    if (nodeTag(node) == T_JoinExpr) {
        auto* join = reinterpret_cast<JoinExpr*>(node);
        if (auto done = expression(join->larg, level); !done) return done;
        if (auto done = expression(join->rarg, level); !done) return done;
        return condition(join->quals, level);
    }
    return children(node, level);
}

Result<void> Target::children(Node* node, const Level& level) {
    auto found = children_of(memory_, node);
    if (!found) return found.error();
    for (Node* child : *found) {
        if (auto done = expression(child, level); !done) return done;
    }
    return {};
}

Result<void> Target::list(List* nodes, const Level& level) {
    return nodes == nullptr ? Result<void>() : expression(reinterpret_cast<Node*>(nodes), level);
}

Result<void> Target::select(SelectStmt* select, const Level& outer) {
    Level level{.outer = &outer};
    add_ctes(select->withClause, catalog_, level);
    if (select->withClause != nullptr) {
        for (int i = 0; i < list_length(select->withClause->ctes); ++i) {
            auto* cte = static_cast<CommonTableExpr*>(list_nth(select->withClause->ctes, i));
            if (auto done = expression(cte->ctequery, level); !done) return done;
        }
    }
    add_from(select->fromClause, catalog_, level);
    for (List* part : {select->distinctClause, select->targetList, select->fromClause, select->groupClause,
                       select->windowClause, select->valuesLists, select->sortClause}) {
        if (auto done = list(part, level); !done) return done;
    }
    for (Node* part : {select->havingClause, select->limitOffset, select->limitCount,
                       reinterpret_cast<Node*>(select->larg), reinterpret_cast<Node*>(select->rarg)}) {
        if (auto done = expression(part, level); !done) return done;
    }
    return condition(select->whereClause, level);
}

Result<void> Target::returned(ResTarget* target, const Level& level) {
    const bool hidden = target->name != nullptr && std::string_view(target->name).starts_with("__tabir_k");
    if (hidden && is_key(target->val, level)) return {};
    return expression(target->val, level);
}

bool Target::is_key(const Node* value, const Level& level) const {
    if (nodeTag(value) == T_TypeCast) value = reinterpret_cast<const TypeCast*>(value)->arg;
    if (treated_ == nullptr || value == nullptr || nodeTag(value) != T_ColumnRef) return false;
    const auto found = find(reinterpret_cast<const ColumnRef*>(value), level);
    if (!found || found->column == nullptr) return false;
    return std::ranges::any_of(treated_->subjects, [&](const SubjectKey& key) {
        return key.column == found->column->number &&
               std::ranges::find(treatment_.counted, key.kind) != treatment_.counted.end();
    });
}

}  // namespace sql::verify
