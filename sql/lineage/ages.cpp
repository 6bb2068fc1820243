#include "sql/lineage/ages.hpp"

#include <string_view>

#include "sql/is_one_of.hpp"
#include "sql/resolve/resolver.hpp"
#include "sql/resolve/stored_column.hpp"
#include "sql/type_oids.hpp"

#include "sql/parse/pg_nodes.hpp"

namespace sql::lineage {
namespace {

/// A column of a type of times, a cast to one, now() and its kind, or what is worked out of these alone.
struct Times {
    const resolve::Resolution& found;

    [[nodiscard]] bool holds(const Node* node) const {
        if (node == nullptr) return false;
        switch (nodeTag(node)) {
            case T_ColumnRef: return is_time(column_of(node));
            case T_SQLValueFunction: return true;
            case T_TypeCast: {
                const auto* type = reinterpret_cast<const TypeCast*>(node)->typeName;
                return type->arrayBounds == nullptr && is_one_of(resolve::string_value(llast(type->names)),
                                                                 "date", "timestamp", "timestamptz");
            }
            case T_CoalesceExpr: return any(reinterpret_cast<const CoalesceExpr*>(node)->args);
            case T_MinMaxExpr: return any(reinterpret_cast<const MinMaxExpr*>(node)->args);
            case T_A_Expr: {
                const auto* expr = reinterpret_cast<const A_Expr*>(node);
                return expr->kind == AEXPR_OP && holds(expr->lexpr);
            }
            case T_FuncCall: {
                const auto* call = reinterpret_cast<const FuncCall*>(node);
                const std::string_view name = resolve::string_value(llast(call->funcname));
                if (call->args == nullptr)
                    return is_one_of(name, "now", "clock_timestamp", "statement_timestamp",
                                     "transaction_timestamp");
                if (is_one_of(name, "date_trunc", "timezone", "to_timestamp", "to_date", "make_date",
                              "make_timestamp", "make_timestamptz", "date_bin"))
                    return true;
                return is_one_of(name, "min", "max", "lag", "lead", "first_value", "last_value") &&
                       holds(static_cast<const Node*>(linitial(call->args)));
            }
            default: return false;  // it may be a number of a transaction
        }
    }

private:
    [[nodiscard]] bool any(const List* list) const {
        const ListCell* c = nullptr;
        foreach (c, list) {
            if (holds(static_cast<const Node*>(lfirst(c)))) return true;
        }
        return false;
    }

    [[nodiscard]] static bool is_time(const Column* column) {
        return column != nullptr && type_oid::is_date_or_timestamp(column->type);
    }

    [[nodiscard]] const Column* column_of(const Node* node) const {
        const auto bound = found.bound.find(node);
        if (bound == found.bound.end() || bound->second.system) return nullptr;
        return resolve::stored_column(*bound->second.item, bound->second.column);
    }
};

}  // namespace

bool is_age_of_a_transaction(const resolve::Resolution& found, const resolve::FunctionMention& mention) {
    if (mention.schema != "pg_catalog" || mention.name != "age") return false;
    if (mention.call == nullptr) return true;
    return list_length(mention.call->args) == 1 &&
           !Times{found}.holds(static_cast<const Node*>(linitial(mention.call->args)));
}

}  // namespace sql::lineage
