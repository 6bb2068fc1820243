#include "sql/edits/sure_expressions.hpp"

#include <algorithm>
#include <array>
#include <string_view>

#include "sql/edits/literals.hpp"
#include "sql/is_one_of.hpp"

#include "sql/parse/pg_nodes.hpp"

namespace sql::edits {
namespace {

using resolve::FromItem;
using resolve::Query;

constexpr std::array<Oid, 3> sure_text_types = {25, 1042, 1043};      // text, char(n), varchar
constexpr std::array<Oid, 3> sure_time_types = {1082, 1114, 1184};    // date, timestamp, timestamptz
constexpr std::array<Oid, 4> sure_number_types = {20, 21, 23, 1700};  // int8, int2, int4, numeric

bool is_among(const auto& types, Oid type) { return std::ranges::find(types, type) != types.end(); }

/// Looks at the expressions of one text. A part that names no column may still be reached, or not, because of
/// a row: so it is looked at as well.
class SureExpressions {
public:
    explicit SureExpressions(const resolve::Resolution& found) : found_(found) {}

    [[nodiscard]] bool holds() const {
        return std::ranges::all_of(found_.queries, [&](const Query& query) { return is_sure(query); }) &&
               std::ranges::all_of(found_.items, [](const FromItem& item) {
                   return item.kind != FromItem::Kind::function && item.sample == nullptr;
               });
    }

private:
    [[nodiscard]] bool is_sure(const Query& query) const {
        const SelectStmt* select = query.node;
        return all(select->targetList) && one(select->whereClause) && all(select->groupClause) &&
               one(select->havingClause) && all(select->sortClause) && all(select->valuesLists) &&
               all(select->windowClause) && are_columns(select->distinctClause) &&
               is_count(select->limitCount) && is_count(select->limitOffset) && joins(select->fromClause);
    }

    [[nodiscard]] bool are_columns(const List* distinct) const {
        return distinct == nullptr || linitial(distinct) == nullptr || all(distinct);
    }

    [[nodiscard]] static bool is_count(const Node* limit) {
        if (limit == nullptr) return true;
        const A_Const* constant = literal(limit);
        return constant != nullptr &&
               (constant->isnull || (IsA(&constant->val, Integer) && constant->val.ival.ival >= 0));
    }

    [[nodiscard]] bool joins(const List* from) const {
        const ListCell* c = nullptr;
        foreach (c, from) {
            if (!join(static_cast<const Node*>(lfirst(c)))) return false;
        }
        return true;
    }

    [[nodiscard]] bool join(const Node* item) const {
        if (!IsA(item, JoinExpr)) return true;
        const auto* two = reinterpret_cast<const JoinExpr*>(item);
        return one(two->quals) && join(two->larg) && join(two->rarg);
    }

    [[nodiscard]] bool all(const List* nodes) const {
        const ListCell* c = nullptr;
        foreach (c, nodes) {
            if (!one(static_cast<const Node*>(lfirst(c)))) return false;
        }
        return true;
    }

    [[nodiscard]] Oid type_of(const Node* node) const {
        const auto bound = found_.bound.find(node);
        if (bound == found_.bound.end() || bound->second.column < 0) return 0;
        const auto& column = bound->second.item->columns[static_cast<std::size_t>(bound->second.column)];
        return column.attribute == nullptr ? 0 : column.attribute->type;
    }

    [[nodiscard]] bool one(const Node* node) const {
        if (node == nullptr) return true;
        switch (nodeTag(node)) {
            case T_A_Const:
            case T_ParamRef:
            case T_ColumnRef:
            case T_SQLValueFunction: return true;
            case T_List: return all(reinterpret_cast<const List*>(node));
            case T_ResTarget: return one(reinterpret_cast<const ResTarget*>(node)->val);
            case T_SortBy: return one(reinterpret_cast<const SortBy*>(node)->node);
            case T_GroupingSet: return all(reinterpret_cast<const GroupingSet*>(node)->content);
            case T_RowExpr: return all(reinterpret_cast<const RowExpr*>(node)->args);
            case T_BoolExpr: return all(reinterpret_cast<const BoolExpr*>(node)->args);
            case T_CoalesceExpr: return all(reinterpret_cast<const CoalesceExpr*>(node)->args);
            case T_MinMaxExpr: return all(reinterpret_cast<const MinMaxExpr*>(node)->args);
            case T_NullTest: return one(as_node(reinterpret_cast<const NullTest*>(node)->arg));
            case T_BooleanTest: return one(as_node(reinterpret_cast<const BooleanTest*>(node)->arg));
            case T_CollateClause: return one(reinterpret_cast<const CollateClause*>(node)->arg);
            case T_CaseExpr: {
                const auto* expr = reinterpret_cast<const CaseExpr*>(node);
                return one(as_node(expr->arg)) && all(expr->args) && one(as_node(expr->defresult));
            }
            case T_CaseWhen: {
                const auto* when = reinterpret_cast<const CaseWhen*>(node);
                return one(as_node(when->expr)) && one(as_node(when->result));
            }
            case T_SubLink: {
                // A scalar sub-query fails when it has two rows. What is in them is looked at apart.
                const auto* link = reinterpret_cast<const SubLink*>(node);
                return link->subLinkType != EXPR_SUBLINK && link->operName == nullptr && one(link->testexpr);
            }
            case T_WindowDef: {
                const auto* window = reinterpret_cast<const WindowDef*>(node);
                return all(window->partitionClause) && all(window->orderClause) &&
                       window->startOffset == nullptr && window->endOffset == nullptr;
            }
            case T_TypeCast: return cast(reinterpret_cast<const TypeCast*>(node));
            case T_A_Expr: return operation(reinterpret_cast<const A_Expr*>(node));
            case T_FuncCall: return call(reinterpret_cast<const FuncCall*>(node));
            default: return false;  // everything else may fail
        }
    }

    [[nodiscard]] static const Node* as_node(const Expr* expr) { return reinterpret_cast<const Node*>(expr); }

    // A literal is read before any row is; other casts may fail on a value.
    [[nodiscard]] bool cast(const TypeCast* cast) const {
        if (literal(cast->arg) != nullptr) return true;
        const std::string_view name = strVal(llast(cast->typeName->names));
        if (cast->typeName->arrayBounds != nullptr || cast->typeName->typmods != nullptr) return false;
        const Oid type = type_of(cast->arg);
        if (is_among(sure_time_types, type)) return is_one_of(name, "text", "date");
        return name == "text" && (is_among(sure_text_types, type) || is_among(sure_number_types, type));
    }

    [[nodiscard]] bool operation(const A_Expr* expr) const {
        if (!one(expr->lexpr) || !one(expr->rexpr)) return false;
        switch (expr->kind) {
            case AEXPR_OP:
            case AEXPR_OP_ANY:
            case AEXPR_OP_ALL:
            case AEXPR_IN:
            case AEXPR_DISTINCT:
            case AEXPR_NOT_DISTINCT:
            case AEXPR_BETWEEN:
            case AEXPR_NOT_BETWEEN:
            case AEXPR_BETWEEN_SYM:
            case AEXPR_NOT_BETWEEN_SYM:
            case AEXPR_NULLIF: return compares(expr) || joins_texts(expr);
            case AEXPR_LIKE:
            case AEXPR_ILIKE: {
                // A pattern that ends in the escape character fails once a value fits what is before it.
                const char* pattern = literal_text(expr->rexpr);
                return pattern != nullptr && std::string_view(pattern).find('\\') == std::string_view::npos;
            }
            case AEXPR_SIMILAR: return false;
        }
        return false;
    }

    [[nodiscard]] static bool compares(const A_Expr* expr) {
        if (expr->kind != AEXPR_OP && expr->kind != AEXPR_OP_ANY && expr->kind != AEXPR_OP_ALL) return true;
        return list_length(expr->name) == 1 &&
               is_one_of(strVal(linitial(expr->name)), "=", "<>", "<", "<=", ">", ">=");
    }

    [[nodiscard]] bool joins_texts(const A_Expr* expr) const {
        return expr->kind == AEXPR_OP && list_length(expr->name) == 1 && expr->lexpr != nullptr &&
               std::string_view(strVal(linitial(expr->name))) == "||" && is_text(expr->lexpr) &&
               is_text(expr->rexpr);
    }

    [[nodiscard]] bool is_text(const Node* node) const {
        if (literal_text(node) != nullptr || is_among(sure_text_types, type_of(node))) return true;
        if (!IsA(node, A_Expr)) return false;
        const auto* expr = reinterpret_cast<const A_Expr*>(node);
        return joins_texts(expr);
    }

    [[nodiscard]] bool call(const FuncCall* call) const {
        if (!all(call->args) || !all(call->agg_order) || !one(call->agg_filter) ||
            (call->over != nullptr && !one(reinterpret_cast<const Node*>(call->over))))
            return false;
        const std::string_view name = strVal(llast(call->funcname));
        const int arguments = list_length(call->args);
        const auto* first = arguments > 0 ? static_cast<const Node*>(linitial(call->args)) : nullptr;
        if (is_one_of(name, "count", "min", "max", "array_agg", "string_agg", "bool_and", "bool_or", "every",
                      "now"))
            return true;
        if (is_one_of(name, "row_number", "rank", "dense_rank")) return arguments == 0;
        if (is_one_of(name, "lag", "lead", "first_value", "last_value")) return arguments == 1;
        if (is_one_of(name, "lower", "upper", "initcap", "length", "md5"))
            return arguments == 1 && is_among(sure_text_types, type_of(first));
        if (is_one_of(name, "sum", "avg")) return is_among(sure_number_types, type_of(first));
        if (!is_one_of(name, "date_trunc", "date_part", "extract") || arguments != 2) return false;
        const char* unit = literal_text(first);
        return unit != nullptr && is_one_of(unit, "year", "month", "day", "hour") &&
               is_among(sure_time_types, type_of(static_cast<const Node*>(lsecond(call->args))));
    }

    const resolve::Resolution& found_;
};

}  // namespace

bool cannot_fail_on_a_row(const resolve::Resolution& found) {
    return SureExpressions(found).holds() && std::ranges::all_of(found.views, [](const auto& view) {
               return cannot_fail_on_a_row(view->resolution);
           });
}

}  // namespace sql::edits
