#pragma once

#include <span>
#include <string_view>

#include "sql/catalog.hpp"
#include "sql/errors.hpp"
#include "sql/parse/tree_memory.hpp"
#include "sql/treatment.hpp"
#include "sql/verify/masked_place.hpp"

struct Node;

namespace sql::verify {

/// The printed text parses to one statement, and to the tree that was meant. Then, without asking the
/// rewriter, the tree of the printed text is walked. Of statements that are no query only those kinds pass
/// that name no relations (BEGIN, SET, SHOW), and those that carry a query: what stands around it there must
/// be harmless (wrappers.hpp). In a query each relation is named with its schema or is a CTE in scope; a
/// relation with a treatment stands nowhere but alone in a sub-select that shows of it only what the
/// treatment allows, under the treatment's row filter (masked_select.hpp); a view that reads such relations
/// is not named at all; for a role that sees only aggregates they stand in groups of enough people
/// (groups.hpp); and nothing stands in the tree whose meaning is not known here. What is not checked:
/// masks on columns of an expanded view itself, and that keys of subjects are carried. Every error here is
/// verify_failed: a defect of Tabir.
///
/// `masked` may say where masked sub-selects stand in `meant`. What is proven to be one (kept_select.hpp)
/// is not read again: a name stands in its place (stand_ins.hpp).
[[nodiscard]] Result<void> verify_statement(parse::TreeMemory& memory, std::string_view printed,
                                            const Node* meant, const Catalog& catalog,
                                            const Treatment& treatment,
                                            std::span<const MaskedPlace> masked = {});

/// Between `before` and `behind`, both ours, the text of a verified query is read as it is read alone: as its
/// tree.
[[nodiscard]] Result<void> verify_framed(parse::TreeMemory& memory, std::string_view before,
                                         std::string_view query_text, std::string_view behind, Node* query);

}  // namespace sql::verify
