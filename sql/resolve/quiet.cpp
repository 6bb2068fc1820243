#include "sql/resolve/quiet.hpp"

#include <algorithm>
#include <array>
#include <string_view>

#include "sql/resolve/resolver.hpp"
#include "sql/type_oids.hpp"

namespace sql::resolve {
namespace {

// Not oid: what is compared with one becomes one, and fails where it is too large.
constexpr std::array quiet_types = {
    type_oid::bool_, type_oid::char_,     type_oid::name,        type_oid::int8,    type_oid::int2,
    type_oid::int4,  type_oid::text,      type_oid::bpchar,      type_oid::varchar, type_oid::date,
    type_oid::time,  type_oid::timestamp, type_oid::timestamptz, type_oid::numeric, type_oid::uuid};

bool is_comparison(const List* name) {
    static constexpr std::array<std::string_view, 6> operators = {"=", "<>", "<", ">", "<=", ">="};
    return list_length(name) == 1 &&
           std::ranges::find(operators, std::string_view(string_value(linitial(name)))) != operators.end();
}

// LIKE fails on a pattern that ends with its escape character, and only where a row's value leads it there.
bool is_plain_pattern(const Node* node) {
    if (node == nullptr || !IsA(node, A_Const)) return false;
    const auto* constant = reinterpret_cast<const A_Const*>(node);
    return !constant->isnull && IsA(&constant->val, String) &&
           std::string_view(constant->val.sval.sval).find('\\') == std::string_view::npos;
}

}  // namespace

bool is_quiet_type(Oid type) { return std::ranges::find(quiet_types, type) != quiet_types.end(); }

bool is_quiet_operator(const A_Expr* expr) {
    switch (expr->kind) {
        case AEXPR_OP:
        case AEXPR_OP_ANY:
        case AEXPR_OP_ALL:
        case AEXPR_IN: return expr->lexpr != nullptr && is_comparison(expr->name);
        case AEXPR_DISTINCT:
        case AEXPR_NOT_DISTINCT:
        case AEXPR_BETWEEN:
        case AEXPR_NOT_BETWEEN: return true;
        case AEXPR_LIKE:
        case AEXPR_ILIKE: return is_plain_pattern(expr->rexpr);
        case AEXPR_NULLIF:
        case AEXPR_SIMILAR:
        case AEXPR_BETWEEN_SYM:
        case AEXPR_NOT_BETWEEN_SYM: return false;
    }
    return false;
}

bool is_pattern_match(const A_Expr* expr) { return expr->kind == AEXPR_LIKE || expr->kind == AEXPR_ILIKE; }

bool is_quiet_function(const FuncCall* call) {
    static constexpr std::array<std::string_view, 12> names = {
        "btrim", "char_length",  "character_length", "initcap", "length", "lower",
        "ltrim", "octet_length", "reverse",          "rtrim",   "strpos", "upper"};
    if (call->agg_order != nullptr || call->agg_filter != nullptr || call->over != nullptr ||
        call->func_variadic || call->agg_star || call->agg_distinct)
        return false;
    const int parts = list_length(call->funcname);
    if (parts == 2 && std::string_view(string_value(linitial(call->funcname))) != "pg_catalog") return false;
    return parts <= 2 &&
           std::ranges::find(names, std::string_view(string_value(llast(call->funcname)))) != names.end();
}

namespace {

struct ConstantType {
    std::string_view name;
    Oid oid;
    Oid of_array;
};

constexpr std::array<ConstantType, 12> constant_types = {
    {{"bool", type_oid::bool_, type_oid::bool_array},
     {"int8", type_oid::int8, type_oid::int8_array},
     {"int2", type_oid::int2, type_oid::int2_array},
     {"int4", type_oid::int4, type_oid::int4_array},
     {"text", type_oid::text, type_oid::text_array},
     {"bpchar", type_oid::bpchar, type_oid::bpchar_array},
     {"varchar", type_oid::varchar, type_oid::varchar_array},
     {"date", type_oid::date, type_oid::date_array},
     {"timestamp", type_oid::timestamp, type_oid::timestamp_array},
     {"timestamptz", type_oid::timestamptz, type_oid::timestamptz_array},
     {"numeric", type_oid::numeric, type_oid::numeric_array},
     {"uuid", type_oid::uuid, type_oid::uuid_array}}};

const ConstantType* constant_type(const TypeName* type) {
    const int parts = list_length(type->names);
    if (parts == 2 && std::string_view(string_value(linitial(type->names))) != "pg_catalog") return nullptr;
    const auto* found = std::ranges::find(constant_types, std::string_view(string_value(llast(type->names))),
                                          &ConstantType::name);
    return parts <= 2 && found != constant_types.end() ? found : nullptr;
}

}  // namespace

bool is_quiet_constant_type(const TypeName* type) { return constant_type(type) != nullptr; }

Oid quiet_constant_type(const TypeName* type) {
    const ConstantType* found = constant_type(type);
    if (found == nullptr || type->typmods != nullptr) return 0;
    return type->arrayBounds != nullptr ? found->of_array : found->oid;
}

bool is_cast_to_text(const TypeCast* cast) {
    return cast->typeName->typmods == nullptr && cast->typeName->arrayBounds == nullptr &&
           list_length(cast->typeName->names) == 1 &&
           std::string_view(string_value(linitial(cast->typeName->names))) == "text";
}

}  // namespace sql::resolve
