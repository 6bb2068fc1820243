#pragma once

#include <vector>

struct BoolExpr;
struct Node;
struct SelectStmt;
struct SubLink;

namespace sql::edits {

/// A query one of whose conditions is EXISTS, or column IN, over another query, or the opposite.
struct SemiJoin {
    const SelectStmt* around = nullptr;
    const SubLink* link = nullptr;
    const BoolExpr* negation = nullptr;  // NOT EXISTS, NOT IN

    [[nodiscard]] const SelectStmt* inner() const;
};

/// Those in a statement; none of a query with several, or with one elsewhere among its conditions.
[[nodiscard]] std::vector<SemiJoin> semi_joins_in(const SelectStmt* query);

}  // namespace sql::edits
