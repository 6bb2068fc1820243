#include "sql/edits/computed_columns.hpp"

#include <map>
#include <string_view>
#include <vector>

#include "sql/edits/moved_columns.hpp"
#include "sql/edits/plain_select.hpp"
#include "sql/edits/select_places.hpp"
#include "sql/print/quote.hpp"
#include "sql/resolve/resolver.hpp"

#include "sql/parse/pg_nodes.hpp"

namespace sql::edits {
namespace {

/// What a sub-select calls its columns, and what it makes them of: an empty text for a column of its table.
class Outputs {
public:
    Outputs(const parse::Tokens& tokens, const ReadSubSelect& candidate, const Catalog& catalog)
        : tokens_(tokens), candidate_(candidate), catalog_(catalog) {}

    /// false: something in it cannot stand elsewhere, or it computes nothing.
    bool read() {
        const ListCell* c = nullptr;
        bool computes = false;
        foreach (c, candidate_.inner->targetList) {
            const auto* target = static_cast<const ResTarget*>(lfirst(c));
            if (target->location < 0 || target->indirection != nullptr) return false;
            const std::string name = resolve::output_name(target);
            if (IsA(target->val, ColumnRef)) {
                const auto* last =
                    static_cast<const Node*>(llast(reinterpret_cast<const ColumnRef*>(target->val)->fields));
                if (IsA(last, A_Star)) {
                    shows_all_ = true;
                    continue;
                }
                if (name == strVal(last)) {
                    if (!texts_.emplace(name, std::string()).second) return false;
                    continue;
                }
            }
            // Where the row is missing, what is worked out of it need not be NULL.
            if (candidate_.nullable && !IsA(target->val, ColumnRef)) return false;
            auto text = moved(target);
            if (!text || !texts_.emplace(name, std::move(*text)).second) return false;
            computes = true;
        }
        return computes;
    }

    [[nodiscard]] std::optional<std::string> text_of(std::string_view name) const {
        const auto found = texts_.find(name);
        if (found != texts_.end()) return found->second;
        return shows_all_ ? std::optional(std::string()) : std::nullopt;
    }

private:
    /// The expression, its columns named by the sub-select's alias.
    [[nodiscard]] std::optional<std::string> moved(const ResTarget* target) const {
        std::vector<const ColumnRef*> columns;
        if (!is_row_expression(target->val, catalog_) || collect_columns(target->val, &columns))
            return std::nullopt;
        const auto all = tokens_.all();
        std::vector<TextChange> changes;
        for (const ColumnRef* column : columns) {
            const std::size_t begin = tokens_.token_at(column->location);
            const std::size_t name = begin + 2 * static_cast<std::size_t>(list_length(column->fields) - 1);
            changes.push_back({all[begin].begin, all[name].begin,
                               print::quote_identifier(candidate_.alias->aliasname) + "."});
        }
        return "(" + expression_of(tokens_, target, std::move(changes)) + ")";
    }

    const parse::Tokens& tokens_;
    const ReadSubSelect& candidate_;
    const Catalog& catalog_;
    std::map<std::string, std::string, std::less<>> texts_;
    bool shows_all_ = false;  // by a *
};

}  // namespace

std::optional<std::string> with_computed_columns_outside(const parse::Tokens& tokens, std::size_t begin,
                                                         std::size_t end, const SelectStmt* query,
                                                         const Catalog& catalog) {
    const auto all = tokens.all();
    auto candidates = lone_sub_selects(query);
    const auto joined = joined_sub_selects(query);
    candidates.insert(candidates.end(), joined.begin(), joined.end());
    for (const ReadSubSelect& candidate : candidates) {
        if (list_length(candidate.inner->fromClause) != 1 ||
            !IsA(static_cast<Node*>(linitial(candidate.inner->fromClause)), RangeVar))
            continue;
        Outputs outputs(tokens, candidate, catalog);
        if (!outputs.read()) continue;
        auto changes =
            moved_columns(tokens, candidate, [&](std::string_view name) { return outputs.text_of(name); });
        if (!changes) continue;
        const auto* first = static_cast<const ResTarget*>(linitial(candidate.inner->targetList));
        const std::size_t target = tokens.token_at(first->location);
        changes->push_back({all[target].begin, all[places_of(tokens, target).targets_end - 1].end, "*"});
        return with_changes(tokens.text(), begin, end, std::move(*changes));
    }
    return std::nullopt;
}

}  // namespace sql::edits
