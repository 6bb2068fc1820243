#pragma once

#include "sql/resolve/model.hpp"

namespace sql::edits {

/// Only rows of a table, each once, by columns of theirs: nothing in it chooses one person or another.
[[nodiscard]] bool lists_everybody(const resolve::Query& query);

/// SELECT count(*) of a whole table: a number that tells of nobody in particular. Any condition, even a row
/// filter, would make it an answer about those who fit.
[[nodiscard]] bool counts_everybody(const resolve::Query& query);

}  // namespace sql::edits
