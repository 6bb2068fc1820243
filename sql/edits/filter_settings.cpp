#include "sql/edits/filter_settings.hpp"

#include <algorithm>
#include <array>
#include <string_view>
#include <vector>

#include "sql/edits/equality.hpp"
#include "sql/edits/time_spellings.hpp"
#include "sql/edits/times.hpp"
#include "sql/is_one_of.hpp"
#include "sql/parse/literals.hpp"
#include "sql/type_oids.hpp"

#include "sql/parse/pg_nodes.hpp"

namespace sql::edits {
namespace {

/// Finds the kind of each expression, and notes what hangs on the settings.
struct Settings {
    using Kind = TimeKind;

    const resolve::Resolution& text;
    const Catalog& catalog;
    SettingsUse& use;

    [[nodiscard]] Kind of(const Node* node) const {
        if (node == nullptr) return Kind::plain;
        switch (nodeTag(node)) {
            case T_A_Const: return parse::literal_text(node) == nullptr ? Kind::plain : Kind::literal;
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
            case T_XmlExpr:
            case T_XmlSerialize:
                use.texts = true;
                look_through(node);
                return Kind::plain;
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
        use.times = true;
        return kind;
    }

    /// A constant that becomes of a kind which is not known here.
    void may_become_a_time(const Node* node) const {
        use.times = true;
        if (is_time_like(node)) use.untyped = node;
    }
    /// `node`, of the kind `its`, is compared with one of `wanted`.
    void meets(const Node* node, Kind its, Kind wanted) const {
        if (its == wanted || (is_interval(its) && is_interval(wanted)) || (is_local(its) && is_local(wanted)))
            return;
        const char* written = IsA(node, A_Const) ? parse::literal_text(node) : nullptr;
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
        return column == nullptr ? Kind::other : of_type(column->type);
    }
    [[nodiscard]] Kind of_type(Oid oid) const {
        constexpr std::array spelled_by_settings = {type_oid::bytea, type_oid::xml, type_oid::money,
                                                    type_oid::tsvector, type_oid::tsquery};
        const Oid base = base_type(oid, catalog);
        if (std::ranges::find(spelled_by_settings, base) != spelled_by_settings.end()) use.texts = true;
        const Type* type = catalog.type(base);
        const bool array = type != nullptr && type->element != 0 && type->category == 'A';
        if (array) return is_plain(of_type(type->element)) ? Kind::plain : Kind::other;
        return kind_of(base);
    }
    /// What a cast makes; `other`: a type that is not known.
    [[nodiscard]] Kind of_name(const TypeName* name) const {
        const std::string_view word = strVal(llast(name->names));
        const bool built_in =
            list_length(name->names) == 1 || std::string_view(strVal(linitial(name->names))) == "pg_catalog";
        const std::string_view schema = built_in ? "pg_catalog" : strVal(linitial(name->names));
        const Type* type = catalog.type(schema, word);
        if (type == nullptr)
            return kind_of(word) == Kind::plain && is_plain_name(word) ? Kind::plain : kind_or_other(word);
        const Kind kind = of_type(type->oid);
        return name->arrayBounds != nullptr && kind != Kind::plain ? Kind::other : kind;
    }
    static Kind kind_or_other(std::string_view word) {
        const Kind kind = kind_of(word);
        return kind == Kind::plain ? Kind::other : kind;
    }
    static bool is_plain_name(std::string_view word) {
        return is_one_of(word, "text", "varchar", "bpchar", "name", "bool", "int2", "int4", "int8", "numeric",
                         "float4", "float8", "uuid", "json", "jsonb", "oid", "regclass");
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
        const Kind wanted = of_name(cast->typeName);
        if (const char* written = IsA(cast->arg, A_Const) ? parse::literal_text(cast->arg) : nullptr) {
            if (wanted == Kind::plain) return wanted;
            if (is_interval(wanted) && is_number(written)) return Kind::interval;  // interval '90' day
            const Kind interval = is_interval(wanted) ? interval_of(written) : Kind::other;
            if (interval != Kind::other || (wanted != Kind::other && is_iso(written, wanted)))
                return interval != Kind::other ? interval : wanted;
            use.constants.push_back({.constant = cast->arg, .cast = cast});
            if (cast->typeName->typmods != nullptr) use.untyped = cast->arg;
            return wanted;
        }
        const Kind from = of(cast->arg);
        if (from == wanted || (is_interval(from) && is_interval(wanted))) return from;
        return is_local(from) && is_local(wanted) ? wanted : hangs(wanted);
    }

    [[nodiscard]] Kind of_call(const FuncCall* call) const {
        const std::string_view name = strVal(llast(call->funcname));
        const auto args = elements(call->args);
        const bool built_in = list_length(call->funcname) == 1 ||
                              std::string_view(strVal(linitial(call->funcname))) == "pg_catalog";
        if (!built_in || catalog.functions("pg_catalog", name).empty() || name.ends_with("_tz")) {
            use.texts = true;
            (void)of_other_call(args);
            return Kind::plain;
        }
        use.texts = use.texts || name.starts_with("xml") || is_one_of(name, "to_number", "to_char");
        if (args.empty()) {
            if (is_one_of(name, "now", "transaction_timestamp", "statement_timestamp", "clock_timestamp"))
                return Kind::instant;
            return name == "timeofday" ? hangs(Kind::plain) : Kind::plain;
        }
        std::vector<Kind> kinds;
        for (const Node* arg : args)
            kinds.push_back(of(arg));
        const bool no_times = std::ranges::all_of(kinds, is_plain);
        if (args.size() == 3 && name == "date_trunc" && kinds[1] == Kind::instant && is_firm_zone(args[2]))
            return Kind::instant;
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
                      "websearch_to_tsquery", "ts_headline")) {
            use.texts = true;
            return Kind::plain;
        }
        if (no_times && !is_one_of(name, "date", "timestamp", "timestamptz", "age", "date_bin", "tsrange",
                                   "tstzrange", "daterange"))
            return Kind::plain;
        const Kind unknown = of_other_call(args);
        return name == "age" ? Kind::interval : name == "date" ? Kind::date : unknown;
    }
    [[nodiscard]] Kind of_other_call(const std::vector<const Node*>& args) const {
        use.times = true;
        for (const Node* arg : args) {
            (void)of(arg);
            may_become_a_time(arg);
        }
        return Kind::other;
    }
    [[nodiscard]] Kind of_time_call(std::string_view name, const Node* first, Kind time) const {
        if (is_one_of(name, "extract", "date_part"))
            return is_local(time) || is_interval(time) ? Kind::plain : hangs(Kind::plain);
        if (name == "date_trunc")
            return time == Kind::moment || is_interval(time) ? time : hangs(Kind::instant);
        const Kind turned = time == Kind::instant  ? Kind::moment
                            : time == Kind::moment ? Kind::instant
                                                   : Kind::other;
        return is_firm_zone(first) && turned != Kind::other ? turned : hangs(turned);
    }

    [[nodiscard]] Kind of_operator(const A_Expr* expr) const {
        const auto is_row = [](const Node* node) { return node != nullptr && IsA(node, RowExpr); };
        if (is_row(expr->lexpr) || is_row(expr->rexpr)) {
            look_through(reinterpret_cast<const Node*>(expr));
            return Kind::plain;
        }
        const Kind left = of(expr->lexpr);
        const Kind right = of(expr->rexpr);
        if (list_length(expr->name) > 1) use.times = use.texts = true;  // somebody's own operator
        if (expr->kind == AEXPR_OP && std::string_view(strVal(llast(expr->name))) == "@@") use.texts = true;
        if (is_plain(left) && is_plain(right)) return Kind::plain;
        const std::string_view op = strVal(llast(expr->name));
        if (expr->kind == AEXPR_OP && is_one_of(op, "+", "-")) return moved(expr, left, right, op == "-");
        const bool compares = expr->kind != AEXPR_OP || is_one_of(op, "=", "<>", "<", "<=", ">", ">=");
        const Kind kind = is_plain(left) ? right : left;
        if (expr->kind == AEXPR_LIKE || expr->kind == AEXPR_ILIKE || expr->kind == AEXPR_SIMILAR)
            return hangs(Kind::plain);
        if (!compares) {
            may_become_a_time(expr->lexpr == nullptr ? expr->rexpr : expr->lexpr);
            may_become_a_time(expr->rexpr);
            return Kind::other;
        }
        const bool of_array = (expr->kind == AEXPR_OP_ANY || expr->kind == AEXPR_OP_ALL) &&
                              IsA(expr->rexpr, A_Const) && parse::literal_text(expr->rexpr) != nullptr;
        meets(expr->lexpr, left, kind);
        if (of_array && array_of(kind) != nullptr)
            use.constants.push_back({.constant = expr->rexpr, .type = array_of(kind)});
        else
            meets(expr->rexpr, right, kind);
        return expr->kind == AEXPR_NULLIF ? kind : Kind::plain;
    }

    [[nodiscard]] Kind moved(const A_Expr* expr, Kind left, Kind right, bool minus) const {
        if (!minus && (left == Kind::instant || left == Kind::moment) && right == Kind::literal) {
            meets(expr->rexpr, right, Kind::interval);
            const bool span = interval_of(parse::literal_text(expr->rexpr)) == Kind::span;
            return left == Kind::moment || span ? left : hangs(left);
        }
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
        const bool known = select->op == SETOP_NONE && select->valuesLists == nullptr &&
                           select->withClause == nullptr && select->windowClause == nullptr &&
                           std::ranges::all_of(elements(select->fromClause),
                                               [](const Node* item) { return IsA(item, RangeVar); });
        if (!known || (link->testexpr != nullptr && !is_plain(of(link->testexpr)))) {
            look_through(link->subselect);
            return Kind::other;
        }
        Kind kind = Kind::plain;
        for (const Node* node : elements(select->targetList))
            kind = of(reinterpret_cast<const ResTarget*>(node)->val);
        for (const Node* node : elements(select->sortClause))
            (void)of(reinterpret_cast<const SortBy*>(node)->node);
        for (const List* list : {select->groupClause, select->distinctClause})
            (void)plain_of(list);
        for (const Node* part :
             {select->whereClause, select->havingClause, select->limitCount, select->limitOffset})
            (void)of(part);
        if (link->subLinkType == EXPR_SUBLINK) return kind;
        return link->subLinkType == EXISTS_SUBLINK || is_plain(kind) ? Kind::plain : hangs(Kind::other);
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
                if (is_time_like(at)) self.constant = at;
                const bool may_be =
                    IsA(at, ColumnRef) || IsA(at, SQLValueFunction) || IsA(at, TypeCast) || IsA(at, FuncCall);
                if (may_be && !is_plain(self.settings.of(at))) self.times = true;
                if (IsA(at, TypeCast) && IsA(reinterpret_cast<TypeCast*>(at)->arg, A_Const)) return false;
                return raw_expression_tree_walker(at, reinterpret_cast<bool (*)()>(walk), context);
            }
        } search{*this};
        Search::walk(const_cast<Node*>(node), &search);
        if (!search.times) return;
        use.times = true;
        if (search.constant != nullptr) use.untyped = search.constant;
    }
};

}  // namespace

SettingsUse settings_used(const resolve::Resolution& text, const Catalog& catalog, Node* condition) {
    SettingsUse use;
    (void)Settings{text, catalog, use}.of(condition);
    use.times = use.times || !use.constants.empty();
    // What a view works out is not looked at here.
    const bool views = std::ranges::any_of(
        text.items, [](const resolve::FromItem& item) { return item.kind == resolve::FromItem::Kind::view; });
    use.times = use.times || views;
    use.texts = use.texts || views;
    return use;
}

}  // namespace sql::edits
