#include "sql/edits/inline_with.hpp"

#include <algorithm>
#include <string_view>
#include <vector>

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

/// Where the query is named, if that is one place.
const RangeVar* only_use(const CommonTableExpr* one, const List* list, const NamedThings& all) {
    const auto has_its_name = [&](const auto* other) { return name_of(other) == name_of(one); };
    const auto use = std::ranges::find_if(all.tables, has_its_name);
    const bool once = std::ranges::count_if(all.with_queries, has_its_name) == 1 &&
                      std::ranges::count_if(all.tables, has_its_name) == 1;
    if (!once || one->aliascolnames != nullptr || one->search_clause != nullptr ||
        one->cycle_clause != nullptr || !IsA(one->ctequery, SelectStmt) ||
        !reads_the_same_elsewhere(one, list, all))
        return nullptr;
    return *use;
}

/// The query's bracket, behind `name AS [[NOT] MATERIALIZED]`.
std::size_t bracket_of(const parse::Tokens& tokens, const CommonTableExpr* one) {
    std::size_t i = tokens.index_at(static_cast<std::size_t>(one->location));
    while (!tokens.all()[i].is_op('('))
        ++i;
    return i;
}

}  // namespace

std::optional<std::string> with_query_in_place(const parse::Tokens& tokens, std::size_t begin,
                                               std::size_t end, const SelectStmt* query) {
    if (query->withClause == nullptr || query->withClause->recursive) return std::nullopt;
    const List* list = query->withClause->ctes;
    const NamedThings all = named_in(reinterpret_cast<const Node*>(query));
    const auto words = tokens.all();
    const std::string_view text = tokens.text();
    const ListCell* c = nullptr;
    foreach (c, list) {
        const auto* one = static_cast<const CommonTableExpr*>(lfirst(c));
        const RangeVar* use = only_use(one, list, all);
        if (use == nullptr) continue;
        const std::size_t open = bracket_of(tokens, one);
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
        const parse::Token& name = words[tokens.index_at(static_cast<std::size_t>(use->location))];
        std::string result(text.substr(begin, words[cut].begin - begin));
        result.append(text.substr(words[behind].begin, name.begin - words[behind].begin));
        result.append(text.substr(words[open].begin, words[close].end - words[open].begin));
        if (use->alias == nullptr)
            result.append(" AS ").append(text.substr(name.begin, name.end - name.begin));
        return result.append(text.substr(name.end, end - name.end));
    }
    return std::nullopt;
}

}  // namespace sql::edits
