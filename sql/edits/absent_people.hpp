#pragma once

#include "sql/edits/counted_relations.hpp"
#include "sql/resolve/model.hpp"

namespace sql::edits {

/// A row that nobody fits costs a miss. That is a price for one answer: that nobody has the row's values.
/// Whoever asks may make a million rows of which all are left out but the one that describes everybody, and
/// so a row could say more. It cannot where people fit by stored values alone that are equal: then each of
/// them leaves out few rows.

/// People come out of `inner`, a query in an expression, after LATERAL or EXCEPT, by stored values:
/// - it reads tables and views, and queries of one of these each; what the role may fill links no others;
/// - what it demands of a row and of another one, or of the rows around it, is an = between the two, of which
///   each side is a column (an expression, where it reads one table alone; anything, of the rows around);
/// - or it compares two stored columns, however.
[[nodiscard]] bool fits_by_equality(const resolve::Resolution& text, const CountedRelations& counted,
                                    const resolve::Query& inner);
/// The same of the condition of an outer join, and of its empty side.
[[nodiscard]] bool fits_by_equality(const resolve::Resolution& text, const CountedRelations& counted,
                                    const resolve::FromItem& join, const resolve::FromItem& empty_side);

}  // namespace sql::edits
