#pragma once

#include "sql/catalog.hpp"
#include "sql/parse/tree_memory.hpp"
#include "sql/verify/shown_names.hpp"

#include "sql/parse/pg_nodes.hpp"

/// Calls in a query that groups people.
namespace sql::verify {

/// What GROUP BY 1 stands for in `select`, or GROUP BY name where no column is called so.
[[nodiscard]] const Node* meant_by(const Node* key, const SelectStmt* select, const ShownNames& names);

[[nodiscard]] bool is_window(const Node* node);
[[nodiscard]] bool is_aggregate(const Catalog& catalog, const FuncCall* call);

/// min or max of one value.
[[nodiscard]] bool is_extreme(const FuncCall* call);
/// An aggregate whose result hangs on everybody whose row it takes, over plain arithmetic. min and max, which
/// show one person's value, only of a key of `select`'s groups; DISTINCT, which takes a value once, only in a
/// count. `names` are those of `select`'s FROM.
[[nodiscard]] bool is_summary(parse::TreeMemory& memory, const FuncCall* call, const SelectStmt* select,
                              const ShownNames& names);

/// CASE WHEN condition THEN x [ELSE y] END as the only argument, else nullptr.
[[nodiscard]] const CaseExpr* choice_in(const FuncCall* call);
[[nodiscard]] std::vector<const CaseWhen*> branches_of(const CaseExpr* choice);

}  // namespace sql::verify
