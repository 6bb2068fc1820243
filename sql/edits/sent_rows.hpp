#pragma once

#include <optional>
#include <vector>

#include "sql/resolve/model.hpp"

namespace sql::edits {

/// How many rows a query makes of what the client sent with it: `values`, and as many more as the longest of
/// the arrays has elements that these parameters are.
struct SentRows {
    int values = 0;
    std::vector<int> arrays = {};
};

/// An upper bound for a query over VALUES, or over unnest() of arrays, and for the source of a MERGE
/// or UPDATE; nullopt: what the client sent does not tell.
[[nodiscard]] std::optional<SentRows> sent_rows(const resolve::Resolution& text, const resolve::Query& query);

/// How many elements an array has that is written as a constant, or a list of them and of parameters that are
/// cast ($1::text): an upper bound. nullopt: neither.
[[nodiscard]] std::optional<int> array_values(const Node* array);

/// The parameter that all of an array is, cast or not; 0: none is.
[[nodiscard]] int array_parameter(const Node* array);

}  // namespace sql::edits
