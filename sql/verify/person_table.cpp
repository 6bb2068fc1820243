#include "sql/verify/person_table.hpp"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include "sql/plain_key.hpp"
#include "sql/resolve/resolver.hpp"
#include "sql/verify/every_node.hpp"
#include "sql/verify/guards.hpp"
#include "sql/verify/pinned.hpp"
#include "sql/verify/summary.hpp"

#include "sql/parse/pg_nodes.hpp"

namespace sql::verify {
namespace {

constexpr std::string_view hidden_person = "__tabir_p";

class Reader {
public:
    Reader(parse::TreeMemory& memory, const Catalog& catalog, const Treatment& treatment,
           const SelectStmt* select)
        : memory_(memory), catalog_(catalog), select_(select), from_(memory, catalog, treatment, select) {}

    std::optional<PersonTable> read() {
        if (!from_.read() || !is_plain() || !from_.only_tables || from_.guarded.empty() || !joins_columns())
            return std::nullopt;
        for (const Person& person : from_.people)
            table_.person.keys.resize(table_.person.keys.size() + person.keys.size());
        for (int i = 0; i < list_length(select_->targetList); ++i) {
            if (!output(static_cast<const ResTarget*>(list_nth(select_->targetList, i)))) return std::nullopt;
        }
        const bool all_counted = std::ranges::all_of(table_.person.keys, [](const auto& key) {
            return std::ranges::any_of(key, [](const auto& name) { return name.starts_with(hidden_person); });
        });
        if (!all_counted || table_.person.keys.empty()) return std::nullopt;
        table_.guarded = from_.guarded;
        return std::move(table_);
    }

private:
    [[nodiscard]] bool is_plain() const {
        const bool has_sets = !every(reinterpret_cast<Node*>(select_->groupClause), [](const Node* node) {
                                   return nodeTag(node) == T_GroupingSet || nodeTag(node) == T_SubLink;
                               }).empty();
        bool plain_keys = true;
        for (int i = 0; i < list_length(select_->groupClause); ++i) {
            const auto* key = static_cast<const Node*>(list_nth(select_->groupClause, i));
            plain_keys = plain_keys && is_plain_key(meant_by(key, select_, from_.names));
        }
        return select_->op == SETOP_NONE && select_->valuesLists == nullptr &&
               select_->groupClause != nullptr && !has_sets && plain_keys &&
               select_->havingClause == nullptr && select_->distinctClause == nullptr &&
               select_->windowClause == nullptr && select_->withClause == nullptr &&
               select_->limitCount == nullptr && select_->limitOffset == nullptr &&
               select_->lockingClause == nullptr && select_->intoClause == nullptr &&
               select_->sortClause == nullptr;
    }

    [[nodiscard]] bool joins_columns() const {
        std::vector<Node*> conditions;
        for (Node* quals : from_.joined)
            flatten(quals, conditions);
        flatten(select_->whereClause, conditions);
        std::erase_if(conditions, [this](const Node* one) { return pinned_by(memory_, catalog_, one); });
        return std::ranges::all_of(conditions, equates_columns) &&
               std::ranges::none_of(from_.merged,
                                    [this](const auto& name) { return from_.masked.contains(name); });
    }

    bool output(const ResTarget* target) {
        if (target->val == nullptr || target->indirection != nullptr) return false;
        Node* value = target->val;
        const std::string name = target->name != nullptr ? target->name : resolve::output_name(target);
        const auto calls = every(value, [this](const Node* node) {
            return nodeTag(node) == T_SubLink ||
                   (nodeTag(node) == T_FuncCall &&
                    is_aggregate(catalog_, reinterpret_cast<const FuncCall*>(node)));
        });
        if (calls.size() > 1 || (calls.size() == 1 && !is_whole(value, calls.front()))) return false;
        const auto* call = calls.empty() ? nullptr : reinterpret_cast<const FuncCall*>(calls.front());
        const auto* of = call == nullptr                ? value
                         : list_length(call->args) == 1 ? static_cast<Node*>(linitial(call->args))
                                                        : nullptr;
        const std::string function = call == nullptr ? "" : strVal(llast(call->funcname));
        const bool least = function == "min" && name.starts_with(hidden_person);
        if (call != nullptr && !is_total(call, function)) return false;
        const bool names_people = of != nullptr && note_key(of, name, call == nullptr || least);
        if (call != nullptr && names_people && !least && function != "count") return false;
        for (const Node* node : columns_in(value)) {
            const List* fields = reinterpret_cast<const ColumnRef*>(node)->fields;
            if (nodeTag(llast(fields)) != T_String) return false;
            if (from_.masked.contains(strVal(llast(fields)))) table_.person.masked.emplace(name, nullptr);
        }
        table_.outputs.push_back(
            {name, function == "count" || (of != nullptr && never_null(of)), summed(value, call, of)});
        return true;
    }

    /// A column, or a total of one; anything else may be any choice of people.
    [[nodiscard]] SummedColumn summed(const Node* value, const FuncCall* call, const Node* of) const {
        if (call != nullptr && value != reinterpret_cast<const Node*>(call)) return {.is_choice = true};
        const std::string_view name = call == nullptr ? "" : strVal(llast(call->funcname));
        if (name == "count") return {.name = "count"};
        if (of == nullptr || nodeTag(of) != T_ColumnRef) return {.is_choice = true};
        SummedColumn column = from_.names.summed(reinterpret_cast<const ColumnRef*>(of)->fields);
        column.is_fraction = column.is_fraction || name == "avg";
        return column;
    }

    /// The aggregate, or a time that it gives cut to larger units.
    [[nodiscard]] static bool is_whole(const Node* value, const Node* aggregate) {
        if (nodeTag(aggregate) != T_FuncCall) return false;
        if (nodeTag(value) == T_TypeCast) return reinterpret_cast<const TypeCast*>(value)->arg == aggregate;
        if (nodeTag(value) != T_FuncCall || value == aggregate) return value == aggregate;
        const auto* call = reinterpret_cast<const FuncCall*>(value);
        return std::string_view(strVal(llast(call->funcname))) == "date_trunc" && call->over == nullptr &&
               list_length(call->args) == 2 && lsecond(call->args) == aggregate;
    }

    [[nodiscard]] bool is_total(const FuncCall* call, std::string_view name) const {
        constexpr std::array<std::string_view, 5> totals = {"count", "sum", "avg", "min", "max"};
        const bool built_in = list_length(call->funcname) == 1 ||
                              std::string_view(strVal(linitial(call->funcname))) == "pg_catalog";
        const bool plain = call->agg_filter == nullptr && call->agg_order == nullptr &&
                           call->over == nullptr && !call->func_variadic && !call->agg_within_group;
        if (!built_in || !plain || std::ranges::find(totals, name) == totals.end()) return false;
        if (call->agg_star) return name == "count";
        const auto* argument =
            list_length(call->args) == 1 ? static_cast<const Node*>(linitial(call->args)) : nullptr;
        // Who has no value in a column is left out of its count, and nothing proves for how many that is so.
        if (argument != nullptr && name == "count" && nodeTag(argument) == T_ColumnRef &&
            !from_.names.never_null(reinterpret_cast<const ColumnRef*>(argument)->fields))
            return false;
        return argument != nullptr && (!call->agg_distinct || name == "count") &&
               (nodeTag(argument) == T_ColumnRef || (name == "count" && nodeTag(argument) == T_A_Const));
    }

    /// Whether `node` is a key of people; `shows`: the output holds it.
    bool note_key(const Node* node, const std::string& name, bool shows) {
        if (nodeTag(node) != T_ColumnRef) return false;
        const List* fields = reinterpret_cast<const ColumnRef*>(node)->fields;
        if (nodeTag(llast(fields)) != T_String) return false;
        bool found = false;
        std::size_t place = 0;
        for (const Person& person : from_.people) {
            const bool reaches = list_length(fields) == 1 || strVal(linitial(fields)) == person.alias;
            for (const auto& key : person.keys) {
                const bool is_it = reaches && key.contains(std::string_view(strVal(llast(fields))));
                found = found || is_it;
                // By which people are counted must be said whose it is.
                if (is_it && shows && (list_length(fields) == 2 || !name.starts_with(hidden_person)))
                    table_.person.keys[place].insert(name);
                ++place;
            }
        }
        return found;
    }

    [[nodiscard]] bool never_null(const Node* node) const {
        return !from_.outer && nodeTag(node) == T_ColumnRef &&
               from_.names.never_null(reinterpret_cast<const ColumnRef*>(node)->fields);
    }

    parse::TreeMemory& memory_;
    const Catalog& catalog_;
    const SelectStmt* select_;
    GroupedFrom from_;
    PersonTable table_;
};

}  // namespace

std::optional<PersonTable> read_person_table(parse::TreeMemory& memory, const Catalog& catalog,
                                             const Treatment& treatment, const SelectStmt* select) {
    return Reader(memory, catalog, treatment, select).read();
}

}  // namespace sql::verify
