#pragma once

#include "sql/resolve/model.hpp"

namespace sql::edits {

/// A row that nobody fits costs a miss. That is a price for one answer: that nobody has the row's values. By
/// another comparison than = a row could say more, since whoever asks may make a million rows of which all
/// are left out but the one that describes everybody.

/// Whatever `inner`, a query in an expression or after LATERAL, reads of the rows around it stands alone on
/// one side of an = that its WHERE demands.
[[nodiscard]] bool fits_by_equality(const resolve::Resolution& text, const resolve::Query& inner);
/// The same of the condition of an outer join, and of what its empty side reads itself.
[[nodiscard]] bool fits_by_equality(const resolve::Resolution& text, const resolve::FromItem& join,
                                    const resolve::FromItem& empty_side);

/// Every row of `query` comes out, at last in the answer, also those that somebody fits: `fitting`, an item
/// of its FROM or a sub-query of its target list, chooses none.
[[nodiscard]] bool shows_every_row(const resolve::Resolution& text, const resolve::Query& query,
                                   const resolve::FromItem& fitting);
[[nodiscard]] bool shows_every_row(const resolve::Resolution& text, const resolve::Query& query,
                                   const resolve::Query& fitting);

/// The rows of `query`, whatever it chooses itself, come out of all that stands around it, each in a row of
/// the answer or in a group.
[[nodiscard]] bool comes_out_whole(const resolve::Resolution& text, const resolve::Query& query);

}  // namespace sql::edits
