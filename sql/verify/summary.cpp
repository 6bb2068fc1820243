#include "sql/verify/summary.hpp"

#include <algorithm>
#include <array>
#include <string_view>

#include "sql/summaries.hpp"
#include "sql/verify/every_node.hpp"

#include "sql/parse/pg_nodes.hpp"

namespace sql::verify {
namespace {

// Empty: not PostgreSQL's own.
std::string_view built_in_name(const FuncCall* call) {
    const List* name = call->funcname;
    const bool built_in = list_length(name) == 1 || std::string_view(strVal(linitial(name))) == "pg_catalog";
    return built_in ? strVal(llast(name)) : std::string_view{};
}

bool is_arithmetic(const A_Expr* expr) {
    constexpr std::string_view operators = "+-*/";
    if (expr->kind != AEXPR_OP || list_length(expr->name) != 1) return false;
    const std::string_view name = strVal(linitial(expr->name));
    return name.size() == 1 && operators.find(name.front()) != std::string_view::npos;
}

bool rounds(const FuncCall* call) {
    const std::string_view name = built_in_name(call);
    return call->agg_filter == nullptr && call->over == nullptr &&
           (name == "abs" || name == "round" || name == "trunc" || name == "floor" || name == "ceil" ||
            name == "ceiling");
}

/// Parts of times and of texts, which are NULL where their column is, and the time of the statement.
bool is_part(const FuncCall* call) {
    constexpr std::array<std::string_view, 9> parts = {
        "date", "date_trunc", "date_part", "extract", "timezone", "lower", "upper", "length", "now"};
    return call->agg_filter == nullptr && call->over == nullptr &&
           std::ranges::find(parts, built_in_name(call)) != parts.end();
}

bool is_plain(const Node* node) {
    switch (nodeTag(node)) {
        case T_List:
        case T_ColumnRef:
        case T_A_Const:
        case T_String:
        case T_Integer:
        case T_Float:
        case T_CoalesceExpr:
        case T_SQLValueFunction:
        case T_TypeCast:
        case T_TypeName: return true;
        case T_A_Expr: return is_arithmetic(reinterpret_cast<const A_Expr*>(node));
        case T_FuncCall: {
            const auto* call = reinterpret_cast<const FuncCall*>(node);
            return rounds(call) || is_part(call);
        }
        default: return false;  // what could single out a value
    }
}

bool all_plain(Node* root) {
    return every(root, [](const Node* node) { return !is_plain(node); }).empty();
}

bool has_sets(const List* grouping) {
    for (int i = 0; i < list_length(grouping); ++i) {
        if (nodeTag(list_nth(grouping, i)) == T_GroupingSet) return true;
    }
    return false;
}

// city and c.city are the same key. In grouping sets a key has many values in the groups of other sets.
bool is_key(parse::TreeMemory& memory, const Node* argument, const SelectStmt* select,
            const ShownNames& names) {
    const List* grouping = select->groupClause;
    if (has_sets(grouping)) return false;
    const auto is_same_column = [&](const Node* key) {
        if (nodeTag(key) != T_ColumnRef || nodeTag(argument) != T_ColumnRef) return false;
        const List* left = reinterpret_cast<const ColumnRef*>(key)->fields;
        const List* right = reinterpret_cast<const ColumnRef*>(argument)->fields;
        return list_length(left) != list_length(right) &&
               memory.equal(static_cast<const Node*>(llast(left)), static_cast<const Node*>(llast(right)));
    };
    for (int i = 0; i < list_length(grouping); ++i) {
        const Node* key = meant_by(static_cast<const Node*>(list_nth(grouping, i)), select, names);
        if (memory.equal(key, argument) || is_same_column(key)) return true;
    }
    return false;
}

}  // namespace

const Node* meant_by(const Node* key, const SelectStmt* select, const ShownNames& names) {
    if (nodeTag(key) == T_ColumnRef) {
        const List* fields = reinterpret_cast<const ColumnRef*>(key)->fields;
        if (list_length(fields) != 1 || nodeTag(linitial(fields)) != T_String || names.holds(fields))
            return key;
        for (int i = 0; i < list_length(select->targetList); ++i) {
            const auto* target = static_cast<const ResTarget*>(list_nth(select->targetList, i));
            if (target->name != nullptr && std::string_view(target->name) == strVal(linitial(fields)))
                return target->val;
        }
        return key;
    }
    if (nodeTag(key) != T_A_Const) return key;
    const auto* constant = reinterpret_cast<const A_Const*>(key);
    if (constant->isnull || nodeTag(&constant->val) != T_Integer) return key;
    const int number = constant->val.ival.ival;
    return number < 1 || number > list_length(select->targetList)
               ? key
               : static_cast<const ResTarget*>(list_nth(select->targetList, number - 1))->val;
}

bool is_window(const Node* node) {
    return nodeTag(node) == T_FuncCall && reinterpret_cast<const FuncCall*>(node)->over != nullptr;
}

bool is_aggregate(const Catalog& catalog, const FuncCall* call) {
    const List* name = call->funcname;
    const std::string_view schema = list_length(name) == 1 ? "pg_catalog" : strVal(linitial(name));
    const auto functions = catalog.functions(schema, strVal(llast(name)));
    return std::ranges::any_of(functions, [](const Function* one) { return one->kind == 'a'; });
}

bool is_extreme(const FuncCall* call) {
    const std::string_view name = built_in_name(call);
    return (name == "min" || name == "max") && list_length(call->args) == 1;
}

bool is_summary(parse::TreeMemory& memory, const FuncCall* call, const SelectStmt* select,
                const ShownNames& names) {
    const std::string_view name = built_in_name(call);
    if (is_extreme(call))
        return is_key(memory, static_cast<const Node*>(linitial(call->args)), select, names);
    if (!is_summary_name(name)) return false;
    if (call->agg_distinct && name != "count") return false;
    const auto columns = [&](const ColumnRef* ref) { return names.summed(ref->fields); };
    const int factors = name == "sum" || name == "avg" ? most_factors : 1;
    const auto is_harmless = [&](const Node* value) {
        return value == nullptr || (all_plain(const_cast<Node*>(value)) &&
                                    (name == "count" || chooses_nobody(value, columns, factors)));
    };
    std::vector<const Node*> values;
    if (const CaseExpr* choice = choice_in(call)) {
        for (const CaseWhen* branch : branches_of(choice))
            values.push_back(reinterpret_cast<const Node*>(branch->result));
        values.push_back(reinterpret_cast<const Node*>(choice->defresult));
    } else {
        for (int i = 0; i < list_length(call->args); ++i)
            values.push_back(static_cast<const Node*>(list_nth(call->args, i)));
    }
    return std::ranges::all_of(values, is_harmless);
}

const CaseExpr* choice_in(const FuncCall* call) {
    if (list_length(call->args) != 1) return nullptr;
    const auto* argument = static_cast<const Node*>(linitial(call->args));
    if (nodeTag(argument) != T_CaseExpr) return nullptr;
    const auto* choice = reinterpret_cast<const CaseExpr*>(argument);
    return choice->arg == nullptr ? choice : nullptr;
}

std::vector<const CaseWhen*> branches_of(const CaseExpr* choice) {
    std::vector<const CaseWhen*> branches;
    for (int i = 0; i < list_length(choice->args); ++i)
        branches.push_back(static_cast<const CaseWhen*>(list_nth(choice->args, i)));
    return branches;
}

}  // namespace sql::verify
