#include "sql/edits/inline_with.hpp"

#include <algorithm>
#include <iterator>
#include <string_view>
#include <vector>

#include "sql/edits/constant_queries.hpp"
#include "sql/edits/text_changes.hpp"

#include "sql/parse/pg_nodes.hpp"

namespace sql::edits {
namespace {

struct NamedThings {
    std::vector<const CommonTableExpr*> with_queries;
    std::vector<const RangeVar*> tables;  // without a schema
};

bool collect_named(Node* node, NamedThings* found) {
    if (node == nullptr) return false;
    if (IsA(node, CommonTableExpr)) found->with_queries.push_back(reinterpret_cast<CommonTableExpr*>(node));
    if (IsA(node, RangeVar) && reinterpret_cast<RangeVar*>(node)->schemaname == nullptr)
        found->tables.push_back(reinterpret_cast<RangeVar*>(node));
    return raw_expression_tree_walker(node, reinterpret_cast<bool (*)()>(collect_named), found);
}

NamedThings named_in(const Node* node) {
    NamedThings found;
    collect_named(const_cast<Node*>(node), &found);
    return found;
}

std::string_view name_of(const CommonTableExpr* with_query) { return with_query->ctename; }
std::string_view name_of(const RangeVar* table) { return table->relname; }

/// Whether each table that it reads is the same one where it is read: no other query of that name is in the
/// way.
bool reads_the_same_elsewhere(const CommonTableExpr* one, const List* list, const NamedThings& all) {
    const auto means_another = [&](const RangeVar* table) {
        return std::ranges::any_of(all.with_queries, [&](const CommonTableExpr* other) {
            if (name_of(other) != name_of(table)) return false;
            // Those that stand before it in its own WITH are what it reads itself.
            const ListCell* c = nullptr;
            foreach (c, list) {
                if (lfirst(c) == one) return true;
                if (lfirst(c) == other) return false;
            }
            return true;
        });
    };
    return std::ranges::none_of(named_in(one->ctequery).tables, means_another);
}

/// Where the query is named, if it may stand there itself: in one place, or in several if it is a row of
/// constants.
std::vector<const RangeVar*> uses_of(const parse::Tokens& tokens, const CommonTableExpr* one,
                                     const List* list, const NamedThings& all, const Catalog& catalog) {
    const auto has_its_name = [&](const auto* other) { return name_of(other) == name_of(one); };
    const auto has_no_alias = [](const RangeVar* use) { return use->alias == nullptr; };
    std::vector<const RangeVar*> uses;
    std::ranges::copy_if(all.tables, std::back_inserter(uses), has_its_name);
    const bool known = std::ranges::count_if(all.with_queries, has_its_name) == 1 &&
                       (one->aliascolnames == nullptr || std::ranges::all_of(uses, has_no_alias)) &&
                       one->search_clause == nullptr && one->cycle_clause == nullptr &&
                       IsA(one->ctequery, SelectStmt) && reads_the_same_elsewhere(one, list, all);
    const bool fits =
        known && (uses.size() == 1 ||
                  constants_of(tokens, reinterpret_cast<const SelectStmt*>(one->ctequery), catalog));
    return fits ? uses : std::vector<const RangeVar*>();
}

/// The first bracket behind its name: of its column names, or its own behind AS [[NOT] MATERIALIZED].
std::size_t bracket_of(const parse::Tokens& tokens, const CommonTableExpr* one) {
    std::size_t i = tokens.index_at(static_cast<std::size_t>(one->location));
    while (!tokens.all()[i].is_op('('))
        ++i;
    return i;
}

std::size_t bracket_behind(const parse::Tokens& tokens, std::size_t closing) {
    while (!tokens.all()[closing].is_op('('))
        ++closing;
    return closing;
}

}  // namespace

std::optional<std::string> with_query_in_place(const parse::Tokens& tokens, std::size_t begin,
                                               std::size_t end, const SelectStmt* query,
                                               const Catalog& catalog) {
    if (query->withClause == nullptr || query->withClause->recursive) return std::nullopt;
    const List* list = query->withClause->ctes;
    const NamedThings all = named_in(reinterpret_cast<const Node*>(query));
    const auto words = tokens.all();
    const std::string_view text = tokens.text();
    const ListCell* c = nullptr;
    foreach (c, list) {
        const auto* one = static_cast<const CommonTableExpr*>(lfirst(c));
        const auto uses = uses_of(tokens, one, list, all, catalog);
        if (uses.empty()) continue;
        std::size_t open = bracket_of(tokens, one);
        std::string columns;
        if (one->aliascolnames != nullptr) {
            const std::size_t behind_names = tokens.closing(open);
            columns = text.substr(words[open].begin, words[behind_names].end - words[open].begin);
            open = bracket_behind(tokens, behind_names);
        }
        const std::size_t close = tokens.closing(open);
        std::size_t cut = tokens.index_at(static_cast<std::size_t>(one->location));
        std::size_t behind = close + 1;
        if (list_length(list) == 1) {
            cut = tokens.index_at(static_cast<std::size_t>(query->withClause->location));
        } else if (c == list_tail(list)) {
            --cut;  // the comma before it
        } else {
            ++behind;
        }
        std::vector<TextChange> changes{{words[cut].begin, words[behind].begin, {}}};
        const auto body = text.substr(words[open].begin, words[close].end - words[open].begin);
        for (const RangeVar* use : uses) {
            const parse::Token& name = words[tokens.index_at(static_cast<std::size_t>(use->location))];
            std::string in_place(body);
            if (use->alias == nullptr)
                in_place.append(" AS ").append(text.substr(name.begin, name.end - name.begin)) += columns;
            changes.push_back({name.begin, name.end, std::move(in_place)});
        }
        return with_changes(text, begin, end, std::move(changes));
    }
    return std::nullopt;
}

}  // namespace sql::edits
