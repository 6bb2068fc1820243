#pragma once

#include "sql/catalog.hpp"

struct List;

namespace sql {

/// Whether each row of an INSERT's VALUES (lists of expressions) has DEFAULT at `place`, from 0; false: there
/// are no rows.
[[nodiscard]] bool is_default_in_all(const List* rows, int place);

/// Whether each row of an INSERT's VALUES gives `column`, at `place` from 0, no more
/// than leaving it out gives: DEFAULT, or NULL where there is no default. Object mappers name every column
/// that they know. `relation` is where the rows go.
[[nodiscard]] bool gives_no_more_than_default(const List* rows, int place, const Relation& relation,
                                              const Column& column);

}  // namespace sql
