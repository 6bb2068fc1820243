#include "sql/edits/joined_sub_select.hpp"

#include <map>
#include <string_view>
#include <vector>

#include "sql/edits/added_condition.hpp"
#include "sql/edits/moved_columns.hpp"
#include "sql/edits/plain_select.hpp"
#include "sql/edits/select_places.hpp"
#include "sql/print/quote.hpp"
#include "sql/resolve/levels.hpp"
#include "sql/resolve/resolver.hpp"

#include "sql/parse/pg_nodes.hpp"

namespace sql::edits {
namespace {

/// What each column of a sub-select is made of, in the words that it uses itself.
class JoinedOutputs {
public:
    /// nullopt: something in it cannot stand elsewhere.
    static std::optional<JoinedOutputs> of(const parse::Tokens& tokens, const SelectStmt* inner,
                                           const Catalog& catalog) {
        JoinedOutputs outputs;
        const ListCell* c = nullptr;
        foreach (c, inner->targetList) {
            const auto* target = static_cast<const ResTarget*>(lfirst(c));
            if (target->location < 0 || target->indirection != nullptr) return std::nullopt;
            if (is_star(target->val)) {
                if (outputs.others_) return std::nullopt;
                const std::string written = expression_of(tokens, target, {});
                outputs.others_ = written.substr(0, written.size() - 1);  // alias.*
                continue;
            }
            std::vector<const ColumnRef*> columns;
            if (!is_row_expression(target->val, catalog) || collect_columns(target->val, &columns))
                return std::nullopt;
            std::string text = expression_of(tokens, target, {});
            if (!IsA(target->val, ColumnRef)) text = "(" + text + ")";
            if (!outputs.texts_.emplace(resolve::output_name(target), std::move(text)).second)
                return std::nullopt;
        }
        return outputs;
    }

    [[nodiscard]] std::optional<std::string> text_of(std::string_view name) const {
        const auto found = texts_.find(name);
        if (found != texts_.end()) return found->second;
        return others_ ? std::optional(*others_ + print::quote_identifier(name)) : std::nullopt;
    }

private:
    static bool is_star(const Node* node) {
        return IsA(node, ColumnRef) &&
               IsA(static_cast<const Node*>(llast(reinterpret_cast<const ColumnRef*>(node)->fields)), A_Star);
    }

    std::map<std::string, std::string, std::less<>> texts_;
    std::optional<std::string> others_;  // what stands before the names of all others: a *
};

bool joins_tables(const SelectStmt* inner) {
    const auto* item = static_cast<const Node*>(linitial(inner->fromClause));
    return list_length(inner->fromClause) > 1 || IsA(item, JoinExpr);
}

std::optional<std::string> merged(const parse::Tokens& tokens, std::size_t begin, std::size_t end,
                                  const ReadSubSelect& candidate, const Catalog& catalog) {
    const auto all = tokens.all();
    const auto outputs = JoinedOutputs::of(tokens, candidate.inner, catalog);
    if (!outputs || candidate.around->targetList == nullptr || resolve::is_table_command(candidate.around))
        return std::nullopt;
    const std::size_t target = first_target(tokens, candidate.inner);
    if (target < 2 || !all[target - 1].is_keyword("select") || !all[target - 2].is_op("("))
        return std::nullopt;
    const SelectPlaces inner = places_of(tokens, target);
    const std::size_t close = tokens.closing(target - 2);
    if (inner.from == 0 || inner.where_end != close) return std::nullopt;
    auto changes =
        moved_columns(tokens, candidate, [&](std::string_view name) { return outputs->text_of(name); });
    if (!changes) return std::nullopt;

    const std::size_t alias = close + (all[close + 1].is_keyword("as") ? 2 : 1);
    changes->push_back({all[target - 2].begin, all[alias].end, tokens.text_of(inner.from + 1, inner.where)});
    if (candidate.inner->whereClause != nullptr) {
        const std::string condition = tokens.text_of(inner.where + 1, inner.where_end);
        add_condition(tokens, candidate.around, places_of(tokens, first_target(tokens, candidate.around)),
                      is_choice(candidate.inner->whereClause) ? "(" + condition + ")" : condition, *changes);
    }
    return with_changes(tokens.text(), begin, end, std::move(*changes));
}

}  // namespace

std::optional<std::string> with_joined_tables_outside(const parse::Tokens& tokens, std::size_t begin,
                                                      std::size_t end, const SelectStmt* query,
                                                      const Catalog& catalog) {
    for (const ReadSubSelect& candidate : lone_sub_selects(query)) {
        if (!joins_tables(candidate.inner)) continue;
        if (auto text = merged(tokens, begin, end, candidate, catalog)) return text;
    }
    return std::nullopt;
}

}  // namespace sql::edits
