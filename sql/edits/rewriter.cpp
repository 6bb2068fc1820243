#include "sql/edits/rewriter.hpp"

#include <algorithm>

#include "sql/edits/view_text.hpp"
#include "sql/print/print.hpp"
#include "sql/print/quote.hpp"

#include "sql/parse/pg_nodes.hpp"

namespace sql::edits {

Rewriter::Rewriter(Shared& shared, const parse::Tokens& tokens, std::size_t begin, std::size_t end,
                   resolve::Resolution& resolution)
    : shared_(shared), tokens_(tokens), begin_(begin), end_(end), found_(resolution) {}

Rewriter::~Rewriter() = default;

Result<void> Rewriter::run() {
    if (auto done = check_items(); !done) return done;
    if (auto done = answer_session_calls(); !done) return done;
    if (auto done = move_searches(); !done) return done;
    if (auto done = pin_open_relations(); !done) return done;
    if (auto done = require_aggregates(); !done) return done;
    if (auto done = group_dependent_columns(); !done) return done;
    if (auto done = expand_stars(); !done) return done;
    for (FromItem& item : found_.items) {
        // TABLE x becomes SELECT *, keys FROM x: emit_select() does it when the keys are known.
        if (is_table_command(*item.level) && will_emit(*item.level)) continue;
        if (auto done = protect(item); !done) return done;
    }
    qualify_names();
    if (auto done = emit_keys(); !done) return done;
    for (const auto& [parameter, uses] : found_.parameters) {
        // The sub-select is analyzed before the client's WHERE. Without a type of its own, a parameter that
        // is used twice could get another type than that of its first use in the client's text.
        if (uses.searched && uses.count > 1 && uses.first_type != 0)
            parameter_types_.emplace_back(parameter, uses.first_type);
    }
    std::ranges::sort(parameter_types_);
    return {};
}

Result<print::Printed> Rewriter::printed() const { return print::print(tokens_, begin_, end_, edits_); }

void Rewriter::replace_tokens(std::size_t first, std::size_t last, std::string text) {
    const auto all = tokens_.all();
    edits_.replace(all[first].begin, all[last - 1].end, std::move(text));
}

void Rewriter::insert_at(std::size_t token, std::string text) {
    edits_.insert_behind(tokens_.all()[token - 1].end, std::move(text));
}

bool Rewriter::is_table_command(const Query& query) {
    const List* targets = query.node->targetList;
    return query.kind == Query::Kind::select && targets != nullptr &&
           static_cast<const ResTarget*>(linitial(targets))->location < 0;
}

bool Rewriter::will_emit(const Query& query) const {
    for (const Query* level = &query; level != nullptr; level = level->parent) {
        if (std::ranges::find(to_emit_, level) != to_emit_.end()) return true;
        if (level->place != Query::Place::arm) return false;
    }
    return false;
}

std::string Rewriter::alias_of(const FromItem& item) const { return print::quote_identifier(item.alias); }

Result<Node*> Rewriter::parse_expression(const std::string& text) {
    auto parsed = parse::parse_expression_fragment(shared_.memory, text);
    if (!parsed)
        return Error{.code = Errc::verify_failed,
                     .message = "Tabir made an expression that is none: " + parsed.error().message};
    return parsed->expression;
}

Result<SelectPlaces> Rewriter::places(const Query& query) const {
    const List* targets = query.node->targetList;
    const int location = targets == nullptr ? -1 : static_cast<const ResTarget*>(linitial(targets))->location;
    if (location < 0)
        return Error{.code = Errc::not_countable,
                     .message = "this form of SELECT shows no columns that could be followed"};
    return places_of(tokens_, static_cast<std::size_t>(location));
}

Result<void> Rewriter::append_targets(Query& query, const std::vector<std::string>& targets) {
    if (query.node->targetList == nullptr) {
        return Error{.code = Errc::not_countable,
                     .message = "a SELECT without columns cannot be counted",
                     .hint = "Select a column."};
    }
    std::string text;
    for (const std::string& target : targets)
        text += ", " + target;
    auto parsed = parse::parse_select_fragment(shared_.memory, "SELECT " + text.substr(2));
    if (!parsed)
        return Error{.code = Errc::verify_failed, .message = "Tabir made a target list that is none"};
    for (int i = 0; i < list_length(parsed->select->targetList); ++i) {
        query.node->targetList =
            shared_.memory.append(query.node->targetList, list_nth(parsed->select->targetList, i));
    }
    // PostgreSQL's own limit (MaxTupleAttributeNumber); beyond it the error would tell of columns the client
    // never named.
    if (list_length(query.node->targetList) > 1664) {
        return Error{.code = Errc::not_countable,
                     .message = "the result has too many columns",
                     .hint = "Select fewer columns."};
    }
    if (is_table_command(query)) {
        table_targets_[&query] += text;
        return {};
    }
    auto where = places(query);
    if (!where) return where.error();
    insert_at(where->targets_end, std::move(text));
    return {};
}

Result<void> Rewriter::append_grouping(Query& query, const std::vector<std::string>& keys) {
    auto where = places(query);
    if (!where) return where.error();
    std::string text = query.node->groupClause == nullptr ? "GROUP BY " : ", ";
    for (std::size_t i = 0; i < keys.size(); ++i) {
        auto node = parse_expression(keys[i]);
        if (!node) return node.error();
        query.node->groupClause = shared_.memory.append(query.node->groupClause, *node);
        text += (i == 0 ? "" : ", ") + keys[i];
    }
    insert_at(where->grouping_end, std::move(text));
    return {};
}

Result<void> Rewriter::add_having(Query& query, const std::vector<std::string>& conditions) {
    auto where = places(query);
    if (!where) return where.error();
    std::string text;
    List* operands = nullptr;
    for (const std::string& condition : conditions) {
        auto node = parse_expression(condition);
        if (!node) return node.error();
        operands = shared_.memory.append(operands, *node);
        text += (text.empty() ? "" : " AND ") + condition;
    }
    if (query.node->havingClause != nullptr) {
        // Brackets keep the client's condition one operand.
        operands = shared_.memory.append(operands, query.node->havingClause);
        edits_.insert_before(tokens_.all()[where->having + 1].begin, text + " AND (");
        insert_at(where->having_end, ")");
    } else {
        insert_at(where->having, "HAVING " + text);
    }
    if (list_length(operands) == 1) {
        query.node->havingClause = static_cast<Node*>(linitial(operands));
        return {};
    }
    auto* all = shared_.memory.make<BoolExpr>(T_BoolExpr);
    all->boolop = AND_EXPR;
    all->location = -1;
    all->args = operands;
    query.node->havingClause = reinterpret_cast<Node*>(all);
    return {};
}

void Rewriter::qualify_names() {
    for (const resolve::Qualify& name : found_.qualify) {
        const auto at = static_cast<std::size_t>(name.location);
        const bool printed = std::ranges::any_of(
            searched_, [&](const auto& range) { return at >= range.first && at < range.second; });
        if (!printed) qualify(name, edits_);
    }
    for (ColumnRef* ref : found_.schema_prefixed) {
        const auto bound = found_.bound.find(ref);
        const FromItem* item = bound == found_.bound.end() ? nullptr : bound->second.item;
        if (item == nullptr || (item->treatment == nullptr && item->kind != FromItem::Kind::view)) continue;
        const std::size_t first = token_at(ref->location);
        edits_.replace(tokens_.all()[first].begin, tokens_.all()[first + 1].end, std::string());
        List* shorter = nullptr;
        for (int i = 1; i < list_length(ref->fields); ++i)
            shorter = shared_.memory.append(shorter, list_nth(ref->fields, i));
        ref->fields = shorter;
    }
}

void Rewriter::qualify(const resolve::Qualify& name, print::EditList& edits) {
    switch (name.kind) {
        case resolve::Qualify::Kind::list: {
            List* longer = shared_.memory.append(nullptr, shared_.memory.string_node(name.schema));
            *name.names = shared_.memory.append(longer, linitial(*name.names));
            break;
        }
        case resolve::Qualify::Kind::relation:
            name.range_var->schemaname = shared_.memory.string(name.schema);
            break;
        case resolve::Qualify::Kind::constant:
            name.constant->val.sval.sval = shared_.memory.string(name.schema);
            break;
    }
    qualify_text(name, edits);
}

void Rewriter::qualify_text(const resolve::Qualify& name, print::EditList& edits) const {
    const auto& token = tokens_.all()[token_at(name.location)];
    switch (name.kind) {
        case resolve::Qualify::Kind::list:
        case resolve::Qualify::Kind::relation:
            // PostgreSQL places an error about the name at its first part: the client's own word.
            edits.insert_before(token.begin, {.text = print::quote_identifier(name.schema) + ".",
                                              .spans = {{.printed = 0, .client = token.begin, .length = 1}}});
            break;
        case resolve::Qualify::Kind::constant:
            edits.replace(token.begin, token.end, print::quote_string(name.schema));
            break;
    }
}

}  // namespace sql::edits
