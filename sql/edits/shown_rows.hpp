#pragma once

#include "sql/resolve/model.hpp"

namespace sql::edits {

/// Every row of `query` comes out, at last in the answer, also those that somebody fits, and in no order that
/// tells which they are: `fitting`, an item of its FROM or a sub-query of its target list, chooses none.
[[nodiscard]] bool shows_every_row(const resolve::Resolution& text, const resolve::Query& query,
                                   const resolve::FromItem& fitting);
[[nodiscard]] bool shows_every_row(const resolve::Resolution& text, const resolve::Query& query,
                                   const resolve::Query& fitting);

/// What becomes of the rows of `view`, an item of a FROM.
[[nodiscard]] resolve::Rows rows_of(const resolve::Resolution& text, const resolve::FromItem& view);

/// The rows of `query`, whatever it chooses itself, come out of all that stands around it, each in a row of
/// the answer or in a group.
[[nodiscard]] bool comes_out_whole(const resolve::Resolution& text, const resolve::Query& query);

}  // namespace sql::edits
