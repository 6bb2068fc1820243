#pragma once

#include <optional>
#include <set>
#include <vector>

#include "sql/catalog.hpp"
#include "sql/parse/tree_memory.hpp"

struct Node;

namespace sql::verify {

/// What one pin (sql/pins.hpp) holds to the catalog.
struct PinnedName {
    const Relation* relation = nullptr;
    const Column* column = nullptr;  // nullptr: the relation's name alone
};

/// nullopt: `node` is no pin, letter by letter.
[[nodiscard]] std::optional<PinnedName> pinned_by(parse::TreeMemory& memory, const Catalog& catalog,
                                                  const Node* node);

/// The operands of a condition's AND; none of no condition.
[[nodiscard]] std::vector<Node*> operands_of(Node* condition);

/// The pins among the operands of `condition`.
[[nodiscard]] std::vector<PinnedName> pins_among(parse::TreeMemory& memory, const Catalog& catalog,
                                                 Node* condition);

}  // namespace sql::verify
