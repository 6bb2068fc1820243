#include "sql/edits/nested_merges.hpp"

#include <algorithm>
#include <map>
#include <string>

#include "sql/parse/pg_nodes.hpp"

namespace sql::edits {
namespace {

using resolve::Query;

constexpr std::size_t most_levels = 8;

bool collects_keys(const Query& query) {
    if (query.kind == Query::Kind::set_operation) return query.node->op != SETOP_UNION || !query.node->all;
    return query.kind == Query::Kind::select &&
           (query.grouped() || query.windows || query.node->distinctClause != nullptr ||
            query.node->limitOffset != nullptr);
}

class Nesting {
public:
    std::size_t of(const Query& query) {
        const auto [known, is_new] = levels_.try_emplace(&query, 0);  // 0 of a recursive one within itself
        if (!is_new) return known->second;
        std::size_t below = 0;
        const auto add = [&](const Query* inner) {
            if (inner != nullptr) below = std::max(below, of(*inner));
        };
        add(query.left);
        add(query.right);
        std::ranges::for_each(query.sub_queries, add);
        for (const resolve::FromItem* item : query.leaves) {
            add(item->query);
            if (item->cte != nullptr) add(item->cte->query);
            if (item->view != nullptr) add(item->view->resolution.root);
        }
        return levels_[&query] = below + (collects_keys(query) ? 1 : 0);
    }

private:
    std::map<const Query*, std::size_t> levels_;
};

}  // namespace

Result<void> check_nested_merges(const resolve::Resolution& found, const CountedRelations& counted) {
    if (found.views.empty() && found.queries.size() <= most_levels) return {};
    Nesting nesting;
    const bool too_many = std::ranges::any_of(found.queries, [&](const Query& query) {
        return collects_keys(query) && counted.read_by(query) && nesting.of(query) > most_levels;
    });
    if (!too_many) return {};
    return Error{.code = Errc::too_large,
                 .message = "too many queries within each other merge rows of people who are counted",
                 .hint = "At most " + std::to_string(most_levels) +
                         " with DISTINCT, GROUP BY, windows, OFFSET, EXCEPT, INTERSECT or UNION within each "
                         "other; list values as in id IN (1, 2)."};
}

}  // namespace sql::edits
