#include "sql/edits/total_expressions.hpp"

#include <algorithm>
#include <array>
#include <string_view>

#include "sql/edits/constant_expressions.hpp"
#include "sql/edits/grouped_query.hpp"
#include "sql/edits/times.hpp"
#include "sql/is_one_of.hpp"
#include "sql/parse/literals.hpp"
#include "sql/resolve/quiet.hpp"
#include "sql/type_oids.hpp"

#include "sql/parse/pg_nodes.hpp"

namespace sql::edits {
namespace {

/// An operator that compares, and so puts no value into an error.
bool compares(const A_Expr* expr) {
    switch (expr->kind) {
        case AEXPR_OP:
        case AEXPR_OP_ANY:
        case AEXPR_OP_ALL:
        case AEXPR_IN:
            return list_length(expr->name) == 1 &&
                   is_one_of(strVal(linitial(expr->name)), "=", "<>", "<", "<=", ">", ">=");
        case AEXPR_DISTINCT:
        case AEXPR_NOT_DISTINCT:
        case AEXPR_BETWEEN:
        case AEXPR_NOT_BETWEEN:
        case AEXPR_BETWEEN_SYM:
        case AEXPR_NOT_BETWEEN_SYM:
        case AEXPR_LIKE:
        case AEXPR_ILIKE: return true;
        case AEXPR_NULLIF:
        case AEXPR_SIMILAR: return false;
    }
    return false;
}

/// Of what one set has of another.
bool is_of_sets(const A_Expr* expr) {
    return expr->kind == AEXPR_OP && expr->lexpr != nullptr && list_length(expr->name) == 1 &&
           is_one_of(strVal(linitial(expr->name)), "@>", "<@", "&&");
}

/// Which PostgreSQL reads when it parses the statement.
bool is_array_of_plain_values(const TypeCast* cast) {
    const TypeName* type = cast->typeName;
    return (parse::literal_text(cast->arg) != nullptr || parse::is_array_of_literals(cast->arg)) &&
           list_length(type->arrayBounds) == 1 && type->typmods == nullptr &&
           (list_length(type->names) == 1 ||
            std::string_view(strVal(linitial(type->names))) == "pg_catalog") &&
           is_one_of(strVal(llast(type->names)), "int2", "int4", "int8", "text", "varchar", "uuid");
}

enum class Time { none, date, moment };

/// document ->> 'name', document #>> '{path}'
bool reads_member(const Node* node) {
    return parse::as_operator(node, "->>") != nullptr || parse::as_operator(node, "#>>") != nullptr;
}

/// A name or a number of what a document holds.
bool is_step(const Node* node) {
    const A_Const* step = parse::literal(node);
    return step != nullptr && !step->isnull && (IsA(&step->val, String) || IsA(&step->val, Integer));
}

bool makes_text(std::string_view function) {
    return is_one_of(function, "lower", "upper", "initcap", "left", "right", "substring", "substr",
                     "split_part", "replace", "btrim", "ltrim", "rtrim", "concat", "to_char");
}

/// A number of letters, or the number of a part: not below `least`.
bool is_count(const Node* node, int least) {
    const A_Const* count = parse::literal(node);
    return count != nullptr && !count->isnull && IsA(&count->val, Integer) && count->val.ival.ival >= least &&
           count->val.ival.ival < 100'000;
}

/// Whatever is reached because of a row must not fail, nor be another value each time.
struct TotalExpressions {
    const TypeOf& type_of;

    /// What has its value before any row is read, or cannot fail later, and is the same for all rows.
    [[nodiscard]] bool is_constant(const Node* node) const {
        if (node == nullptr || IsA(node, A_Const) || IsA(node, ParamRef) || is_known_time(node) ||
            is_reckoned_first(node))
            return true;
        if (IsA(node, TypeCast) && is_array_of_plain_values(reinterpret_cast<const TypeCast*>(node)))
            return true;
        if (IsA(node, TypeCast))
            return is_typed_literal(reinterpret_cast<const TypeCast*>(node)) || type_of(node) != 0;
        const List* parts = IsA(node, List)          ? reinterpret_cast<const List*>(node)
                            : IsA(node, A_ArrayExpr) ? reinterpret_cast<const A_ArrayExpr*>(node)->elements
                                                     : nullptr;
        if (parts == nullptr) return false;
        const ListCell* c = nullptr;
        foreach (c, parts) {
            if (!is_constant(static_cast<const Node*>(lfirst(c)))) return false;
        }
        return true;
    }

    [[nodiscard]] bool holds(Node* node) const {
        if (is_constant(node)) return true;
        switch (nodeTag(node)) {
            case T_ColumnRef: return true;
            case T_List: return all(reinterpret_cast<List*>(node));
            case T_BoolExpr: return all(reinterpret_cast<BoolExpr*>(node)->args);
            case T_CoalesceExpr: return all(reinterpret_cast<CoalesceExpr*>(node)->args);
            case T_NullTest: return holds(as_node(reinterpret_cast<NullTest*>(node)->arg));
            case T_BooleanTest: return holds(as_node(reinterpret_cast<BooleanTest*>(node)->arg));
            case T_A_Expr: {
                const auto* expr = reinterpret_cast<A_Expr*>(node);
                if (expr->kind == AEXPR_NULLIF) return holds(expr->lexpr) && holds(expr->rexpr);
                if (parse::as_operator(node, "||") != nullptr) return joins_texts(expr);
                if (reads_member(node)) return is_member_of_document(expr);
                if (is_of_sets(expr)) return compares_sets(expr);
                const bool matches = expr->kind == AEXPR_LIKE || expr->kind == AEXPR_ILIKE;
                return compares(expr) &&
                       (!matches || (is_whole_pattern(expr->rexpr) && is_text(expr->lexpr))) &&
                       holds(expr->lexpr) && (matches || holds(expr->rexpr));
            }
            case T_CaseExpr: {
                // Its WHENs are no nodes that can be walked by themselves.
                const auto* expr = reinterpret_cast<CaseExpr*>(node);
                const ListCell* c = nullptr;
                foreach (c, expr->args) {
                    const auto* when = static_cast<CaseWhen*>(lfirst(c));
                    if (!holds(as_node(when->expr)) || !holds(as_node(when->result))) return false;
                }
                return holds(as_node(expr->arg)) && holds(as_node(expr->defresult));
            }
            case T_TypeCast: {
                const auto* cast = reinterpret_cast<TypeCast*>(node);
                const std::string_view name = strVal(llast(cast->typeName->names));
                return cast->typeName->arrayBounds == nullptr &&
                       (name == "text" || (is_time(name) && time_of(cast->arg) != Time::none) ||
                        (name == "time" && time_of(cast->arg) == Time::moment) ||
                        (is_one_of(name, "varchar", "bpchar") && is_text_value(cast->arg))) &&
                       holds(cast->arg);
            }
            case T_FuncCall: return call(reinterpret_cast<FuncCall*>(node));
            default: return false;  // everything else may fail on one person's value
        }
    }

    /// tags @> '{late}', valid @> date '...': of an array of texts, of jsonb, or of a range of times. Of
    /// integers it may be an extension's, which fails.
    [[nodiscard]] bool compares_sets(const A_Expr* expr) const {
        constexpr std::array sets = {type_oid::text_array, type_oid::varchar_array, type_oid::jsonb,
                                     type_oid::daterange,  type_oid::tsrange,       type_oid::tstzrange};
        const auto fits = [&](const Node* one, const Node* other) {
            return IsA(one, ColumnRef) && std::ranges::find(sets, type_of(one)) != sets.end() &&
                   is_constant(other);
        };
        return fits(expr->lexpr, expr->rexpr) || fits(expr->rexpr, expr->lexpr);
    }

    /// Patterns of bytea are other bytes than they are written as: how they end cannot be seen.
    [[nodiscard]] bool is_text(Node* node) const {
        struct Context {
            const TypeOf& type_of;
            static bool finds_other_column(Node* at, void* context) {
                constexpr std::array texts = {type_oid::name, type_oid::text, type_oid::bpchar,
                                              type_oid::varchar};
                if (at == nullptr || reads_member(at)) return false;
                if (IsA(at, TypeCast) && resolve::is_cast_to_text(reinterpret_cast<TypeCast*>(at)))
                    return false;
                if (IsA(at, ColumnRef))
                    return std::ranges::find(texts, static_cast<Context*>(context)->type_of(at)) ==
                           texts.end();
                return raw_expression_tree_walker(at, reinterpret_cast<bool (*)()>(finds_other_column),
                                                  context);
            }
        } context{type_of};
        return !Context::finds_other_column(node, &context);
    }

    [[nodiscard]] bool all(const List* list) const {
        const ListCell* c = nullptr;
        foreach (c, list) {
            if (!holds(static_cast<Node*>(lfirst(c)))) return false;
        }
        return true;
    }

    /// Of a column, cut to larger units, in universal time or as another type of times.
    [[nodiscard]] Time time_of(const Node* node) const {
        if (IsA(node, ColumnRef)) {
            if (!is_time(type_of(node))) return Time::none;
            return is_date(type_of(node)) ? Time::date : Time::moment;
        }
        if (IsA(node, TypeCast)) {
            const auto* cast = reinterpret_cast<const TypeCast*>(node);
            const std::string_view name = strVal(llast(cast->typeName->names));
            if (!is_time(name) || time_of(cast->arg) == Time::none) return Time::none;
            return name == "date" ? Time::date : Time::moment;
        }
        if (!IsA(node, FuncCall)) return Time::none;
        const auto* call = reinterpret_cast<const FuncCall*>(node);
        if (list_length(call->args) == 1 && std::string_view(strVal(llast(call->funcname))) == "date") {
            return time_of(static_cast<const Node*>(linitial(call->args))) == Time::none ? Time::none
                                                                                         : Time::date;
        }
        const bool known = is_one_of(strVal(llast(call->funcname)), "date_trunc", "timezone") &&
                           list_length(call->args) == 2 &&
                           time_of(static_cast<const Node*>(lsecond(call->args))) != Time::none;
        return known ? Time::moment : Time::none;
    }

    /// A column of text, or what functions over text make of one.
    [[nodiscard]] bool is_text_value(Node* node) const {
        if (IsA(node, ColumnRef)) return is_text(node);
        if (IsA(node, TypeCast))
            return is_one_of(strVal(llast(reinterpret_cast<TypeCast*>(node)->typeName->names)), "text",
                             "varchar", "bpchar");
        if (IsA(node, A_Expr)) return parse::as_operator(node, "||") != nullptr || reads_member(node);
        return IsA(node, FuncCall) && makes_text(strVal(llast(reinterpret_cast<FuncCall*>(node)->funcname)));
    }

    /// What is too long for a text fails.
    [[nodiscard]] static bool is_short(const void* joined) {
        constexpr std::size_t most_columns = 16;
        return columns_in(const_cast<Node*>(static_cast<const Node*>(joined))).size() <= most_columns;
    }

    /// Texts and constants of text; another type has another ||, which may fail.
    [[nodiscard]] bool joins_texts(const A_Expr* expr) const {
        const auto is_part = [&](Node* part) {
            return parse::literal_text(part) != nullptr || is_text_value(part);
        };
        // 'Q' || extract(quarter FROM t), of which the literal makes a text
        const auto is_field = [](const Node* part) {
            return IsA(part, FuncCall) &&
                   is_one_of(strVal(llast(reinterpret_cast<const FuncCall*>(part)->funcname)), "extract",
                             "date_part");
        };
        const bool are_texts = (is_part(expr->lexpr) && is_part(expr->rexpr)) ||
                               (parse::literal_text(expr->lexpr) != nullptr && is_field(expr->rexpr)) ||
                               (is_text_value(expr->lexpr) && is_field(expr->rexpr));
        return are_texts && holds(expr->lexpr) && holds(expr->rexpr) && is_short(expr);
    }

    /// document ->> 'name': of jsonb, which is checked when it is stored.
    [[nodiscard]] bool is_member_of_document(const A_Expr* expr) const {
        const Node* at = expr->lexpr;
        while (const A_Expr* step = parse::as_operator(at, "->")) {
            if (!is_step(step->rexpr)) return false;
            at = step->lexpr;
        }
        return IsA(at, ColumnRef) && type_of(at) == type_oid::jsonb && is_step(expr->rexpr);
    }

    [[nodiscard]] bool call(const FuncCall* call) const {
        const std::string_view name = strVal(llast(call->funcname));
        const int count = list_length(call->args);
        if (is_one_of(name, "lower", "upper", "length")) return count == 1 && all(call->args);
        if (is_one_of(name, "cardinality", "array_length")) return counts_elements(call, name);
        if (makes_text(name) && name != "to_char") return cuts_text(call, name);
        if (name == "date")
            return count == 1 && time_of(static_cast<const Node*>(linitial(call->args))) != Time::none &&
                   all(call->args);
        if (count != 2) return false;
        const auto* first = static_cast<const Node*>(linitial(call->args));
        const auto* second = static_cast<const Node*>(lsecond(call->args));
        if (name == "to_char")
            return time_of(first) != Time::none && parse::literal_text(second) != nullptr && all(call->args);
        const Time time = time_of(second);
        if (time == Time::none || !all(call->args)) return false;
        if (name == "timezone") return is_known_zone(first);
        if (name == "date_trunc") return cuts_times(unit_of(first));
        return is_one_of(name, "date_part", "extract") &&
               (time == Time::date ? is_field_of_dates(unit_of(first)) : is_field_of_times(unit_of(first)));
    }

    /// cardinality(tags), array_length(tags, 1)
    [[nodiscard]] bool counts_elements(const FuncCall* call, std::string_view name) const {
        constexpr std::array arrays = {type_oid::text_array, type_oid::varchar_array, type_oid::int2_array,
                                       type_oid::int4_array, type_oid::int8_array};
        const int count = list_length(call->args);
        const auto* array = count == 0 ? nullptr : static_cast<const Node*>(linitial(call->args));
        return array != nullptr && !call->func_variadic && IsA(array, ColumnRef) &&
               std::ranges::find(arrays, type_of(array)) != arrays.end() &&
               (name == "cardinality"
                    ? count == 1
                    : count == 2 && is_count(static_cast<const Node*>(lsecond(call->args)), 1));
    }

    /// A part of a text, or texts one behind the other: none that grows with the number of something in it,
    /// for what is too long fails.
    [[nodiscard]] bool cuts_text(const FuncCall* call, std::string_view name) const {
        const int count = list_length(call->args);
        const auto argument = [&](int i) { return static_cast<Node*>(list_nth(call->args, i)); };
        if (call->func_variadic || count == 0 || !all(call->args)) return false;
        if (name == "concat") return is_short(call->args);
        if (!is_text_value(argument(0))) return false;
        if (name == "initcap") return count == 1;
        if (is_one_of(name, "left", "right")) return count == 2 && is_count(argument(1), 0);
        if (is_one_of(name, "btrim", "ltrim", "rtrim"))
            return count == 1 || (count == 2 && parse::literal_text(argument(1)) != nullptr);
        if (is_one_of(name, "substring", "substr"))
            return (count == 2 || (count == 3 && is_count(argument(2), 0))) && is_count(argument(1), 0);
        if (count != 3) return false;
        const char* second = parse::literal_text(argument(1));
        const char* third = parse::literal_text(argument(2));
        if (name == "split_part") return second != nullptr && is_count(argument(2), 1);
        return second != nullptr && third != nullptr &&
               std::string_view(third).size() <= std::string_view(second).size();
    }

    [[nodiscard]] static Node* as_node(Expr* expr) { return reinterpret_cast<Node*>(expr); }
};

}  // namespace

bool cannot_fail(Node* node, const TypeOf& type_of) { return TotalExpressions{type_of}.holds(node); }

}  // namespace sql::edits
