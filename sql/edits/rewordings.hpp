#pragma once

#include <cstddef>
#include <optional>

#include "sql/edits/print_select.hpp"

namespace sql::edits {

/// A statement, and the text that it stands in.
struct Words {
    Node* statement;
    parse::Tokens tokens;
    std::size_t begin;
    std::size_t end;
};

/// Without brackets around a query of which clauses stand behind them, as in (SELECT ...) LIMIT 3. nullopt,
/// here and below: it cannot be said so, or not shortly.
[[nodiscard]] std::optional<Words> in_fewer_brackets(const Printing& in);

/// `statement`, which stands in `in`, with rows of people as the table that they come from, where they come
/// out of a plain sub-select, or query of WITH, that no groups may be made over.
[[nodiscard]] std::optional<Words> in_plainer_words(const Printing& in, Node* statement);

/// With groups of groups as groups of rows.
[[nodiscard]] std::optional<Words> in_groups_of_rows(const Printing& in, Node* statement);

/// Where masks would be compared: in words that more exact searches can be made of.
[[nodiscard]] std::optional<Words> in_words_to_search(const Printing& in);

}  // namespace sql::edits
