#pragma once

#include <cstddef>
#include <optional>
#include <utility>
#include <vector>

#include "sql/parse/tokens.hpp"
#include "sql/resolve/modify.hpp"

namespace sql::edits {

/// Where the condition of a statement that changes rows stands, as token indices.
struct ConditionPlace {
    bool written = false;   // without a condition, `begin` is where WHERE would stand
    std::size_t begin = 0;  // behind WHERE or ON
    std::size_t end = 0;
};

/// The words of a MERGE, as token indices: INTO, its USING, its ON, and the first WHEN.
struct MergePlaces {
    std::size_t into;
    std::size_t source;
    std::size_t on;
    std::size_t when;
};

/// Those of an UPDATE: UPDATE and SET, and its condition.
struct UpdatePlaces {
    std::size_t update;
    std::size_t set;
    ConditionPlace condition;
};

/// nullopt: not found.
[[nodiscard]] std::optional<UpdatePlaces> update_places(const parse::Tokens& tokens,
                                                        const resolve::Modify& modify);
/// nullopt: not found.
[[nodiscard]] std::optional<MergePlaces> merge_places(const parse::Tokens& tokens,
                                                      const resolve::Modify& modify);

/// nullopt: not found.
[[nodiscard]] std::optional<ConditionPlace> condition_place(const parse::Tokens& tokens,
                                                            const resolve::Modify& modify,
                                                            int target_location);

/// Behind the last token of the statement at whose target's name `target` stands.
[[nodiscard]] std::size_t end_of_modify(const parse::Tokens& tokens, std::size_t target);

/// Behind what an INSERT reads: where its ON CONFLICT or RETURNING stand, or its end. `i` is a token behind
/// the last clause of that query but ORDER BY and what follows it.
[[nodiscard]] std::size_t end_of_source(const parse::Tokens& tokens, std::size_t i);

/// The values in the first row of the VALUES that are inserted into the relation whose name begins at token
/// `target`; empty: not found.
[[nodiscard]] std::vector<std::pair<std::size_t, std::size_t>> first_row(const parse::Tokens& tokens,
                                                                         std::size_t target);

/// Behind the item of a list (of SET, RETURNING, SELECT) that begins at token `i`.
[[nodiscard]] std::size_t end_of_item(const parse::Tokens& tokens, std::size_t i);
/// The tokens of the value that SET gives a column: of `name = value`, or those in its place in `(a, b) = ROW
/// (x, y)`. nullopt: it is said otherwise.
[[nodiscard]] std::optional<std::pair<std::size_t, std::size_t>> assigned_value(
    const parse::Tokens& tokens, const resolve::Assignment& assignment);

/// The operands of the AND at the top of a condition; one if there is none.
[[nodiscard]] std::vector<std::pair<std::size_t, std::size_t>> conjuncts(const parse::Tokens& tokens,
                                                                         const ConditionPlace& place);

}  // namespace sql::edits
