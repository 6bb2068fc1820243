#include "sql/edits/regrouped.hpp"

#include <algorithm>
#include <map>
#include <string_view>
#include <vector>

#include "sql/edits/added_condition.hpp"
#include "sql/edits/moved_columns.hpp"
#include "sql/edits/plain_select.hpp"
#include "sql/edits/select_places.hpp"
#include "sql/edits/text_changes.hpp"
#include "sql/is_one_of.hpp"
#include "sql/resolve/resolver.hpp"
#include "sql/type_oids.hpp"

#include "sql/parse/pg_nodes.hpp"

namespace sql::edits {
namespace {

bool collect_aggregates(Node* node, std::vector<const FuncCall*>* found) {
    if (node == nullptr) return false;
    if (IsA(node, SubLink)) return true;
    if (IsA(node, FuncCall)) found->push_back(reinterpret_cast<FuncCall*>(node));
    return raw_expression_tree_walker(node, reinterpret_cast<bool (*)()>(collect_aggregates), found);
}

/// The column that is named, by its last name; empty: something else.
std::string_view column_named(const Node* node) {
    if (node == nullptr || !IsA(node, ColumnRef)) return {};
    const auto* last = static_cast<const Node*>(llast(reinterpret_cast<const ColumnRef*>(node)->fields));
    return IsA(last, String) ? strVal(last) : "";
}

class Regrouping {
public:
    Regrouping(parse::TreeMemory& memory, const parse::Tokens& tokens, const SelectStmt* around,
               const RangeSubselect* below, const NamedTables& tables)
        : memory_(memory),
          tokens_(tokens),
          all_(tokens.all()),
          around_(around),
          below_(below),
          inner_(reinterpret_cast<const SelectStmt*>(below->subquery)),
          tables_(tables) {}

    std::optional<std::vector<TextChange>> made() {
        if (!fits() || !read_targets() || !aggregates_groups() || !open_bracket()) return std::nullopt;
        const ReadSubSelect candidate{around_, inner_, below_->alias};
        auto changes = moved_columns(tokens_, candidate, [&](std::string_view name) {
            const auto found = texts_.find(name);
            return found == texts_.end() ? std::nullopt : std::optional(found->second);
        });
        if (!changes) return std::nullopt;
        const SelectPlaces places = places_of(tokens_, first_target(tokens_, inner_));
        if (places.from == 0) return std::nullopt;
        changes->push_back(
            {all_[open_].begin, all_[alias_].end, tokens_.text_of(places.from + 1, places.where)});
        if (inner_->whereClause != nullptr) {
            const std::string condition = tokens_.text_of(places.where + 1, places.where_end);
            add_condition(tokens_, around_, places_of(tokens_, first_target(tokens_, around_)),
                          is_choice(inner_->whereClause) ? "(" + condition + ")" : condition, *changes);
        }
        return changes;
    }

private:
    [[nodiscard]] bool fits() const {
        return is_plain_grouping(inner_) && inner_->fromClause != nullptr && around_->op == SETOP_NONE &&
               around_->windowClause == nullptr && around_->withClause == nullptr &&
               around_->targetList != nullptr;
    }

    /// GROUP BY 2, GROUP BY name, or the expression itself.
    [[nodiscard]] bool is_key(const ResTarget* target, int number) const {
        const ListCell* c = nullptr;
        foreach (c, inner_->groupClause) {
            const auto* key = static_cast<const Node*>(lfirst(c));
            if (memory_.equal(key, target->val)) return true;
            if (IsA(key, A_Const)) {
                const auto* constant = reinterpret_cast<const A_Const*>(key);
                if (!constant->isnull && IsA(&constant->val, Integer) && constant->val.ival.ival == number)
                    return true;
            }
            const std::string_view name = column_named(key);
            if (!name.empty() && (name == column_named(target->val) || name == resolve::output_name(target)))
                return true;
        }
        return false;
    }

    // What sums of it are sums of, over rows.
    [[nodiscard]] std::optional<std::string> total(const ResTarget* target) const {
        if (!IsA(target->val, FuncCall)) return std::nullopt;
        const auto* call = reinterpret_cast<const FuncCall*>(target->val);
        const std::string_view name = strVal(llast(call->funcname));
        if (call->agg_filter != nullptr || call->agg_order != nullptr || call->agg_distinct ||
            call->over != nullptr || call->func_variadic || call->location < 0)
            return std::nullopt;
        if (call->agg_star) return name == "count" ? std::optional<std::string>("1::int8") : std::nullopt;
        const auto* argument =
            list_length(call->args) == 1 ? static_cast<Node*>(linitial(call->args)) : nullptr;
        if (name != "sum" || column_named(argument).empty()) return std::nullopt;
        const std::size_t open =
            tokens_.token_at(call->location) + 2 * static_cast<std::size_t>(list_length(call->funcname)) - 1;
        if (!all_[open].is_op('(')) return std::nullopt;
        const std::string value = "(" + tokens_.text_of(open + 1, tokens_.closing(open)) + ")";
        return is_small_integer(column_named(argument)) ? value + "::int8" : value;
    }

    // PostgreSQL sums int2 and int4 to an int8, and those to a numeric, which divides otherwise.
    [[nodiscard]] bool is_small_integer(std::string_view name) const {
        return std::ranges::any_of(tables_named_in(inner_), [&](const RangeVar* table) {
            const Relation* relation = tables_.table(table);
            const Column* column = relation == nullptr ? nullptr : relation->column(name);
            return column != nullptr && (column->type == type_oid::int2 || column->type == type_oid::int4);
        });
    }

    bool read_targets() {
        const ListCell* c = nullptr;
        foreach (c, inner_->targetList) {
            const auto* target = static_cast<const ResTarget*>(lfirst(c));
            if (target->location < 0 || target->indirection != nullptr) return false;
            const std::string name = resolve::output_name(target);
            std::optional<std::string> text;
            if (is_key(target, foreach_current_index(c) + 1)) {
                if (!is_row_expression(target->val, tables_.catalog())) return false;
                text = "(" + expression_of(tokens_, target, {}) + ")";
            } else {
                text = total(target);
                totals_.push_back(name);
            }
            if (!text || !texts_.emplace(name, std::move(*text)).second) return false;
        }
        return true;
    }

    [[nodiscard]] bool is_total(std::string_view name) const {
        return std::ranges::find(totals_, name) != totals_.end();
    }

    // Totals are summed, of keys there is nothing that hangs on how many groups have them.
    [[nodiscard]] bool aggregates_groups() const {
        bool any = false;
        for (Node* part : {reinterpret_cast<Node*>(around_->targetList), around_->havingClause,
                           reinterpret_cast<Node*>(around_->sortClause)}) {
            std::vector<const FuncCall*> calls;
            if (collect_aggregates(part, &calls)) return false;
            std::size_t summed = 0;
            for (const FuncCall* call : calls) {
                if (call->over != nullptr) return false;
                if (!may_aggregate(call, tables_.catalog())) continue;
                const std::string_view name = strVal(llast(call->funcname));
                const auto column = list_length(call->args) == 1
                                        ? column_named(static_cast<Node*>(linitial(call->args)))
                                        : std::string_view();
                if (column.empty() || call->agg_order != nullptr || call->agg_filter != nullptr) return false;
                if (is_total(column)
                        ? name != "sum" || call->agg_distinct
                        : !(is_one_of(name, "min", "max") || (name == "count" && call->agg_distinct)))
                    return false;
                any = true;
                summed += is_total(column) ? 1U : 0U;
            }
            std::vector<const ColumnRef*> columns;
            if (collect_columns(part, &columns)) return false;
            const auto named = std::ranges::count_if(columns, [&](const ColumnRef* ref) {
                return is_total(column_named(reinterpret_cast<const Node*>(ref)));
            });
            if (static_cast<std::size_t>(named) != summed &&
                part != reinterpret_cast<Node*>(around_->sortClause))
                return false;
        }
        for (Node* part : {around_->whereClause, reinterpret_cast<Node*>(around_->groupClause)}) {
            std::vector<const ColumnRef*> columns;
            if (collect_columns(part, &columns) || std::ranges::any_of(columns, [&](const ColumnRef* ref) {
                    return is_total(column_named(reinterpret_cast<const Node*>(ref)));
                }))
                return false;
        }
        return any;
    }

    bool open_bracket() {
        const std::size_t target = first_target(tokens_, inner_);
        if (target < 2 || !all_[target - 1].is_keyword("select") || !all_[target - 2].is_op("("))
            return false;
        open_ = target - 2;
        alias_ = tokens_.closing(open_) + 1;
        if (alias_ < all_.size() && all_[alias_].is_keyword("as")) ++alias_;
        return alias_ < all_.size();
    }

    parse::TreeMemory& memory_;
    const parse::Tokens& tokens_;
    std::span<const parse::Token> all_;
    const SelectStmt* around_;
    const RangeSubselect* below_;
    const SelectStmt* inner_;
    const NamedTables& tables_;
    std::map<std::string, std::string, std::less<>> texts_;
    std::vector<std::string> totals_;
    std::size_t open_ = 0;
    std::size_t alias_ = 0;
};

struct Below {
    const SelectStmt* around;
    const RangeSubselect* item;
};

bool collect_below(Node* node, std::vector<Below>* found) {
    if (node == nullptr) return false;
    if (IsA(node, SelectStmt)) {
        const auto* around = reinterpret_cast<SelectStmt*>(node);
        const auto* item =
            list_length(around->fromClause) == 1 ? static_cast<Node*>(linitial(around->fromClause)) : nullptr;
        if (item != nullptr && IsA(item, RangeSubselect)) {
            const auto* below = reinterpret_cast<const RangeSubselect*>(item);
            if (!below->lateral && below->alias != nullptr && below->alias->colnames == nullptr)
                found->push_back({around, below});
        }
    }
    return raw_expression_tree_walker(node, reinterpret_cast<bool (*)()>(collect_below), found);
}

}  // namespace

std::optional<std::string> with_groups_of_rows(parse::TreeMemory& memory, const parse::Tokens& tokens,
                                               std::size_t begin, std::size_t end, const SelectStmt* query,
                                               const NamedTables& tables, const Treatment& treatment) {
    std::vector<Below> found;
    collect_below(reinterpret_cast<Node*>(const_cast<SelectStmt*>(query)), &found);
    for (const Below& one : found) {
        const auto read = tables_named_in(reinterpret_cast<const SelectStmt*>(one.item->subquery));
        const bool treated = std::ranges::any_of(read, [&](const RangeVar* name) {
            const Relation* relation = tables.table(name);
            return relation != nullptr && treatment.of(relation->oid) != nullptr;
        });
        auto changes =
            treated ? Regrouping(memory, tokens, one.around, one.item, tables).made() : std::nullopt;
        if (changes) return with_changes(tokens.text(), begin, end, std::move(*changes));
    }
    return std::nullopt;
}

}  // namespace sql::edits
