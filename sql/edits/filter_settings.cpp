#include "sql/edits/filter_settings.hpp"

#include <algorithm>
#include <array>
#include <string_view>
#include <vector>

#include "sql/edits/equality.hpp"
#include "sql/edits/literals.hpp"
#include "sql/edits/times.hpp"
#include "sql/is_one_of.hpp"

#include "sql/parse/pg_nodes.hpp"

namespace sql::edits {
namespace {

enum class Kind {
    plain,    // no time
    literal,  // a text that becomes what it is compared with
    date,
    moment,    // timestamp
    instant,   // timestamptz
    interval,  // of days or months
    span,      // of hours at most: the same length on every day
    other,     // ranges and arrays of times, times of day, and what is not known
};

Kind kind_of(Oid type) {
    // time, timetz, arrays, ranges and multiranges
    constexpr std::array<Oid, 17> others = {1083, 1266, 1115, 1182, 1183, 1185, 1187, 1270, 3908,
                                            3909, 3910, 3911, 3912, 3913, 4533, 4534, 4535};
    switch (type) {
        case 1082: return Kind::date;
        case 1114: return Kind::moment;
        case 1184: return Kind::instant;
        case 1186: return Kind::interval;
        default: return std::ranges::find(others, type) == others.end() ? Kind::plain : Kind::other;
    }
}

Kind kind_of(std::string_view type) {
    if (type == "date") return Kind::date;
    if (type == "timestamp") return Kind::moment;
    if (type == "timestamptz") return Kind::instant;
    if (type == "interval") return Kind::interval;
    return is_one_of(type, "time", "timetz", "tsrange", "tstzrange", "daterange", "tsmultirange",
                     "tstzmultirange", "datemultirange")
               ? Kind::other
               : Kind::plain;
}

bool is_plain(Kind kind) { return kind == Kind::plain || kind == Kind::literal; }
bool is_interval(Kind kind) { return kind == Kind::interval || kind == Kind::span; }
bool is_local(Kind kind) { return kind == Kind::date || kind == Kind::moment; }

const char* type_of(Kind kind) {
    switch (kind) {
        case Kind::date: return "date";
        case Kind::moment: return "timestamp";
        case Kind::instant: return "timestamptz";
        case Kind::interval:
        case Kind::span: return "interval";
        default: return nullptr;
    }
}

/// 2024-05-31, and for times with 12:00, 12:00:00 or 12:00:00.5 behind it and +07, +07:00 or Z behind that.
bool is_iso(std::string_view text, Kind kind) {
    const auto take = [&](std::string_view shape) {
        if (text.size() < shape.size()) return false;
        for (std::size_t i = 0; i < shape.size(); ++i) {
            const bool digit = text[i] >= '0' && text[i] <= '9';
            if (shape[i] == '0' ? !digit : text[i] != shape[i]) return false;
        }
        text.remove_prefix(shape.size());
        return true;
    };
    if (!take("0000-00-00")) return false;
    if (kind == Kind::date) return text.empty();
    if ((take(" 00:00") || take("T00:00")) && take(":00") && take("."))
        text.remove_prefix(std::min(text.find_first_not_of("0123456789"), text.size()));
    if (kind == Kind::moment) return text.empty();
    const bool zoned = take("Z") || take("+00") || take("-00");
    return zoned && (text.empty() || ((take(":00") || take("00")) && text.empty()));
}

/// 30 days: every IntervalStyle reads it in one way.
Kind interval_of(std::string_view text) {
    const std::size_t digits = text.find_first_not_of("0123456789");
    if (digits == 0 || digits > 7 || digits == std::string_view::npos) return Kind::other;
    text.remove_prefix(digits);
    if (is_one_of(text, " second", " seconds", " minute", " minutes", " hour", " hours")) return Kind::span;
    return is_one_of(text, " day", " days", " week", " weeks", " month", " months", " year", " years")
               ? Kind::interval
               : Kind::other;
}

/// Finds the kind of each expression, and notes what hangs on the settings.
struct Settings {
    const resolve::Resolution& text;
    const Catalog& catalog;
    SettingsUse& use;

    [[nodiscard]] Kind of(const Node* node) const {
        if (node == nullptr) return Kind::plain;
        switch (nodeTag(node)) {
            case T_A_Const: return literal_text(node) == nullptr ? Kind::plain : Kind::literal;
            case T_ColumnRef: return of_column(node);
            case T_SQLValueFunction: return of_now(reinterpret_cast<const SQLValueFunction*>(node));
            case T_TypeCast: return of_cast(reinterpret_cast<const TypeCast*>(node));
            case T_FuncCall: return of_call(reinterpret_cast<const FuncCall*>(node));
            case T_A_Expr: return of_operator(reinterpret_cast<const A_Expr*>(node));
            case T_BoolExpr: return plain_of(reinterpret_cast<const BoolExpr*>(node)->args);
            case T_NullTest: return plain_of(reinterpret_cast<const NullTest*>(node)->arg);
            case T_BooleanTest: return plain_of(reinterpret_cast<const BooleanTest*>(node)->arg);
            case T_CollateClause: return of(reinterpret_cast<const CollateClause*>(node)->arg);
            case T_CoalesceExpr:
                return of_one_of(elements(reinterpret_cast<const CoalesceExpr*>(node)->args));
            case T_MinMaxExpr: return of_one_of(elements(reinterpret_cast<const MinMaxExpr*>(node)->args));
            case T_List: return of_one_of(elements(reinterpret_cast<const List*>(node)));
            case T_A_ArrayExpr:
                return of_one_of(elements(reinterpret_cast<const A_ArrayExpr*>(node)->elements));
            case T_CaseExpr: return of_choice(reinterpret_cast<const CaseExpr*>(node));
            case T_SubLink: return of_sub_query(reinterpret_cast<const SubLink*>(node));
            default: look_through(node); return Kind::other;
        }
    }

private:
    static std::vector<const Node*> elements(const List* list) {
        std::vector<const Node*> all;
        const ListCell* c = nullptr;
        foreach (c, list)
            all.push_back(static_cast<const Node*>(lfirst(c)));
        return all;
    }
    [[nodiscard]] Kind plain_of(const List* list) const {
        for (const Node* node : elements(list))
            (void)of(node);
        return Kind::plain;
    }
    [[nodiscard]] Kind plain_of(const Expr* node) const {
        (void)of(reinterpret_cast<const Node*>(node));
        return Kind::plain;
    }
    [[nodiscard]] Kind hangs(Kind kind) const {
        use.any = true;
        return kind;
    }

    /// A constant that becomes of a kind which is not known here.
    void may_become_a_time(const Node* node) const {
        use.any = true;
        if (literal_text(node) != nullptr && IsA(node, A_Const)) use.untyped = node;
    }
    /// `node`, of the kind `its`, is compared with one of `wanted`.
    void meets(const Node* node, Kind its, Kind wanted) const {
        if (its == wanted || (is_interval(its) && is_interval(wanted)) || (is_local(its) && is_local(wanted)))
            return;
        const char* written = IsA(node, A_Const) ? literal_text(node) : nullptr;
        if (written != nullptr && wanted == Kind::other) return may_become_a_time(node);
        if (written != nullptr) {
            const bool firm =
                is_interval(wanted) ? interval_of(written) != Kind::other : is_iso(written, wanted);
            if (!firm) use.constants.push_back({.constant = node, .type = type_of(wanted)});
            return;
        }
        if (!IsA(node, List) && !IsA(node, A_ArrayExpr)) return (void)hangs(its);
        const List* list = IsA(node, List) ? reinterpret_cast<const List*>(node)
                                           : reinterpret_cast<const A_ArrayExpr*>(node)->elements;
        for (const Node* element : elements(list))
            meets(element, of(element), wanted);
    }

    [[nodiscard]] Kind of_column(const Node* ref) const {
        const auto bound = text.bound.find(ref);
        if (bound == text.bound.end() || bound->second.column < 0) return Kind::other;
        const resolve::FromItem& item = *bound->second.item;
        const Column* column = item.columns[static_cast<std::size_t>(bound->second.column)].attribute;
        return column == nullptr ? Kind::other : kind_of(base_type(column->type, catalog));
    }

    [[nodiscard]] Kind of_now(const SQLValueFunction* value) const {
        switch (value->op) {
            case SVFOP_CURRENT_TIMESTAMP:
            case SVFOP_CURRENT_TIMESTAMP_N: return Kind::instant;
            case SVFOP_CURRENT_DATE: return hangs(Kind::date);
            case SVFOP_LOCALTIMESTAMP:
            case SVFOP_LOCALTIMESTAMP_N: return hangs(Kind::moment);
            case SVFOP_CURRENT_TIME:
            case SVFOP_CURRENT_TIME_N:
            case SVFOP_LOCALTIME:
            case SVFOP_LOCALTIME_N: return hangs(Kind::other);
            default: return Kind::plain;
        }
    }

    [[nodiscard]] Kind of_cast(const TypeCast* cast) const {
        const bool array = cast->typeName->arrayBounds != nullptr;
        const Kind element = kind_of(std::string_view(strVal(llast(cast->typeName->names))));
        const Kind wanted = array && element != Kind::plain ? Kind::other : element;
        if (const char* written = IsA(cast->arg, A_Const) ? literal_text(cast->arg) : nullptr) {
            if (wanted == Kind::plain) return wanted;
            const Kind interval = is_interval(wanted) ? interval_of(written) : Kind::other;
            if (interval != Kind::other || (wanted != Kind::other && is_iso(written, wanted)))
                return interval != Kind::other ? interval : wanted;
            use.constants.push_back({.constant = cast->arg, .cast = cast});
            return wanted;
        }
        const Kind from = of(cast->arg);
        if (from == wanted || (is_interval(from) && is_interval(wanted))) return from;
        return is_local(from) && is_local(wanted) ? wanted : hangs(wanted);
    }

    [[nodiscard]] Kind of_call(const FuncCall* call) const {
        const std::string_view name = strVal(llast(call->funcname));
        const auto args = elements(call->args);
        if (args.empty()) {
            if (is_one_of(name, "now", "transaction_timestamp", "statement_timestamp", "clock_timestamp"))
                return Kind::instant;
            return name == "timeofday" ? hangs(Kind::plain) : Kind::plain;
        }
        std::vector<Kind> kinds;
        for (const Node* arg : args)
            kinds.push_back(of(arg));
        const bool no_times = std::ranges::all_of(kinds, is_plain);
        if (args.size() == 2 && is_one_of(name, "timezone", "date_trunc", "extract", "date_part")) {
            if (kinds[1] == Kind::literal) may_become_a_time(args[1]);
            return of_time_call(name, args[0], kinds[1]);
        }
        if (name == "to_char") {
            if (kinds[0] == Kind::literal) may_become_a_time(args[0]);
            return no_times ? Kind::plain : hangs(Kind::plain);
        }
        if (name == "to_timestamp" && args.size() == 1 && no_times) return Kind::instant;
        if (name == "make_date" && no_times) return Kind::date;
        if (name == "to_date") return hangs(Kind::date);
        if (is_one_of(name, "to_timestamp", "make_timestamptz")) return hangs(Kind::instant);
        if (name == "make_timestamp") return Kind::moment;
        if (name == "make_interval") return Kind::interval;
        if (is_one_of(name, "to_tsvector", "to_tsquery", "plainto_tsquery", "phraseto_tsquery",
                      "websearch_to_tsquery", "ts_headline"))
            return no_times && args.size() > 1 ? Kind::plain : hangs(Kind::plain);
        if (no_times && !is_one_of(name, "date", "timestamp", "timestamptz", "age", "date_bin", "tsrange",
                                   "tstzrange", "daterange"))
            return Kind::plain;
        for (const Node* arg : args)
            may_become_a_time(arg);
        return name == "age" ? Kind::interval : name == "date" ? Kind::date : Kind::other;
    }
    [[nodiscard]] Kind of_time_call(std::string_view name, const Node* first, Kind time) const {
        if (is_one_of(name, "extract", "date_part"))
            return is_local(time) || is_interval(time) ? Kind::plain : hangs(Kind::plain);
        if (name == "date_trunc")
            return time == Kind::moment || is_interval(time) ? time : hangs(Kind::instant);
        const Kind turned = time == Kind::instant  ? Kind::moment
                            : time == Kind::moment ? Kind::instant
                                                   : Kind::other;
        return is_known_zone(first) && turned != Kind::other ? turned : hangs(turned);
    }

    [[nodiscard]] Kind of_operator(const A_Expr* expr) const {
        const Kind left = of(expr->lexpr);
        const Kind right = of(expr->rexpr);
        if (is_plain(left) && is_plain(right)) return Kind::plain;
        const std::string_view op = strVal(llast(expr->name));
        if (expr->kind == AEXPR_OP && is_one_of(op, "+", "-")) return moved(expr, left, right, op == "-");
        const bool compares = expr->kind != AEXPR_LIKE && expr->kind != AEXPR_ILIKE &&
                              expr->kind != AEXPR_SIMILAR &&
                              (expr->kind != AEXPR_OP || is_one_of(op, "=", "<>", "<", "<=", ">", ">="));
        const Kind kind = is_plain(left) ? right : left;
        if (!compares) {
            may_become_a_time(expr->lexpr == nullptr ? expr->rexpr : expr->lexpr);
            may_become_a_time(expr->rexpr);
            return Kind::other;
        }
        meets(expr->lexpr, left, kind);
        meets(expr->rexpr, right, kind);
        return expr->kind == AEXPR_NULLIF ? kind : Kind::plain;
    }

    [[nodiscard]] Kind moved(const A_Expr* expr, Kind left, Kind right, bool minus) const {
        if (left == Kind::literal || right == Kind::literal) {
            may_become_a_time(left == Kind::literal ? expr->lexpr : expr->rexpr);
            return Kind::other;
        }
        if (left == Kind::date && right == Kind::plain) return left;
        if (minus && left == right && left != Kind::other)
            return left == Kind::date ? Kind::plain : Kind::interval;
        if (is_local(left) && is_interval(right)) return Kind::moment;
        if (left == Kind::instant && is_interval(right)) return right == Kind::span ? left : hangs(left);
        if (is_interval(left) && is_interval(right)) return Kind::interval;
        return hangs(Kind::other);
    }

    /// COALESCE(a, b) and its kind: all are of one.
    [[nodiscard]] Kind of_one_of(const std::vector<const Node*>& all) const {
        Kind kind = Kind::plain;
        for (const Node* node : all) {
            const Kind one = of(node);
            if (one != Kind::literal && is_plain(kind)) kind = one;
        }
        for (const Node* node : all) {
            if (!is_plain(kind)) meets(node, of(node), kind);
        }
        return kind;
    }

    [[nodiscard]] Kind of_choice(const CaseExpr* choice) const {
        std::vector<const Node*> asked;
        std::vector<const Node*> results;
        if (choice->arg != nullptr) asked.push_back(reinterpret_cast<const Node*>(choice->arg));
        if (choice->defresult != nullptr) results.push_back(reinterpret_cast<const Node*>(choice->defresult));
        for (const Node* node : elements(choice->args)) {
            const auto* when = reinterpret_cast<const CaseWhen*>(node);
            asked.push_back(reinterpret_cast<const Node*>(when->expr));
            results.push_back(reinterpret_cast<const Node*>(when->result));
        }
        if (choice->arg != nullptr) {
            (void)of_one_of(asked);
        } else {
            for (const Node* condition : asked)
                (void)of(condition);
        }
        return of_one_of(results);
    }

    /// Plain values, chosen by what hangs on no setting.
    [[nodiscard]] Kind of_sub_query(const SubLink* link) const {
        const auto* select = reinterpret_cast<const SelectStmt*>(link->subselect);
        const bool simple = select->op == SETOP_NONE && select->valuesLists == nullptr &&
                            select->withClause == nullptr && select->groupClause == nullptr &&
                            select->havingClause == nullptr &&
                            std::ranges::all_of(elements(select->fromClause),
                                                [](const Node* item) { return IsA(item, RangeVar); });
        if (!simple || (link->testexpr != nullptr && !is_plain(of(link->testexpr)))) {
            look_through(link->subselect);
            return Kind::other;
        }
        Kind kind = Kind::plain;
        for (const Node* node : elements(select->targetList))
            kind = of(reinterpret_cast<const ResTarget*>(node)->val);
        (void)of(select->whereClause);
        return link->subLinkType == EXPR_SUBLINK ? kind : Kind::plain;
    }

    /// What is not understood hangs on the settings if there is a time in it, and none of its constants is
    /// known to be none.
    void look_through(const Node* node) const {
        struct Search {
            const Settings& settings;
            const Node* constant = nullptr;
            bool times = false;

            static bool walk(Node* at, void* context) {
                if (at == nullptr) return false;
                auto& self = *static_cast<Search*>(context);
                if (IsA(at, A_Const) && literal_text(at) != nullptr) self.constant = at;
                const bool may_be =
                    IsA(at, ColumnRef) || IsA(at, SQLValueFunction) || IsA(at, TypeCast) || IsA(at, FuncCall);
                if (may_be && !is_plain(self.settings.of(at))) self.times = true;
                return raw_expression_tree_walker(at, reinterpret_cast<bool (*)()>(walk), context);
            }
        } search{*this};
        Search::walk(const_cast<Node*>(node), &search);
        if (!search.times) return;
        use.any = true;
        if (search.constant != nullptr) use.untyped = search.constant;
    }
};

}  // namespace

SettingsUse settings_used(const resolve::Resolution& text, const Catalog& catalog, Node* condition) {
    SettingsUse use;
    (void)Settings{text, catalog, use}.of(condition);
    use.any = use.any || !use.constants.empty();
    return use;
}

}  // namespace sql::edits
