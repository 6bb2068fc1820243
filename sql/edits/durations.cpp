#include "sql/edits/durations.hpp"

#include <string_view>
#include <vector>

#include "sql/edits/output_names.hpp"
#include "sql/edits/text_changes.hpp"
#include "sql/edits/times.hpp"
#include "sql/is_one_of.hpp"
#include "sql/summaries.hpp"
#include "sql/type_oids.hpp"

#include "sql/parse/pg_nodes.hpp"

namespace sql::edits {
namespace {

std::string_view function_of(const FuncCall* call) { return strVal(llast(call->funcname)); }

/// Of one argument that is added up.
bool is_summary(const FuncCall* call) {
    return is_summary_name(function_of(call)) && list_length(call->args) == 1 && call->over == nullptr &&
           !call->agg_distinct && call->agg_order == nullptr && !call->func_variadic && call->location >= 0;
}

/// What kind of time an expression is, by its text and the tables' columns; 0: not known.
class TimeTypes {
public:
    TimeTypes(const SelectStmt* query, const NamedTables& tables)
        : tables_(tables), named_(tables_named_in(query)) {}

    [[nodiscard]] Oid of(const Node* node) const {
        switch (nodeTag(node)) {
            case T_ColumnRef: return of_column(reinterpret_cast<const ColumnRef*>(node));
            case T_TypeCast: {
                const TypeName* type = reinterpret_cast<const TypeCast*>(node)->typeName;
                const std::string_view name = strVal(llast(type->names));
                if (type->typmods != nullptr || type->arrayBounds != nullptr || !is_time(name)) return 0;
                if (name == "date") return type_oid::date;
                return name == "timestamp" ? type_oid::timestamp : type_oid::timestamptz;
            }
            case T_SQLValueFunction:
                switch (reinterpret_cast<const SQLValueFunction*>(node)->op) {
                    case SVFOP_CURRENT_DATE: return type_oid::date;
                    case SVFOP_CURRENT_TIMESTAMP: return type_oid::timestamptz;
                    case SVFOP_LOCALTIMESTAMP: return type_oid::timestamp;
                    default: return 0;  // no day, or no time
                }
            case T_FuncCall: {
                const auto* call = reinterpret_cast<const FuncCall*>(node);
                if (function_of(call) == "now" && call->args == nullptr) return type_oid::timestamptz;
                if (function_of(call) == "date" && list_length(call->args) == 1) return type_oid::date;
                const bool cut = function_of(call) == "date_trunc" && list_length(call->args) == 2;
                const Oid type = cut ? of(static_cast<const Node*>(lsecond(call->args))) : 0;
                return type == type_oid::date ? type_oid::timestamptz : type;
            }
            default: return 0;  // something not thought of
        }
    }

private:
    [[nodiscard]] Oid of_column(const ColumnRef* ref) const {
        const auto* last = static_cast<const Node*>(llast(ref->fields));
        if (!IsA(last, String) || list_length(ref->fields) > 2) return 0;
        const char* table = list_length(ref->fields) == 2 ? strVal(linitial(ref->fields)) : nullptr;
        Oid found = 0;
        for (const RangeVar* name : named_) {
            if (table != nullptr && alias_of(name) != table) continue;
            const Relation* relation = tables_.table(name);
            if (relation == nullptr) return 0;
            const Column* column = relation->column(std::string_view(strVal(last)));
            if (column == nullptr) continue;
            if (!is_time(column->type) || (found != 0 && found != column->type)) return 0;
            found = column->type;
        }
        return found;
    }

    const NamedTables& tables_;
    std::vector<const RangeVar*> named_;
};

class Durations {
public:
    Durations(const parse::Tokens& tokens, const TimeTypes& types)
        : tokens_(tokens), all_(tokens.all()), types_(types) {}

    static bool walk(Node* node, void* context) {
        if (node == nullptr) return false;
        auto& self = *static_cast<Durations*>(context);
        if (IsA(node, FuncCall) && is_summary(reinterpret_cast<FuncCall*>(node))) {
            const auto* call = reinterpret_cast<const FuncCall*>(node);
            if (!self.reword(call)) walk_parts(static_cast<Node*>(linitial(call->args)), &self);
            return false;
        }
        return raw_expression_tree_walker(node, reinterpret_cast<bool (*)()>(walk), context);
    }

    [[nodiscard]] std::vector<TextChange> changes() && { return std::move(changes_); }

private:
    struct Difference {
        Oid type;
        std::string seconds;
    };

    static bool walk_parts(Node* node, void* context) {
        if (node == nullptr) return false;
        auto& self = *static_cast<Durations*>(context);
        if (IsA(node, FuncCall)) self.reword_field(reinterpret_cast<FuncCall*>(node));
        return raw_expression_tree_walker(node, reinterpret_cast<bool (*)()>(walk_parts), context);
    }

    /// avg(a - b)
    bool reword(const FuncCall* call) {
        const std::string_view name = function_of(call);
        if (!is_one_of(name, "avg", "sum")) return false;
        const std::size_t first = tokens_.token_at(call->location);
        const std::size_t open = first + 2 * static_cast<std::size_t>(list_length(call->funcname)) - 1;
        if (open >= all_.size() || !all_[open].is_op('(')) return false;
        const std::size_t close = tokens_.closing(open);
        const auto found = difference(static_cast<Node*>(linitial(call->args)), open + 1, close);
        if (!found || (found->type == type_oid::date && name != "avg")) return false;
        std::size_t end = close + 1;
        if (call->agg_filter != nullptr) {
            if (end + 1 >= all_.size() || !all_[end].is_keyword("filter")) return false;
            end = tokens_.closing(end + 1) + 1;
        }
        const std::string filter = end == close + 1 ? "" : " " + tokens_.text_of(close + 1, end);
        const std::string seconds = "(" + found->seconds + ")";
        if (found->type == type_oid::date) {
            changes_.push_back(
                {all_[first].begin, all_[end - 1].end, "avg(trunc(" + seconds + " / 86400))" + filter});
            return true;
        }
        // As PostgreSQL adds them up: days apart from what is less than a day. More is without end.
        const std::string days = "sum(trunc(" + seconds + " / 86400))" + filter;
        const std::string rest = "sum(" + seconds + " - trunc(" + seconds + " / 86400) * 86400)" + filter;
        const std::string sum = "make_interval(0, 0, 0, CAST(" + days + " AS integer), 0, 0, CAST(" + rest +
                                " AS double precision))";
        const std::string share = name == "avg" ? " / count(" + seconds + ")" + filter : "";
        changes_.push_back({all_[first].begin, all_[end - 1].end,
                            "(CASE WHEN abs(" + days + ") < 1000000000000000 THEN " + sum + share + " END)"});
        return true;
    }

    /// extract(epoch FROM a - b)
    void reword_field(const FuncCall* call) {
        if (function_of(call) != "extract" || list_length(call->args) != 2 || call->location < 0) return;
        const std::string unit = unit_of(static_cast<const Node*>(linitial(call->args)));
        if (!is_one_of(unit, "epoch", "day")) return;
        const std::size_t first = tokens_.token_at(call->location);
        // extract ( field FROM
        constexpr std::size_t before = 4;
        if (first + before >= all_.size() || !all_[first + 1].is_op('(') ||
            !all_[first + before - 1].is_keyword("from"))
            return;
        const std::size_t close = tokens_.closing(first + 1);
        const auto found = difference(static_cast<Node*>(lsecond(call->args)), first + before, close);
        if (!found || found->type == type_oid::date) return;
        changes_.push_back(
            {all_[first].begin, all_[close].end,
             unit == "epoch" ? "(" + found->seconds + ")" : "trunc((" + found->seconds + ") / 86400)"});
    }

    /// In the tokens [from, to).
    std::optional<Difference> difference(const Node* node, std::size_t from, std::size_t to) const {
        if (!IsA(node, A_Expr)) return std::nullopt;
        const auto* expr = reinterpret_cast<const A_Expr*>(node);
        if (expr->kind != AEXPR_OP || expr->lexpr == nullptr || list_length(expr->name) != 1 ||
            std::string_view(strVal(linitial(expr->name))) != "-" || expr->location < 0)
            return std::nullopt;
        const Oid type = types_.of(expr->lexpr);
        if (type == 0 || type != types_.of(expr->rexpr)) return std::nullopt;
        while (to > from + 2 && all_[from].is_op('(') && tokens_.closing(from) == to - 1) {
            ++from;
            --to;
        }
        const std::size_t minus = tokens_.token_at(expr->location);
        if (minus <= from || minus + 1 >= to) return std::nullopt;
        return Difference{type, "extract(epoch FROM " + tokens_.text_of(from, minus) +
                                    ") - extract(epoch FROM " + tokens_.text_of(minus + 1, to) + ")"};
    }

    const parse::Tokens& tokens_;
    std::span<const parse::Token> all_;
    const TimeTypes& types_;
    std::vector<TextChange> changes_;
};

}  // namespace

std::optional<std::string> with_durations_in_seconds(const parse::Tokens& tokens, std::size_t begin,
                                                     std::size_t end, const SelectStmt* query,
                                                     const NamedTables& tables) {
    const TimeTypes types(query, tables);
    Durations durations(tokens, types);
    Durations::walk(reinterpret_cast<Node*>(const_cast<SelectStmt*>(query)), &durations);
    auto changes = std::move(durations).changes();
    if (changes.empty()) return std::nullopt;
    keep_output_names(tokens, query, changes);
    return with_changes(tokens.text(), begin, end, std::move(changes));
}

}  // namespace sql::edits
