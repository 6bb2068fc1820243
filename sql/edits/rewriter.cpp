#include "sql/edits/rewriter.hpp"

#include <algorithm>

#include "sql/edits/errors.hpp"
#include "sql/edits/view_text.hpp"
#include "sql/print/print.hpp"
#include "sql/print/quote.hpp"
#include "sql/temporary.hpp"

#include "sql/parse/pg_nodes.hpp"

namespace sql::edits {

Rewriter::Rewriter(Shared& shared, const parse::Tokens& tokens, std::size_t begin, std::size_t end,
                   resolve::Resolution& resolution)
    : StatementText(shared.memory, tokens, begin, end, resolution),
      shared_(shared),
      counted_(resolution, shared.treatment),
      asked_(resolution, counted_, shared.memory) {
    find_starred();
}

Rewriter::~Rewriter() = default;

Result<void> Rewriter::run() {
    if (auto done = check_items(); !done) return done;
    if (auto done = hide_places(); !done) return done;
    if (auto done = show_nulls(); !done) return done;
    if (auto done = answer_session_calls(); !done) return done;
    if (auto done = move_searches(); !done) return done;
    if (auto done = require_aggregates(); !done) return done;
    print_table_commands();
    if (auto done = pin_queries(); !done) return done;
    if (auto done = group_dependent_columns(); !done) return done;
    if (auto done = rewrite_whole_rows(); !done) return done;
    if (auto done = expand_stars(); !done) return done;
    if (auto done = rewrite_modifies(); !done) return done;
    for (FromItem& item : found_.items) {
        // TABLE x becomes SELECT *, keys FROM x: emit_select() does it when the keys are known.
        if (item.kind == FromItem::Kind::join || (is_table_command(*item.level) && will_emit(*item.level)))
            continue;
        if (auto done = protect(item); !done) return done;
    }
    if (auto done = rewrite_joins(); !done) return done;
    if (auto done = order_by_ordinals(); !done) return done;
    qualify_names();
    // Names that targets lose by it stand in front of the keys.
    if (auto done = put_nodes(); !done) return done;
    if (auto done = show_searched(); !done) return done;
    if (auto done = emit_keys(); !done) return done;
    store_modifies();
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

bool Rewriter::will_emit(const Query& query) const {
    for (const Query* level = &query; level != nullptr; level = level->parent) {
        if (std::ranges::find(to_emit_, level) != to_emit_.end()) return true;
        if (level->place != Query::Place::arm) return false;
    }
    return false;
}

std::string Rewriter::alias_of(const FromItem& item) const { return print::quote_identifier(item.alias); }

Result<void> Rewriter::append_targets(Query& query, const std::vector<std::string>& targets) {
    if (targets.empty()) return {};
    if (query.node->targetList == nullptr && query.modify != nullptr) return append_returning(query, targets);
    auto where = is_table_command(query) ? Result<SelectPlaces>(SelectPlaces{}) : places(query);
    if (!where) return where.error();
    std::string text;
    for (const std::string& target : targets)
        text += ", " + target;
    auto parsed = parse::parse_select_fragment(shared_.memory, "SELECT " + text.substr(2));
    if (!parsed) return not_made(parsed.error());
    if (is_bare(query)) text.erase(0, 2);
    for (int i = 0; !copying_ && i < list_length(parsed->select->targetList); ++i) {
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
        if (is_printed_as_select(query))
            insert_at(*table_command_of(*query.leaves.front()->range_var) + 1, std::move(text));
        else
            table_targets_[&query] += text;
        return {};
    }
    insert_at(where->targets_end, std::move(text));
    return {};
}

void Rewriter::qualify_names() {
    for (const resolve::Qualify& name : found_.qualify) {
        if (!is_printed_apart(static_cast<std::size_t>(name.location))) qualify(name, edits_);
    }
    for (const resolve::Prefixed& name : found_.prefixed) {
        ColumnRef* ref = name.node;
        if (expanded_.contains(reinterpret_cast<Node*>(ref)) ||
            replaced_.contains(reinterpret_cast<Node*>(ref)) ||
            is_printed_apart(static_cast<std::size_t>(ref->location)))
            continue;
        const int left_out = parts_left_out(name);
        if (left_out == 0) continue;
        leave_out_prefix(name, *into_);
        List* shorter = nullptr;
        for (int i = left_out; i < list_length(ref->fields); ++i)
            shorter = shared_.memory.append(shorter, list_nth(ref->fields, i));
        ref->fields = shorter;
    }
    for (const resolve::Reference& reference : found_.system_columns) {
        const int parts = list_length(reference.node->fields);
        if (parts < 2 || !splits(*reference.item)) continue;
        const std::string owner = hidden_owner(*reference.item);
        const std::size_t last = end_of_reference(reference.node);
        replace_tokens(last - 3, last - 2, owner);
        lfirst(list_nth_cell(reference.node->fields, parts - 2)) =
            shared_.memory.string_node(owners_.at(reference.item));
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
        case resolve::Qualify::Kind::database:
            if (name.range_var != nullptr) {
                name.range_var->catalogname = nullptr;
            } else {
                List* shorter = nullptr;
                for (int i = 1; i < list_length(*name.names); ++i)
                    shorter = shared_.memory.append(shorter, list_nth(*name.names, i));
                *name.names = shorter;
            }
            break;
        case resolve::Qualify::Kind::constant:
            name.constant->val.sval.sval = shared_.memory.string(name.schema);
            break;
        case resolve::Qualify::Kind::temporary: rename_temporary(name); break;
    }
    qualify_text(name, edits);
}

// The client's name becomes the alias, so that what names columns by it stays as it is.
void Rewriter::rename_temporary(const resolve::Qualify& name) {
    RangeVar* rv = name.range_var;
    if (!name.alias.empty()) {
        rv->alias = shared_.memory.make<Alias>(T_Alias);
        rv->alias->aliasname = shared_.memory.string(name.alias);
    }
    rv->catalogname = nullptr;
    rv->schemaname = shared_.memory.string(temporary_schema);
    rv->relname = shared_.memory.string(name.schema);
}

}  // namespace sql::edits
