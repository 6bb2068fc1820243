#pragma once

#include <functional>
#include <vector>

#include "sql/parse/tree_memory.hpp"

#include "sql/parse/pg_nodes.hpp"

namespace sql::verify {

using Conditions = std::vector<Node*>;

/// Appends the conditions that AND joins in `condition`, which may be nullptr.
void flatten(Node* condition, Conditions& into);

/// count(DISTINCT key) FILTER (WHERE conditions) in HAVING: >= min_group, or NOT BETWEEN 1 AND min_group - 1;
/// or so many less count(DISTINCT key) FILTER (WHERE left): those of whom no row is left.
struct Guard {
    const FuncCall* count = nullptr;
    Conditions conditions = {};
    const FuncCall* less = nullptr;
    Conditions left = {};
    bool at_least = false;  // otherwise: nobody or enough
    bool used = false;
};

/// What the HAVING of a query proves of how many people its groups hold: `proofs`, or CASE WHEN proofs THEN
/// condition END.
class Guards {
public:
    Guards(parse::TreeMemory& memory, Node* having, int min_group);

    [[nodiscard]] std::vector<Guard>& all() { return guards_; }
    /// The other conditions of HAVING.
    [[nodiscard]] const Conditions& others() const { return others_; }
    /// Whether the others are asked only of groups for which all guards hold.
    [[nodiscard]] bool come_first() const { return first_; }

    using Counts = std::function<bool(const FuncCall*)>;
    /// The guard over those whom all of `chosen` choose, of a count that `counts` accepts; with `negated`,
    /// some of `chosen`: over those whom these together leave out of what the others choose. nullptr: there
    /// is none.
    [[nodiscard]] Guard* find(const Counts& counts, const Conditions& chosen, const Conditions& negated,
                              bool at_least);
    /// The guard over those who have rows that the others of `chosen` choose, and none that `lost`, some of
    /// `chosen`, choose too.
    [[nodiscard]] Guard* find_absent(const Counts& counts, const Conditions& chosen, const Conditions& lost);

private:
    [[nodiscard]] bool are_same(const Conditions& some, const Conditions& others) const;
    [[nodiscard]] Conditions without(const Conditions& all, const Conditions& some) const;
    [[nodiscard]] Guard* first_of(const std::function<bool(const Guard&)>& fits);

    parse::TreeMemory& memory_;
    std::vector<Guard> guards_;
    Conditions others_;
    bool first_ = true;
};

}  // namespace sql::verify
