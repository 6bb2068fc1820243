#pragma once

#include <string>
#include <vector>

#include "sql/edits/select_places.hpp"
#include "sql/edits/text_changes.hpp"
#include "sql/parse/tokens.hpp"

#include "sql/parse/pg_nodes.hpp"

namespace sql::edits {

/// Whether it needs brackets to stand beside AND.
[[nodiscard]] inline bool is_choice(const Node* condition) {
    return IsA(condition, BoolExpr) && reinterpret_cast<const BoolExpr*>(condition)->boolop == OR_EXPR;
}

/// Puts `condition`, which may stand beside AND, before the WHERE of `select`, whose places are `places`.
inline void add_condition(const parse::Tokens& tokens, const SelectStmt* select, const SelectPlaces& places,
                          const std::string& condition, std::vector<TextChange>& changes) {
    const auto all = tokens.all();
    if (select->whereClause == nullptr) {
        const std::size_t at = all[places.where - 1].end;
        changes.push_back({at, at, " WHERE " + condition});
        return;
    }
    const bool choice = is_choice(select->whereClause);
    const std::size_t at = all[places.where].end;
    const std::size_t behind = all[places.where_end - 1].end;
    changes.push_back({at, at, " " + condition + (choice ? " AND (" : " AND ")});
    if (choice) changes.push_back({behind, behind, ")"});
}

/// The same before the HAVING of `select`, which has a GROUP BY. What begins within HAVING may be changed,
/// too.
inline void add_having(const parse::Tokens& tokens, const SelectStmt* select, const SelectPlaces& places,
                       const std::string& condition, std::vector<TextChange>& changes) {
    const auto all = tokens.all();
    if (select->havingClause == nullptr) {
        const std::size_t at = all[places.grouping_end - 1].end;
        changes.push_back({at, at, " HAVING " + condition});
        return;
    }
    const parse::Token& word = all[places.having];
    const std::size_t behind = all[places.having_end - 1].end;
    changes.push_back({word.begin, word.end, "HAVING " + condition + " AND ("});
    changes.push_back({behind, behind, ")"});
}

}  // namespace sql::edits
