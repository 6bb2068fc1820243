#include "sql/edits/views_in_place.hpp"

#include <string_view>

#include "sql/edits/plain_select.hpp"
#include "sql/edits/text_changes.hpp"
#include "sql/parse/parse_tree.hpp"
#include "sql/print/quote.hpp"

#include "sql/parse/pg_nodes.hpp"

namespace sql::edits {
namespace {

/// What pg_get_viewdef() says, without its semicolon, if that lists rows, or groups. Names in it have their
/// schemas.
std::optional<std::string_view> listed_by(const Relation& view, Lists lists) {
    if (!view.definition || view.security_barrier || view.has_rules) return std::nullopt;
    auto tree = parse::ParseTree::of(*view.definition);
    if (!tree || tree->statements().size() != 1 || !IsA(tree->statements()[0].node, SelectStmt))
        return std::nullopt;
    const auto* select = reinterpret_cast<const SelectStmt*>(tree->statements()[0].node);
    const bool fits = lists == Lists::rows ? is_plain_list(select) : is_plain_grouping(select);
    if (!fits || select->fromClause == nullptr) return std::nullopt;
    std::string_view text = *view.definition;
    text = text.substr(0, text.find_last_not_of("; \n\t") + 1);
    return text;
}

}  // namespace

std::optional<std::string> with_view_in_place(const parse::Tokens& tokens, std::size_t begin, std::size_t end,
                                              const SelectStmt* query, const NamedTables& tables,
                                              const Treatment& treatment, Lists lists) {
    for (const RangeVar* name : tables_named_in(query)) {
        const Relation* view = tables.view(name);
        const auto rows =
            view == nullptr || treatment.of(view->oid) != nullptr ? std::nullopt : listed_by(*view, lists);
        if (!rows || name->location < 0) continue;
        const auto all = tokens.all();
        const std::size_t first = tokens.token_at(name->location);
        const std::size_t last = first + (name->schemaname != nullptr ? 2U : 0U);
        std::string text = "(" + std::string(*rows) + ")";
        if (name->alias == nullptr) text += " AS " + print::quote_identifier(name->relname);
        return with_changes(tokens.text(), begin, end, {{all[first].begin, all[last].end, std::move(text)}});
    }
    return std::nullopt;
}

}  // namespace sql::edits
