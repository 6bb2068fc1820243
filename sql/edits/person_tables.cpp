#include "sql/edits/person_tables.hpp"

#include <algorithm>
#include <array>
#include <string_view>

#include "sql/edits/and_conditions.hpp"
#include "sql/edits/equality.hpp"
#include "sql/edits/errors.hpp"
#include "sql/edits/grouped_query.hpp"
#include "sql/edits/rewriter.hpp"
#include "sql/edits/times.hpp"
#include "sql/is_one_of.hpp"
#include "sql/plain_key.hpp"
#include "sql/print/quote.hpp"
#include "sql/resolve/resolver.hpp"
#include "sql/type_oids.hpp"

#include "sql/parse/pg_nodes.hpp"

// What is worked out of each person, before groups of people are made of it.
namespace sql::edits {
namespace {

/// The type of count, sum, avg, min or max of a column; 0: not of those that are known.
Oid type_of_total(std::string_view function, Oid of) {
    using type_oid::int8;
    using type_oid::numeric;
    constexpr std::array small = {type_oid::int2, type_oid::int4};
    constexpr std::array floating = {type_oid::float4, type_oid::float8};
    constexpr std::array texts = {type_oid::text, type_oid::bpchar, type_oid::varchar, type_oid::name};
    const auto in = [of](const auto& types) { return std::ranges::find(types, of) != types.end(); };
    const bool exact = in(small) || of == int8 || of == numeric;
    if (function == "count") return int8;
    if (function == "sum") return in(small) ? int8 : exact ? numeric : in(floating) ? of : 0;
    if (function == "avg") return exact ? numeric : in(floating) ? type_oid::float8 : 0;
    if (in(texts)) return of == type_oid::bpchar ? of : type_oid::text;
    return exact || in(floating) || is_time(of) ? of : 0;
}

/// The type of date_trunc('month', t), t::date and their kind; 0: another expression.
Oid type_of_time(const Node* key, const auto& type_of) {
    if (IsA(key, TypeCast)) {
        const auto* cast = reinterpret_cast<const TypeCast*>(key);
        return std::string_view(strVal(llast(cast->typeName->names))) == "date" ? type_oid::date : 0;
    }
    if (!IsA(key, FuncCall)) return 0;
    const auto* call = reinterpret_cast<const FuncCall*>(key);
    if (std::string_view(strVal(llast(call->funcname))) != "date_trunc" || list_length(call->args) != 2)
        return 0;
    const Oid of = type_of(static_cast<const Node*>(lsecond(call->args)));
    return of == type_oid::date ? type_oid::timestamptz : of;
}

/// The call of an aggregate that `value` is, or the time in date_trunc('month', min(t)) and min(t)::date.
/// nullptr: something else.
const FuncCall* total_in(const Node* value) {
    if (IsA(value, TypeCast)) {
        const auto* cast = reinterpret_cast<const TypeCast*>(value);
        const bool date = std::string_view(strVal(llast(cast->typeName->names))) == "date" &&
                          cast->typeName->arrayBounds == nullptr;
        return date && IsA(cast->arg, FuncCall) ? reinterpret_cast<const FuncCall*>(cast->arg) : nullptr;
    }
    if (!IsA(value, FuncCall)) return nullptr;
    const auto* call = reinterpret_cast<const FuncCall*>(value);
    if (std::string_view(strVal(llast(call->funcname))) != "date_trunc") return call;
    const auto* of = list_length(call->args) == 2 ? static_cast<const Node*>(lsecond(call->args)) : nullptr;
    const bool known = of != nullptr && cuts_times(unit_of(static_cast<const Node*>(linitial(call->args))));
    return known && IsA(of, FuncCall) ? reinterpret_cast<const FuncCall*>(of) : nullptr;
}

bool reads_tables_of_people(const resolve::Query& query) {
    return std::ranges::any_of(query.leaves, [](const resolve::FromItem* item) {
        return item->kind == resolve::FromItem::Kind::relation && item->treatment != nullptr &&
               !item->treatment->subjects.empty();
    });
}

}  // namespace

bool GroupedQuery::is_about_single_people() const {
    const auto all = keys();
    return query_.kind == Query::Kind::select && !has_grouping_sets() &&
           std::ranges::any_of(all, [this](const Node* key) { return is_of_one(key); });
}

// Nothing in it chooses rows: who has more of them than are shown could be told from who has not.
Result<void> GroupedQuery::check_person_table() const {
    const SelectStmt* select = query_.node;
    const RangeVar* first = query_.leaves.front()->range_var;
    const int location = first == nullptr ? -1 : first->location;
    const char* const hint =
        "Join tables in it, group by the person, and leave conditions to the query around it.";
    std::vector<Node*> conditions;
    if (select->whereClause != nullptr) conditions = joined_by_and(select->whereClause);
    const bool joins =
        std::ranges::all_of(conditions, [this](const Node* one) { return joins_columns(one); });
    if (!joins || select->havingClause != nullptr || select->distinctClause != nullptr ||
        select->sortClause != nullptr || select->limitCount != nullptr || select->limitOffset != nullptr ||
        query_.windows || query_.sets || !query_.sub_queries.empty() || !query_.stars.empty())
        return not_aggregated(
            "groups of one person each may be counted again only where nothing chooses their rows", hint,
            location);
    if (reads_outer_columns(query_))
        return not_aggregated("groups of one person each may not use columns of the query around them", hint,
                              location);
    for (const FromItem* item : query_.leaves) {
        if (item->kind != FromItem::Kind::relation)
            return not_aggregated("groups of one person each are made of tables only", hint, location);
    }
    if (auto done = check_sources(location); !done) return done;
    for (const Node* key : keys()) {
        if ((!may_be_key(key) || !is_plain_key(key)) && !is_of_one(key))
            return not_aggregated(
                "rows may be grouped only by columns that are shown in clear, or by what of them cannot fail",
                hint, location);
    }
    const ListCell* c = nullptr;
    foreach (c, select->targetList) {
        const auto* target = static_cast<const ResTarget*>(lfirst(c));
        const bool key = std::ranges::any_of(
            keys(), [&](const Node* one) { return memory_.equal(one, target->val) || is_key(target->val); });
        if (!key && !is_total_of_a_person(target->val))
            return not_aggregated("of each person there may be count, sum, avg, min and max of a column here",
                                  hint, target->location);
    }
    return {};
}

bool GroupedQuery::is_total_of_a_person(const Node* value) const {
    const FuncCall* call = total_in(value);
    if (call == nullptr) return false;
    const std::string_view name = strVal(llast(call->funcname));
    if (call->agg_filter != nullptr || call->agg_order != nullptr || call->func_variadic ||
        call->over != nullptr || call->agg_within_group ||
        !is_one_of(name, "count", "sum", "avg", "min", "max"))
        return false;
    if (call->agg_star) return name == "count";
    if (list_length(call->args) != 1) return false;
    const auto* argument = static_cast<const Node*>(linitial(call->args));
    const Column* column = column_of(argument);
    if (name == "count" && IsA(argument, A_Const)) return true;
    if (column == nullptr || !open_columns_only(const_cast<Node*>(argument))) return false;
    const bool distinct = call->agg_distinct;
    if (distinct && !compares_columns(const_cast<Node*>(argument))) return false;
    // Who has no value in a column is left out of its count: nobody proves for how many that is so.
    if (name == "count")
        return column->not_null && IsA(value, FuncCall) && value == reinterpret_cast<const Node*>(call);
    const Oid type = type_of_total(name, type_of(argument));
    return !distinct && !names_people(const_cast<Node*>(argument)) && type != 0 &&
           (value == reinterpret_cast<const Node*>(call) || is_time(type));
}

// As the query around it sees it, totals as generated columns. Whatever else it holds may be grouped by, and
// nothing is worked out of it.
Column GroupedQuery::column_of_output(const resolve::OutputColumn& output) const {
    Column column{.name = output.name};
    const Node* value = output.value;
    if (output.item != nullptr) {
        const Column* own = column_at({output.item, output.column}).attribute;
        if (own == nullptr) return column;
        column.type = own->type;
        column.typmod = own->typmod;
        column.collation = own->collation;
        column.not_null = own->not_null && !is_outer();
        return column;
    }
    if (value == nullptr) return column;
    if (!is_total_of_a_person(value)) {
        column.type = type_of_time(value, [this](const Node* ref) { return type_of(ref); });
        return column;
    }
    column.generated = true;
    const FuncCall* call = total_in(value);
    const std::string_view name = strVal(llast(call->funcname));
    const auto* argument = call->agg_star ? nullptr : static_cast<const Node*>(linitial(call->args));
    const Column* own = argument == nullptr ? nullptr : column_of(argument);
    column.type = type_of_total(name, argument == nullptr ? 0 : type_of(argument));
    if (value != reinterpret_cast<const Node*>(call))
        column.type = type_of_time(value, [&](const Node*) { return column.type; });
    if (own != nullptr && is_one_of(name, "min", "max")) column.collation = own->collation;
    column.not_null = name == "count" || (own != nullptr && own->not_null && !is_outer());
    return column;
}

bool GroupedQuery::is_grouped_by(const FromItem& item, AttributeNumber number) const {
    const auto all = keys();
    return std::ranges::any_of(all, [&](const Node* key) {
        const auto place = IsA(key, ColumnRef) ? place_of(text_, key) : std::nullopt;
        return place && place->first == &item && column_at(*place).attribute != nullptr &&
               column_at(*place).attribute->number == number;
    });
}

bool GroupedQuery::is_outer() const {
    const auto outer = [](const auto& self, const FromItem& item) -> bool {
        return item.kind == FromItem::Kind::join &&
               (item.join->jointype != JOIN_INNER || self(self, *item.left) || self(self, *item.right));
    };
    return std::ranges::any_of(query_.from, [&](const FromItem* item) { return outer(outer, *item); });
}

Result<void> Rewriter::make_person_tables() {
    for (FromItem& item : found_.items) {
        if (item.kind != FromItem::Kind::subselect || item.query == nullptr ||
            item.query->kind != Query::Kind::select || !reads_tables_of_people(*item.query))
            continue;
        if (auto done = make_person_table(item); !done) return done;
    }
    return {};
}

Result<void> Rewriter::make_person_table(FromItem& item) {
    Query& query = *item.query;
    const GroupedQuery grouped(memory_, shared_.catalog, found_, query);
    if (!grouped.is_about_single_people()) return {};
    if (auto done = grouped.check_person_table(); !done) return done;
    PersonTable& table = person_tables_.emplace_back();
    table.item = &item;
    for (std::size_t i = 0; i < item.columns.size(); ++i) {
        const int output = item.columns[i].output;
        if (output < 0) return not_aggregated("the columns of these groups are not known", "Name them.", -1);
        const resolve::OutputColumn& shown = query.outputs[static_cast<std::size_t>(output)];
        Column column = grouped.column_of_output(shown);
        column.name = item.columns[i].name;
        column.number = static_cast<AttributeNumber>(i + 1);
        if (shown.item != nullptr && grouped.is_of_one({shown.item, shown.column})) {
            table.treatment.subjects.push_back({.column = column.number});
            column.unique = grouped.has_one_key();
        }
        table.relation.columns.push_back(std::move(column));
    }
    std::vector<std::string> targets;
    for (FromItem* leaf : query.leaves) {
        if (leaf->treatment == nullptr) continue;
        for (const SubjectKey& subject : leaf->treatment->subjects) {
            auto key = key_column(*leaf, subject.column);
            if (!key) return key.error();
            auto counted = grouped.is_grouped_by(*leaf, subject.column)
                               ? Result<std::string>(*key)
                               : least_key(*leaf, subject.column, *key);
            if (!counted) return counted.error();
            table.keys.push_back(hidden_name('p'));
            targets.push_back(*counted + " AS \"" + table.keys.back() + "\"");
            shared_.entered.insert(subject.kind);
            table.treatment.subjects.push_back({.kind = subject.kind});
        }
    }
    if (auto done = append_targets(query, targets); !done) return done;
    for (std::size_t i = 0; i < item.columns.size(); ++i)
        item.columns[i].attribute = &table.relation.columns[i];
    item.relation = &table.relation;
    item.treatment = &table.treatment;
    return {};
}

// One of the people whom a group is about: there are at least as many as are counted by it.
Result<std::string> Rewriter::least_key(const FromItem& item, AttributeNumber number,
                                        const std::string& key) const {
    const Column* column = item.relation->column(number);
    if (column == nullptr || base_type(column->type, shared_.catalog) == type_oid::uuid)
        return not_aggregated("whom these groups are about cannot be counted", "Group by the person, too.",
                              -1);
    return "\"pg_catalog\".\"min\"(" + key + ")";
}

const PersonTable* Rewriter::person_table_of(const Query& query) const {
    const auto found = std::ranges::find_if(
        person_tables_, [&](const PersonTable& table) { return table.item->query == &query; });
    return found == person_tables_.end() ? nullptr : &*found;
}

void Rewriter::forget_person_tables() {
    for (const PersonTable& table : person_tables_) {
        table.item->relation = nullptr;
        table.item->treatment = nullptr;
        for (resolve::ItemColumn& column : table.item->columns)
            column.attribute = nullptr;
    }
}

}  // namespace sql::edits
