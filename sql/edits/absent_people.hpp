#pragma once

#include "sql/edits/counted_relations.hpp"
#include "sql/resolve/model.hpp"

namespace sql::edits {

/// A row that nobody fits costs a miss. That is a price for one answer: that nobody has the row's values.
/// Whoever asks may make a million rows of which all are left out but the one that describes everybody, and
/// so a row could say more. It cannot where people fit by stored values alone that are equal: then each of
/// them leaves out few rows.

/// People come out of `inner`, a query in an expression, after LATERAL or EXCEPT, by equality alone:
/// - it reads tables and views, and queries of one of these each;
/// - what it demands of a row and of another one, or of the rows around it, is an = between the two;
/// - each side is a column, or an expression where the query reads one table alone; rows around may be
/// anything.
[[nodiscard]] bool fits_by_equality(const resolve::Resolution& text, const CountedRelations& counted,
                                    const resolve::Query& inner);
/// The same of the condition of an outer join, and of its empty side.
[[nodiscard]] bool fits_by_equality(const resolve::Resolution& text, const CountedRelations& counted,
                                    const resolve::FromItem& join, const resolve::FromItem& empty_side);

/// Every row of `query` comes out, at last in the answer, also those that somebody fits: `fitting`, an item
/// of its FROM or a sub-query of its target list or ORDER BY, chooses none.
[[nodiscard]] bool shows_every_row(const resolve::Resolution& text, const resolve::Query& query,
                                   const resolve::FromItem& fitting);
[[nodiscard]] bool shows_every_row(const resolve::Resolution& text, const resolve::Query& query,
                                   const resolve::Query& fitting);

/// The rows of `query`, whatever it chooses itself, come out of all that stands around it, each in a row of
/// the answer or in a group.
[[nodiscard]] bool comes_out_whole(const resolve::Resolution& text, const resolve::Query& query);

}  // namespace sql::edits
