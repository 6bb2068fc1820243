#include "sql/edits/row_filter_text.hpp"

#include <algorithm>

#include "sql/edits/filter_settings.hpp"
#include "sql/edits/rewriter.hpp"
#include "sql/pins.hpp"
#include "sql/print/print.hpp"
#include "sql/print/quote.hpp"

#include "sql/parse/pg_nodes.hpp"

namespace sql::edits {
namespace {

// :user is the lexer's : right before the word user; in a::user the lexer makes one token of both colons.
Result<std::string> replace_user(std::string_view filter, parse::TreeMemory& memory, std::string_view user) {
    auto tokens = parse::Tokens::of(memory, filter);
    if (!tokens) return tokens.error();
    std::string text;
    std::size_t copied = 0;
    const auto all = tokens->all();
    for (std::size_t i = 0; i + 1 < all.size(); ++i) {
        if (!all[i].is_op(":") || !all[i + 1].is_keyword("user") || all[i].end != all[i + 1].begin) continue;
        text.append(filter.substr(copied, all[i].begin - copied))
            .append(" ")
            .append(print::quote_string(user))
            .append(" ");
        copied = all[i + 1].end;
    }
    return text.append(filter.substr(copied));
}

// Beside other tables a bare name could be another table's.
Result<void> name_relation(const resolve::Resolution& found, const parse::Tokens& tokens,
                           std::string_view alias, const resolve::ChangedView* through,
                           print::EditList& edits) {
    const resolve::FromItem* relation = found.root->leaves.front();
    const std::string name = print::quote_identifier(alias);
    for (const auto& [node, reference] : found.bound) {
        if (reference.item != relation) continue;
        const bool shadowed = std::ranges::any_of(found.items, [&](const resolve::FromItem& other) {
            return &other != relation && other.alias == alias;
        });
        if (reference.column < 0 || (shadowed && reference.written_in != found.root)) {
            return Error{.code = Errc::unsupported,
                         .message = "the row filter of \"" + relation->relation->name +
                                    "\" cannot be put into this statement",
                         .hint = "Give the table that is changed another alias."};
        }
        const auto all = tokens.all();
        const std::size_t first = tokens.token_at(reference.node->location);
        const int parts = list_length(reference.node->fields);
        if (through != nullptr) {
            const Column& column = *relation->columns[static_cast<std::size_t>(reference.column)].attribute;
            const Column* shown = through->in_view(column.number);
            if (shown == nullptr) {
                return Error{.code = Errc::unsupported,
                             .message = "view \"" + through->view->name + "\" does not show column \"" +
                                        column.name + "\", by which the row filter chooses",
                             .hint = "Change the table that it shows."};
            }
            edits.replace(all[first].begin, all[first + 2 * static_cast<std::size_t>(parts) - 2].end,
                          name + "." + print::quote_identifier(shown->name));
        } else if (parts == 1)
            edits.insert_before(all[first].begin, name + ".");
        else
            edits.replace(all[first].begin, all[first + 2 * static_cast<std::size_t>(parts) - 4].end, name);
    }
    return {};
}

// PostgreSQL reads a constant of a known type where it parses the statement, by the settings of that moment:
// a prepared statement would keep what it meant. As a text it is read when the statement runs.
Result<void> read_when_it_runs(const SettingsUse& settings, const parse::Tokens& tokens,
                               print::EditList& edits) {
    if (settings.untyped != nullptr) {
        return Error{
            .code = Errc::unsupported,
            .message = "the time zone and date style of a session would change what this condition says",
            .hint = "Write the type of each time in it: timestamptz '2024-05-31 00:00+07'."};
    }
    const auto all = tokens.all();
    for (const ReadBySettings& one : settings.constants) {
        const auto* constant = reinterpret_cast<const A_Const*>(one.constant);
        const std::size_t at = tokens.token_at(constant->location);
        const std::string text = print::quote_string(constant->val.sval.sval) + "::\"pg_catalog\".\"text\"";
        const auto as = [&](std::string_view type) {
            return "CAST(" + text + " AS \"pg_catalog\"." + print::quote_identifier(type) + ")";
        };
        if (one.cast == nullptr) {
            edits.replace(all[at].begin, all[at].end, as(one.type));
            continue;
        }
        // timestamp '...', interval '...': words of the grammar, which no bracket may follow.
        const std::size_t type = tokens.token_at(one.cast->typeName->location);
        const bool is_word = type < at && (all[type].is_keyword("timestamp") ||
                                           all[type].is_keyword("interval") || all[type].is_keyword("time"));
        if (is_word)
            edits.replace(all[type].begin, all[at].end, as(strVal(llast(one.cast->typeName->names))));
        else
            edits.replace(all[at].begin, all[at].end, "(" + text + ")");
    }
    return {};
}

Result<PrintedCondition> print_condition(const std::string& condition, const Relation& relation,
                                         const Catalog& catalog, const NameContext& names,
                                         parse::TreeMemory& memory, bool is_filter, std::string_view alias,
                                         const resolve::ChangedView* through) {
    // Parsed by itself first: the text must be one expression and nothing behind it.
    if (auto alone = parse::parse_expression_fragment(memory, condition); !alone) return alone.error();
    const std::string prefix =
        "SELECT FROM " + print::quote_qualified(relation.schema, relation.name) + " WHERE (";
    auto parsed = parse::parse_select_fragment(memory, prefix + condition + ")");
    if (!parsed) return parsed.error();

    const resolve::Surroundings surroundings{
        .catalog = &catalog, .names = &names, .trusted_text = true, .raw = true};
    resolve::Resolution resolution;
    resolve::Resolver resolver(surroundings, memory, resolution);
    if (!resolver.statement(parsed->select)) return resolver.error();
    if (!resolution.root->calls.empty()) {
        return Error{.code = Errc::unsupported,
                     .message = "aggregates and window functions cannot stand in this condition"};
    }
    const SettingsUse settings = settings_used(resolution, catalog, parsed->select->whereClause);
    auto tokens = parse::Tokens::of(memory, parsed->text);
    if (!tokens) return tokens.error();
    const Treatment nothing;
    Shared shared{.catalog = catalog, .names = names, .treatment = nothing, .memory = memory};
    Rewriter rewriter(shared, *tokens, prefix.size(), parsed->text.size() - 1, resolution);
    if (!alias.empty()) {
        if (auto done = name_relation(resolution, *tokens, alias, through, rewriter.edits()); !done)
            return done.error();
    }
    if (is_filter && settings.times) {
        if (auto done = read_when_it_runs(settings, *tokens, rewriter.edits()); !done) return done.error();
    }
    if (auto done = rewriter.run(); !done) return done.error();
    auto printed = rewriter.printed();
    if (!printed) return printed.error();
    return PrintedCondition{.text = std::move(printed->text),
                            .node = parsed->select->whereClause,
                            .settings = {settings.times, settings.texts}};
}

}  // namespace

Result<std::string> print_row_filter(std::string_view filter, const Relation& relation,
                                     const Catalog& catalog, parse::TreeMemory& memory, std::string_view user,
                                     std::string_view alias, const resolve::ChangedView* through) {
    static const NameContext names;
    auto with_user = replace_user(filter, memory, user);
    if (!with_user) return with_user.error();
    auto printed = print_condition(*with_user, relation, catalog, names, memory, true, alias, through);
    if (!printed) return printed.error();
    if (!printed->settings.times && !printed->settings.texts) return std::move(printed->text);
    // Asked for each row: between two slices of a cursor the client may change what is set.
    return "CASE WHEN " + settings_pin(catalog, printed->settings) + " THEN (" + printed->text + ") END";
}

Result<PrintedCondition> print_copy_condition(std::string_view condition, const Relation& relation,
                                              const Catalog& catalog, const NameContext& names,
                                              parse::TreeMemory& memory) {
    auto printed =
        print_condition(std::string(condition), relation, catalog, names, memory, false, {}, nullptr);
    if (!printed) return printed.error();
    return printed;
}

}  // namespace sql::edits
