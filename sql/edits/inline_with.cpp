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

/// Of text, in bytes: what is named twice on each of many levels would double with each of them.
constexpr std::size_t most_repeated = 64 * 1024;

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

/// `name [(columns)] AS [[NOT] MATERIALIZED] (query)`: its brackets, as tokens.
struct Brackets {
    std::optional<std::size_t> columns;
    std::size_t query;
};

Brackets brackets_of(const parse::Tokens& tokens, const CommonTableExpr* one) {
    const auto next = [&](std::size_t i) {
        while (!tokens.all()[i].is_op('('))
            ++i;
        return i;
    };
    const std::size_t first = next(tokens.token_at(one->location));
    if (one->aliascolnames == nullptr) return {{}, first};
    return {first, next(tokens.closing(first))};
}

/// Where the query is named, if it may stand there itself: in one place, or in several if it is a row of
/// constants.
std::vector<const RangeVar*> uses_of(const parse::Tokens& tokens, const CommonTableExpr* one,
                                     const List* list, const NamedThings& all, const Catalog& catalog) {
    const auto has_its_name = [&](const auto* other) { return name_of(other) == name_of(one); };
    // Before it, and in it, the name means a table.
    const std::size_t end = tokens.all()[tokens.closing(brackets_of(tokens, one).query)].end;
    const auto stands_behind = [&](const RangeVar* use) {
        return static_cast<std::size_t>(use->location) >= end;
    };
    const auto has_no_alias = [](const RangeVar* use) { return use->alias == nullptr; };
    std::vector<const RangeVar*> uses;
    std::ranges::copy_if(all.tables, std::back_inserter(uses), has_its_name);
    const bool known = std::ranges::count_if(all.with_queries, has_its_name) == 1 &&
                       (one->aliascolnames == nullptr || std::ranges::all_of(uses, has_no_alias)) &&
                       one->search_clause == nullptr && one->cycle_clause == nullptr &&
                       IsA(one->ctequery, SelectStmt) && std::ranges::all_of(uses, stands_behind) &&
                       reads_the_same_elsewhere(one, list, all);
    const bool fits =
        known && (uses.size() == 1 ||
                  constants_of(tokens, reinterpret_cast<const SelectStmt*>(one->ctequery), catalog));
    return fits ? uses : std::vector<const RangeVar*>();
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
        const auto [names, open] = brackets_of(tokens, one);
        const auto written = [&](std::size_t bracket) {
            const std::size_t from = words[bracket].begin;
            return text.substr(from, words[tokens.closing(bracket)].end - from);
        };
        if (uses.size() > 1 && uses.size() * written(open).size() > most_repeated) continue;
        const std::size_t close = tokens.closing(open);
        std::size_t cut = tokens.token_at(one->location);
        std::size_t behind = close + 1;
        if (list_length(list) == 1) {
            cut = tokens.token_at(query->withClause->location);
        } else if (c == list_tail(list)) {
            --cut;  // the comma before it
        } else {
            ++behind;
        }
        std::vector<TextChange> changes{{words[cut].begin, words[behind].begin, {}}};
        for (const RangeVar* use : uses) {
            const parse::Token& name = words[tokens.token_at(use->location)];
            std::string in_place(written(open));
            if (use->alias == nullptr) {
                in_place.append(" AS ").append(text.substr(name.begin, name.end - name.begin));
                if (names) in_place.append(written(*names));
            }
            changes.push_back({name.begin, name.end, std::move(in_place)});
        }
        return with_changes(text, begin, end, std::move(changes));
    }
    return std::nullopt;
}

}  // namespace sql::edits
