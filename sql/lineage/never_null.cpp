#include "sql/lineage/never_null.hpp"

#include "sql/is_one_of.hpp"
#include "sql/type_oids.hpp"

#include "sql/parse/pg_nodes.hpp"

namespace sql::lineage {
namespace {

bool is_constant(const Node* value) {
    return IsA(value, A_Const) && !reinterpret_cast<const A_Const*>(value)->isnull;
}

/// As PostgreSQL tells it, or written as one: without a cast to another type in between, since infinity has
/// no time of day.
bool is_day_or_moment(const Node* value) {
    switch (nodeTag(value)) {
        case T_TypeCast: {
            const auto* cast = reinterpret_cast<const TypeCast*>(value);
            return is_constant(cast->arg) &&
                   is_one_of(strVal(llast(cast->typeName->names)), "date", "timestamp", "timestamptz");
        }
        case T_SQLValueFunction:
            switch (reinterpret_cast<const SQLValueFunction*>(value)->op) {
                case SVFOP_CURRENT_DATE:
                case SVFOP_CURRENT_TIMESTAMP:
                case SVFOP_CURRENT_TIMESTAMP_N:
                case SVFOP_LOCALTIMESTAMP:
                case SVFOP_LOCALTIMESTAMP_N: return true;
                default: return false;  // times of day, names
            }
        case T_FuncCall: {
            const auto* call = reinterpret_cast<const FuncCall*>(value);
            return call->args == nullptr && list_length(call->funcname) == 1 &&
                   is_one_of(strVal(linitial(call->funcname)), "now", "clock_timestamp",
                             "statement_timestamp", "transaction_timestamp");
        }
        default: return false;
    }
}

}  // namespace

bool is_never_null(const Node* value, Oid column, const Catalog& catalog) {
    const Type* type = catalog.base_type(column);
    if (value == nullptr || type == nullptr) return false;
    const bool is_scalar = type->kind == 'b' || type->kind == 'e';  // a row of NULLs is NULL
    return (is_scalar && is_constant(value)) ||
           (type_oid::is_date_or_timestamp(type->oid) && is_day_or_moment(value));
}

}  // namespace sql::lineage
