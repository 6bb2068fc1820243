#include <algorithm>

#include "sql/edits/modify_places.hpp"
#include "sql/edits/rewriter.hpp"
#include "sql/edits/row_filter_text.hpp"
#include "sql/pins.hpp"
#include "sql/print/quote.hpp"

#include "sql/parse/pg_nodes.hpp"

// The names of what a statement changes are held to the catalog (sql/pins.hpp). It can have no aliases for
// its columns: each one that is named is held by a pin of its own. INSERT has no condition: there the pins
// stand in the first row of VALUES, or in the query that is inserted.
namespace sql::edits {
namespace {

Error unpinned(const resolve::FromItem& target) {
    return Error{.code = Errc::unsupported,
                 .message = "this form of INSERT into \"" + target.relation->name + "\" is not supported",
                 .hint = "Insert VALUES or one SELECT.",
                 .offset = static_cast<std::size_t>(std::max(target.range_var->location, 0))};
}

/// What PostgreSQL gives the column's type only because it is assigned to it.
bool takes_type(const Node* value) {
    if (IsA(value, ParamRef)) return true;
    if (!IsA(value, A_Const)) return false;
    const auto* constant = reinterpret_cast<const A_Const*>(value);
    return constant->isnull || IsA(&constant->val, String);
}

std::string all_pins(const std::vector<std::string>& pins) {
    std::string text;
    for (const std::string& pin : pins)
        text += (text.empty() ? "" : " AND ") + pin;
    return text;
}

/// Nothing is sent by DEFAULT VALUES, and nothing that was there is read.
bool needs_pins_in_source(const resolve::Modify& modify) {
    return modify.kind == resolve::Modify::Kind::insert &&
           (modify.updates ||
            std::ranges::any_of(modify.assignments, [](const resolve::Assignment& assignment) {
                return assignment.clause == resolve::Assignment::Clause::insert && !assignment.is_default;
            }));
}

}  // namespace

Result<std::vector<const Column*>> Rewriter::named_columns(const Query& query) {
    const resolve::Modify& modify = *query.modify;
    const FromItem& target = *modify.target;
    std::set<AttributeNumber> numbers;
    const auto all = [&] {
        for (const Column& column : target.relation->columns)
            numbers.insert(column.number);
    };
    for (const auto& [node, reference] : found_.bound) {
        if (reference.item != &target && reference.item != modify.excluded) continue;
        if (reference.is_whole_row()) all();
        if (reference.column < 0) continue;
        numbers.insert(reference.item->columns[static_cast<std::size_t>(reference.column)].attribute->number);
    }
    // Those, too, that could as well be a column of a function.
    for (const FromItem* item : {&target, static_cast<const FromItem*>(modify.excluded)}) {
        for (std::size_t i = 0; item != nullptr && i < item->columns.size(); ++i) {
            const resolve::ItemColumn& column = item->columns[i];
            if (column.referenced && column.attribute != nullptr) numbers.insert(column.attribute->number);
        }
    }
    for (const resolve::Search& search : found_.searches) {
        if (search.item == &target)
            numbers.insert(target.columns[static_cast<std::size_t>(search.column)].attribute->number);
    }
    if (starred_.contains(&target)) all();
    for (const resolve::Assignment& assignment : modify.assignments)
        numbers.insert(assignment.column->number);
    for (const SubjectKey& subject : target.treatment->subjects)
        numbers.insert(subject.column);
    if (target.treatment->row_filter) {
        auto filter = target_filter(modify);
        if (!filter) return filter.error();
        auto node = parse_expression(*filter);
        if (!node) return node.error();
        for (const Column* column : sql::named_columns(*target.relation, *node))
            numbers.insert(column->number);
    }
    std::vector<const Column*> columns;
    for (const AttributeNumber number : numbers) {
        if (const Column* column = target.relation->column(number)) columns.push_back(column);
    }
    return columns;
}

Result<std::vector<std::string>> Rewriter::target_pins(const Query& query) {
    const FromItem& target = *query.modify->target;
    std::vector<std::string> pins;
    if (!shared_.pins) return pins;
    if (target.treatment != nullptr) {
        auto columns = named_columns(query);
        if (!columns) return columns.error();
        // The source of MERGE may be all_pins row by row.
        const bool all_pins = query.modify->kind == resolve::Modify::Kind::merge;
        for (const Column* column : *columns)
            pins.push_back(
                pin_condition(*target.relation, column, all_pins ? PinKind::init_plan : PinKind::direct));
    }
    if (pins.empty()) pins.push_back(open_pin(*target.relation));
    return pins;
}

// WHERE CURRENT OF takes no condition beside it: the pins stand in a sub-select without rows of its own,
// which PostgreSQL makes one condition in front of the cursor's row.
Result<void> Rewriter::pin_cursor_row(Query& query, const std::vector<std::string>& pins) {
    const resolve::Modify& modify = *query.modify;
    const auto place = condition_place(tokens_, modify, modify.target->range_var->location);
    if (!place || !place->written)
        return Error{.code = Errc::verify_failed, .message = "the condition's place was not found"};
    const std::string item =
        "(SELECT WHERE " + all_pins(pins) + ") AS " + print::quote_identifier(hidden_name('p'));
    auto parsed = parse::parse_select_fragment(shared_.memory, "SELECT FROM " + item);
    if (!parsed) return Error{.code = Errc::verify_failed, .message = "Tabir made a sub-select that is none"};
    const bool first = query.node->fromClause == nullptr;
    const std::string_view word = modify.kind == resolve::Modify::Kind::update ? "FROM " : "USING ";
    insert_at(place->begin - 1, (first ? std::string(word) : ", ") + item);
    query.node->fromClause = shared_.memory.append(query.node->fromClause,
                                                   static_cast<Node*>(linitial(parsed->select->fromClause)));
    return {};
}

// The pins of each query that is inserted.
Result<std::map<const resolve::Query*, std::vector<std::string>>> Rewriter::inserted_pins() {
    std::map<const Query*, std::vector<std::string>> pins;
    if (!shared_.pins) return pins;
    for (const Query& query : found_.queries) {
        if (query.modify == nullptr || !needs_pins_in_source(*query.modify)) continue;
        const Query* source = query.modify->source;
        if (source == nullptr) return unpinned(*query.modify->target);
        if (source->kind == Query::Kind::values) continue;
        while (source->kind == Query::Kind::set_operation)
            source = source->left;
        if (source->kind != Query::Kind::select) return unpinned(*query.modify->target);
        auto held = target_pins(query);
        if (!held) return held.error();
        pins[source] = std::move(*held);
    }
    return pins;
}

// (CASE WHEN pins THEN value END, ...): of the type that the value would have without it.
Result<void> Rewriter::pin_row(Query& query) {
    const resolve::Modify& modify = *query.modify;
    if (!shared_.pins || !needs_pins_in_source(modify) || modify.source->kind != Query::Kind::values)
        return {};
    auto held = target_pins(query);
    if (!held) return held.error();
    const std::string pins = all_pins(*held);
    auto* row = static_cast<List*>(linitial(modify.source->node->valuesLists));
    const auto places = first_row(tokens_, token_at(modify.target->range_var->location));
    if (places.size() != static_cast<std::size_t>(list_length(row))) return unpinned(*modify.target);
    for (const resolve::Assignment& assignment : modify.assignments) {
        if (assignment.clause != resolve::Assignment::Clause::insert || assignment.is_part) continue;
        ListCell* cell = list_nth_cell(row, assignment.output);
        auto* value = static_cast<Node*>(lfirst(cell));
        if (IsA(value, SetToDefault)) continue;
        std::string cast;
        if (takes_type(value)) {
            const Type* type = shared_.catalog.type(assignment.column->type);
            if (type == nullptr) return unpinned(*modify.target);
            cast = "::" + print::quote_qualified(type->schema, type->name);
        }
        auto choice = parse_expression("CASE WHEN " + pins + " THEN (NULL)" + cast + " END");
        if (!choice) return choice.error();
        auto* when = static_cast<CaseWhen*>(linitial(reinterpret_cast<CaseExpr*>(*choice)->args));
        if (cast.empty())
            when->result = reinterpret_cast<Expr*>(value);
        else
            reinterpret_cast<TypeCast*>(when->result)->arg = value;
        lfirst(cell) = *choice;
        const auto [begin, end] = places[static_cast<std::size_t>(assignment.output)];
        edits_.insert_before(tokens_.all()[begin].begin, "CASE WHEN " + pins + " THEN (");
        insert_at(end, ")" + cast + " END");
        return {};
    }
    return unpinned(*modify.target);
}

}  // namespace sql::edits
