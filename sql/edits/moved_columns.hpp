#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sql/catalog.hpp"
#include "sql/edits/text_changes.hpp"
#include "sql/parse/tokens.hpp"

#include "sql/parse/pg_nodes.hpp"

namespace sql::edits {

/// A query that reads a sub-select, which is a target list, FROM and WHERE.
struct ReadSubSelect {
    const SelectStmt* around;
    const SelectStmt* inner;
    const Alias* alias;
    bool alone = true;      // in FROM
    bool nullable = false;  // on the side of an outer join that may be all NULL
};

/// All at and below `query` that are read alone, the innermost first.
[[nodiscard]] std::vector<ReadSubSelect> lone_sub_selects(const SelectStmt* query);
/// Those that others are joined with, of one FROM item.
[[nodiscard]] std::vector<ReadSubSelect> joined_sub_selects(const SelectStmt* query);

/// Whether it is worked out of one row, by PostgreSQL's own functions: neither aggregates nor sets, nor what
/// gives another value each time.
[[nodiscard]] bool is_row_expression(const Node* node, const Catalog& catalog);

/// The text of the target's expression, in which `changes` are made.
[[nodiscard]] std::string expression_of(const parse::Tokens& tokens, const ResTarget* target,
                                        std::vector<TextChange> changes);

/// What stands for a column of the sub-select. Empty: the column itself; nullopt: nothing can.
using TextOf = std::function<std::optional<std::string>(std::string_view name)>;

/// Puts text where the query around names the sub-select's columns. nullopt: not everywhere.
[[nodiscard]] std::optional<std::vector<TextChange>> moved_columns(const parse::Tokens& tokens,
                                                                   const ReadSubSelect& candidate,
                                                                   const TextOf& text_of);

}  // namespace sql::edits
