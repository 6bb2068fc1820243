#include <algorithm>
#include <array>
#include <set>
#include <string_view>

#include "sql/document_paths.hpp"
#include "sql/edits/bins.hpp"
#include "sql/edits/equality.hpp"
#include "sql/edits/grouped_query.hpp"
#include "sql/edits/open_paths.hpp"
#include "sql/edits/times.hpp"
#include "sql/edits/total_expressions.hpp"
#include "sql/is_one_of.hpp"
#include "sql/resolve/levels.hpp"
#include "sql/resolve/quiet.hpp"
#include "sql/resolve/resolver.hpp"
#include "sql/type_oids.hpp"

#include "sql/parse/pg_nodes.hpp"

// The columns of a grouped query. Two statements that differ by one person must not both be answered: so keys
// and conditions name no person, and nothing that is worked out can fail on one.
namespace sql::edits {
namespace {

/// The keys of a GROUP BY, those of grouping sets included.
void grouping_keys(const List* list, std::vector<const Node*>& keys) {
    const ListCell* c = nullptr;
    foreach (c, list) {
        const auto* node = static_cast<const Node*>(lfirst(c));
        if (IsA(node, GroupingSet))
            grouping_keys(reinterpret_cast<const GroupingSet*>(node)->content, keys);
        else if (IsA(node, RowExpr))
            grouping_keys(reinterpret_cast<const RowExpr*>(node)->args, keys);
        else
            keys.push_back(node);
    }
}

bool is_ordinal(const Node* key, int number) {
    const auto* constant = reinterpret_cast<const A_Const*>(key);
    return !constant->isnull && IsA(&constant->val, Integer) && constant->val.ival.ival == number;
}

/// nullptr: none of a table.
const Column* column_of_table(const Place& place) { return column_at(in_table(place)).attribute; }

bool is_open(const Place& place) { return column_at(place).shown == resolve::Shown::open; }

/// In clear, or cut down to a year or a hundred, which many people share.
bool may_be_grouped_by(const Place& shown) {
    const Place place = in_table(shown);
    const resolve::ItemColumn& column = column_at(place);
    if (is_open(place)) return true;
    if (column.shown != resolve::Shown::masked || column.attribute == nullptr ||
        place.first->treatment == nullptr)
        return false;
    const auto treated = place.first->treatment->columns.find(column.attribute->number);
    const auto* masked =
        treated == place.first->treatment->columns.end() ? nullptr : std::get_if<Masked>(&treated->second);
    return masked != nullptr && std::holds_alternative<mask::Truncate>(masked->mask);
}

/// One that is not cast: of what type it is, the client may say.
bool holds_bare_parameter(Node* node) {
    struct Search {
        static bool walk(Node* at, void* context) {
            if (at == nullptr) return false;
            if (IsA(at, ParamRef)) return true;
            if (IsA(at, TypeCast) && IsA(reinterpret_cast<TypeCast*>(at)->arg, ParamRef)) return false;
            return raw_expression_tree_walker(at, reinterpret_cast<bool (*)()>(walk), context);
        }
    };
    return Search::walk(node, nullptr);
}

}  // namespace

std::vector<const Node*> columns_in(Node* node) {
    struct Context {
        std::vector<const Node*> found = {};
        static bool walk(Node* at, void* context) {
            if (at == nullptr) return false;
            if (IsA(at, ColumnRef)) {
                static_cast<Context*>(context)->found.push_back(at);
                return false;
            }
            return raw_expression_tree_walker(at, reinterpret_cast<bool (*)()>(walk), context);
        }
    } context;
    Context::walk(node, &context);
    return std::move(context.found);
}

const CaseExpr* searched_choice(const Node* node) {
    if (node == nullptr || !IsA(node, CaseExpr)) return nullptr;
    const auto* choice = reinterpret_cast<const CaseExpr*>(node);
    return choice->arg == nullptr ? choice : nullptr;
}

std::vector<const CaseWhen*> branches_of(const CaseExpr* choice) {
    std::vector<const CaseWhen*> branches;
    const ListCell* c = nullptr;
    foreach (c, choice->args)
        branches.push_back(static_cast<const CaseWhen*>(lfirst(c)));
    return branches;
}

std::vector<Node*> results_of(Node* value) {
    const CaseExpr* choice = searched_choice(value);
    if (choice == nullptr) return {value};
    std::vector<Node*> results;
    for (const CaseWhen* branch : branches_of(choice))
        results.push_back(reinterpret_cast<Node*>(branch->result));
    if (choice->defresult != nullptr) results.push_back(reinterpret_cast<Node*>(choice->defresult));
    return results;
}

bool GroupedQuery::is_harmless(Node* condition) const {
    return asks_for_a_value(condition) || compares_within_a_row(condition) || names_one_harmless(condition);
}

bool GroupedQuery::names_one_harmless(Node* condition) const {
    if (!columns_in(condition).empty())
        return named_values(condition,
                            [this](const ColumnRef* ref) {
                                return holds_many_values(type_of(reinterpret_cast<const Node*>(ref)),
                                                         catalog_);
                            }) == 1 &&
               harmless_columns(condition).size() == 1;
    return cannot_fail(condition, [this](const Node* ref) { return type_of(ref); });
}

// id IS NULL: of a key, too, it chooses nobody by whom it names. Masks show where there is no value.
bool GroupedQuery::asks_for_a_value(const Node* condition) const {
    if (!IsA(condition, NullTest) || is_outer()) return false;
    const auto* column = reinterpret_cast<const Node*>(reinterpret_cast<const NullTest*>(condition)->arg);
    const auto place = IsA(column, ColumnRef) ? place_of(text_, column) : std::nullopt;
    return place && column_at(*place).shown != resolve::Shown::stripped;
}

// arrived <= promised
bool GroupedQuery::compares_within_a_row(const Node* condition) const {
    if (!IsA(condition, A_Expr)) return false;
    const auto* expr = reinterpret_cast<const A_Expr*>(condition);
    if (expr->kind != AEXPR_OP || list_length(expr->name) != 1 || expr->lexpr == nullptr ||
        !IsA(expr->lexpr, ColumnRef) || !IsA(expr->rexpr, ColumnRef) ||
        !is_one_of(strVal(linitial(expr->name)), "=", "<>", "<", "<=", ">", ">="))
        return false;
    const int parts = list_length(reinterpret_cast<const ColumnRef*>(expr->lexpr)->fields);
    if (parts != list_length(reinterpret_cast<const ColumnRef*>(expr->rexpr)->fields) ||
        (parts == 1 && query_.leaves.size() > 1))
        return false;
    const auto left = place_of(text_, expr->lexpr);
    const auto right = place_of(text_, expr->rexpr);
    return left && right && left->first == right->first && is_open(*left) && is_open(*right) &&
           !names_a_person(*left) && !names_a_person(*right) && join_without_failing(*left, *right);
}

const char* GroupedQuery::how_to_be_harmless(Node* condition) const {
    if (holds_bare_parameter(condition))
        return "Compare the column itself with constants, and say of what type a parameter is: "
               "$1::timestamptz, $1::interval.";
    std::set<Place> named;
    for (const Node* ref : columns_in(condition)) {
        const auto place = place_of(text_, ref);
        if (!place || column_at(*place).shown != resolve::Shown::open || names_a_person(*place))
            return "Compare columns that are shown in clear and name nobody: neither keys nor masked ones.";
        named.insert(*place);
    }
    return named.size() > 1 ? "Compare each column with constants alone; join conditions with AND, or two of "
                              "them with OR."
                            : "Compare the column itself with constants: what may fail for one value would "
                              "tell of whoever has it.";
}

// Two columns may be put one behind the other; what compares them may fail by their types or collations.
bool GroupedQuery::compares_one_column(Node* node) const {
    std::set<Place> named;
    for (const Node* ref : columns_in(node))
        named.insert(place_of(text_, ref).value_or(Place()));
    if (named.size() <= 1) return true;
    const auto all = [&](const List* list) {
        const ListCell* c = nullptr;
        foreach (c, list) {
            if (!compares_one_column(static_cast<Node*>(lfirst(c)))) return false;
        }
        return true;
    };
    switch (nodeTag(node)) {
        case T_BoolExpr: return all(reinterpret_cast<BoolExpr*>(node)->args);
        case T_FuncCall: return all(reinterpret_cast<FuncCall*>(node)->args);
        case T_TypeCast: return compares_one_column(reinterpret_cast<TypeCast*>(node)->arg);
        case T_A_Expr: {
            const auto* expr = reinterpret_cast<A_Expr*>(node);
            return expr->kind == AEXPR_OP && std::string_view(strVal(llast(expr->name))) == "||" &&
                   compares_one_column(expr->lexpr) && compares_one_column(expr->rexpr);
        }
        case T_CaseExpr: {
            const auto* choice = reinterpret_cast<CaseExpr*>(node);
            Node* otherwise = reinterpret_cast<Node*>(choice->defresult);
            const ListCell* c = nullptr;
            foreach (c, choice->args) {
                const auto* when = static_cast<const CaseWhen*>(lfirst(c));
                if (choice->arg != nullptr || !compares_one_column(reinterpret_cast<Node*>(when->expr)) ||
                    !columns_in(reinterpret_cast<Node*>(when->result)).empty())
                    return false;
            }
            return columns_in(otherwise).empty();
        }
        default: return false;
    }
}

std::set<Place> GroupedQuery::harmless_columns(Node* node) const { return harmless_columns(node, is_open); }

std::set<Place> GroupedQuery::harmless_columns(Node* node, bool (*may_be_named)(const Place&)) const {
    const std::set<const Node*> by_open_paths = read_by_open_paths(node, text_);
    std::set<Place> named;
    for (const Node* ref : columns_in(node)) {
        const auto place = place_of(text_, ref);
        if (!place || (!may_be_named(*place) && !by_open_paths.contains(ref))) return {};
        named.insert(*place);
    }
    const bool are_open = std::ranges::all_of(named, [&](const Place& place) {
        const Column* attribute = column_at(place).attribute;
        return !names_a_person(place) &&
               (attribute == nullptr || (catalog_.matches_patterns(attribute->collation) &&
                                         compares_without_failing(attribute->type, catalog_)));
    });
    const bool holds = are_open && compares_one_column(node) &&
                       cannot_fail(node, [this](const Node* ref) { return type_of(ref); });
    return holds ? named : std::set<Place>();
}

// By names, as they are read again from the print: a name without a table may be found in several.
bool GroupedQuery::may_be_null(const ColumnRef* ref) const {
    const std::string_view name = resolve::string_value(llast(ref->fields));
    const std::string_view alias =
        list_length(ref->fields) > 1
            ? resolve::string_value(list_nth(ref->fields, list_length(ref->fields) - 2))
            : "";
    bool found = false;
    for (const FromItem* item : query_.leaves) {
        if (!alias.empty() && item->alias != alias) continue;
        for (const resolve::ItemColumn& column : item->columns) {
            if (column.name != name) continue;
            if (column.shown != resolve::Shown::open || column.attribute == nullptr ||
                !column.attribute->not_null)
                return true;
            found = true;
        }
    }
    return !found || is_outer();
}

// nullptr: not a column of a relation.
const Column* GroupedQuery::column_of(const Node* ref) const {
    const auto place = IsA(ref, ColumnRef) ? place_of(text_, ref) : std::nullopt;
    return place ? column_at(*place).attribute : nullptr;
}

Oid GroupedQuery::type_of(const Node* ref) const {
    if (IsA(ref, TypeCast))  // which type it is does not matter
        return text_.constant_casts.contains(ref) ? type_oid::any : Oid{0};
    const Column* column = column_of(ref);
    return column == nullptr ? Oid{0} : base_type(column->type, catalog_);
}

bool GroupedQuery::reads_outer_columns(const Query& query) const {
    return std::ranges::any_of(text_.bound, [&](const auto& one) {
        const resolve::Reference& reference = one.second;
        return resolve::is_inside(reference.written_in, query) &&
               !resolve::is_inside(reference.item->level, query);
    });
}

// What GROUP BY 1, or GROUP BY the name of an output column, stands for: the output's expression.
std::vector<const Node*> GroupedQuery::keys() const {
    std::vector<const Node*> keys;
    grouping_keys(query_.node->groupClause, keys);
    for (const Node*& key : keys) {
        const bool names_output = IsA(key, ColumnRef) && !text_.bound.contains(key);
        if (!names_output && !IsA(key, A_Const)) continue;
        const ListCell* c = nullptr;
        foreach (c, query_.node->targetList) {
            const auto* target = static_cast<const ResTarget*>(lfirst(c));
            const bool meant = names_output
                                   ? resolve::output_name(target) ==
                                         strVal(linitial(reinterpret_cast<const ColumnRef*>(key)->fields))
                                   : is_ordinal(key, foreach_current_index(c) + 1);
            if (!meant) continue;
            key = target->val;
            break;
        }
    }
    return keys;
}

// A column of a table of nobody, of which the primary key is grouped by.
bool GroupedQuery::hangs_on_keys(const Node* node) const {
    const auto place = IsA(node, ColumnRef) ? place_of(text_, node) : std::nullopt;
    if (!place) return false;
    const FromItem& item = *place->first;
    return item.relation != nullptr && item.treatment == nullptr && !item.relation->primary_key.empty() &&
           !has_grouping_sets() &&
           std::ranges::all_of(item.relation->primary_key,
                               [&](AttributeNumber number) { return is_grouped_by(item, number); });
}

// One of the group's keys.
bool GroupedQuery::is_key(Node* node) const {
    const std::vector<const Node*> all = keys();
    const auto place = place_of(text_, node);
    return std::ranges::any_of(all, [&](const Node* key) {
        // city and c.city are the same key.
        return (memory_.equal(key, node) || (place && place_of(text_, key) == place)) &&
               (place ? names_keys_only(node) : may_be_key(node));
    });
}

bool GroupedQuery::may_be_key(const Node* key) const {
    if (IsA(key, GroupingSet)) {
        const auto* set = reinterpret_cast<const GroupingSet*>(key);
        const ListCell* c = nullptr;
        foreach (c, set->content) {
            if (!may_be_key(static_cast<const Node*>(lfirst(c)))) return false;
        }
        return true;
    }
    if (IsA(key, RowExpr)) {
        const ListCell* c = nullptr;
        foreach (c, reinterpret_cast<const RowExpr*>(key)->args) {
            if (!may_be_key(static_cast<const Node*>(lfirst(c)))) return false;
        }
        return true;
    }
    if (asks_for_a_value(key)) return true;
    const auto type = [this](const Node* ref) { return type_of(ref); };
    if (const Node* column = bucketed(const_cast<Node*>(key), type)) {
        const auto place = place_of(text_, column);
        return place && !names_a_person(*place) && names_keys_only(const_cast<Node*>(key));
    }
    return IsA(key, A_Const) || (IsA(key, ColumnRef) && names_keys_only(const_cast<Node*>(key))) ||
           !harmless_columns(const_cast<Node*>(key), may_be_grouped_by).empty();
}

bool GroupedQuery::names_keys_only(Node* node) const { return names_only(node, may_be_grouped_by); }

bool GroupedQuery::open_columns_only(Node* node) const { return names_only(node, is_open); }

bool GroupedQuery::names_only(Node* node, bool (*may_be_named)(const Place&)) const {
    return std::ranges::all_of(columns_in(node), [&](const Node* ref) {
        const auto bound = text_.bound.find(ref);
        if (bound == text_.bound.end() || bound->second.column < 0) return false;
        return may_be_named({bound->second.item, bound->second.column});
    });
}

bool GroupedQuery::joins_columns(const Node* condition) const {
    if (!IsA(condition, A_Expr)) return false;
    const auto* expr = reinterpret_cast<const A_Expr*>(condition);
    if (expr->kind != AEXPR_OP || list_length(expr->name) != 1 ||
        std::string_view(strVal(linitial(expr->name))) != "=")
        return false;
    const auto left = place_of(text_, expr->lexpr);
    const auto right = place_of(text_, expr->rexpr);
    return left && right && left->first != right->first && is_open(*left) && is_open(*right) &&
           join_without_failing(*left, *right);
}

// Whoever is reached, behind other equal columns, makes no comparison fail: neither by becoming another type
// (a bigint an oid) nor by two collations.
bool GroupedQuery::join_without_failing(const Place& left, const Place& right) const {
    const Column* one = column_of_table(left);
    const Column* other = column_of_table(right);
    if (one == nullptr || other == nullptr) return false;
    using resolve::default_collation;
    const bool same_collation = one->collation == other->collation || one->collation == default_collation ||
                                other->collation == default_collation;
    const auto both_in = [&](const auto& types) {
        const auto has = [&](Oid type) {
            return std::ranges::find(types, base_type(type, catalog_)) != types.end();
        };
        return has(one->type) && has(other->type);
    };
    constexpr std::array numbers = {type_oid::int8, type_oid::int2, type_oid::int4, type_oid::numeric};
    constexpr std::array texts = {type_oid::text, type_oid::bpchar, type_oid::varchar};
    constexpr std::array times = {type_oid::date, type_oid::timestamp, type_oid::timestamptz};
    const bool same = base_type(one->type, catalog_) == base_type(other->type, catalog_) &&
                      compares_without_failing(one->type, catalog_);
    return same_collation && (same || both_in(numbers) || both_in(texts) || both_in(times));
}

}  // namespace sql::edits
